/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_answers.c - answers to indicators as lines: whatever comes, each answer is one of three, the bounds
 * are in order, and only what is unknown decides. */
#include "assessment/answers.h"
#include "fuzz.h"

#define ALL(s) .strength = {{s, s, s, s}}
static const struct sign list[] = {
    {.code = "DR01", .dimension = DIMENSION_DECEPTIVE, ALL(STRENGTH_STRONG)},
    {.code = "DR02", .dimension = DIMENSION_DECEPTIVE, ALL(STRENGTH_MEDIUM)},
    {.code = "DR10", .dimension = DIMENSION_DECEPTIVE, ALL(STRENGTH_WEAK)},
    {.code = "EX01", .dimension = DIMENSION_EXPLOITATION, ALL(STRENGTH_STRONG)},
    {.code = "EX02", .dimension = DIMENSION_EXPLOITATION, ALL(STRENGTH_NONE)},
};
static const struct signs signs = {.list = list, .n = sizeof list / sizeof *list};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    enum answer answers[SIGNS_MOST];
    struct dimensions d;
    if (answers_parse(text, &signs, answers) != OK) {
        REQUIRE(str_utf8_ok(str_of(err_detail())) && strlen(err_detail()) < 100);
        return 0;
    }
    dimensions_of(&signs, PROFILE_ADULT_LABOUR, answers, &d);
    for (int i = 0; i < DIMENSION_COUNT; i++)
        REQUIRE(!d.of[i].lower || d.of[i].upper);
    for (size_t i = 0; i < signs.n; i++) {
        REQUIRE(answers[i] <= ANSWER_YES);
        REQUIRE(!sign_deciding(&signs, PROFILE_ADULT_LABOUR, answers, &d, i) || answers[i] == ANSWER_UNKNOWN);
    }
    return 0;
}
