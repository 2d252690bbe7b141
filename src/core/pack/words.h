/* SPDX-License-Identifier: Apache-2.0 */
/* pack_words.h - the words that pack files may use for the enums of policy.h and for weekdays. Inside of
 * core/pack*.c and core/pack/scenario.c only. The lists come from policy.h itself, so that a new role needs
 * no change here. */
#pragma once
#include "core/pack/impl.h"

extern const struct words role_words, purpose_words, verb_words, class_words, basis_words, verdict_words,
    reason_words, day_words, gate_words;

/* List of weekdays -> uint8_t, 1 << (1=Mon .. 7=Sun). For .read of a key. */
enum err read_days(struct load *l, const struct key *k, const struct yaml *y, void *record) NODISCARD;
/* "08:30" -> minutes of the day; "24:00" too. For .read of a key, into an int. */
enum err read_minute(struct load *l, const struct key *k, const struct yaml *y, void *record) NODISCARD;
/* A fault when from is later than until (both YYYY-MM-DD, or ""). */
enum err check_span(struct load *l, const struct yaml *y, const char *from, const char *until) NODISCARD;
/* Follows next[] (index of the next record, or SIZE_MAX) and tells the first record of a circle; SIZE_MAX if
 * there is none. */
enum err find_circle(struct load *l, const size_t *next, size_t n, size_t *ret) NODISCARD;
