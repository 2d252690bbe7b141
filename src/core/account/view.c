/* SPDX-License-Identifier: Apache-2.0 */
/* account_view.c - looks at accounts and duties. Each account is decided by itself; names are unsealed for
 * whom the policy allows. */
#include "base/calendar.h"
#include "base/json.h"
#include "core/account/own.h"
#include "core/pager.h"

static const struct input_field list_inputs[] = {
    {.name = "agency", .label = "Agency", .type = IN_TEXT},
    {.name = "after", .label = "After", .type = IN_ID},
    {.name = "without_factor", .label = "Only who has no second factor", .type = IN_BOOL},
    {.name = "without_person",
     .label = "Only accounts of which nobody knows whose they are",
     .type = IN_BOOL},
};

/* The agency asked for, else the viewer's own. */
static enum err agency_input(struct view *v, const char **ret)
{
    struct str given = view_in(v, "agency");
    *ret = given.n ? arena_cstr(v->arena, given) : v->ctx->agency;
    return *ret ? OK : arena_err(v->arena);
}

static enum err show_part(struct view *v, const struct object *o, const struct cell *c, int column,
                          struct shown *ret)
{
    struct place at = {&TABLE_ACCOUNT, o->id, column};
    return view_unseal(v, o, CLASS_IDENTITY, at, c[column].s, ret);
}

static enum err roles_of(struct view *v, struct account_row *row)
{
    struct id *ids;
    size_t n;
    TRY(account_ids(v->db, v->arena, "SELECT id FROM account_role WHERE account = ?1 ORDER BY from_us, id",
                    row->id, &ids, &n));
    row->roles = arena_array(v->arena, n + 1, sizeof *row->roles);
    if (!row->roles)
        return arena_err(v->arena);
    for (size_t i = 0; i < n; i++) {
        struct cell c[RO_COUNT];
        TRY(row_get(v->db, v->arena, &TABLE_ACCOUNT_ROLE, ids[i], c));
        if (c[RO_UNTIL].kind != CELL_NULL && c[RO_UNTIL].i <= v->now_us)
            continue;
        row->roles[row->nroles].role = (enum role)c[RO_ROLE].i;
        row->roles[row->nroles].purpose = (enum purpose)c[RO_PURPOSE].i;
        row->nroles++;
    }
    return OK;
}

/* Whose password alone is worth stealing is no matter for colleagues. */
static bool sees_factors(const struct view *v)
{
    return v->ctx->role == ROLE_SYSTEM_ADMIN || v->ctx->role == ROLE_OVERSIGHT;
}

static enum err accounts_of(struct view *v, struct id person, int64_t *ret)
{
    struct id *ids;
    size_t n;
    TRY(account_ids(v->db, v->arena, "SELECT id FROM account WHERE person = ?1 AND disabled_us IS NULL",
                    person, &ids, &n));
    *ret = (int64_t)n;
    return OK;
}

/* Whose an account is, administrators enter and oversight follows; the number itself is for the first. */
static enum err show_person(struct view *v, const struct object *o, const struct cell *c,
                            struct account_row *row)
{
    row->person = -1;
    row->staff_number = (struct shown){.text = STR(""), .verdict = VERDICT_MASK, .reason = REASON_ROLE};
    if (!sees_factors(v))
        return OK;
    row->person = c[AC_PERSON].kind != CELL_NULL;
    if (!row->person)
        return OK;
    TRY(accounts_of(v, cell_get_id(&c[AC_PERSON]), &row->of_person));
    return v->ctx->role == ROLE_SYSTEM_ADMIN ? show_part(v, o, c, AC_STAFF_NUMBER, &row->staff_number) : OK;
}

static enum err fill_row(struct view *v, const struct object *o, const struct cell *c,
                         struct account_row *row)
{
    struct id id = o->id;
    *row = (struct account_row){.id = id,
                                .agency = c[AC_AGENCY].s.p,
                                .created_us = c[AC_CREATED].i,
                                .disabled_us = c[AC_DISABLED].kind == CELL_NULL ? 0 : c[AC_DISABLED].i,
                                .version = c[AC_VERSION].i,
                                .second_factor = -1};
    view_show(v, id);
    if (sees_factors(v)) {
        bool strong;
        TRY(factor_strong(v->db, v->arena, id, &strong));
        row->second_factor = strong ? 1 : 0;
    }
    TRY(roles_of(v, row));
    TRY(show_person(v, o, c, row));
    TRY(show_part(v, o, c, AC_NAME, &row->name));
    if (v->ctx->role == ROLE_SYSTEM_ADMIN) /* colleagues need the name, not how one signs in */
        return show_part(v, o, c, AC_LOGIN, &row->login);
    row->login = (struct shown){.text = STR(""), .verdict = VERDICT_MASK, .reason = REASON_ROLE};
    return OK;
}

