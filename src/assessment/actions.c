/* SPDX-License-Identifier: Apache-2.0 */
/* actions.c - begin, answer, finish, look again (plan 3(1)/a). Nothing here changes a case. */
#include "assessment/own.h"
#include "attachment/attachment.h"

/* ---- what is given ------------------------------------------------------------------------------------- */

struct given {
    struct book book;
    struct buf body; /* sealed by who calls */
    size_t n;
};

static void free_given(struct given *g)
{
    buf_free(&g->body);
}

static enum err refer_to(struct act *a, struct id record)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct id case_ = a->object.case_.v;
    bool row;
    TRY(db_prepare(a->tx->db, "SELECT id FROM record WHERE id = ?1 AND case_id = ?2 AND kept_with IS NULL",
                   &s));
    db_bind_id(s, 1, &record);
    db_bind_id(s, 2, &case_);
    TRY(db_step(s, &row));
    return row ? OK : FAIL(ERR_FIELD, "field record: no paper of this case");
}

static enum err refer_to_file(struct act *a, struct id file)
{
    bool there;
    TRY(attachment_in_case(a->tx->db, a->object.case_.v, file, &there));
    return there ? OK : FAIL(ERR_FIELD, "field attachment: no file of this case");
}

/* "CODE=yes". An error tells the place, not the words: they may be somebody's. */
static enum err one_answer(const struct book *b, const struct pair *given, size_t at, struct pair *ret)
{
    struct str value = given->value, code;
    if (given->state != VALUE_GIVEN || !str_cut(&value, '=', &code) || book_find(b, code) < 0)
        return FAIL(ERR_FIELD, "field answer: number %zu has no code of the pack", at + 1);
    if (answer_find(value) < 0)
        return FAIL(ERR_FIELD, "field answer: number %zu is not yes, no or unknown", at + 1);
    *ret = (struct pair){code, value, VALUE_GIVEN};
    return OK;
}

static enum err check_twice(const struct pair *pairs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            if (str_eq(pairs[i].name, pairs[k].name))
                return FAIL(ERR_FIELD, "field answer: number %zu stands twice", i + 1);
    return OK;
}

