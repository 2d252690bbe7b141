/* SPDX-License-Identifier: Apache-2.0 */
/* batch.c - many answer sets at once, for delphi_oracle.py: akari-delphi-batch PACK-FOLDER < SETS. A set is a line
 * "PROFILE ANSWERS": the number of the profile and one of y, n, u for each indicator in the order of the
 * pack. The answer is a line "LOWER UPPER DECIDING" of 0 and 1: six, six, one for each indicator. */
#include "assessment/rules.h"
#include <stdio.h>
#include <stdlib.h>

static bool read_set(const struct signs *signs, const char *line, enum profile *p, enum answer *answers)
{
    if (strlen(line) < signs->n + 2 || line[0] < '0' || line[0] >= '0' + PROFILE_COUNT || line[1] != ' ')
        return false;
    *p = (enum profile)(line[0] - '0');
    for (size_t i = 0; i < signs->n; i++) {
        char c = line[2 + i];
        if (c != 'y' && c != 'n' && c != 'u')
            return false;
        answers[i] = c == 'y' ? ANSWER_YES : c == 'n' ? ANSWER_NO : ANSWER_UNKNOWN;
    }
    return true;
}

static void print_set(const struct signs *signs, enum profile p, const enum answer *answers)
{
    char out[2 * DIMENSION_COUNT + SIGNS_MOST + 4];
    struct dimensions d;
    size_t n = 0;
    dimensions_of(signs, p, answers, &d);
    for (int i = 0; i < DIMENSION_COUNT; i++)
        out[n++] = d.of[i].lower ? '1' : '0';
    out[n++] = ' ';
    for (int i = 0; i < DIMENSION_COUNT; i++)
        out[n++] = d.of[i].upper ? '1' : '0';
    out[n++] = ' ';
    for (size_t i = 0; i < signs->n; i++)
        out[n++] = sign_deciding(signs, p, answers, &d, i) ? '1' : '0';
    out[n] = '\0';
    puts(out);
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new(0);
    struct pack_fault *faults;
    const struct pack *pack;
    size_t n;
    char line[256];
    enum answer answers[SIGNS_MOST];
    enum profile p;
    if (argc != 2 || pack_load(argv[1], a, &pack, &faults, &n) != OK)
        return 1;
    while (fgets(line, sizeof line, stdin)) {
        if (!read_set(&pack->signs, line, &p, answers))
            return 2;
        print_set(&pack->signs, p, answers);
    }
    pack_free(pack);
    arena_free(a);
    return 0;
}
