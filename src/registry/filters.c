/* SPDX-License-Identifier: Apache-2.0 */
/* filters.c - filters of the list of cases, kept under an id, so that an address, a bookmark and the history
 * of a browser hold nothing else. A name can name a person, and what somebody looks for says what she works
 * on: both are sealed in the staff compartment. One belongs to who saved it; shared, her agency's officers
 * use it. It opens nothing: each case is asked of the policy for whoever looks. */
#include "base/json.h"
#include "core/account.h"
#include "registry/own.h"
#include "sys/text.h"

#define FILTERS_MAX 50 /* of one officer */
#define LISTED_MAX  200

static const char *const state_words[] = {"open", "closed", NULL};
static const char *const order_words[] = {"opened", "urgency", "changed", NULL};

const struct filter_fact FILTER_FACTS[2] = {{"exploitation_form", "exploitation_form"},
                                            {"prefecture", "prefecture_of_exploitation"}};

#define NAME_INPUT                                                                                          \
    {                                                                                                       \
        .name = "name", .label = "Name of the filter", .type = IN_TEXT, .required = true, .personal = true, \
        .max = 80                                                                                           \
    }
const struct input_field FILTER_SAVE_INPUTS[11] = {
    NAME_INPUT,
    {.name = "state", .label = "State", .type = IN_WORD, .words = state_words},
    {.name = "stage", .label = "Stage", .type = IN_TEXT},
    {.name = "office", .label = "Office", .type = IN_TEXT},
    {.name = "exploitation_form", .label = "Kind of exploitation", .type = IN_TEXT, .personal = true},
    {.name = "prefecture", .label = "Prefecture of the exploitation", .type = IN_TEXT, .personal = true},
    {.name = "mine", .label = "Only cases that name me", .type = IN_BOOL},
    {.name = "overdue", .label = "Only with a deadline that has passed", .type = IN_BOOL},
    {.name = "due_within",
     .label = "Only with a deadline within so many hours",
     .type = IN_INT,
     .min = 1,
     .max = 8760},
    {.name = "order", .label = "Order", .type = IN_WORD, .words = order_words},
    {.name = "shared", .label = "Shared with the officers of your agency", .type = IN_BOOL},
};
const struct input_field FILTER_RENAME_INPUTS[1] = {NAME_INPUT};
const struct input_field FILTER_SHARE_INPUTS[1] = {{.name = "shared",
                                                    .label = "Shared with the officers of your agency",
                                                    .type = IN_BOOL,
                                                    .required = true}};

/* ---- changing
 * ------------------------------------------------------------------------------------------------- */

enum err filter_account_find(struct act *a, struct object *ret)
{
    return account_load(a->tx->db, a->arena, a->subject, ret);
}

enum err filter_find(struct act *a, struct object *ret)
{
    struct cell c[FI_COUNT];
    TRY(row_get(a->tx->db, a->arena, &TABLE_SAVED_FILTER, a->subject, c));
    TRY(account_load(a->tx->db, a->arena, cell_get_id(&c[FI_ACCOUNT]), ret));
    ret->version = c[FI_VERSION].i;
    return OK;
}

static enum err seal(struct act *a, struct id id, int column, struct str plain, struct cell *ret)
{
    struct buf envelope CLEANUP(buf_free) = {0};
    struct str kept;
    TRY(vault_seal(a->tx, a->object.compartment, CLASS_IDENTITY,
                   (struct place){&TABLE_SAVED_FILTER, id, column}, plain, &envelope));
    TRY(buf_take(&envelope, a->arena, &kept));
    *ret = cell_str(kept);
    return OK;
}

static enum err seal_name(struct act *a, struct id id, struct cell *ret)
{
    struct str name;
    TRY(text_nfc(a->arena, str_trim(in_text(a, "name")), &name));
    return name.n ? seal(a, id, FI_NAME, name, ret) : FAIL(ERR_FIELD, "field name: required");
}

