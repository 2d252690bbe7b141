/* SPDX-License-Identifier: Apache-2.0 */
/* store.c - rows of reports: reading and writing them, their parts, their clocks. */
#include "core/account.h"
#include "desk/own.h"
#include "sys/text.h"

struct hash code_hash(const char *what, const char *letters)
{
    return sha256(str_of(what), str_of(letters));
}

enum err report_load(struct db *db, struct arena *a, struct id id, struct cell *ret)
{
    enum err e = row_get(db, a, &TABLE_REPORT, id, ret);
    return e == ERR_NOT_FOUND ? FAIL(ERR_NOT_FOUND, "report") : e;
}

/* Until somebody is named nobody needs to know it by name: it is the desk's (docs/policy.md 3, 11). */
struct object report_object(const struct cell *c)
{
    struct id id = cell_get_id(&c[RP_ID]), assigned = cell_get_id(&c[RP_ASSIGNED]);
    return (struct object){.kind = OBJECT_REPORT,
                           .id = id,
                           .version = c[RP_VERSION].i,
                           .compartment = {cell_get_id(&c[RP_COMPARTMENT])},
                           .owner = c[RP_AGENCY].s.p,
                           .label = LABEL_AMBER,
                           .person = id_is_nil(assigned) ? id : assigned,
                           .found = true};
}

enum err desk_report_object(struct db *db, struct arena *a, struct id id, struct object *ret)
{
    struct cell c[RP_COUNT], l[RL_COUNT];
    enum err e = row_get(db, a, &TABLE_REPORT, id, c);
    if (e == OK) {
        *ret = report_object(c);
        return OK;
    }
    if (e != ERR_NOT_FOUND)
        return e;
    e = row_get(db, a, &TABLE_REPORT_LETTER, id, l);
    if (e != OK)
        return e == ERR_NOT_FOUND ? FAIL(ERR_NOT_FOUND, "report") : e;
    *ret = (struct object){.kind = OBJECT_REPORT,
                           .id = id,
                           .owner = l[RL_AGENCY].s.p,
                           .label = LABEL_AMBER,
                           .person = id,
                           .found = true};
    return OK;
}

/* ---- who is on duty
 * ---------------------------------------------------------------------------------------- */

static enum err agency_awake(struct db *db, const char *agency, int64_t now_us, bool *ret)
{
    static const enum role desks[] = {ROLE_INTAKE_COUNSELLOR, ROLE_CASE_LEAD, ROLE_POLICE_INVESTIGATOR,
                                      ROLE_LABOUR_INSPECTOR, ROLE_IMMIGRATION_OFFICER};
    struct id who;
    *ret = false;
    for (size_t i = 0; i < sizeof desks / sizeof *desks && !*ret; i++) {
        enum err e = roster_on_duty(db, agency, desks[i], now_us, &who);
        if (e != OK && e != ERR_NOT_FOUND)
            return e;
        *ret = e == OK;
    }
    if (!*ret)
        err_clear();
    return OK;
}

enum err routes_awake(struct db *db, struct arena *a, const struct report_rules *rules, int64_t now_us,
                      bool **ret)
{
    bool *awake = ARENA_ARRAY(a, rules->nroutes + 1, bool);
    if (!awake)
        return arena_err(a);
    for (size_t i = 0; i < rules->nroutes; i++) {
        size_t same = 0;
        while (same < i && strcmp(rules->routes[same].agency, rules->routes[i].agency) != 0)
            same++;
        if (same < i)
            awake[i] = awake[same];
        else
            TRY(agency_awake(db, rules->routes[i].agency, now_us, &awake[i]));
    }
    *ret = awake;
    return OK;
}

/* ---- parts
 * ------------------------------------------------------------------------------------------------- */

static enum err check_code(struct act *a, const char *field, struct str value)
{
    const struct code_list *list = report_codes(a->pack, field);
    char *code = arena_cstr(a->arena, value);
    if (!code)
        return arena_err(a->arena);
    if (list && !code_find(list, code))
        return FAIL(ERR_FIELD, "field %s: not one of its codes", field);
    return OK;
}

enum err report_parts(struct act *a, struct pair **ret, size_t *ret_n)
{
    struct pair *pairs = ARENA_ARRAY(a->arena, a->input.n + 3, struct pair); /* room for where it came from */
    size_t n = 0;
    if (!pairs)
        return arena_err(a->arena);
    for (size_t i = 0; i < a->input.n; i++) {
        const struct pair *p = &a->input.pairs[i];
        char *name = arena_cstr(a->arena, p->name);
        if (!name)
            return arena_err(a->arena);
        if (report_class(name) == CLASS_NONE || (p->state == VALUE_GIVEN && !p->value.n))
            continue;
        pairs[n] = (struct pair){str_of(name), p->value, p->state};
        if (p->state == VALUE_GIVEN) {
            TRY(check_code(a, name, p->value));
            TRY(text_nfc(a->arena, p->value, &pairs[n].value));
        }
        n++;
    }
    *ret = pairs;
    *ret_n = n;
    return OK;
}

