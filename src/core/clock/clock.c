/* SPDX-License-Identifier: Apache-2.0 */
/* clock.c - rows of running clocks, and what an action on a record or report starts, stops and cancels
 * (plan 2(3)(i)/e, 3(1)/a; docs/pack-format.md section 11; docs/clocks.md). */
#include "core/clock.h"

#include "core/clock/own.h"
#include "core/record.h"

static const struct column clock_columns[CL_COUNT] = {
    [CL_ID] = {"id", COL_ID, 0, NULL},
    [CL_CASE] = {"case_id", COL_ID, COL_NULL, NULL},
    [CL_RECORD] = {"record", COL_ID, COL_NULL, NULL},
    [CL_KIND] = {"kind", COL_TEXT, 0, NULL},
    [CL_RULE] = {"rule", COL_TEXT, 0, NULL},
    [CL_AGENCY] = {"agency", COL_TEXT, 0, NULL},
    [CL_STATE] = {"state", COL_INT, 0, NULL},
    [CL_STARTED] = {"started_us", COL_INT, 0, NULL},
    [CL_DUE] = {"due_us", COL_INT, 0, NULL},
    [CL_WARN] = {"warn_us", COL_INT, 0, NULL},
    [CL_NOT_BEFORE] = {"not_before_us", COL_INT, COL_NULL, NULL},
    [CL_PAUSED] = {"paused_us", COL_INT, COL_NULL, NULL},
    [CL_STOPPED] = {"stopped_us", COL_INT, COL_NULL, NULL},
    [CL_WARNED] = {"warned_us", COL_INT, COL_NULL, NULL},
    [CL_ESCALATED] = {"escalated_us", COL_INT, COL_NULL, NULL},
    [CL_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
};
/* The tick looks for NULL in warned_us and escalated_us, so that what was told already costs nothing. */
static const char *const clock_indexes[] = {"(case_id, state, due_us)",
                                            "(record, state, due_us)",
                                            "(state, warned_us, warn_us)",
                                            "(state, escalated_us, due_us)",
                                            "(agency, state, due_us, id)",
                                            "(state, due_us, case_id)",
                                            NULL};
const struct table TABLE_CLOCK = {40, "clock", clock_columns, CL_COUNT, clock_indexes, .when_locked = true};

static const struct column change_columns[CH_COUNT] = {
    [CH_ID] = {"id", COL_ID, 0, NULL},
    [CH_CLOCK] = {"clock", COL_ID, 0, "clock"},
    [CH_WHAT] = {"what", COL_TEXT, 0, NULL},
    [CH_AT] = {"at_us", COL_INT, 0, NULL},
    [CH_ACCOUNT] = {"account", COL_ID, COL_NULL, NULL},
    [CH_APPROVER] = {"approver", COL_ID, COL_NULL, NULL},
    [CH_BASIS] = {"basis", COL_TEXT, COL_NULL, NULL},
    [CH_OLD_DUE] = {"old_due_us", COL_INT, COL_NULL, NULL},
    [CH_NEW_DUE] = {"new_due_us", COL_INT, COL_NULL, NULL},
    [CH_WHY] = {"why", COL_BLOB, COL_NULL | COL_SEALED, NULL},
};
static const char *const change_indexes[] = {"(clock, at_us)", NULL};
const struct table TABLE_CLOCK_CHANGE = {41,       "clock_change", change_columns,
                                         CH_COUNT, change_indexes, .when_locked = true};

/* ---- rows ------------------------------------------------------------------------------------------------
 */

static const struct clock_rule *rule_named(struct clock_set set, const char *name)
{
    for (size_t i = 0; i < set.n; i++)
        if (strcmp(set.rules[i].name, name) == 0)
            return &set.rules[i];
    return NULL;
}

const struct clock_rule *clock_rule_of(const struct pack *p, const char *kind, const char *rule)
{
    return p ? rule_named(pack_clocks(p, kind), rule) : NULL;
}

static int64_t or_zero(const struct cell *c)
{
    return c->kind == CELL_NULL ? 0 : c->i;
}

static struct cell or_null(int64_t us)
{
    return us ? cell_int(us) : cell_null();
}

struct clock_times clock_times_of(const struct cell *c)
{
    return (struct clock_times){.started_us = c[CL_STARTED].i,
                                .due_us = c[CL_DUE].i,
                                .warn_us = c[CL_WARN].i,
                                .not_before_us = or_zero(&c[CL_NOT_BEFORE]),
                                .paused_us = or_zero(&c[CL_PAUSED])};
}

void clock_put_times(struct cell *c, const struct clock_times *t, int64_t now_us)
{
    c[CL_STARTED] = cell_int(t->started_us);
    c[CL_DUE] = cell_int(t->due_us);
    c[CL_WARN] = cell_int(t->warn_us);
    c[CL_NOT_BEFORE] = or_null(t->not_before_us);
    c[CL_PAUSED] = or_null(t->paused_us);
    if (t->warn_us > now_us)
        c[CL_WARNED] = cell_null();
    if (t->due_us > now_us)
        c[CL_ESCALATED] = cell_null();
}

static bool of_report(const struct cell *clock)
{
    return str_is(clock[CL_KIND].s, CLOCKS_OF_REPORTS);
}

enum err clock_compartment(struct db *db, struct arena *a, const struct entities *entities,
                           const struct cell *clock, struct compartment_id *ret)
{
    struct id record = cell_get_id(&clock[CL_RECORD]);
    struct object o;
    if (id_is_nil(record)) {
        TRY(entities->case_(db, a, cell_get_id(&clock[CL_CASE]), &o));
    } else if (of_report(clock)) {
        TRY(entities->report(db, a, record, &o));
    } else {
        struct cell r[RE_COUNT];
        TRY(row_get(db, a, &TABLE_RECORD, record, r));
        o.compartment.v = cell_get_id(&r[RE_COMPARTMENT]);
    }
    *ret = o.compartment;
    return OK;
}

static enum err seal_basis(struct act *a, struct id id, const struct cell *clock, struct str basis,
                           struct cell *ret)
{
    struct buf sealed CLEANUP(buf_free) = {0};
    struct compartment_id in;
    *ret = cell_null();
    if (!basis.n)
        return OK;
    TRY(clock_compartment(a->tx->db, a->arena, door_entities(a->door), clock, &in));
    TRY(vault_seal(a->tx, in, CLASS_ROUTING, (struct place){&TABLE_CLOCK_CHANGE, id, CH_WHY}, basis,
                   &sealed));
    struct str kept = arena_str(a->arena, buf_view(&sealed));
    *ret = cell_str(kept);
    return kept.p ? OK : arena_err(a->arena);
}

enum err clock_note(struct act *a, const struct cell *clock, const struct clock_change *change)
{
    struct id id = id_new(), of = cell_get_id(&clock[CL_ID]);
    struct cell cells[CH_COUNT] = {
        [CH_ID] = cell_id(&id),
        [CH_CLOCK] = cell_id(&of),
        [CH_WHAT] = cell_c(change->what),
        [CH_AT] = cell_int(a->tx->now_us),
        [CH_ACCOUNT] = cell_id_or_null(&a->ctx->account),
        [CH_APPROVER] = cell_id_or_null(&change->approver),
        [CH_OLD_DUE] = or_null(change->old_due_us),
        [CH_NEW_DUE] = or_null(change->new_due_us),
    };
    TRY(seal_basis(a, id, clock, change->basis, &cells[CH_WHY]));
    return row_insert(a->tx, &TABLE_CLOCK_CHANGE, cells);
}

enum err clock_ids(struct db *db, struct arena *a, const char *sql, struct id key, struct id **ret,
                   size_t *ret_n)
{
    struct buf found CLEANUP(buf_free) = {0};
    struct stmt *s;
    struct str all;
    TRY(db_prepare(db, sql, &s));
    db_bind_id(s, 1, &key);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        buf_str(&found, db_blob(s, 0));
    }
    *ret_n = found.n / sizeof(struct id);
    TRY(buf_take(&found, a, &all));
    *ret = (struct id *)(uintptr_t)all.p;
    return OK;
}

