/* SPDX-License-Identifier: Apache-2.0 */
/* jobs.h - the job runner: clock ticks, the outbox, what nobody acknowledged, expiry of sessions and key backups.
 * One node runs a job at a time (table job_lock: not covered by the audit, holds no facts). An event becomes its
 * notices in the transaction that marks it as done: once. A line out of the house, where there is one, is told
 * before, at least once; it knows an item by its outbox id. */
#pragma once
#include "core/door.h"

extern const struct table TABLE_JOB_LOCK;
/* A line out of the house; NULL: the inbox alone. OK = told, ERR_* = try again later (exponential, at most a day
 * apart, never dropped). */
typedef enum err outbox_deliver(void *user, struct id id, struct str event, struct id about,
                                struct str payload);
struct jobs;
enum err jobs_start(struct door *d, outbox_deliver *deliver, void *user, const char *data_folder,
                    struct jobs **ret) NODISCARD; /* a thread */
void jobs_stop(struct jobs *j);
/* One round now, for tests and for `akari jobs run`. */
enum err jobs_run(struct door *d, outbox_deliver *deliver, void *user, const char *data_folder,
                  int *ret_done) NODISCARD;
/* How long an event that failed so many times waits: 10 s, then twice as long each time, at most a day. */
int64_t outbox_wait_us(int64_t attempts);
extern const struct action JOB_ACTIONS[];
extern const size_t NJOB_ACTIONS; /* "outbox.delivered", "outbox.failed" (system) */