/* What all answers of one act rest on. */
static void frame(struct act *a, struct pair *pairs, size_t *n)
{
    static const char *const names[][2] = {
        {"age", NAME_AGE},        {"exploited", NAME_EXPLOITED}, {"interview", NAME_INTERVIEW},
        {"spoken", NAME_SPOKEN},  {"evidence", NAME_EVIDENCE},   {"record", NAME_RECORD},
        {"attachment", NAME_FILE}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (in_given(a, names[i][0]))
            pairs[(*n)++] = (struct pair){str_of(names[i][1]), in_text(a, names[i][0]), VALUE_GIVEN};
}

static enum err take_given(struct act *a, struct given *g)
{
    const struct pair *answers;
    size_t n = in_all(a, "answer", &answers), at = 0;
    struct pair *pairs = ARENA_ARRAY(a->arena, n + 8, struct pair);
    if (!answers || !pairs)
        return arena_err(a->arena);
    if (n > ANSWERS_MAX)
        return FAIL(ERR_LIMIT, "more than %d answers in one act", ANSWERS_MAX);
    TRY(book_make(a->pack, a->arena, &g->book));
    for (size_t i = 0; i < n; i++)
        TRY(one_answer(&g->book, &answers[i], i, &pairs[at++]));
    TRY(check_twice(pairs, at));
    if (in_given(a, "record"))
        TRY(refer_to(a, in_id(a, "record")));
    if (in_given(a, "attachment"))
        TRY(refer_to_file(a, in_id(a, "attachment")));
    frame(a, pairs, &at);
    g->n = at;
    return at ? record_body_pack(pairs, at, &g->body) : OK;
}

/* ---- rows ---------------------------------------------------------------------------------------------- */

static enum err write_version(struct act *a, const struct cell *m, struct str body, struct str reasons)
{
    struct buf sealed CLEANUP(buf_free) = {0}, why CLEANUP(buf_free) = {0};
    struct compartment_id c = {cell_get_id(&m[AM_COMPARTMENT])};
    struct id id = id_new();
    if (body.n)
        TRY(vault_seal(a->tx, c, CLASS_SUSPECT, (struct place){&TABLE_ASSESSMENT_VERSION, id, AV_BODY}, body,
                       &sealed));
    if (reasons.n) /* free text: it may name her */
        TRY(vault_seal(a->tx, c, CLASS_IDENTITY, (struct place){&TABLE_ASSESSMENT_VERSION, id, AV_REASONS},
                       reasons, &why));
    struct cell cells[AV_COUNT] = {
        [AV_ID] = cell_id(&id),
        [AV_ASSESSMENT] = m[AM_ID],
        [AV_NO] = m[AM_CURRENT],
        [AV_AT] = cell_int(a->tx->now_us),
        [AV_ACCOUNT] = cell_id_or_null(&a->ctx->account),
        [AV_AGENCY] = cell_c(a->ctx->agency),
        [AV_ROLE] = cell_int(a->ctx->role),
        [AV_PHASE] = m[AM_PHASE],
        [AV_PACK_VERSION] = cell_c(a->pack->version),
        [AV_BODY] = body.n ? cell_str(buf_view(&sealed)) : cell_null(),
        [AV_REASONS] = reasons.n ? cell_str(buf_view(&why)) : cell_null(),
    };
    return row_insert(a->tx, &TABLE_ASSESSMENT_VERSION, cells);
}

static enum err next_version(struct act *a, struct cell *m, struct str body, struct str reasons)
{
    if (m[AM_CURRENT].i >= VERSIONS_MAX)
        return FAIL(ERR_LIMIT, "more than %d versions: begin a new assessment", VERSIONS_MAX);
    m[AM_CURRENT] = cell_int(m[AM_CURRENT].i + 1);
    m[AM_UPDATED] = cell_int(a->tx->now_us);
    TRY(row_update(a->tx, &TABLE_ASSESSMENT, m, a->expected_version));
    a->ret_id = a->subject;
    a->ret_version = m[AM_VERSION].i;
    return write_version(a, m, body, reasons);
}

/* ---- assessment.start ---------------------------------------------------------------------------------- */

static const struct situation *situation_find(const struct pack *p, struct str id)
{
    for (size_t i = 0; i < p->signs.nsituations; i++)
        if (str_is(id, p->signs.situations[i].id))
            return &p->signs.situations[i];
    return NULL;
}

static enum err check_person(struct act *a, struct id subject)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool row;
    TRY(db_prepare(a->tx->db, "SELECT type FROM subject WHERE id = ?1", &s));
    db_bind_id(s, 1, &subject);
    TRY(db_step(s, &row));
    return row && db_i64(s, 0) == SUBJECT_PERSON ? OK : FAIL(ERR_FIELD, "field subject: not a person");
}

static enum err start_find(struct act *a, struct object *ret)
{
    TRY(door_entities(a->door)->subject(a->tx->db, a->arena, in_id(a, "subject"),
                                        (struct case_id){in_id(a, "case")}, ret));
    ret->kind = OBJECT_RECORD;
    return OK;
}

