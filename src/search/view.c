/* SPDX-License-Identifier: Apache-2.0 */
/* view.c - search.find: candidates come from wherever they come; what is told is what the policy allows, each
 * case and each class asked by itself (plan 1(1)/b). A look that passes over what is hidden leaves on an even
 * step. */
#include "base/alloc.h"
#include "base/calendar.h"
#include "base/json.h"
#include "base/limits.h"
#include "search/names.h"
#include "sys/text.h"
#include "sys/tz.h"

#define ASKED_MAX     400 /* cases that the policy is asked about for one query */
#define CASES_OF_ONE  8   /* of a subject, newest first */
#define DOCUMENTS_MAX 20

const char *search_why_word(enum search_why w)
{
    static const char *const words[] = {"number",     "document", "full_name",     "family_name",
                                        "given_name", "reading",  "passport_form", "phone"};
    return (size_t)w < sizeof words / sizeof *words ? words[w] : "";
}

const char *search_how_word(enum search_how h)
{
    static const char *const words[] = {"exact", "begins", "similar"};
    return (size_t)h < sizeof words / sizeof *words ? words[h] : "";
}

struct finding {
    struct view *v;
    struct search_result *m;
    struct case_list *list; /* the case of each hit, in its place */
    size_t asked;
};

static bool holds(const struct finding *f, struct id subject, struct id case_)
{
    for (size_t i = 0; i < f->m->n; i++) {
        const struct search_hit *h = &f->m->items[i];
        if (id_is_nil(subject) ? id_eq(h->case_.id, case_) : id_eq(h->subject, subject))
            return true;
    }
    return false;
}

static void add(struct finding *f, const struct search_hit *hit)
{
    f->m->items[f->m->n] = *hit;
    f->m->items[f->m->n++].case_ = f->list->items[f->list->n - 1];
}

/* ---- numbers ----------------------------------------------------------------------------------------------
 */

/* "417" is the number 000417 of this year, and of the years before. */
#define YEARS_BACK 3

static enum err take_numbers(struct finding *f, struct str prefix)
{
    size_t before = f->list->n;
    bool more;
    TRY(registry_take_numbers(f->v, prefix, SEARCH_HITS_MAX, f->list, &more));
    f->m->more |= more;
    for (size_t i = before; i < f->list->n; i++) {
        struct search_hit hit = {.why = WHY_NUMBER, .how = HOW_BEGINS, .type = ""};
        if (str_is(prefix, f->list->items[i].number))
            hit.how = HOW_EXACT;
        hit.case_ = f->list->items[i];
        f->m->items[f->m->n++] = hit;
    }
    return OK;
}

static bool only(struct str s, const char *allowed)
{
    for (size_t i = 0; i < s.n; i++)
        if (!strchr(allowed, s.p[i]))
            return false;
    return s.n > 0;
}

static enum err by_number(struct finding *f, struct str q)
{
    const struct tz *z;
    int64_t running;
    if (!only(q, "0123456789-") || q.n > 24)
        return OK;
    if (str_find(q, '-') > 0)
        return take_numbers(f, q);
    if (q.n > 6 || str_i64(q, 1, 999999, &running) != OK)
        return OK;
    TRY(tz_find(f->v->pack->time_zone, &z));
    int year = (int)(unsigned)tz_local(z, f->v->now_us).date.year;
    for (int y = year; y >= year - YEARS_BACK && f->m->n < SEARCH_HITS_MAX; y--) {
        char *number = arena_printf(f->v->arena, "%04d-%06lld", y, (long long)running);
        if (!number)
            return arena_err(f->v->arena);
        TRY(take_numbers(f, str_of(number)));
    }
    return OK;
}

/* ---- a subject through the cases that may be told of
 * ------------------------------------------------------- */

/* Its newest case that may be listed, if what was found may be shown there. *ret_asked_out: the limit was
 * reached. */
static enum err take_subject(struct finding *f, struct search_hit *hit, struct id row, const char *form)
{
    struct id cases[CASES_OF_ONE];
    size_t n;
    if (holds(f, hit->subject, id_nil()))
        return OK;
    TRY(registry_cases_of(f->v, hit->subject, CASES_OF_ONE, cases, &n));
    for (size_t i = 0; i < n; i++) {
        f->asked++;
        if (!registry_may_list(f->v, cases[i]))
            continue;
        TRY(registry_shown(f->v, hit->subject, cases[i], row, form, &hit->name));
        if (hit->name.verdict != VERDICT_ALLOW)
            continue;
        if (f->m->n == SEARCH_HITS_MAX) {
            f->m->more = true;
            return OK;
        }
        size_t before = f->list->n;
        TRY(registry_take_case(f->v, cases[i], f->list));
        if (f->list->n > before)
            add(f, hit);
        return OK;
    }
    return OK;
}

