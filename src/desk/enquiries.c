/* SPDX-License-Identifier: Apache-2.0 */
/* enquiries.c - an employer, a broker, a "friend", an embassy asks a desk about a person. The desk says the
 * same sentence to all and looks nothing up: writing it down takes the same steps whoever is asked about.
 * Later the system compares number and name, and warns the people of a case, who may read who asked; the desk
 * learns nothing (invariants 6, 8, 9). */
#include "core/pager.h"
#include "desk/own.h"
#include "registry/registry.h"
#include "search/search.h"
#include "sys/text.h"

#define COMPARE_MAX 20 /* enquiries of one "enquiry.compare" */

static enum err seal_some(struct act *a, struct compartment_id c, struct place at, enum field_class class,
                          const char *const *names, struct buf *out)
{
    struct buf plain CLEANUP(buf_free) = {0};
    struct pair some[4];
    size_t n = 0;
    for (; *names; names++)
        if (in_given(a, *names))
            some[n++] = (struct pair){str_of(*names), in_text(a, *names), VALUE_GIVEN};
    TRY(record_body_pack(some, n, &plain));
    enum err e = vault_seal(a->tx, c, class, at, buf_view(&plain), out);
    secret_wipe(plain.p, plain.n);
    return e;
}

enum err enquiry_note_body(struct act *a)
{
    static const char *const asker[] = {"as", "asker", "way", NULL}, *const about[] = {"about", "number",
                                                                                       "said", NULL};
    struct buf who CLEANUP(buf_free) = {0}, whom CLEANUP(buf_free) = {0};
    struct id id = id_new();
    struct compartment_id c;
    TRY(vault_compartment(a->tx, COMPARTMENT_REPORT, a->ctx->agency, &c));
    TRY(seal_some(a, c, (struct place){&TABLE_ENQUIRY, id, EN_ASKER}, CLASS_SUSPECT, asker, &who));
    TRY(seal_some(a, c, (struct place){&TABLE_ENQUIRY, id, EN_ABOUT}, CLASS_IDENTITY, about, &whom));
    struct cell cells[EN_COUNT] = {
        [EN_ID] = cell_id(&id),
        [EN_AGENCY] = cell_c(a->ctx->agency),
        [EN_ACCOUNT] = cell_id_or_null(&a->ctx->account),
        [EN_COMPARTMENT] = cell_id(&c.v),
        [EN_AT] = cell_int(a->tx->now_us),
        [EN_ASKER] = cell_str(buf_view(&who)),
        [EN_ABOUT] = cell_str(buf_view(&whom)),
        [EN_WAITS] = cell_int(1),
        [EN_UNTIL] = cell_int(desk_until(a->tx->now_us, a->pack ? a->pack->enquiry_days : 0)),
    };
    a->ret_id = id;
    return row_insert(a->tx, &TABLE_ENQUIRY, cells);
}

/* ---- the comparison
 * ---------------------------------------------------------------------------------------- */

enum err enquiry_compare_due(struct db *db, int64_t now_us, bool *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    (void)now_us;
    TRY(db_prepare(db, "SELECT id FROM enquiry WHERE waits = 1 LIMIT 1", &s));
    return db_step(s, ret);
}

struct about {
    struct str number, name;
};

static enum err about_of(struct act *a, struct id id, const struct cell *c, struct about *ret)
{
    struct compartment_id in = {cell_get_id(&c[EN_COMPARTMENT])};
    struct str body;
    struct pair *pairs;
    size_t n;
    *ret = (struct about){STR(""), STR("")};
    TRY(vault_open(a->tx->vault, a->tx->db, c[EN_AGENCY].s.p, in, CLASS_IDENTITY, a->tx->now_us,
                   (struct place){&TABLE_ENQUIRY, id, EN_ABOUT}, c[EN_ABOUT].s, a->arena, &body));
    TRY(record_body_parse(body, a->arena, &pairs, &n));
    for (size_t i = 0; i < n; i++) {
        if (str_is(pairs[i].name, "number"))
            ret->number = pairs[i].value;
        else if (str_is(pairs[i].name, "about"))
            ret->name = pairs[i].value;
    }
    return OK;
}

/* The people of the case may read who asked, and by what way; about whom, and where, stays with the desk. */
static enum err keep_match(struct act *a, struct id enquiry, const struct cell *c,
                           const struct registry_holder *h)
{
    struct id id = id_new();
    struct cell m[EM_COUNT] = {[EM_ID] = cell_id(&id),
                               [EM_ENQUIRY] = cell_id(&enquiry),
                               [EM_CASE] = cell_id(&h->case_),
                               [EM_AGENCY] = cell_c(h->agency),
                               [EM_AT] = c[EN_AT]};
    TRY(row_insert(a->tx, &TABLE_ENQUIRY_MATCH, m));
    if (str_is(c[EN_AGENCY].s, h->agency))
        return OK;
    return vault_grant(a->tx, (struct compartment_id){cell_get_id(&c[EN_COMPARTMENT])}, 1u << CLASS_SUSPECT,
                       h->agency, 0);
}