enum err clock_object(struct db *db, struct arena *a, const struct entities *entities, const struct cell *c,
                      struct object *ret)
{
    struct object o = {.label = LABEL_AMBER, .found = true};
    struct id case_ = cell_get_id(&c[CL_CASE]), record = cell_get_id(&c[CL_RECORD]);
    if (entities && !id_is_nil(case_))
        TRY(entities->case_(db, a, case_, &o));
    if (!id_is_nil(record) && !of_report(c)) {
        struct cell r[RE_COUNT];
        TRY(row_get(db, a, &TABLE_RECORD, record, r));
        if (r[RE_LABEL].i > (int64_t)o.label)
            o.label = (enum label)r[RE_LABEL].i; /* the stricter of the two */
    }
    o.kind = OBJECT_CLOCK;
    o.of_record = !id_is_nil(record);
    o.id = cell_get_id(&c[CL_ID]);
    o.version = c[CL_VERSION].i;
    o.case_.v = case_;
    o.owner = c[CL_AGENCY].s.p;
    *ret = o;
    return OK;
}

/* ---- what an action does to clocks -----------------------------------------------------------------------
 */

/* A record's values, for the condition of a rule. */
struct held {
    const struct condition *condition;
    const struct cell *record;
    const struct field_value *values;
    size_t n;
    struct buf text;
    bool holds;
};