/* A word of the pack; a filter for what is no such word would find nothing, and nobody would know why. */
static enum err check_code(struct act *a, const char *input)
{
    const struct code_list *codes = pack_codes(a->pack, input);
    const char *given = arena_cstr(a->arena, in_text(a, input));
    if (!given)
        return arena_err(a->arena);
    return !*given || (codes && code_find(codes, given)) ? OK
                                                         : FAIL(ERR_FIELD, "field %s: no such word", input);
}

static enum err check_terms(struct act *a)
{
    struct str stage = in_text(a, "stage"), office = in_text(a, "office");
    const char *word = arena_cstr(a->arena, stage);
    bool found = !office.n;
    if (!word)
        return arena_err(a->arena);
    if (stage.n && !stage_find(a->pack, word))
        return FAIL(ERR_FIELD, "field stage: no such word");
    for (size_t i = 0; !found && i < a->pack->noffices; i++)
        found = str_is(office, a->pack->offices[i].id);
    if (!found)
        return FAIL(ERR_FIELD, "field office: no such word");
    for (size_t i = 0; i < sizeof FILTER_FACTS / sizeof *FILTER_FACTS; i++)
        TRY(check_code(a, FILTER_FACTS[i].input));
    return OK;
}

static enum err seal_terms(struct act *a, struct id id, struct cell *ret)
{
    struct buf plain CLEANUP(buf_free) = {0};
    for (size_t i = 0; i < a->input.n; i++) {
        const struct pair *p = &a->input.pairs[i];
        if (!str_is(p->name, "name") && !str_is(p->name, "shared") && p->state == VALUE_GIVEN && p->value.n)
            TRY(record_body_pack(p, 1, &plain));
    }
    TRY(seal(a, id, FI_TERMS, buf_view(&plain), ret));
    if (plain.p)
        secret_wipe(plain.p, plain.cap);
    return OK;
}

static enum err room_for_one(struct act *a)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool row;
    TRY(db_prepare(a->tx->db, "SELECT count(*) FROM saved_filter WHERE agency = ?1 AND account = ?2", &s));
    db_bind_text(s, 1, str_of(a->object.owner));
    db_bind_id(s, 2, &a->subject);
    TRY(db_step(s, &row));
    return row && db_i64(s, 0) < FILTERS_MAX
               ? OK
               : FAIL(ERR_LIMIT, "%d filters are kept; delete one", FILTERS_MAX);
}

enum err filter_save_body(struct act *a)
{
    struct id id = id_new();
    TRY(check_terms(a));
    TRY(room_for_one(a));
    struct cell c[FI_COUNT] = {
        [FI_ID] = cell_id(&id),
        [FI_AGENCY] = cell_c(a->object.owner),
        [FI_ACCOUNT] = cell_id(&a->subject),
        [FI_SHARED] = cell_int(in_bool(a, "shared")),
        [FI_MADE] = cell_int(a->tx->now_us),
    };
    TRY(seal_name(a, id, &c[FI_NAME]));
    TRY(seal_terms(a, id, &c[FI_TERMS]));
    a->ret_id = id;
    return row_insert(a->tx, &TABLE_SAVED_FILTER, c);
}

static enum err keep(struct act *a, struct cell *c)
{
    TRY(row_update(a->tx, &TABLE_SAVED_FILTER, c, a->expected_version));
    a->ret_id = a->subject;
    a->ret_version = c[FI_VERSION].i;
    return OK;
}

enum err filter_rename_body(struct act *a)
{
    struct cell c[FI_COUNT];
    TRY(row_get(a->tx->db, a->arena, &TABLE_SAVED_FILTER, a->subject, c));
    TRY(seal_name(a, a->subject, &c[FI_NAME]));
    return keep(a, c);
}

enum err filter_share_body(struct act *a)
{
    struct cell c[FI_COUNT];
    TRY(row_get(a->tx->db, a->arena, &TABLE_SAVED_FILTER, a->subject, c));
    c[FI_SHARED] = cell_int(in_bool(a, "shared"));
    return keep(a, c);
}