/* The notice carries the case and nothing of who asked, or where. */
static enum err warn(struct act *a, const struct registry_holder *h)
{
    struct act of_case = *a;
    of_case.object = (struct object){
        .kind = OBJECT_CASE, .id = h->case_, .case_ = {h->case_}, .owner = h->agency, .found = true};
    return act_emit(&of_case, "enquiry.about_case", h->case_, STR(""));
}

static size_t words_of(struct str folded)
{
    size_t n = folded.n > 0;
    for (size_t i = 0; i < folded.n; i++)
        n += folded.p[i] == ' ';
    return n;
}

/* *ret_reading: the names are not all read in; it is compared later. Without an index numbers alone count. */
static enum err by_name(struct act *a, struct str name, struct registry_holder *list, size_t *ret_n,
                        bool *ret_reading)
{
    struct id *subjects = ARENA_ARRAY(a->arena, SEARCH_NAMED_MAX, struct id);
    struct str folded;
    size_t n = 0;
    *ret_reading = false;
    if (!subjects)
        return arena_err(a->arena);
    TRY(text_search_fold(a->arena, name, &folded));
    if (!folded.n)
        return OK;
    enum err e = search_named(a->door, name, a->arena, subjects, &n, ret_reading);
    if (e == ERR_NO_MEMORY)
        return e;
    if (e != OK) {
        err_clear();
        return OK;
    }
    return enquiry_name_tells(words_of(folded), n) ? registry_holders_of(a, subjects, n, list, ret_n) : OK;
}

/* Changed in the database, or its keys destroyed: it is kept as it is, and the others are compared. */
static enum err give_up(struct act *a, enum err why, struct id id, struct cell *c)
{
    err_clear();
    c[EN_WAITS] = cell_null();
    TRY(row_update(a->tx, &TABLE_ENQUIRY, c, -1));
    return why == ERR_CRYPTO ? act_emit(a, "oblige.notify_oversight", id, str_of(a->action->name)) : OK;
}

static enum err compare_with(struct act *a, struct id id, struct cell *c, const struct about *about)
{
    struct registry_holder *holders = ARENA_ARRAY(a->arena, REGISTRY_HOLDERS_MAX, struct registry_holder);
    bool reading = false;
    size_t n = 0;
    if (!holders)
        return arena_err(a->arena);
    TRY(by_name(a, about->name, holders, &n, &reading));
    if (!reading) /* a telephone that was written down before numbers were folded is found by its digits */
        TRY(by_name(a, about->number, holders, &n, &reading));
    if (reading)
        return OK;
    TRY(registry_holders(a, about->number, holders, &n));
    for (size_t i = 0; i < n; i++) {
        TRY(keep_match(a, id, c, &holders[i]));
        TRY(warn(a, &holders[i]));
    }
    c[EN_WAITS] = cell_null();
    return row_update(a->tx, &TABLE_ENQUIRY, c, -1);
}

static enum err compare_one(struct act *a, struct id id)
{
    struct cell c[EN_COUNT];
    struct about about;
    TRY(row_get(a->tx->db, a->arena, &TABLE_ENQUIRY, id, c));
    enum err e = about_of(a, id, c, &about);
    if (e == ERR_SEALED) { /* the keys of its agency are not open here: it waits, and holds up no other */
        err_clear();
        return OK;
    }
    if (e == ERR_SHREDDED || e == ERR_CRYPTO) /* nothing to compare any more */
        return give_up(a, e, id, c);
    TRY(e);
    return compare_with(a, id, c, &about);
}

enum err enquiry_compare_body(struct act *a)
{
    struct id ids[COMPARE_MAX];
    struct stmt *s;
    size_t n = 0;
    if (a->ctx->role != ROLE_SYSTEM)
        return FAIL(ERR_DENIED, "reason: role");
    TRY(db_prepare(a->tx->db, "SELECT id FROM enquiry WHERE waits = 1 ORDER BY at_us, id LIMIT ?1", &s));
    db_bind_i64(s, 1, COMPARE_MAX);
    TRY(stmt_ids(s, COMPARE_MAX, ids, &n));
    for (size_t i = 0; i < n; i++)
        TRY(compare_one(a, ids[i]));
    a->ret_version = (int64_t)n;
    return OK;
}
