/* SPDX-License-Identifier: Apache-2.0 */
/* policy_view.c - policy.explain: the answers to all combinations of the words asked for, put together again:
 * one group an answer, and in it as few sets of words as slicing by input after input gives. */
#include "core/policy/view.h"

#include "base/json.h"

#define WORD(id, word) word,
static const char *const roles[] = {ROLE_LIST(WORD) NULL}, *const verbs[] = {VERB_LIST(WORD) NULL},
                         *const objects[] = {OBJECT_LIST(WORD) NULL},
                         *const relations[] = {RELATION_LIST(WORD) NULL},
                         *const purposes[] = {PURPOSE_LIST(WORD) NULL},
                         *const bases[] = {BASIS_LIST(WORD) NULL}, *const classes[] = {CLASS_LIST(WORD) NULL},
                         *const labels[] = {LABEL_LIST(WORD) NULL}, *const flags[] = {"0", "1", NULL},
                         *const levels[] = {"1", "2", "3", NULL};

/* In the order of docs/policy.md, section 19. */
enum { ROLE, VERB, OBJECT, RELATION, NEED, PURPOSE, BASIS, CLASS, LABEL, GLASS, LEVEL, INPUTS };
static const struct input_field inputs[INPUTS] = {
    [ROLE] = {.name = "role", .label = "Role", .type = IN_WORD, .multi = true, .words = roles},
    [VERB] = {.name = "verb", .label = "Verb", .type = IN_WORD, .multi = true, .words = verbs},
    [OBJECT] = {.name = "object", .label = "Object", .type = IN_WORD, .multi = true, .words = objects},
    [RELATION] =
        {.name = "relation", .label = "Relation", .type = IN_WORD, .multi = true, .words = relations},
    [NEED] =
        {.name = "need_to_know", .label = "Need to know", .type = IN_WORD, .multi = true, .words = flags},
    [PURPOSE] = {.name = "purpose", .label = "Purpose", .type = IN_WORD, .multi = true, .words = purposes},
    [BASIS] = {.name = "basis", .label = "Basis", .type = IN_WORD, .multi = true, .words = bases},
    [CLASS] = {.name = "class", .label = "Class", .type = IN_WORD, .multi = true, .words = classes},
    [LABEL] = {.name = "label", .label = "Label", .type = IN_WORD, .multi = true, .words = labels},
    [GLASS] = {.name = "break_glass", .label = "Break glass", .type = IN_WORD, .multi = true, .words = flags},
    [LEVEL] = {.name = "assurance", .label = "Assurance", .type = IN_WORD, .multi = true, .words = levels},
};

/* The answers lie as nested loops give them: of input i, words n[i], the answers of one word `stride[i]`
 * long. */
struct matrix {
    size_t n[INPUTS], stride[INPUTS], total;
    uint8_t word[INPUTS][VERBS_COUNT]; /* asked for, as their number in the words of the input */
    uint32_t *answers;
    uint32_t *different; /* each answer once */
    size_t ndifferent;
    uint8_t *here; /* 1: the answer to this question is that of the group being written */
};

static int number_of(struct str word, const char *const *words)
{
    int i = 0;
    while (words[i] && !str_is(word, words[i]))
        i++;
    return words[i] ? i : -1;
}

static void take_words(const struct input *in, int input, struct matrix *m)
{
    uint32_t asked = 0;
    for (size_t i = 0; i < in->n; i++) {
        const struct pair *p = &in->pairs[i];
        int word = str_is(p->name, inputs[input].name) && p->state == VALUE_GIVEN
                       ? number_of(p->value, inputs[input].words)
                       : -1;
        if (word >= 0)
            asked |= 1u << word;
    }
    for (int word = 0; inputs[input].words[word]; word++)
        if (!asked || asked >> word & 1)
            m->word[input][m->n[input]++] = (uint8_t)word;
}

/* n and strides of the loops; every product is at most 948,480,000. */
static void lay_out(const struct input *in, struct matrix *m)
{
    m->total = 1;
    for (int i = INPUTS - 1; i >= 0; i--) {
        take_words(in, i, m);
        m->stride[i] = m->total;
        m->total *= m->n[i];
    }
}

static uint32_t ask(const struct matrix *m, size_t number)
{
    uint8_t v[INPUTS];
    for (int i = 0; i < INPUTS; i++)
        v[i] = m->word[i][number / m->stride[i] % m->n[i]];
    struct policy_question q = {
        .role = (enum role)v[ROLE],
        .verb = (enum verb)v[VERB],
        .object = (enum object_kind)v[OBJECT],
        .relation = (enum relation)v[RELATION],
        .need_to_know = v[NEED],
        .purpose = (enum purpose)v[PURPOSE],
        .basis = (enum basis)v[BASIS],
        .class = (enum field_class)v[CLASS],
        .label = (enum label)v[LABEL],
        .break_glass = v[GLASS],
        .assurance = (uint8_t)(v[LEVEL] + 1),
    };
    struct policy_answer a = policy_decide(&q);
    return (uint32_t)a.verdict | (uint32_t)a.reason << 8 | a.obligations << 16;
}