/* ---- documents: whole, by their blind index
 * ---------------------------------------------------------------- */

static enum err same_document(struct view *v, struct str shown, struct str folded, bool *ret)
{
    struct str again;
    TRY(text_fold(v->arena, shown, &again));
    *ret = str_eq(again, folded);
    return OK;
}

static enum err documents_of(struct finding *f, struct id subject, const char *type, struct str folded)
{
    struct id rows[DOCUMENTS_MAX];
    size_t n, before = f->m->n;
    TRY(registry_identifier_rows(f->v, subject, type, rows, DOCUMENTS_MAX, &n));
    for (size_t i = 0; i < n && f->m->n == before && f->m->n < SEARCH_HITS_MAX; i++) {
        struct search_hit hit = {.subject = subject, .why = WHY_DOCUMENT, .how = HOW_EXACT, .type = type};
        bool same;
        TRY(take_subject(f, &hit, rows[i], "phone"));
        if (f->m->n == before)
            continue;
        TRY(same_document(f->v, hit.name.text, folded, &same));
        if (!same) { /* another document of hers */
            f->m->n--;
            f->list->n--;
        }
    }
    return OK;
}

static enum err by_document(struct finding *f, struct str q)
{
    static const char *const types[] = {"passport",  "residence_card",   "national_id", "phone", "email",
                                        "messenger", "corporate_number", "licence",     "other"};
    struct str folded;
    TRY(text_fold(f->v->arena, q, &folded));
    for (size_t t = 0; t < sizeof types / sizeof *types && f->m->n < SEARCH_HITS_MAX; t++) {
        struct id *targets;
        size_t n;
        char *field = arena_printf(f->v->arena, "identifier.%s", types[t]);
        if (!field)
            return arena_err(f->v->arena);
        TRY(vault_blind_find(door_vault(f->v->door), f->v->db, f->v->arena, f->v->ctx->agency, field, folded,
                             &targets, &n));
        for (size_t i = 0; i < n && i < DOCUMENTS_MAX && f->m->n < SEARCH_HITS_MAX; i++)
            TRY(documents_of(f, targets[i], types[t], folded));
    }
    return OK;
}

/* ---- names and telephones
 * ----------------------------------------------------------------------------------- */

static const char *row_of(enum search_why form)
{
    return form == WHY_PHONE ? "phone" : "full"; /* which table the row is of */
}

static enum err take_candidates(struct finding *f, const struct candidate *list, size_t n)
{
    for (size_t i = 0; i < n && !f->m->more; i++) {
        struct search_hit hit = {
            .subject = list[i].subject, .why = list[i].form, .how = list[i].how, .type = ""};
        if (f->asked >= ASKED_MAX)
            f->m->more = true;
        else
            TRY(take_subject(f, &hit, list[i].row, row_of(list[i].form)));
    }
    return OK;
}

/* A telephone is often typed with what parts it: as one word of digits. */
static struct str as_phone(struct arena *a, struct str folded)
{
    char *p = arena_cstr(a, folded);
    size_t n = 0;
    if (!p || !only(folded, "0123456789 "))
        return folded;
    for (size_t i = 0; i < folded.n; i++)
        if (folded.p[i] != ' ')
            p[n++] = folded.p[i];
    return (struct str){p, n};
}

static enum err by_name(struct finding *f, struct str folded)
{
    struct names *names;
    struct candidate *list;
    size_t n;
    bool more;
    TRY(names_of(f->v->door, &names));
    TRY(names_find(names, f->v->ctx->agency, as_phone(f->v->arena, folded), f->v->arena, &list, &n, &more,
                   &f->m->reading));
    TRY(take_candidates(f, list, n));
    f->m->more |= more;
    return OK;
}

/* ---- the view
 * ------------------------------------------------------------------------------------------------ */

/* Two letters; of scripts where one is a word, one. */
static bool long_enough(struct str folded)
{
    size_t at = 0;
    int32_t first = str_utf8_next(folded, &at);
    return str_utf8_count(folded) >= 2 || first >= 0x2e80;
}