static const char *value_text(void *user, const char *field)
{
    struct held *h = user;
    if (strcmp(field, "state") == 0)
        return h->record[RE_STATE].s.p;
    buf_clear(&h->text);
    for (size_t i = 0; i < h->n; i++) {
        if (strcmp(h->values[i].name, field) != 0)
            continue;
        for (size_t k = 0; k < h->values[i].n; k++) {
            buf_c(&h->text, k ? ";" : "");
            buf_str(&h->text, h->values[i].values[k]);
        }
    }
    return h->text.n ? h->text.p : "";
}

static enum err visit_condition(void *user, const struct cell *record, const struct cell *version,
                                const struct field_value *values, size_t n)
{
    struct held *h = user;
    (void)version;
    h->record = record;
    h->values = values;
    h->n = n;
    h->holds = condition_holds(h->condition, value_text, h);
    return buf_err(&h->text);
}

/* "started only if it holds after the action": of the version that the action has just written. */
static enum err record_holds(struct act *a, const struct clock_event *event, const struct condition *when,
                             bool *ret)
{
    struct held h = {.condition = when};
    enum err e = record_load(a->tx->vault, a->tx->db, a->pack, event->about, visit_condition, &h);
    if (h.text.p)
        secret_wipe(h.text.p, h.text.cap);
    buf_free(&h.text);
    *ret = h.holds;
    return e;
}

static enum err is_running(struct act *a, const struct clock_event *e, const struct clock_rule *rule,
                           bool *ret)
{
    struct stmt *q;
    TRY(db_prepare(a->tx->db, "SELECT id FROM clock WHERE record = ?1 AND rule = ?2 AND state < 2 LIMIT 1",
                   &q));
    db_bind_id(q, 1, &e->about);
    db_bind_text(q, 2, str_of(rule->name));
    TRY(db_step(q, ret));
    if (*ret)
        db_reset(q);
    return OK;
}

