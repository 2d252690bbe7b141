/* SPDX-License-Identifier: Apache-2.0 */
/* view_json.c - the REST answers of assessments. */
#include "assessment/own.h"
#include "base/json.h"

static void put_bounds(struct json *j, const char *key, struct bounds b)
{
    json_key(j, key);
    json_object(j);
    json_kv_bool(j, "lower", b.lower);
    json_kv_bool(j, "upper", b.upper);
    json_end(j);
}

static void put_answers(struct json *j, const struct assessment_model *m)
{
    json_key(j, "answers");
    json_array(j);
    for (size_t i = 0; i < m->book.n; i++) {
        const struct answer_model *a = &m->answers[i];
        if (!a->given)
            continue;
        json_object(j);
        json_kv(j, "code", a->entry->code);
        json_kv(j, "answer", answer_word(a->answer));
        if (a->doubted)
            json_kv_bool(j, "doubted", true);
        if (*a->evidence)
            json_kv(j, "evidence", a->evidence);
        json_kv_id(j, "record", a->record);
        json_kv_id(j, "attachment", a->attachment);
        json_kv_id(j, "account", a->account);
        json_kv_time(j, "at", a->at_us);
        if (a->asked_before)
            json_kv_bool(j, "asked_before", true);
        json_end(j);
    }
    json_end(j);
}

static void put_proposed(struct json *j, const struct assessment_model *m)
{
    json_key(j, "proposed");
    json_array(j);
    for (size_t i = 0; i < m->book.n; i++) {
        if (!m->answers[i].shown_by)
            continue;
        json_object(j);
        json_kv(j, "code", m->book.items[i].code);
        json_kv_id(j, "record", m->answers[i].shown_by->id);
        json_end(j);
    }
    json_end(j);
}

static void put_deciding(struct json *j, const struct assessment_model *m)
{
    json_key(j, "deciding");
    json_array(j);
    for (size_t i = 0; i < m->book.n; i++)
        if (m->answers[i].deciding)
            json_c(j, m->book.items[i].code);
    json_end(j);
}

static void put_tests(struct json *j, const struct result *r)
{
    json_key(j, "tests");
    json_array(j);
    for (size_t i = 0; i < r->ntests; i++) {
        const struct legal_test *t = &r->tests[i];
        json_object(j);
        json_kv(j, "definition", t->definition->id);
        json_kv(j, "provision", t->definition->provision->id);
        json_kv_bool(j, "verified", t->definition->provision->verified);
        json_kv(j, "act", bounds_word(t->act));
        json_kv(j, "means", bounds_word(t->means));
        json_kv(j, "purpose", bounds_word(t->purpose));
        json_kv(j, "met", bounds_word(t->met));
        json_end(j);
    }
    json_end(j);
}

static void put_result(struct json *j, const struct assessment_model *m)
{
    const struct result *r = &m->result;
    json_kv(j, "profile", profile_word(r->profile));
    json_kv(j, "age", AGE_WORDS[m->sheet.age]);
    json_kv_bool(j, "age_doubted", m->sheet.taken_back[FRAME_AGE].doubted);
    json_kv_bool(j, "exploited_doubted", m->sheet.taken_back[FRAME_EXPLOITED].doubted);
    json_key(j, "dimensions");
    json_object(j);
    for (int d = 0; d < DIMENSION_COUNT; d++)
        put_bounds(j, dimension_word((enum dimension)d), r->dimensions.of[d]);
    json_end(j);
    put_bounds(j, "act", r->act);
    put_bounds(j, "means", r->means);
    put_bounds(j, "purpose", r->purpose);
    put_bounds(j, "suspicion", r->suspicion);
    put_bounds(j, "reasonable_grounds", r->reasonable);
    put_bounds(j, "conclusive", r->conclusive);
    put_tests(j, r);
}

/* The same words as on the page, for programs. */
static void put_lifting(struct json *j, const struct assessment_model *m)
{
    static const struct {
        uint32_t bit;
        const char *word;
    } words[] = {{LACKS_RULE, "rule"},         {LACKS_ANSWERS, "answers"},
                 {LACKS_KNOWN, "known"},       {LACKS_INTERVIEW, "interview"},
                 {LACKS_LANGUAGE, "language"}, {LACKS_CERTAINTY, "certainty"}};
    json_key(j, "lifting");
    json_object(j);
    json_kv_bool(j, "lifts", m->lifts);
    json_kv_i64(j, "done", (int64_t)m->lifting.done);
    json_kv_i64(j, "needed", (int64_t)m->lifting.needed);
    json_key(j, "lacks");
    json_array(j);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (m->lifting.lacks & words[i].bit)
            json_c(j, words[i].word);
    json_end(j);
    json_end(j);
}

static void put_versions(struct json *j, const struct assessment_model *m)
{
    json_key(j, "versions");
    json_array(j);
    for (size_t i = 0; i < m->nversions; i++) {
        const struct assessment_version *v = &m->versions[i];
        json_object(j);
        json_kv_i64(j, "no", v->no);
        json_kv_time(j, "at", v->at_us);
        json_kv_id(j, "account", v->account);
        json_kv(j, "phase", v->phase);
        if (v->reasons.verdict == VERDICT_ALLOW && v->reasons.text.n)
            json_kv_str(j, "reasons", v->reasons.text);
        else if (v->reasons.verdict != VERDICT_ALLOW)
            json_kv(j, "reasons_withheld", policy_reason_word(v->reasons.reason));
        json_end(j);
    }
    json_end(j);
}

void assessment_show_json(const struct view *v, struct json *j)
{
    const struct assessment_model *m = v->model;
    json_object(j);
    json_kv_id(j, "id", m->id);
    json_kv_id(j, "case", m->case_);
    json_kv_id(j, "subject", m->subject);
    json_kv(j, "form", m->form);
    if (m->situation)
        json_kv(j, "situation", m->situation->id);
    json_kv(j, "phase", m->phase);
    json_kv(j, "state", m->state);
    json_kv(j, "outcome", *m->outcome ? m->outcome : NULL);
    json_kv_i64(j, "version", m->version);
    json_kv_time(j, "started", m->started_us);
    json_kv_time(j, "finished", m->finished_us);
    json_kv_i64(j, "interviews", m->interviews);
    if (m->hidden == REASON_OK) {
        put_result(j, m);
        put_answers(j, m);
        put_lifting(j, m);
        put_proposed(j, m);
        if (!m->first_contact)
            put_deciding(j, m);
    } else {
        json_kv(j, "withheld", policy_reason_word(m->hidden));
    }
    put_versions(j, m);
    json_end(j);
}

void assessment_list_json(const struct view *v, struct json *j)
{
    const struct assessment_list *list = v->model;
    json_object(j);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < list->n; i++) {
        const struct assessment_row *r = &list->items[i];
        json_object(j);
        json_kv_id(j, "id", r->id);
        json_kv_id(j, "subject", r->subject);
        json_kv(j, "form", r->form);
        json_kv(j, "phase", r->phase);
        json_kv(j, "state", r->state);
        json_kv(j, "outcome", *r->outcome ? r->outcome : NULL);
        json_kv_time(j, "started", r->started_us);
        json_kv_time(j, "finished", r->finished_us);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}