static const struct pair *first(const struct pair *pairs, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(pairs[i].name, name) && pairs[i].state == VALUE_GIVEN)
            return &pairs[i];
    return NULL;
}

struct report_facts report_facts_of(const struct pair *pairs, size_t n)
{
    const struct pair *danger = first(pairs, n, "danger"), *children = first(pairs, n, "children"),
                      *prefecture = first(pairs, n, "prefecture");
    return (struct report_facts){
        .prefecture = prefecture ? prefecture->value.p : "",
        .danger = danger ? danger->value.p : "unknown",
        .children = !children                      ? "unknown"
                    : str_is(children->value, "0") ? "no"
                                                   : "yes",
    };
}

static enum err seal_class(struct act *a, const struct report_new *in, struct compartment_id c,
                           enum field_class class, struct buf *sealed, struct cell *ret)
{
    struct buf plain CLEANUP(buf_free) = {0};
    struct pair *some = ARENA_ARRAY(a->arena, in->n + 1, struct pair);
    size_t n = 0;
    if (!some)
        return arena_err(a->arena);
    for (size_t i = 0; i < in->n; i++) {
        char *name = arena_cstr(a->arena, in->pairs[i].name);
        if (!name)
            return arena_err(a->arena);
        if (report_class(name) == class)
            some[n++] = in->pairs[i];
    }
    if (!n)
        return OK;
    TRY(record_body_pack(some, n, &plain));
    enum err e = vault_seal(a->tx, c, class, (struct place){&TABLE_REPORT, in->id, report_column(class)},
                            buf_view(&plain), sealed);
    secret_wipe(plain.p, plain.n);
    *ret = cell_str(buf_view(sealed));
    return e;
}

enum err report_insert(struct act *a, const struct report_new *in)
{
    static const enum field_class classes[] = {CLASS_ROUTING, CLASS_IDENTITY, CLASS_SUSPECT, CLASS_SOURCE};
    struct buf routing CLEANUP(buf_free) = {0}, identity CLEANUP(buf_free) = {0},
                       suspect CLEANUP(buf_free) = {0}, source CLEANUP(buf_free) = {0};
    struct buf *const sealed[] = {&routing, &identity, &suspect, &source};
    struct compartment_id c;
    TRY(vault_compartment(a->tx, COMPARTMENT_REPORT, in->owner.agency, &c));
    struct cell cells[RP_COUNT] = {
        [RP_ID] = cell_id(&in->id),
        [RP_AGENCY] = cell_c(in->owner.agency),
        [RP_OFFICE] = *in->owner.office ? cell_c(in->owner.office) : cell_null(),
        [RP_STATE] = cell_c("received"),
        [RP_OPEN] = cell_int(1),
        [RP_URGENT] = cell_int(in->urgent),
        [RP_COMPARTMENT] = cell_id(&c.v),
        [RP_RECEIVED] = cell_int(in->received_us),
        [RP_BY_NOTE] = cell_int(in->by_note),
        [RP_CREATED_BY] = cell_id_or_null(&a->ctx->account),
    };
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        TRY(seal_class(a, in, c, classes[i], sealed[i], &cells[report_column(classes[i])]));
    return row_insert(a->tx, &TABLE_REPORT, cells);
}

/* ---- clocks
 * ------------------------------------------------------------------------------------------------ */

static const char *fact_value(void *user, const char *field)
{
    const struct report_facts *f = user;
    return strcmp(field, "danger") == 0     ? f->danger
           : strcmp(field, "children") == 0 ? f->children
                                            : f->prefecture;
}

static enum err facts_hold(struct act *a, const struct clock_event *e, const struct condition *when,
                           bool *ret)
{
    const struct report_event *event = e->user;
    struct report_facts facts = report_facts_of(event->pairs, event->n);
    (void)a;
    *ret = condition_holds(when, fact_value, &facts);
    return OK;
}

enum err report_clocks(struct act *a, const struct report_event *event)
{
    struct clock_event e = {.clocks = pack_clocks(a->pack, CLOCKS_OF_REPORTS),
                            .action = event->what,
                            .first = strcmp(event->what, "receive") == 0,
                            .closing = strcmp(event->what, "close") == 0 ||
                                       strcmp(event->what, "to_case") == 0 ||
                                       strcmp(event->what, "pass_on") == 0,
                            .about = event->report,
                            .agency = event->agency,
                            .holds = facts_hold,
                            .user = event};
    return clock_on(a, &e);
}
