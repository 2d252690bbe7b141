/* SPDX-License-Identifier: Apache-2.0 */
/* answers.h - answers as lines of text, for `akari assessment evaluate` and for tests. */
#pragma once
#include "assessment/rules.h"

#define ANSWERS_MAX_BYTES (256u << 10)
/* "CODE TAB yes|no|unknown", one a line, LF or CRLF, in any order. Blank lines and lines that begin with '#'
 * are passed over. A code that stands twice must have the same answer. What is not given is unknown. answers:
 * one for each of signs->list. ERR_BAD_DATA names the line and what is wrong. Fuzzed (fuzz_answers). */
enum err answers_parse(struct str text, const struct signs *signs, enum answer *answers) NODISCARD;