static enum err start_clock(struct act *a, const struct clock_event *e, const struct clock_rule *rule)
{
    struct clock_times t;
    const struct tz *z;
    struct id id = id_new();
    bool running, holds = true;
    TRY(is_running(a, e, rule, &running));
    if (running)
        return OK;
    if (rule->when)
        TRY(e->holds(a, e, rule->when, &holds));
    if (!holds)
        return OK;
    TRY(tz_find(a->pack->time_zone, &z));
    TRY(clock_compute(a->pack->calendar, z, rule, a->tx->now_us, &t));
    struct cell cells[CL_COUNT] = {
        [CL_ID] = cell_id(&id),
        [CL_CASE] = cell_id_or_null(&e->case_.v),
        [CL_RECORD] = cell_id_or_null(&e->about),
        [CL_KIND] = cell_c(e->clocks.id),
        [CL_RULE] = cell_c(rule->name),
        [CL_AGENCY] = cell_c(e->agency),
        [CL_STATE] = cell_int(CLOCK_RUNNING),
    };
    clock_put_times(cells, &t, a->tx->now_us);
    return row_insert(a->tx, &TABLE_CLOCK, cells);
}

/* Stops what stops with this action; a closing action cancels the rest: what nobody will answer any more
 * warns nobody. A clock that may not be stopped yet refuses both, so that closing cannot shorten a promised
 * period. *chained: rules to start after. */
static enum err stop_clocks(struct act *a, const struct clock_event *e, const struct clock_rule **chained,
                            size_t *ret_n)
{
    struct id *ids;
    size_t n;
    *ret_n = 0;
    TRY(clock_ids(a->tx->db, a->arena,
                  "SELECT id FROM clock WHERE record = ?1 AND state < 2 ORDER BY started_us, id", e->about,
                  &ids, &n));
    for (size_t i = 0; i < n; i++) {
        struct cell c[CL_COUNT];
        TRY(row_get(a->tx->db, a->arena, &TABLE_CLOCK, ids[i], c));
        const struct clock_rule *rule = rule_named(e->clocks, c[CL_RULE].s.p);
        bool stops = rule && strcmp(rule->stop, e->action) == 0;
        if (!stops && !e->closing)
            continue;
        struct clock_times t = clock_times_of(c);
        if (!clock_may_stop(&t, a->tx->now_us))
            return FAIL(ERR_STATE, "the clock may not be stopped yet");
        c[CL_STATE] = cell_int(stops ? CLOCK_STOPPED : CLOCK_CANCELLED);
        c[CL_STOPPED] = cell_int(a->tx->now_us);
        TRY(row_update(a->tx, &TABLE_CLOCK, c, -1));
        const struct clock_rule *next =
            stops && rule->then_starts ? rule_named(e->clocks, rule->then_starts) : NULL;
        if (next && *ret_n < e->clocks.n)
            chained[(*ret_n)++] = next;
    }
    return OK;
}

enum err clock_on(struct act *a, const struct clock_event *e)
{
    const struct clock_rule **chained = ARENA_ARRAY(a->arena, e->clocks.n + 1, const struct clock_rule *);
    size_t n = 0;
    if (!chained)
        return arena_err(a->arena);
    if (!e->first && (e->clocks.n || e->closing))
        TRY(stop_clocks(a, e, chained, &n));
    for (size_t i = 0; i < n; i++)
        TRY(start_clock(a, e, chained[i]));
    for (size_t i = 0; i < e->clocks.n; i++)
        if (strcmp(e->clocks.rules[i].start, e->action) == 0)
            TRY(start_clock(a, e, &e->clocks.rules[i]));
    return OK;
}

enum err clock_on_action(struct act *a, const struct kind *kind, const char *action_name, struct id record,
                         struct case_id c, const char *agency)
{
    const struct kind_action *ka = kind_action(kind, action_name);
    struct clock_event e = {.clocks = {kind->id, kind->clocks, kind->nclocks},
                            .action = action_name,
                            .first = strcmp(action_name, "create") == 0,
                            .closing = ka && ka->verb == VERB_CLOSE,
                            .about = record,
                            .case_ = c,
                            .agency = agency,
                            .holds = record_holds};
    return clock_on(a, &e);
}
