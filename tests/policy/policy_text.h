/* SPDX-License-Identifier: Apache-2.0 */
/* policy_text.h - questions and answers of the policy as lines, for the tests: a question is 11 columns, a
 * golden case is a set of questions (each column one word, `*`, `a|b`, or `!a|b` for all but a and b), the
 * answer, and why. */
#pragma once
#include "core/policy.h"

#define INPUTS 11
struct question_set {
    uint32_t in[INPUTS]; /* bits of the words, in the order of struct policy_question; assurance: bits 1..3 */
};
struct golden {
    struct question_set set;
    struct policy_answer answer;
    int line;
    const char *why;
};

#define OBLIGATIONS_TEXT 96
const char *obligations_text(uint32_t obligations, char text[OBLIGATIONS_TEXT]);
/* One word in each of the first 11 columns. Changes the line. */
bool question_parse(char *line, struct policy_question *ret);
/* What is wrong, or NULL. Changes the line; why points into it. */
const char *golden_parse(char *line, struct golden *ret);
/* Reads a whole file; ends the program with a message when it cannot, or a line is wrong. */
struct golden *golden_read(const char *path, int *ret_n);
/* Calls for every question of the set until one gives false. */
bool question_each(const struct question_set *set, bool (*call)(const struct policy_question *q, void *user),
                   void *user);
int64_t question_count(const struct question_set *set);
