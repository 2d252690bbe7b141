/* SPDX-License-Identifier: Apache-2.0 */
/* health.h - how the machine is: for those who run it and those who answer for it. Counts, times and
 * versions; nothing of a person, no name, no case. Views "system.health" and "key.list". */
#pragma once
#include "core/witness.h"

struct health {
    const char *pack, *pack_version, *database;
    int64_t schema; /* columns that this program declares: the version of a store */
    bool synthetic, unlocked;
    int64_t refused_bytes;                        /* secret memory that the system refused to lock */
    int64_t disk_free, disk_size;                 /* bytes of the data folder's disk; -1: not known */
    int64_t acts, views, commits, refused, queue; /* since the start */
    int64_t checkpoint_us, checkpoint_size;       /* 0: none yet */
    int64_t leaves;                               /* of the audit */
    int64_t jobs_us;                              /* end of the last round of jobs; 0: none yet */
    int64_t outbox_waiting, outbox_late;          /* events to tell; those that failed before */
    int64_t backup_us;                            /* 0: none */
    int64_t accounts, sessions;
};
#define BACKUP_LOOK 200000 /* leaves, the newest ones, that are searched for the list of backups */

struct key_row {
    const char *agency, *name; /* name: msgid of the pack */
    bool open;
    int64_t compartments;
};
struct key_list {
    struct key_row *items;
    size_t n;
    bool unlocked;
};

/* Of "system.trail": the newest checkpoint, for witnesses of other agencies to cosign (akari audit witness:
 * they keep the note, this store does not), the ones before it, and when backups were made and restored. */
#define TRAIL_MAX 20
struct trail {
    struct str note; /* "" before the first */
    struct {
        int64_t at_us, size;
    } checkpoints[TRAIL_MAX];
    struct {
        int64_t at_us;
        bool restored; /* else made */
    } backups[TRAIL_MAX];
    size_t ncheckpoints, nbackups;
    struct witness_notes witnesses;
};
extern const struct view_decl HEALTH_VIEWS[];
extern const size_t NHEALTH_VIEWS;
