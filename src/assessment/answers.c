/* SPDX-License-Identifier: Apache-2.0 */
/* answers.c - see answers.h. An error never repeats what stood in the line: it may be somebody's words. */
#include "assessment/answers.h"

static enum err take_line(struct str line, int number, const struct signs *signs, enum answer *answers,
                          bool *given)
{
    struct str code;
    if (str_ends(line, "\r"))
        line.n--;
    if (!line.n || line.p[0] == '#')
        return OK;
    if (str_find(line, '\t') < 0)
        return FAIL(ERR_BAD_DATA, "line %d: no TAB between code and answer", number);
    if (!str_cut(&line, '\t', &code))
        return OK;
    const struct sign *s = sign_find(signs, code);
    int a = answer_find(line);
    if (!s)
        return FAIL(ERR_BAD_DATA, "line %d: no indicator of the pack", number);
    if (a < 0)
        return FAIL(ERR_BAD_DATA, "line %d: the answer must be yes, no or unknown", number);
    size_t i = (size_t)(s - signs->list);
    if (given[i] && answers[i] != (enum answer)a)
        return FAIL(ERR_BAD_DATA, "line %d: %s was answered otherwise above", number, s->code);
    given[i] = true;
    answers[i] = (enum answer)a;
    return OK;
}

enum err answers_parse(struct str text, const struct signs *signs, enum answer *answers)
{
    bool given[SIGNS_MOST] = {false};
    struct str line;
    if (text.n > ANSWERS_MAX_BYTES)
        return FAIL(ERR_LIMIT, "answers: more than %u bytes", ANSWERS_MAX_BYTES);
    if (signs->n > SIGNS_MOST)
        return FAIL(ERR_LIMIT, "more than %d indicators", SIGNS_MOST);
    for (size_t i = 0; i < signs->n; i++)
        answers[i] = ANSWER_UNKNOWN;
    for (int number = 1; str_cut(&text, '\n', &line); number++)
        TRY(take_line(line, number, signs, answers, given));
    return OK;
}