static bool only_asked(const struct view *v, const char *name)
{
    struct str only = view_in(v, name);
    return sees_factors(v) && (str_is(only, "yes") || str_is(only, "true") || str_is(only, "1"));
}

/* Does it lack what the list is to show the lack of? Of those that are disabled nothing is lacking. */
static enum err is_asked(struct view *v, const struct cell *c, struct id id, bool *ret)
{
    bool factor = only_asked(v, "without_factor"), person = only_asked(v, "without_person"), strong;
    *ret = true;
    if (!factor && !person)
        return OK;
    *ret = c[AC_DISABLED].kind == CELL_NULL && !(person && c[AC_PERSON].kind != CELL_NULL);
    if (!factor || !*ret)
        return OK;
    TRY(factor_strong(v->db, v->arena, id, &strong));
    *ret = !strong;
    return OK;
}

static enum err take_account(struct view *v, void *to, const struct page_key *row, bool only_ask,
                             bool *ret_yes)
{
    struct account_list *list = to;
    struct cell c[AC_COUNT];
    TRY(row_get(v->db, v->arena, &TABLE_ACCOUNT, row->id, c));
    struct object o = account_object(c);
    TRY(is_asked(v, c, row->id, ret_yes));
    *ret_yes = *ret_yes && view_may_list(v, &o);
    return *ret_yes && !only_ask ? fill_row(v, &o, c, &list->items[list->n++]) : OK;
}

static enum err show_run(struct view *v)
{
    struct account_row *row = ARENA_NEW(v->arena, struct account_row);
    struct cell c[AC_COUNT];
    if (!row)
        return arena_err(v->arena);
    TRY(row_get(v->db, v->arena, &TABLE_ACCOUNT, v->subject, c));
    v->model = row;
    return fill_row(v, &v->object, c, row);
}

static enum err next_page(struct view *v, const void *list, const struct page_key *after,
                          struct page_key *ret, size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    const char *agency;
    (void)list;
    TRY(agency_input(v, &agency));
    TRY(db_prepare(v->db, "SELECT 0, id FROM account WHERE agency = ?1 AND id > ?2 ORDER BY id LIMIT 50",
                   &s));
    db_bind_text(s, 1, str_of(agency));
    db_bind_id(s, 2, &after->id);
    return page_keys(s, ret, ret_n);
}

static enum err list_run(struct view *v)
{
    struct account_list *list = ARENA_NEW(v->arena, struct account_list);
    struct pager p = {.next = next_page, .take = take_account, .list = list};
    struct page_key at = {.at = 0};
    bool more;
    if (!list)
        return arena_err(v->arena);
    list->items = ARENA_ARRAY(v->arena, PAGE_ROWS, struct account_row);
    if (!list->items)
        return arena_err(v->arena);
    TRY(page_after(v, NULL, &at));
    TRY(pager_walk(v, &p, &at, &more));
    list->next = more ? at.id : id_nil();
    v->model = list;
    return OK;
}

/* ---- roster.on_duty --------------------------------------------------------------------------------------
 */

static const struct input_field duty_inputs[] = {
    {.name = "role", .label = "Role", .type = IN_WORD, .required = true, .words = ROLE_WORDS},
    {.name = "agency", .label = "Agency", .type = IN_TEXT},
};

static enum err duty_run(struct view *v)
{
    struct duty_model *m = ARENA_NEW(v->arena, struct duty_model);
    struct cell c[AC_COUNT];
    struct id account;
    char *word = arena_cstr(v->arena, view_in(v, "role"));
    if (!m || !word)
        return arena_err(v->arena);
    m->role = (enum role)role_find(word);
    TRY(agency_input(v, &m->agency));
    v->model = m;
    enum err e = roster_on_duty(v->db, m->agency, m->role, v->now_us, &account);
    if (e == ERR_NOT_FOUND)
        return OK; /* nobody: that is an answer, and one to be seen */
    TRY(e);
    TRY(row_get(v->db, v->arena, &TABLE_ACCOUNT, account, c));
    struct object o = account_object(c);
    if (!view_may_list(v, &o))
        return OK;
    m->account = account;
    view_show(v, account);
    return show_part(v, &o, c, AC_NAME, &m->name);
}

