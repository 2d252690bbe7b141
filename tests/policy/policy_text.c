/* SPDX-License-Identifier: Apache-2.0 */
#include "policy_text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROLE, VERB, OBJECT, RELATION, NEED_TO_KNOW, PURPOSE, BASIS, CLASS, LABEL, BREAK_GLASS, ASSURANCE };

static int find_flag(const char *word)
{
    return strcmp(word, "0") == 0 ? 0 : strcmp(word, "1") == 0 ? 1 : -1;
}

static int find_assurance(const char *word)
{
    return strlen(word) == 1 && *word >= '1' && *word <= '3' ? *word - '0' : -1;
}

static const struct {
    int (*find)(const char *word);
    uint32_t all;
} columns[INPUTS] = {
    [ROLE] = {role_find, (1u << ROLE_COUNT) - 1},
    [VERB] = {verb_find, (1u << VERBS_COUNT) - 1},
    [OBJECT] = {object_find, (1u << OBJECT_COUNT) - 1},
    [RELATION] = {relation_find, (1u << RELATION_COUNT) - 1},
    [NEED_TO_KNOW] = {find_flag, 3},
    [PURPOSE] = {purpose_find, (1u << PURPOSE_COUNT) - 1},
    [BASIS] = {basis_find, (1u << BASIS_COUNT) - 1},
    [CLASS] = {class_find, (1u << CLASS_COUNT) - 1},
    [LABEL] = {label_find, (1u << LABEL_COUNT) - 1},
    [BREAK_GLASS] = {find_flag, 3},
    [ASSURANCE] = {find_assurance, 2 | 4 | 8},
};

const char *obligations_text(uint32_t obligations, char text[OBLIGATIONS_TEXT])
{
    size_t n = 0;
    text[0] = '\0';
    for (unsigned bit = 1; bit <= OBLIGE_GENERALISE; bit <<= 1)
        if (obligations & bit)
            n += (size_t)snprintf(text + n, OBLIGATIONS_TEXT - n, "%s%s", n ? "+" : "",
                                  obligation_word((enum obligation)bit));
    return text;
}

/* The next part of *rest up to sep, ended in place; NULL when nothing is left. */
static char *next(char **rest, char sep)
{
    char *part = *rest;
    if (!part)
        return NULL;
    char *end = strchr(part, sep);
    *rest = end ? end + 1 : NULL;
    if (end)
        *end = '\0';
    return part;
}

static bool set_parse(char *cell, int column, uint32_t *ret)
{
    bool but = *cell == '!';
    uint32_t set = 0;
    if (strcmp(cell, "*") == 0) {
        *ret = columns[column].all;
        return true;
    }
    for (char *rest = cell + but, *word; (word = next(&rest, '|'));) {
        int v = columns[column].find(word);
        if (v < 0)
            return false;
        set |= 1u << v;
    }
    *ret = but ? columns[column].all & ~set : set;
    return *ret != 0;
}

static struct policy_question question(const unsigned v[INPUTS])
{
    return (struct policy_question){
        .role = (enum role)v[ROLE],
        .verb = (enum verb)v[VERB],
        .object = (enum object_kind)v[OBJECT],
        .relation = (enum relation)v[RELATION],
        .need_to_know = v[NEED_TO_KNOW],
        .purpose = (enum purpose)v[PURPOSE],
        .basis = (enum basis)v[BASIS],
        .class = (enum field_class)v[CLASS],
        .label = (enum label)v[LABEL],
        .break_glass = v[BREAK_GLASS],
        .assurance = (uint8_t)v[ASSURANCE],
    };
}

bool question_parse(char *line, struct policy_question *ret)
{
    unsigned v[INPUTS];
    line[strcspn(line, "\n")] = '\0';
    for (int i = 0; i < INPUTS; i++) {
        char *word = next(&line, '\t');
        int found = word ? columns[i].find(word) : -1;
        if (found < 0)
            return false;
        v[i] = (unsigned)found;
    }
    *ret = question(v);
    return true;
}

const char *golden_parse(char *line, struct golden *ret)
{
    line[strcspn(line, "\n")] = '\0';
    for (int i = 0; i < INPUTS; i++) {
        char *cell = next(&line, '\t');
        if (!cell || !set_parse(cell, i, &ret->set.in[i]))
            return "an input is missing or not a word";
    }
    char *verdict = next(&line, '\t'), *reason = next(&line, '\t'), *obligations = next(&line, '\t');
    if (!verdict || !reason || !obligations || !line || !*line)
        return "verdict, reason, obligations and why are needed";
    int v = verdict_find(verdict), r = policy_reason_find(reason);
    if (v < 0 || r < 0)
        return "verdict or reason is not a word";
    ret->answer = (struct policy_answer){(enum verdict)v, (enum policy_reason)r, 0};
    for (char *word; (word = next(&obligations, '+'));) {
        int bit = obligation_find(word);
        if (bit < 0)
            return "an obligation is not a word";
        ret->answer.obligations |= (uint32_t)bit;
    }
    ret->why = line;
    return NULL;
}

struct golden *golden_read(const char *path, int *ret_n)
{
    static char text[1 << 18];
    static struct golden cases[2000];
    int n = 0, number = 0;
    FILE *f = fopen(path, "r");
    size_t size = f ? fread(text, 1, sizeof text - 1, f) : 0;
    if (!f || size == 0 || size == sizeof text - 1) {
        fprintf(stderr, "%s: cannot be read, or too large\n", path);
        exit(2);
    }
    fclose(f);
    text[size] = '\0';
    for (char *rest = text, *line; (line = next(&rest, '\n'));) {
        number++;
        if (!*line || *line == '#')
            continue;
        const char *wrong = n == 2000 ? "too many cases" : golden_parse(line, &cases[n]);
        if (wrong) {
            fprintf(stderr, "%s:%d: %s\n", path, number, wrong);
            exit(2);
        }
        cases[n++].line = number;
    }
    *ret_n = n;
    return cases;
}

bool question_each(const struct question_set *set, bool (*call)(const struct policy_question *q, void *user),
                   void *user)
{
    unsigned v[INPUTS];
    for (int i = 0; i < INPUTS; i++)
        v[i] = (unsigned)__builtin_ctz(set->in[i]);
    for (;;) {
        struct policy_question q = question(v);
        if (!call(&q, user))
            return false;
        int i = INPUTS - 1;
        for (; i >= 0; i--) {
            uint32_t higher = set->in[i] & ~((2u << v[i]) - 1);
            v[i] = (unsigned)__builtin_ctz(higher ? higher : set->in[i]);
            if (higher)
                break;
        }
        if (i < 0)
            return true;
    }
}

int64_t question_count(const struct question_set *set)
{
    int64_t n = 1;
    for (int i = 0; i < INPUTS; i++)
        n *= __builtin_popcount(set->in[i]);
    return n;
}