static enum err start_body(struct act *a)
{
    CLEANUP(free_given) struct given g = {.n = 0};
    struct id id = id_new(), case_ = in_id(a, "case"), subject = in_id(a, "subject");
    struct str form = in_text(a, "form"), phase = in_text(a, "phase"), situation = in_text(a, "situation");
    struct compartment_id c;
    if (!a->pack->signs.n)
        return FAIL(ERR_UNSUPPORTED, "the pack has no indicators");
    TRY(check_person(a, subject));
    bool quick = str_is(form, "screening");
    if (quick ? !situation_find(a->pack, situation) : situation.n > 0)
        return FAIL(ERR_FIELD, "field situation: one of the pack, for a screening and for nothing else");
    TRY(take_given(a, &g));
    TRY(record_compartment(a, &c));
    struct cell m[AM_COUNT] = {
        [AM_ID] = cell_id(&id),
        [AM_CASE] = cell_id(&case_),
        [AM_SUBJECT] = cell_id(&subject),
        [AM_AGENCY] = cell_c(*a->ctx->agency ? a->ctx->agency : a->object.owner),
        [AM_FORM] = cell_str(form.n ? form : STR("indicators")),
        [AM_SITUATION] = situation.n ? cell_str(situation) : cell_null(),
        [AM_PHASE] = cell_str(phase.n ? phase : STR("first_contact")),
        [AM_STATE] = cell_c("open"),
        [AM_OUTCOME] = cell_null(),
        [AM_LABEL] = cell_int(a->object.label),
        [AM_COMPARTMENT] = cell_id(&c.v),
        [AM_CURRENT] = cell_int(1),
        [AM_STARTED] = cell_int(a->tx->now_us),
        [AM_STARTED_BY] = cell_id_or_null(&a->ctx->account),
        [AM_UPDATED] = cell_int(a->tx->now_us),
        [AM_FINISHED] = cell_null(),
        [AM_FINISHED_BY] = cell_null(),
        [AM_LIFTS] = cell_null(),
    };
    TRY(row_insert(a->tx, &TABLE_ASSESSMENT, m));
    a->ret_id = id;
    a->ret_version = 1;
    return write_version(a, m, buf_view(&g.body), STR(""));
}

/* ---- assessment.answer --------------------------------------------------------------------------------- */

static enum err find(struct act *a, struct object *ret)
{
    struct cell m[AM_COUNT];
    return assessment_load(a->tx->db, a->arena, a->subject, m, ret);
}

static enum err load_open(struct act *a, struct cell *m)
{
    struct object o;
    TRY(assessment_load(a->tx->db, a->arena, a->subject, m, &o));
    return str_is(m[AM_STATE].s, "open") ? OK
                                         : FAIL(ERR_STATE, "the assessment is finished: look again first");
}

static enum err answer_body(struct act *a)
{
    CLEANUP(free_given) struct given g = {.n = 0};
    struct cell m[AM_COUNT];
    struct str phase = in_text(a, "phase");
    TRY(act_may(a, CLASS_SUSPECT));
    TRY(load_open(a, m));
    TRY(take_given(a, &g));
    if (!g.n && !phase.n)
        return FAIL(ERR_FIELD, "field answer: nothing was given");
    if (phase.n)
        m[AM_PHASE] = cell_str(phase);
    return next_version(a, m, buf_view(&g.body), STR(""));
}

/* ---- assessment.finish, assessment.review -------------------------------------------------------------- */

/* Each prompt of the list was looked at. "Unknown" is an answer to one, not to all of them: nobody passes a
 * screening that was not done, and no step is let go on by one. */
static enum err check_screened(struct act *a, const struct cell *m, const struct folded *f)
{
    const struct situation *s =
        m[AM_SITUATION].kind == CELL_NULL ? NULL : situation_find(a->pack, m[AM_SITUATION].s);
    size_t open = 0, found_out = 0;
    for (size_t i = 0; i < f->sheet.book->n; i++) {
        const struct book_entry *e = &f->sheet.book->items[i];
        bool listed = e->sort == SORT_PROMPT && in_situation(s, e->of);
        open += listed && !f->by[i].given;
        found_out += (listed || !s) && f->by[i].given && f->by[i].answer != ANSWER_UNKNOWN;
    }
    if (open)
        return FAIL(ERR_STATE, "%zu prompts of the list were not looked at", open);
    return found_out
               ? OK
               : FAIL(ERR_STATE, "nothing was found out: no answer, or \"unknown\" to all, is no screening");
}