static enum err find_run(struct view *v)
{
    struct finding f = {.v = v, .m = ARENA_NEW(v->arena, struct search_result)};
    struct str q = str_trim(view_in(v, "q")), folded;
    v->passes_hidden = true;
    if (!f.m)
        return arena_err(v->arena);
    v->model = f.m;
    f.m->items = ARENA_ARRAY(v->arena, REGISTRY_LIST_MAX, struct search_hit);
    if (!f.m->items)
        return arena_err(v->arena);
    TRY(registry_case_list(v, &f.list));
    TRY(text_search_fold(v->arena, q, &folded));
    f.m->shorter = !long_enough(folded);
    if (f.m->shorter)
        return OK;
    TRY(by_number(&f, q));
    if (f.m->n < SEARCH_HITS_MAX)
        TRY(by_document(&f, q));
    return by_name(&f, folded);
}

static const struct input_field find_inputs[] = {
    {.name = "q",
     .label = "Name, number, document or telephone",
     .type = IN_TEXT,
     .personal = true,
     .required = true},
};

static void hit_json(struct json *j, const struct search_hit *h)
{
    json_object(j);
    json_kv_id(j, "case", h->case_.id);
    json_kv(j, "number", h->case_.number);
    json_kv(j, "state", h->case_.state);
    json_kv(j, "stage", h->case_.stage);
    json_kv(j, "agency", h->case_.agency);
    json_kv_time(j, "opened", h->case_.opened_us);
    json_kv_id(j, "subject", h->subject);
    json_kv(j, "why", search_why_word(h->why));
    json_kv(j, "how", search_how_word(h->how));
    if (*h->type)
        json_kv(j, "type", h->type);
    if (h->name.text.n) {
        json_key(j, "name");
        json_str(j, h->name.text);
    }
    json_end(j);
}

static void find_json(const struct view *v, struct json *j)
{
    const struct search_result *m = v->model;
    json_object(j);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < m->n; i++)
        hit_json(j, &m->items[i]);
    json_end(j);
    json_kv_bool(j, "more", m->more);
    json_kv_bool(j, "too_short", m->shorter);
    json_kv_bool(j, "reading", m->reading);
    json_end(j);
}

const struct view_decl SEARCH_VIEWS[] = {
    {.name = "search.find",
     .summary = "Find by name, number, document or telephone",
     .verb = VERB_LIST,
     .object = OBJECT_CASE,
     .inputs = find_inputs,
     .ninputs = sizeof find_inputs / sizeof *find_inputs,
     .run = find_run,
     .to_json = find_json,
     .duty = "1(1)/b"},
};
const size_t NSEARCH_VIEWS = sizeof SEARCH_VIEWS / sizeof *SEARCH_VIEWS;

static bool has(const struct id *list, size_t n, struct id id)
{
    for (size_t i = 0; i < n; i++)
        if (id_eq(list[i], id))
            return true;
    return false;
}

enum err search_named(struct door *d, struct str text, struct arena *a, struct id *ret, size_t *ret_n,
                      bool *ret_reading)
{
    const struct pack *p = door_pack(d);
    struct arena *scratch CLEANUP(arena_cleanup) = arena_new(0); /* emptied for each agency: there are many */
    struct names *names;
    struct str folded;
    *ret_n = 0;
    *ret_reading = false;
    if (!scratch)
        return mem_fail();
    TRY(names_of(d, &names));
    TRY(text_search_fold(a, text, &folded));
    folded = as_phone(a, folded);
    for (size_t i = 0; folded.n && i < p->nagencies && !*ret_reading; i++) {
        struct candidate *list;
        size_t n;
        bool more;
        arena_reset(scratch);
        TRY(names_find(names, p->agencies[i].id, folded, scratch, &list, &n, &more, ret_reading));
        for (size_t k = 0; k < n && *ret_n < SEARCH_NAMED_MAX; k++)
            if (list[k].how == HOW_EXACT && !has(ret, *ret_n, list[k].subject))
                ret[(*ret_n)++] = list[k].subject;
    }
    return OK;
}

enum err search_warm(struct door *d)
{
    struct names *names;
    return names_of(d, &names);
}

enum err search_stats(struct door *d, struct search_stats *ret)
{
    struct names *names;
    TRY(names_of(d, &names));
    names_stats(names, ret);
    return OK;
}
