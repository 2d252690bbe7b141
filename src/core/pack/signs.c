/* SPDX-License-Identifier: Apache-2.0 */
/* signs.c - indicators.yaml: docs/pack-format.md section 16. */
#include "core/pack/words.h"

#define WORD_OF(id, word) word,
static const char *const profiles[] = {PROFILE_LIST(WORD_OF)};
static const char *const dimensions[] = {DIMENSION_LIST(WORD_OF)};
static const char *const strengths[] = {STRENGTH_LIST(WORD_OF)};
static const char *const ways[] = {"document", "others", "asking"};
static const char *const elements[] = {"means", "purpose"};
static const char *const counted[] = {"nothing", "suspicion"};
static const struct words profile_words = WORDS(profiles), dimension_words = WORDS(dimensions),
                          strength_words = WORDS(strengths), way_words = WORDS(ways),
                          element_words = WORDS(elements), counts_words = WORDS(counted);

const char *profile_word(enum profile p)
{
    return (unsigned)p < PROFILE_COUNT ? profiles[p] : NULL;
}

const char *dimension_word(enum dimension d)
{
    return (unsigned)d < DIMENSION_COUNT ? dimensions[d] : NULL;
}

const char *strength_word(enum strength s)
{
    return (unsigned)s < STRENGTH_COUNT ? strengths[s] : NULL;
}

int profile_find(const char *word)
{
    for (int i = 0; word && i < PROFILE_COUNT; i++)
        if (strcmp(profiles[i], word) == 0)
            return i;
    return -1;
}

const struct sign *sign_find(const struct signs *s, struct str code)
{
    for (size_t i = 0; i < s->n; i++)
        if (str_is(code, s->list[i].code))
            return &s->list[i];
    return NULL;
}

/* ---- grounds, profiles, dimensions ------------------------------------------------------------------- */
static const struct key ground_keys[] = {
    {"id", SHAPE_ID, KEY_REQUIRED | KEY_DEFINES, AT(ground, id), .space = NAME_GROUND},
    {"title", SHAPE_TEXT, KEY_REQUIRED, AT(ground, title)},
    {"evidence", SHAPE_PLAIN, KEY_REQUIRED, AT(ground, evidence)},
    {"verified", SHAPE_BOOL, KEY_REQUIRED, AT(ground, verified)},
};
static const struct form ground_form = {FORM("a ground", ground, ground_keys)};

static const struct key profile_keys[] = {
    {"id", SHAPE_ENUM, KEY_REQUIRED, AT(profile_text, profile), .words = &profile_words},
    {"label", SHAPE_TEXT, KEY_REQUIRED, AT(profile_text, label)},
    {"ground", SHAPE_LINK, KEY_REQUIRED, AT(profile_text, ground), .space = NAME_GROUND},
};
static const struct form profile_form = {FORM("a profile", profile_text, profile_keys)};

static const struct key dimension_keys[] = {
    {"id", SHAPE_ENUM, KEY_REQUIRED, AT(dimension_text, dimension), .words = &dimension_words},
    {"label", SHAPE_TEXT, KEY_REQUIRED, AT(dimension_text, label)},
    {"element", SHAPE_ENUM, KEY_REQUIRED, AT(dimension_text, element), .words = &element_words},
};
static const struct form dimension_form = {FORM("a dimension", dimension_text, dimension_keys)};

/* ---- indicators -------------------------------------------------------------------------------------- */
/* The maps `strength` and `ground` have the profiles as their keys. */
struct strength_map {
    enum strength of[PROFILE_COUNT];
};
struct ground_map {
    const struct ground *of[PROFILE_COUNT];
};
#define STRENGTH_KEY(profile, word) \
    {word, SHAPE_ENUM, KEY_NOT_NONE, AT(strength_map, of[profile]), .words = &strength_words},
#define GROUND_KEY(profile, word) {word, SHAPE_LINK, 0, AT(ground_map, of[profile]), .space = NAME_GROUND},
static const struct key strength_keys[] = {PROFILE_LIST(STRENGTH_KEY)};
static const struct key ground_of_keys[] = {PROFILE_LIST(GROUND_KEY)};
static const struct form strength_form = {FORM("a strength", strength_map, strength_keys)};
static const struct form ground_of_form = {FORM("a ground of strengths", ground_map, ground_of_keys)};

static const struct key sign_keys[] = {
    {"code", SHAPE_CODE, KEY_REQUIRED | KEY_DEFINES, AT(sign, code), .space = NAME_SIGN},
    {"dimension", SHAPE_ENUM, KEY_REQUIRED, AT(sign, dimension), .words = &dimension_words},
    {"label", SHAPE_TEXT, KEY_REQUIRED, AT(sign, label)},
    {"strength", SHAPE_MAP, KEY_REQUIRED, AT(sign, strength), .form = &strength_form},
    {"ground", SHAPE_MAP, 0, AT(sign, ground), .form = &ground_of_form},
    {"signs", SHAPE_CODE, KEY_LIST | KEY_REFERS, AT_LIST(sign, signs, nsigns), .space = NAME_CODE,
     .list = "tip_sign"},
    {"known_by", SHAPE_BITS, KEY_REQUIRED | KEY_SOME, AT(sign, known_by), .words = &way_words},
};