/* ---- JSON ------------------------------------------------------------------------------------------------
 */

static void json_shown(struct json *j, const char *key, struct shown s)
{
    json_key(j, key);
    if (s.verdict == VERDICT_ALLOW) {
        json_str(j, s.text);
        return;
    }
    json_object(j);
    json_kv(j, "state", "masked");
    json_kv(j, "reason", policy_reason_word(s.reason));
    json_end(j);
}

static void account_json(struct json *j, const struct account_row *m)
{
    json_object(j);
    json_kv_id(j, "id", m->id);
    json_kv(j, "agency", m->agency);
    json_shown(j, "name", m->name);
    json_shown(j, "login", m->login);
    json_key(j, "roles");
    json_array(j);
    for (size_t i = 0; i < m->nroles; i++) {
        json_object(j);
        json_kv(j, "role", role_word(m->roles[i].role));
        json_kv(j, "purpose", purpose_word(m->roles[i].purpose));
        json_end(j);
    }
    json_end(j);
    json_kv_time(j, "created", m->created_us);
    json_kv_time(j, "disabled", m->disabled_us);
    json_kv_i64(j, "version", m->version);
    if (m->second_factor >= 0)
        json_kv_bool(j, "second_factor", m->second_factor > 0);
    if (m->person >= 0) {
        json_kv_bool(j, "person", m->person > 0);
        json_kv_i64(j, "accounts_of_person", m->of_person);
        json_shown(j, "staff_number", m->staff_number);
    }
    json_end(j);
}

static void show_json(const struct view *v, struct json *j)
{
    account_json(j, v->model);
}

static void list_json(const struct view *v, struct json *j)
{
    const struct account_list *list = v->model;
    json_object(j);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < list->n; i++)
        account_json(j, &list->items[i]);
    json_end(j);
    json_kv_id(j, "next", list->next);
    json_end(j);
}

static void duty_json(const struct view *v, struct json *j)
{
    const struct duty_model *m = v->model;
    json_object(j);
    json_kv(j, "agency", m->agency);
    json_kv(j, "role", role_word(m->role));
    json_kv_id(j, "account", m->account);
    if (!id_is_nil(m->account))
        json_shown(j, "name", m->name);
    json_end(j);
}

static const struct input_field duties_inputs[] = {
    {.name = "agency", .label = "Agency", .type = IN_TEXT},
    {.name = "from", .label = "From", .type = IN_TIME},
    {.name = "days", .label = "Days", .type = IN_INT, .min = 1, .max = ROSTER_DAYS_MAX},
};

const struct view_decl ACCOUNT_VIEWS[] = {
    {.name = "account.list",
     .summary = "Accounts of an agency",
     .verb = VERB_LIST,
     .object = OBJECT_ACCOUNT,
     .inputs = list_inputs,
     .ninputs = sizeof list_inputs / sizeof *list_inputs,
     .run = list_run,
     .to_json = list_json},
    {.name = "account.show",
     .summary = "One account",
     .verb = VERB_READ,
     .object = OBJECT_ACCOUNT,
     .find = factor_list_find,
     .run = show_run,
     .to_json = show_json},
    {.name = "roster.list",
     .summary = "The duty roster of some days",
     .verb = VERB_LIST,
     .object = OBJECT_ACCOUNT,
     .inputs = duties_inputs,
     .ninputs = sizeof duties_inputs / sizeof *duties_inputs,
     .run = roster_list_run,
     .to_json = roster_list_json},
    {.name = "factor.list",
     .summary = "The second factors of an account",
     .verb = VERB_READ,
     .object = OBJECT_ACCOUNT,
     .find = factor_list_find,
     .run = factor_list_run,
     .to_json = factor_list_json},
    {.name = "session.list",
     .summary = "Where an account is signed in",
     .verb = VERB_LIST,
     .object = OBJECT_SESSION,
     .when_locked = true,
     .find = session_list_find,
     .run = session_list_run,
     .to_json = session_list_json},
    {.name = "roster.on_duty",
     .summary = "Who is on duty for a role now",
     .verb = VERB_LIST,
     .object = OBJECT_ACCOUNT,
     .inputs = duty_inputs,
     .ninputs = sizeof duty_inputs / sizeof *duty_inputs,
     .run = duty_run,
     .to_json = duty_json},
};
const size_t NACCOUNT_VIEWS = sizeof ACCOUNT_VIEWS / sizeof *ACCOUNT_VIEWS;