/* Whom a no lets go on with a step, by what is known and who says so. */
static enum lifts whom_it_lets_go_on(const struct act *a, const struct cell *m, const struct sheet *s)
{
    const struct lifting *rule = &a->pack->signs.lifting;
    struct lifting_state l;
    lifting_of(s, m[AM_SITUATION].kind == CELL_NULL ? NULL : situation_find(a->pack, m[AM_SITUATION].s), &l);
    if (l.lacks || !lifting_role(rule, a->ctx->role))
        return LIFTS_NONE;
    return rule->another ? LIFTS_OTHER_AGENCIES : LIFTS_OTHER_OFFICERS;
}

/* Nobody takes a yes back alone. */
static enum err check_taken_back(struct act *a, const struct sheet *s)
{
    struct result r;
    enum answer *before = ARENA_ARRAY(a->arena, s->book->n + 1, enum answer);
    if (!before)
        return arena_err(a->arena);
    struct sheet as_it_was = sheet_before(s, before);
    result_of(&as_it_was, &r);
    return may_be_negative(&r)
               ? OK
               : FAIL(ERR_STATE, "an answer that raises a suspicion was taken back: another officer looks at "
                                 "it and answers it, too");
}

/* No is hard (invariant 2): not against signs that are certain, and not without having looked. */
static enum err check_negative(struct act *a, struct cell *m)
{
    struct result r;
    struct folded f;
    struct book b;
    if (m[AM_OUTCOME].kind != CELL_NULL && str_is(m[AM_OUTCOME].s, "positive"))
        return FAIL(ERR_STATE, "it was positive before: a no is decided on the case, with a second agency");
    TRY(book_make(a->pack, a->arena, &b));
    TRY(fold_stored(a->tx->vault, a->tx->db, a->arena, m, &b, a->tx->now_us, &f));
    result_of(&f.sheet, &r);
    if (!may_be_negative(&r))
        return FAIL(ERR_STATE, "signs raise a suspicion: a no is decided on the case, with a second agency");
    TRY(check_taken_back(a, &f.sheet));
    TRY(check_screened(a, m, &f));
    m[AM_LIFTS] = cell_int(whom_it_lets_go_on(a, m, &f.sheet));
    return OK;
}

static enum err finish_body(struct act *a)
{
    struct cell m[AM_COUNT];
    bool positive = str_is(in_text(a, "outcome"), "positive");
    TRY(act_may(a, CLASS_IDENTITY));
    TRY(load_open(a, m));
    if (!str_trim(in_text(a, "reasons")).n)
        return FAIL(ERR_FIELD, "field reasons: an outcome needs reasons");
    bool news = positive && (m[AM_OUTCOME].kind == CELL_NULL || !str_is(m[AM_OUTCOME].s, "positive"));
    if (!positive)
        TRY(check_negative(a, m));
    m[AM_STATE] = cell_c("finished");
    m[AM_OUTCOME] = cell_c(positive ? "positive" : "negative");
    m[AM_FINISHED] = cell_int(a->tx->now_us);
    m[AM_FINISHED_BY] = cell_id_or_null(&a->ctx->account);
    TRY(next_version(a, m, STR(""), in_text(a, "reasons")));
    /* One yes protects: who holds the case and the competent bodies in it hear of it, and nothing of her. */
    return news ? act_emit(a, "assessment.positive", a->subject, STR("")) : OK;
}

static enum err review_body(struct act *a)
{
    struct cell m[AM_COUNT];
    struct object o;
    TRY(assessment_load(a->tx->db, a->arena, a->subject, m, &o));
    if (!str_is(m[AM_STATE].s, "finished"))
        return FAIL(ERR_STATE, "the assessment is not finished");
    m[AM_STATE] = cell_c("open"); /* a positive outcome stays beside it */
    m[AM_PHASE] = cell_c("review");
    m[AM_LIFTS] = cell_null();
    return next_version(a, m, STR(""), STR(""));
}