/* A ground for a profile without a strength says something about nothing. */
static enum err sign_check(struct load *l, const struct yaml *y, void *record, const void *owner)
{
    (void)owner;
    const struct sign *s = record;
    bool any = false;
    for (int i = 0; i < PROFILE_COUNT; i++) {
        any |= s->strength.of[i] != STRENGTH_NONE;
        if (s->ground.of[i] && s->strength.of[i] == STRENGTH_NONE)
            TRY(fault_add(&l->faults, AT_FAULT(y), "indicator \"%s\": a ground, but no strength, for \"%s\"",
                          s->code, profiles[i]));
    }
    return any ? OK
               : fault_add(&l->faults, AT_FAULT(y), "indicator \"%s\" has no strength in any profile",
                           s->code);
}

static const struct form sign_form = {FORM("an indicator", sign, sign_keys), LINE_AT(sign, line),
                                      .check = sign_check};

/* ---- prompts, situations, questions, offences -------------------------------------------------------- */
static const struct key group_keys[] = {
    {"id", SHAPE_ID, KEY_REQUIRED | KEY_DEFINES, AT(prompt_group, id), .space = NAME_PROMPT_GROUP},
    {"label", SHAPE_TEXT, KEY_REQUIRED, AT(prompt_group, label)},
};
static const struct form group_form = {FORM("a prompt group", prompt_group, group_keys)};

static const struct key prompt_keys[] = {
    {"code", SHAPE_CODE, KEY_REQUIRED | KEY_DEFINES, AT(prompt, code), .space = NAME_SIGN},
    {"group", SHAPE_LINK, KEY_REQUIRED, AT(prompt, group), .space = NAME_PROMPT_GROUP},
    {"label", SHAPE_TEXT, KEY_REQUIRED, AT(prompt, label)},
    {"strength", SHAPE_ENUM, KEY_REQUIRED | KEY_NOT_NONE, AT(prompt, strength), .words = &strength_words},
    {"context", SHAPE_BOOL, 0, AT(prompt, context)},
    {"suggests", SHAPE_CODE, KEY_LIST | KEY_REFERS, AT_LIST(prompt, suggests, nsuggests), .space = NAME_SIGN},
};
static const struct form prompt_form = {FORM("a prompt", prompt, prompt_keys)};

static const struct key situation_keys[] = {
    {"id", SHAPE_NAME, KEY_REQUIRED | KEY_DEFINES, AT(situation, id), .space = NAME_SITUATION},
    {"label", SHAPE_TEXT, KEY_REQUIRED, AT(situation, label)},
    {"groups", SHAPE_ID, KEY_REQUIRED | KEY_LIST | KEY_SOME | KEY_REFERS, AT_LIST(situation, groups, ngroups),
     .space = NAME_PROMPT_GROUP},
};
static const struct form situation_form = {FORM("a situation", situation, situation_keys)};

static const struct key question_keys[] = {
    {"code", SHAPE_CODE, KEY_REQUIRED | KEY_DEFINES, AT(side_question, code), .space = NAME_SIGN},
    {"label", SHAPE_TEXT, KEY_REQUIRED, AT(side_question, label)},
    {"known_by", SHAPE_BITS, KEY_REQUIRED | KEY_SOME, AT(side_question, known_by), .words = &way_words},
    {"counts", SHAPE_ENUM, 0, AT(side_question, counts), .words = &counts_words},
};
static const struct form question_form = {FORM("a question", side_question, question_keys)};

static const struct key offence_keys[] = {
    {"id", SHAPE_ID, KEY_REQUIRED | KEY_DEFINES, AT(offence, id), .space = NAME_OFFENCE},
    {"title", SHAPE_TEXT, KEY_REQUIRED, AT(offence, title)},
    {"help", SHAPE_TEXT, KEY_REQUIRED, AT(offence, help)},
    {"speaks", SHAPE_CODE, KEY_REQUIRED | KEY_LIST | KEY_SOME | KEY_REFERS, AT_LIST(offence, speaks, nspeaks),
     .space = NAME_SIGN},
    {"rather", SHAPE_CODE, KEY_REQUIRED | KEY_LIST | KEY_SOME | KEY_REFERS, AT_LIST(offence, rather, nrather),
     .space = NAME_SIGN},
    {"evidence", SHAPE_PLAIN, 0, AT(offence, evidence)},
    {"source", SHAPE_ID, KEY_REFERS | KEY_ELSE, AT(offence, evidence), .space = NAME_SOURCE},
    {"verified", SHAPE_BOOL, KEY_REQUIRED, AT(offence, verified)},
};
static const struct form offence_form = {FORM("an offence", offence, offence_keys),
                                         .one_of = {"evidence", "source"}};

