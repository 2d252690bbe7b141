/* SPDX-License-Identifier: Apache-2.0 */
/* names.c - titles, and the codes that are dropped. */
#include "screening/edifact/parser.h"
#include "screening/edifact/sensitive.h"

/* Words that are titles in the names of carriers. None that is a given name somewhere (LADY, PRINCE, KING),
 * and none of a belief (FATHER, SISTER, IMAM): those stay in the name. */
static const char *const title_words[] = {"MR",   "MRS", "MS",  "MISS", "MSTR", "MSTER", "DR",
                                          "PROF", "SIR", "MME", "MLLE", "CHD",  "INF"};

/* What carriers glue behind a given name without a blank. Not DR: ALEXANDR is a name. M, F: who cannot be
 * meant. */
static const struct {
    const char *suffix;
    char not_sex;
} glued_titles[] = {{"MSTR", 'F'}, {"MISS", 'M'}, {"MRS", 'M'}, {"MR", 'F'}, {"MS", 'M'}};
#define LEAST_NAME 3 /* letters that must be left: AMR is a name */

static bool is_title(struct str word)
{
    for (size_t i = 0; i < sizeof title_words / sizeof *title_words; i++)
        if (str_is(word, title_words[i]))
            return true;
    return false;
}

static bool title_word(struct str given, struct str *ret_title, struct str *ret_rest)
{
    size_t last = given.n, first = 0;
    while (last && given.p[last - 1] != ' ')
        last--;
    while (first < given.n && given.p[first] != ' ')
        first++;
    if (last == 0)
        return false; /* one word */
    struct str end = str_sub(given, last, given.n), begin = str_sub(given, 0, first);
    if (is_title(end)) {
        *ret_title = end;
        *ret_rest = str_trim(str_sub(given, 0, last));
    } else if (is_title(begin)) {
        *ret_title = begin;
        *ret_rest = str_trim(str_sub(given, first, given.n));
    } else {
        return false;
    }
    return ret_rest->n > 0;
}

bool title_find(struct str given, bool glued, char sex, struct str *ret_title, struct str *ret_rest,
                bool *ret_glued)
{
    *ret_glued = false;
    if (title_word(given, ret_title, ret_rest))
        return true;
    for (size_t i = 0; glued && i < sizeof glued_titles / sizeof *glued_titles; i++) {
        size_t n = strlen(glued_titles[i].suffix);
        if (!str_ends(given, glued_titles[i].suffix) || given.n < n + LEAST_NAME ||
            sex == glued_titles[i].not_sex)
            continue;
        if (given.p[given.n - n - 1] == ' ')
            return false;
        *ret_title = str_sub(given, given.n - n, n);
        *ret_rest = str_sub(given, 0, given.n - n);
        *ret_glued = true;
        return true;
    }
    return false;
}

bool sensitive_code(struct str ssr)
{
    if (ssr.n != 4)
        return false;
    bool found = ssr.p[2] == 'M' && ssr.p[3] == 'L'; /* carriers make more meals of their own: xxML */
    for (size_t i = 0; i < sizeof sensitive_codes / sizeof *sensitive_codes; i++)
        found |= memcmp(sensitive_codes[i], ssr.p, 4) == 0;
    return found;
}