enum err filter_end_body(struct act *a)
{
    a->ret_id = a->subject;
    return row_delete(a->tx, &TABLE_SAVED_FILTER, a->subject);
}

/* ---- looking
 * -------------------------------------------------------------------------------------------------- */

/* One part of a filter, as the viewer may see the papers of its owner's account. */
static enum err open_part(struct view *v, const struct cell *c, int column, struct shown *ret)
{
    struct object o;
    struct place at = {&TABLE_SAVED_FILTER, cell_get_id(&c[FI_ID]), column};
    TRY(account_load(v->db, v->arena, cell_get_id(&c[FI_ACCOUNT]), &o));
    return view_unseal(v, &o, CLASS_IDENTITY, at, c[column].s, ret);
}

static bool hers(const struct view *v, const struct cell *c)
{
    struct id account = cell_get_id(&c[FI_ACCOUNT]);
    return str_is(c[FI_AGENCY].s, v->ctx->agency) && (c[FI_SHARED].i || id_eq(account, v->ctx->account));
}

enum err filter_terms(struct view *v, struct str id, struct pair **ret, size_t *ret_n)
{
    struct cell c[FI_COUNT];
    struct shown terms;
    struct id row;
    TRY(id_parse(id, &row));
    enum err e = row_get(v->db, v->arena, &TABLE_SAVED_FILTER, row, c);
    if (e == OK && !hers(v, c))
        e = ERR_NOT_FOUND;
    if (e == ERR_NOT_FOUND)
        return FAIL(ERR_NOT_FOUND, "saved filter");
    TRY(e);
    TRY(open_part(v, c, FI_TERMS, &terms));
    if (terms.verdict != VERDICT_ALLOW)
        return FAIL(ERR_NOT_FOUND, "saved filter");
    return record_body_parse(terms.text, v->arena, ret, ret_n);
}

static enum err take_filter(struct view *v, struct id id, struct filter_list *list)
{
    struct saved_filter *f = &list->items[list->n];
    struct cell c[FI_COUNT];
    TRY(row_get(v->db, v->arena, &TABLE_SAVED_FILTER, id, c));
    *f = (struct saved_filter){.id = id,
                               .shared = c[FI_SHARED].i != 0,
                               .own = id_eq(cell_get_id(&c[FI_ACCOUNT]), v->ctx->account),
                               .version = c[FI_VERSION].i};
    TRY(open_part(v, c, FI_NAME, &f->name));
    if (f->name.verdict == VERDICT_ALLOW)
        list->n++;
    return OK;
}

enum err filter_list_run(struct view *v)
{
    struct filter_list *list = ARENA_NEW(v->arena, struct filter_list);
    struct id *ids = ARENA_ARRAY(v->arena, LISTED_MAX, struct id);
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    size_t n = 0;
    if (!list || !ids)
        return arena_err(v->arena);
    list->items = ARENA_ARRAY(v->arena, LISTED_MAX, struct saved_filter);
    if (!list->items)
        return arena_err(v->arena);
    TRY(db_prepare(v->db,
                   "SELECT id FROM saved_filter WHERE agency = ?1 AND (account = ?2 OR shared = 1) ORDER BY "
                   "made_us, id LIMIT 200",
                   &s));
    db_bind_text(s, 1, str_of(v->ctx->agency));
    db_bind_id(s, 2, &v->ctx->account);
    while (n < LISTED_MAX) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        TRY(db_id(s, 0, &ids[n++]));
    }
    for (size_t i = 0; i < n; i++)
        TRY(take_filter(v, ids[i], list));
    v->model = list;
    return OK;
}

void filter_list_json(const struct view *v, struct json *j)
{
    const struct filter_list *list = v->model;
    json_object(j);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < list->n; i++) {
        json_object(j);
        put_id(j, "id", list->items[i].id);
        put_shown(j, "name", list->items[i].name);
        json_kv_bool(j, "shared", list->items[i].shared);
        json_kv_bool(j, "own", list->items[i].own);
        json_kv_i64(j, "version", list->items[i].version);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}