/* ---- what lifts a hold ------------------------------------------------------------------------------- */
static const char *const others[] = {"officer", "agency"};
static const struct words other_words = WORDS(others);
static const struct key lifting_keys[] = {
    {"answered_each", SHAPE_INT, KEY_REQUIRED, AT(lifting, answered_each), .least = 1, .most = 50},
    {"unknown_most", SHAPE_INT, KEY_REQUIRED, AT(lifting, unknown_most), .least = 1, .most = 99},
    {"interview", SHAPE_BOOL, KEY_REQUIRED, AT(lifting, interview)},
    {"language", SHAPE_BOOL, KEY_REQUIRED, AT(lifting, language)},
    {"another", SHAPE_ENUM, KEY_REQUIRED, AT(lifting, another), .words = &other_words},
    {"roles", SHAPE_BITS, KEY_SOME, AT(lifting, roles), .words = &role_words},
};
static const struct form lifting_form = {FORM("what lifts a hold", lifting, lifting_keys)};

/* ---- the file ---------------------------------------------------------------------------------------- */
/* The words of a list are the program's: each stands once, in their order, so that the enum is the index. */
static enum err check_words(struct load *l, const struct yaml *y, const char *key, const struct words *words)
{
    const struct yaml *list = given(y, key);
    for (size_t i = 0; list && list->type == YAML_LIST && i < list->n && i < words->n; i++) {
        const struct yaml *id = given(list->items[i], "id");
        if (id && id->type == YAML_SCALAR && !str_is(id->text, words->list[i]))
            return fault_add(&l->faults, AT_FAULT(id), "\"%s\": \"%s\" stands here", key, words->list[i]);
    }
    if (list && list->type == YAML_LIST && list->n != words->n)
        return fault_add(&l->faults, AT_FAULT(list), "\"%s\" must have %zu entries", key, words->n);
    return OK;
}

/* What an indicator does not say of its own, its profile says. */
static void spread_grounds(struct signs *s)
{
    for (size_t i = 0; i < s->n; i++) {
        struct sign *one = (struct sign *)&s->list[i];
        for (size_t p = 0; p < s->nprofiles && p < PROFILE_COUNT; p++)
            if (!one->ground.of[p] && one->strength.of[p] != STRENGTH_NONE)
                one->ground.of[p] = s->profiles[p].ground;
    }
}

static enum err signs_check(struct load *l, const struct yaml *y, void *record, const void *owner)
{
    (void)record, (void)owner;
    TRY(check_words(l, y, "profiles", &profile_words));
    TRY(check_words(l, y, "dimensions", &dimension_words));
    if (!l->faults.total)
        spread_grounds(&l->pack->signs);
    return OK;
}

#define AT_SIGNS(member, count) \
    .at = offsetof(struct pack, signs.member), .n_at = offsetof(struct pack, signs.count)
static const struct key signs_keys[] = {
    {"source", SHAPE_ID, KEY_REQUIRED | KEY_REFERS, .at = offsetof(struct pack, signs.source),
     .space = NAME_SOURCE},
    {"grounds", SHAPE_LIST, KEY_REQUIRED | KEY_SOME, AT_SIGNS(grounds, ngrounds), .form = &ground_form},
    {"profiles", SHAPE_LIST, KEY_REQUIRED, AT_SIGNS(profiles, nprofiles), .form = &profile_form},
    {"dimensions", SHAPE_LIST, KEY_REQUIRED, AT_SIGNS(dimensions, ndimensions), .form = &dimension_form},
    {"indicators", SHAPE_LIST, KEY_REQUIRED | KEY_SOME, AT_SIGNS(list, n), .form = &sign_form,
     .most = SIGNS_MOST},
    {"prompt_groups", SHAPE_LIST, 0, AT_SIGNS(groups, ngroups), .form = &group_form, .most = 64},
    {"prompts", SHAPE_LIST, 0, AT_SIGNS(prompts, nprompts), .form = &prompt_form, .most = PROMPTS_MOST},
    {"situations", SHAPE_LIST, 0, AT_SIGNS(situations, nsituations), .form = &situation_form, .most = 64},
    {"questions", SHAPE_LIST, 0, AT_SIGNS(questions, nquestions), .form = &question_form, .most = 64},
    {"offences", SHAPE_LIST, 0, AT_SIGNS(offences, noffences), .form = &offence_form, .most = 64},
    {"lifting", SHAPE_MAP, 0, .at = offsetof(struct pack, signs.lifting), .form = &lifting_form},
    {"competent", SHAPE_ID, KEY_LIST | KEY_SOME | KEY_REFERS, AT_SIGNS(competent, ncompetent),
     .space = NAME_AGENCY},
};
const struct form signs_form = {
    .what = "indicators.yaml", .keys = signs_keys, .nkeys = LEN(signs_keys), .check = signs_check};
