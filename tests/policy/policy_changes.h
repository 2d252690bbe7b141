/* SPDX-License-Identifier: Apache-2.0 */
/* policy_changes.h - every entry of every table of the policy, changed one at a time: for the tests that look
 * whether anybody would notice. */
#pragma once
#include "policy_text.h"

/* One change: `size` bytes at `at` become `value`. `touches`: all questions whose answer it can change. */
struct change {
    void *at;
    size_t size;
    uint32_t value;
    struct question_set touches;
    char name[96];
};
/* All of them, found at the first call, before which nothing may be changed. */
struct change *policy_changes(size_t *ret_n);
/* One of them; the seed goes on. */
struct change *change_seeded(uint64_t *seed);
void change_swap(struct change *c); /* makes the change, or takes it back */
/* No question has another answer; else *ret_example is one that has. */
bool change_without_effect(struct change *c, struct policy_question *ret_example);

struct policy_answer changed_decide(const struct policy_question *q);  /* by the tables as they are now */
struct policy_answer policy_original(const struct policy_question *q); /* by tables that nothing changes */
bool answers_same(struct policy_answer a, struct policy_answer b);