/* ---- declarations -------------------------------------------------------------------------------------- */

#define ANSWER_INPUTS                                                                                       \
    {.name = "answer", .label = "Answers", .type = IN_TEXT, .multi = true, .personal = true},               \
        {.name = "evidence",                                                                                \
         .label = "What the answers rest on",                                                               \
         .type = IN_WORD,                                                                                   \
         .personal = true,                                                                                  \
         .words = EVIDENCE_WORDS},                                                                          \
        {.name = "record", .label = "The paper that says so", .type = IN_ID},                               \
        {.name = "attachment", .label = "The file that shows it", .type = IN_ID},                           \
        {.name = "age", .label = "Age at the time", .type = IN_WORD, .personal = true, .words = AGE_WORDS}, \
        {.name = "exploited",                                                                               \
         .label = "Sort of exploitation",                                                                   \
         .type = IN_WORD,                                                                                   \
         .personal = true,                                                                                  \
         .words = EXPLOITED_WORDS},                                                                         \
        {.name = "interview",                                                                               \
         .label = "Was she spoken to?",                                                                     \
         .type = IN_WORD,                                                                                   \
         .personal = true,                                                                                  \
         .words = INTERVIEW_WORDS},                                                                         \
        {.name = "spoken",                                                                                  \
         .label = "In which language was she heard?",                                                       \
         .type = IN_WORD,                                                                                   \
         .personal = true,                                                                                  \
         .words = SPOKEN_WORDS},                                                                            \
    {                                                                                                       \
        .name = "phase", .label = "Phase", .type = IN_WORD, .words = PHASE_WORDS                            \
    }

/* clang-format off */
static const struct input_field start_inputs[] = {
    {.name = "case", .label = "Case", .type = IN_ID, .required = true},
    {.name = "subject", .label = "Person", .type = IN_ID, .required = true},
    {.name = "form", .label = "Form", .type = IN_WORD, .words = FORM_WORDS},
    {.name = "situation", .label = "Situation", .type = IN_TEXT},
    ANSWER_INPUTS,
};
static const struct input_field answer_inputs[] = {ANSWER_INPUTS};
/* clang-format on */
static const char *const outcome_words[] = {"positive", "negative", NULL};
static const struct input_field finish_inputs[] = {
    {.name = "outcome", .label = "Outcome", .type = IN_WORD, .required = true, .words = outcome_words},
    {.name = "reasons", .label = "Reasons", .type = IN_LONG_TEXT, .required = true, .personal = true},
};

#define N(list) .inputs = list, .ninputs = sizeof list / sizeof *list
const struct action ASSESSMENT_ACTIONS[] = {
    {.name = "assessment.start",
     .summary = "Begin a screening or an assessment",
     .verb = VERB_CREATE,
     .object = OBJECT_RECORD,
     N(start_inputs),
     .creates = true,
     .find = start_find,
     .body = start_body,
     .duty = "3(1)/a"},
    {.name = "assessment.answer",
     .summary = "Record answers of an assessment",
     .verb = VERB_UPDATE,
     .object = OBJECT_RECORD,
     N(answer_inputs),
     .find = find,
     .body = answer_body,
     .duty = "3(1)/a"},
    {.name = "assessment.finish",
     .summary = "Finish an assessment, with reasons",
     .verb = VERB_DECIDE,
     .object = OBJECT_RECORD,
     N(finish_inputs),
     .find = find,
     .body = finish_body,
     .duty = "3(1)/a"},
    {.name = "assessment.review",
     .summary = "Look at a finished assessment again",
     .verb = VERB_UPDATE,
     .object = OBJECT_RECORD,
     .find = find,
     .body = review_body,
     .duty = "3(1)/a"},
};
const size_t NASSESSMENT_ACTIONS = sizeof ASSESSMENT_ACTIONS / sizeof *ASSESSMENT_ACTIONS;