static void note_answer(struct matrix *m, uint32_t answer)
{
    for (size_t i = 0; i < m->ndifferent; i++)
        if (m->different[i] == answer)
            return;
    m->different[m->ndifferent++] = answer;
}

static enum err explain_run(struct view *v)
{
    struct matrix *m = ARENA_NEW(v->arena, struct matrix);
    if (!m)
        return arena_err(v->arena);
    lay_out(&v->input, m);
    if (m->total > POLICY_EXPLAIN_MAX)
        return FAIL(ERR_FIELD, "%zu questions, and %d are answered at once: give words for more inputs",
                    m->total, POLICY_EXPLAIN_MAX);
    m->answers = ARENA_ARRAY(v->arena, m->total, uint32_t);
    m->different = ARENA_ARRAY(v->arena, m->total, uint32_t);
    m->here = ARENA_ARRAY(v->arena, m->total, uint8_t);
    if (!m->answers || !m->different || !m->here)
        return arena_err(v->arena);
    for (size_t i = 0; i < m->total; i++) {
        m->answers[i] = ask(m, i);
        note_answer(m, m->answers[i]);
    }
    v->model = m;
    return OK;
}

/* ---- JSON ------------------------------------------------------------------------------------------------
 */

/* One set of words; an input that has all that were asked for is left out. */
static void set_json(struct json *j, const struct matrix *m, const uint32_t chosen[INPUTS])
{
    json_object(j);
    for (int i = 0; i < INPUTS; i++) {
        if (chosen[i] == (1u << m->n[i]) - 1)
            continue;
        json_key(j, inputs[i].name);
        json_array(j);
        for (size_t k = 0; k < m->n[i]; k++)
            if (chosen[i] >> k & 1)
                json_c(j, inputs[i].words[m->word[i][k]]);
        json_end(j);
    }
    json_end(j);
}

/* Words whose slices are alike go together. As deep as there are inputs. */
static void sets_json(struct json *j, const struct matrix *m, const uint8_t *slice, int input,
                      uint32_t chosen[INPUTS])
{
    uint32_t done = 0;
    if (input == INPUTS) {
        set_json(j, m, chosen);
        return;
    }
    size_t size = m->stride[input];
    for (size_t i = 0; i < m->n[input]; i++) {
        const uint8_t *part = slice + i * size;
        if (done >> i & 1 || !memchr(part, 1, size))
            continue;
        chosen[input] = 0;
        for (size_t k = i; k < m->n[input]; k++)
            if (memcmp(part, slice + k * size, size) == 0)
                chosen[input] |= 1u << k;
        done |= chosen[input];
        sets_json(j, m, part, input + 1, chosen);
    }
}

static void group_json(struct json *j, const struct matrix *m, uint32_t answer)
{
    uint32_t chosen[INPUTS];
    int64_t questions = 0;
    for (size_t i = 0; i < m->total; i++) {
        m->here[i] = m->answers[i] == answer;
        questions += m->here[i];
    }
    json_object(j);
    json_kv(j, "verdict", verdict_word((enum verdict)(answer & 0xff)));
    json_kv(j, "reason", policy_reason_word((enum policy_reason)(answer >> 8 & 0xff)));
    json_key(j, "obligations");
    json_array(j);
    for (uint32_t bit = 1; bit <= OBLIGE_GENERALISE; bit <<= 1)
        if (answer >> 16 & bit)
            json_c(j, obligation_word((enum obligation)bit));
    json_end(j);
    json_kv_i64(j, "questions", questions);
    json_key(j, "where");
    json_array(j);
    sets_json(j, m, m->here, 0, chosen);
    json_end(j);
    json_end(j);
}

static void explain_json(const struct view *v, struct json *j)
{
    const struct matrix *m = v->model;
    json_object(j);
    json_kv_i64(j, "questions", (int64_t)m->total);
    json_key(j, "answers");
    json_array(j);
    for (size_t i = 0; i < m->ndifferent; i++)
        group_json(j, m, m->different[i]);
    json_end(j);
    json_end(j);
}

const struct view_decl POLICY_VIEWS[] = {
    {.name = "policy.explain",
     .summary = "What the policy answers, for roles, actions and kinds of data",
     .verb = VERB_READ,
     .object = OBJECT_SYSTEM,
     .inputs = inputs,
     .ninputs = INPUTS,
     .when_locked = true,
     .run = explain_run,
     .to_json = explain_json},
};
const size_t NPOLICY_VIEWS = sizeof POLICY_VIEWS / sizeof *POLICY_VIEWS;
