/* SPDX-License-Identifier: Apache-2.0 */
/* notice.c - to whom an event is told (plan 3(1)/a): rows, addressees, and what rises to oversight. */
#include "core/notice.h"

#include "core/account/own.h"
#include "core/clock.h"
#include "core/notice/own.h"
#include "core/pager.h"
#include "core/proposal/own.h"
#include "core/record/own.h"

#define AGENCIES_MAX 32 /* told of one event; more are oversight's to tell */

static const struct column notice_columns[NO_COUNT] = {
    [NO_ID] = {"id", COL_ID, 0, NULL},
    [NO_OUTBOX] = {"outbox", COL_ID, 0, NULL},
    [NO_EVENT] = {"event", COL_TEXT, 0, NULL},
    [NO_ABOUT] = {"about", COL_ID, COL_NULL, NULL},
    [NO_CASE] = {"case_id", COL_ID, COL_NULL, NULL},
    [NO_AGENCY] = {"agency", COL_TEXT, 0, NULL},
    [NO_ROLE] = {"role", COL_INT, 0, NULL},
    [NO_DETAIL] = {"detail", COL_TEXT, 0, NULL},
    [NO_AT] = {"at_us", COL_INT, 0, NULL},
    [NO_DUE] = {"due_us", COL_INT, COL_NULL, NULL},
    [NO_CREATED] = {"created_us", COL_INT, 0, NULL},
    [NO_RAISE] = {"raise_us", COL_INT, COL_NULL, NULL},
    [NO_ACKNOWLEDGED] = {"acknowledged_us", COL_INT, COL_NULL, NULL},
    [NO_BY] = {"acknowledged_by", COL_ID, COL_NULL, NULL},
    [NO_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
    [NO_ACTOR] = {"actor", COL_ID, COL_NULL, NULL},
};
static const char *const notice_indexes[] = {"(agency, acknowledged_us, at_us, id)", "(raise_us)", NULL};
const struct table TABLE_NOTICE = {66,       "notice",       notice_columns,
                                   NO_COUNT, notice_indexes, .when_locked = true};

/* ---- what it is about ------------------------------------------------------------------------------------
 */

/* OK and *ret_found; a missing row is an answer. */
static enum err try_row(struct db *db, struct arena *a, const struct table *t, struct id id,
                        struct cell *ret_cells, bool *ret_found)
{
    enum err e = id_is_nil(id) ? ERR_NOT_FOUND : row_get(db, a, t, id, ret_cells);
    *ret_found = e == OK;
    if (e == ERR_NOT_FOUND) {
        err_clear();
        e = OK;
    }
    return e;
}

static enum err case_of(struct db *db, struct arena *a, const struct entities *entities, struct id id,
                        struct object *ret)
{
    *ret = (struct object){.found = false};
    if (!entities || id_is_nil(id))
        return OK;
    enum err e = entities->case_(db, a, id, ret);
    ret->found = e == OK;
    ret->kind = OBJECT_CASE;
    ret->id = ret->case_.v = id;
    if (e == ERR_NOT_FOUND) {
        err_clear();
        e = OK;
    }
    return e;
}

/* A report of first contact, before there is a case. */
static enum err report_of(struct db *db, struct arena *a, const struct entities *entities, struct id id,
                          struct object *ret)
{
    *ret = (struct object){.found = false};
    if (!entities || !entities->report || id_is_nil(id))
        return OK;
    enum err e = entities->report(db, a, id, ret);
    ret->found = e == OK;
    if (e == ERR_NOT_FOUND) {
        err_clear();
        e = OK;
    }
    return e;
}

/* A record is asked about by itself, and so is its case: immigration's wall stands round what others write
 * into a case of immigration. One in no case stands alone. */
static enum err topic_of_record(struct db *db, struct arena *a, struct id about, struct notice_topic *t)
{
    struct cell r[RE_COUNT];
    bool found;
    TRY(try_row(db, a, &TABLE_RECORD, about, r, &found));
    if (!found)
        return OK;
    t->record = record_object(r);
    if (!t->object.found)
        t->object = t->record;
    if (t->record.label > t->object.label)
        t->object.label = t->record.label; /* the stricter of the two */
    return OK;
}

/* About accounts: for the administrators of who asks. Of what else waits in no case oversight is told. */
static enum err topic_of_proposal(struct db *db, struct arena *a, struct id about, struct notice_topic *t)
{
    struct cell p[PR_COUNT];
    bool found;
    TRY(try_row(db, a, &TABLE_PROPOSAL, about, p, &found));
    if (!found || strncmp(p[PR_ACTION].s.p, "account.", 8) != 0)
        return OK;
    t->object = (struct object){
        .kind = OBJECT_ACCOUNT, .id = about, .owner = p[PR_AGENCY].s.p, .label = LABEL_AMBER, .found = true};
    t->asker = cell_get_id(&p[PR_PROPOSER]);
    return OK;
}

static enum err topic_of(struct db *db, struct arena *a, const struct entities *entities, struct id about,
                         struct id case_, struct notice_topic *ret)
{
    struct cell account[AC_COUNT], clock[CL_COUNT];
    bool found;
    *ret = (struct notice_topic){.object.found = false};
    TRY(try_row(db, a, &TABLE_CLOCK, about, clock, &found));
    if (found)
        return clock_object(db, a, entities, clock, &ret->object);
    TRY(case_of(db, a, entities, case_, &ret->object));
    TRY(topic_of_record(db, a, about, ret));
    if (ret->object.found)
        return OK;
    TRY(report_of(db, a, entities, about, &ret->object));
    if (ret->object.found)
        return OK;
    TRY(try_row(db, a, &TABLE_ACCOUNT, about, account, &found));
    if (found)
        ret->object = account_object(account);
    return found ? OK : topic_of_proposal(db, a, about, ret);
}

enum err notice_topic(struct db *db, struct arena *a, const struct entities *entities, const struct cell *c,
                      struct notice_topic *ret)
{
    struct id about = cell_get_id(&c[NO_ABOUT]), case_ = cell_get_id(&c[NO_CASE]);
    if (c[NO_AGENCY].s.n) {
        TRY(topic_of(db, a, entities, about, case_, ret));
        if (!str_is(c[NO_EVENT].s, "proposal.made"))
            ret->asker = id_nil(); /* how it ended he is told */
        return OK;
    }
    *ret = (struct notice_topic){.object = {.kind = OBJECT_AUDIT,
                                            .id = cell_get_id(&c[NO_ID]),
                                            .case_.v = case_,
                                            .label = LABEL_AMBER,
                                            .found = true}};
    return OK;
}

bool notice_may_know(struct db *db, const struct ctx *ctx, const struct notice_topic *t, int64_t now_us)
{
    if (!id_is_nil(t->asker) && id_eq(t->asker, ctx->account))
        return false; /* he knows, and is not the one who can answer it */
    return t->object.found && door_may_list(db, ctx, &t->object, now_us) &&
           (!t->record.found || door_may_list(db, ctx, &t->record, now_us));
}

/* ---- who answers -----------------------------------------------------------------------------------------
 */

/* A named member of the case in this agency who can sign in; who nil: any. */
static enum err named(struct db *db, struct id case_, const char *agency, struct id who, int64_t now_us,
                      bool *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    *ret = false;
    if (id_is_nil(case_))
        return OK;
    TRY(db_prepare(
        db,
        "SELECT g.id FROM access_grant g JOIN account a ON a.id = g.account WHERE g.case_id = ?1 AND "
        "g.agency = ?2 AND g.from_us <= ?3 AND (g.until_us IS NULL OR g.until_us > ?3) AND "
        "a.agency = ?2 AND a.disabled_us IS NULL AND (?4 = 0 OR a.id = ?5) LIMIT 1",
        &s));
    db_bind_id(s, 1, &case_);
    db_bind_text(s, 2, str_of(agency));
    db_bind_i64(s, 3, now_us);
    db_bind_i64(s, 4, !id_is_nil(who));
    db_bind_id(s, 5, &who);
    return db_step(s, ret);
}

/* OK and *ret_found: a role without anybody is an answer. */
static enum err on_duty(struct db *db, const char *agency, enum role role, int64_t now_us, struct id *ret_who,
                        bool *ret_found)
{
    enum err e = roster_on_duty(db, agency, role, now_us, ret_who);
    *ret_found = e == OK;
    if (e == ERR_NOT_FOUND) {
        err_clear();
        e = OK;
    }
    return e;
}

static enum err anybody_with(struct db *db, const char *agency, enum role role, int64_t now_us, bool *ret)
{
    struct id who;
    enum err e = account_with_role(db, agency, role, now_us, &who);
    *ret = e == OK;
    if (e == ERR_NOT_FOUND) {
        err_clear();
        e = OK;
    }
    return e;
}

/* Would the policy show it to the role, for any purpose, without being named? What a role may not read is not
 * addressed to it: it would be told to nobody. */
static bool role_may_read(struct db *db, const char *agency, enum role role, const struct notice_topic *t,
                          int64_t now_us)
{
    struct ctx c = {.agency = agency, .role = role, .assurance = 2, .account = id_nil(), .lang = "en"};
    bool may = false;
    for (int purpose = PURPOSE_NONE; purpose < PURPOSE_COUNT && !may; purpose++) {
        c.purpose = (enum purpose)purpose;
        may = notice_may_know(db, &c, t, now_us);
    }
    return may;
}

/* The role of an office that answers for it: one with a roster before one that somebody merely has. */
static enum err duty_role(struct db *db, const char *agency, const struct notice_topic *t, int64_t now_us,
                          enum role *ret, bool *ret_found)
{
    static const enum role desks[] = {
        ROLE_CASE_LEAD,        ROLE_INTAKE_COUNSELLOR, ROLE_CASE_MEMBER,         ROLE_SHELTER_WORKER,
        ROLE_HEALTH,           ROLE_LEGAL_AID,         ROLE_POLICE_INVESTIGATOR, ROLE_IMMIGRATION_OFFICER,
        ROLE_LABOUR_INSPECTOR, ROLE_SCREENING_DESK,    ROLE_PROGRAMME_MANAGER};
    static const enum role administrators[] = {ROLE_SYSTEM_ADMIN};
    bool accounts = t->object.kind == OBJECT_ACCOUNT;
    const enum role *roles = accounts ? administrators : desks;
    size_t n = accounts ? 1 : sizeof desks / sizeof *desks;
    *ret_found = false;
    for (int rostered = 1; rostered >= 0; rostered--)
        for (size_t i = 0; i < n && !*ret_found; i++) {
            struct id who;
            if (rostered)
                TRY(on_duty(db, agency, roles[i], now_us, &who, ret_found));
            else
                TRY(anybody_with(db, agency, roles[i], now_us, ret_found));
            *ret_found = *ret_found && role_may_read(db, agency, roles[i], t, now_us);
            if (*ret_found)
                *ret = roles[i];
        }
    return OK;
}

static enum err reaches_role(struct db *db, const struct ctx *ctx, const struct cell *c, int64_t now_us,
                             bool *ret)
{
    struct id who;
    bool anybody;
    TRY(on_duty(db, ctx->agency, ctx->role, now_us, &who, &anybody));
    /* what is late, and what the one on duty may have asked for himself, is everybody's */
    *ret = !anybody || id_eq(who, ctx->account) || str_is(c[NO_EVENT].s, "clock.escalated") ||
           str_is(c[NO_EVENT].s, "proposal.made");
    return OK;
}

enum err notice_reaches(struct db *db, const struct ctx *ctx, const struct cell *c, int64_t now_us,
                        bool office, bool *ret)
{
    struct id case_ = cell_get_id(&c[NO_CASE]);
    bool same_role = c[NO_ROLE].i == (int64_t)ctx->role, others;
    *ret = false;
    if (!c[NO_AGENCY].s.n) {
        *ret = ctx->role == ROLE_OVERSIGHT;
        return OK;
    }
    if (!str_is(c[NO_AGENCY].s, ctx->agency))
        return OK;
    TRY(named(db, case_, ctx->agency, ctx->account, now_us, ret));
    if (*ret || !same_role)
        return OK;
    *ret = office;
    if (office)
        return OK;
    TRY(named(db, case_, ctx->agency, id_nil(), now_us, &others));
    if (others && !str_is(c[NO_EVENT].s, "clock.escalated"))
        return OK; /* theirs first; what is late is everybody's */
    return reaches_role(db, ctx, c, now_us, ret);
}

/* ---- delivery --------------------------------------------------------------------------------------------
 */

static struct id notice_id(struct id outbox, const char *agency)
{
    struct hasher h;
    struct id id;
    hasher_start(&h, NULL);
    hasher_add(&h, outbox.b, sizeof outbox.b);
    hasher_add(&h, agency, strlen(agency));
    struct hash hash = hasher_end(&h);
    memcpy(id.b, hash.b, sizeof id.b);
    return id;
}

struct letter {
    struct act *a;
    struct cell *c; /* NO_COUNT, but for the address */
    struct notice_topic topic;
    bool unanswered; /* an agency has nobody */
};

static enum err insert(const struct letter *l, const char *agency, enum role role)
{
    struct id id = notice_id(cell_get_id(&l->c[NO_OUTBOX]), agency);
    struct cell c[NO_COUNT];
    memcpy(c, l->c, sizeof c);
    c[NO_ID] = cell_id(&id);
    c[NO_AGENCY] = cell_c(agency);
    c[NO_ROLE] = cell_int(role);
    bool rises = *agency && !str_is(c[NO_EVENT].s, "clock.warned");
    c[NO_RAISE] = rises ? cell_int(l->a->tx->now_us + NOTICE_RAISE_US) : cell_null();
    return row_insert(l->a->tx, &TABLE_NOTICE, c);
}

#define TEAM_MAX 64 /* roles of named members that are asked about */

/* Is there a named member who can sign in and may know of it, in a role and for a purpose that he holds? */
static enum err team_may_read(struct db *db, const char *agency, const struct notice_topic *t, int64_t now_us,
                              bool *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct ctx team[TEAM_MAX];
    size_t n = 0;
    *ret = false;
    if (id_is_nil(t->object.case_.v))
        return OK;
    TRY(db_prepare(db,
                   "SELECT DISTINCT a.id, r.role, r.purpose FROM access_grant g JOIN account a ON a.id = "
                   "g.account JOIN account_role r ON r.account = a.id WHERE g.case_id = ?1 AND g.agency = ?2 "
                   "AND g.from_us <= ?3 AND (g.until_us IS NULL OR g.until_us > ?3) AND a.agency = ?2 AND "
                   "a.disabled_us IS NULL AND r.from_us <= ?3 AND (r.until_us IS NULL OR r.until_us > ?3) "
                   "ORDER BY a.id, r.role, r.purpose LIMIT ?4",
                   &s));
    db_bind_id(s, 1, &t->object.case_.v);
    db_bind_text(s, 2, str_of(agency));
    db_bind_i64(s, 3, now_us);
    db_bind_i64(s, 4, TEAM_MAX);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        team[n] = (struct ctx){.agency = agency,
                               .role = (enum role)db_i64(s, 1),
                               .purpose = (enum purpose)db_i64(s, 2),
                               .assurance = 2,
                               .lang = "en"};
        TRY(db_id(s, 0, &team[n].account));
        n++;
    }
    for (size_t i = 0; i < n && !*ret; i++)
        *ret = notice_may_know(db, &team[i], t, now_us);
    return OK;
}

static enum err tell_agency(struct letter *l, const char *agency)
{
    struct db *db = l->a->tx->db;
    int64_t now_us = l->a->tx->now_us;
    enum role role = ROLE_CASE_LEAD;
    bool team, duty;
    TRY(team_may_read(db, agency, &l->topic, now_us, &team));
    TRY(duty_role(db, agency, &l->topic, now_us, &role, &duty));
    if (team || duty)
        return insert(l, agency, role);
    const struct object *record = &l->topic.record;
    if (!record->found || strcmp(record->owner, agency) == 0)
        l->unanswered =
            true; /* a record that the holder of its case may not know of is its writer's to answer */
    return OK;
}

static enum err agencies_in_case(struct act *a, struct id case_, const char **ret, size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    size_t n = 0;
    TRY(db_prepare(a->tx->db,
                   "SELECT DISTINCT agency FROM access_grant WHERE case_id = ?1 AND from_us <= ?2 AND "
                   "(until_us IS NULL OR until_us > ?2) ORDER BY agency LIMIT ?3",
                   &s));
    db_bind_id(s, 1, &case_);
    db_bind_i64(s, 2, a->tx->now_us);
    db_bind_i64(s, 3, AGENCIES_MAX);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        ret[n] = arena_cstr(a->arena, db_text(s, 0));
        if (!ret[n])
            return arena_err(a->arena);
        n++;
    }
    *ret_n = n;
    return OK;
}

static void add_agency(const char **all, size_t *n, const char *agency)
{
    for (size_t i = 0; i < *n; i++)
        if (strcmp(all[i], agency) == 0)
            return;
    if (agency && *agency && *n < AGENCIES_MAX)
        all[(*n)++] = agency;
}

/* Those bodies of the pack that have a part in the case: what they are told says that there is one. Where
 * none has, the first stands for all, may not know of it, and oversight is told instead. Who it is never
 * depends on her: a row that names the office for children would tell her age. */
static enum err add_competent(struct act *a, struct id case_, const char **ret, size_t *ret_n)
{
    const struct signs *s = a->pack ? &a->pack->signs : NULL;
    const char *in_case[AGENCIES_MAX];
    size_t n, before = *ret_n;
    if (!s || !s->ncompetent)
        return OK;
    TRY(agencies_in_case(a, case_, in_case, &n));
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < s->ncompetent; k++)
            if (strcmp(in_case[i], s->competent[k]) == 0)
                add_agency(ret, ret_n, in_case[i]);
    if (*ret_n == before)
        add_agency(ret, ret_n, s->competent[0]);
    return OK;
}

/* The holder of what happened, and the holder of its case; a shared case: whom it was shared with; a decision
 * that needs a second agency: all in the case. */
static enum err addressees(struct act *a, const struct event *event, const struct notice_topic *t,
                           const char **ret, size_t *ret_n)
{
    const struct object *o = &t->object;
    struct object in_case;
    const char *detail = arena_cstr(a->arena, event->detail), *holder = arena_cstr(a->arena, event->agency);
    *ret_n = 0;
    if (!detail || !holder)
        return arena_err(a->arena);
    if (str_is(event->name, "decision.second_agency_needed"))
        return agencies_in_case(a, event->case_, ret, ret_n);
    if (str_is(event->name, "case.shared")) {
        add_agency(ret, ret_n, detail);
        return OK;
    }
    if (t->record.found)
        holder = t->record.owner;
    else if (o->kind != OBJECT_CASE)
        holder = o->owner; /* as it stands now: a clock, an account */
    if (str_is(event->name, "step.held") || str_starts(event->name, "hold."))
        add_agency(ret, ret_n, detail); /* who asked for the step */
    if (str_is(event->name, "assessment.positive"))
        TRY(add_competent(a, event->case_, ret, ret_n));
    add_agency(ret, ret_n, holder);
    TRY(case_of(a->tx->db, a->arena, door_entities(a->door), o->kind == OBJECT_CASE ? o->id : id_nil(),
                &in_case));
    if (in_case.found)
        add_agency(ret, ret_n, in_case.owner);
    return OK;
}

static bool for_oversight(struct str event)
{
    return str_is(event, "oblige.notify_oversight") || str_is(event, "oblige.review") ||
           str_starts(event, "glass.accounts_"); /* who opened it is not the business of who holds the case */
}

static enum err due_of(struct act *a, struct id about, struct cell *ret_due, int64_t *ret_at)
{
    struct cell clock[CL_COUNT];
    bool found;
    TRY(try_row(a->tx->db, a->arena, &TABLE_CLOCK, about, clock, &found));
    *ret_due = found ? clock[CL_DUE] : cell_null();
    *ret_at = found ? clock[CL_DUE].i : a->tx->now_us;
    return OK;
}

enum err notice_deliver(struct act *a, const struct event *event)
{
    const char *agencies[AGENCIES_MAX];
    struct cell due;
    struct notice_topic topic;
    struct id case_ = event->case_;
    int64_t at_us;
    size_t n = 0;
    TRY(due_of(a, event->about, &due, &at_us));
    TRY(topic_of(a->tx->db, a->arena, door_entities(a->door), event->about, case_, &topic));
    if (id_is_nil(case_) && topic.object.found)
        case_ = topic.object.case_.v;
    struct cell c[NO_COUNT] = {
        [NO_OUTBOX] = cell_id(&event->outbox),
        [NO_EVENT] = cell_str(event->name),
        [NO_ABOUT] = cell_id_or_null(&event->about),
        [NO_CASE] = cell_id_or_null(&case_),
        [NO_DETAIL] = cell_str(event->detail),
        [NO_AT] = cell_int(at_us),
        [NO_DUE] = due,
        [NO_CREATED] = cell_int(a->tx->now_us),
        [NO_ACKNOWLEDGED] = cell_null(),
        [NO_BY] = cell_null(),
        [NO_ACTOR] = cell_id_or_null(&event->actor),
    };
    struct letter l = {.a = a, .c = c, .topic = topic};
    if (topic.object.found && !for_oversight(event->name))
        TRY(addressees(a, event, &topic, agencies, &n));
    for (size_t i = 0; i < n; i++)
        TRY(tell_agency(&l, agencies[i]));
    return n == 0 || l.unanswered ? insert(&l, "", ROLE_OVERSIGHT) : OK;
}

/* ---- what nobody acknowledges rises ----------------------------------------------------------------------
 */

enum err notice_raise_due(struct db *db, int64_t now_us, bool *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(db, "SELECT id FROM notice WHERE raise_us <= ?1 LIMIT 1", &s));
    db_bind_i64(s, 1, now_us);
    return db_step(s, ret);
}

static enum err raise_one(struct act *a, struct id id)
{
    struct cell c[NO_COUNT], there[NO_COUNT];
    bool told;
    TRY(row_get(a->tx->db, a->arena, &TABLE_NOTICE, id, c));
    c[NO_RAISE] = cell_null();
    TRY(row_update(a->tx, &TABLE_NOTICE, c, -1));
    TRY(try_row(a->tx->db, a->arena, &TABLE_NOTICE, notice_id(cell_get_id(&c[NO_OUTBOX]), ""), there, &told));
    if (told)
        return OK; /* another office's silence has told already */
    struct letter l = {.a = a, .c = c};
    c[NO_CREATED] = cell_int(a->tx->now_us);
    return insert(&l, "", ROLE_OVERSIGHT);
}

static enum err raise_body(struct act *a)
{
    struct id *ids = ARENA_ARRAY(a->arena, NOTICE_RAISE_MAX, struct id);
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    size_t n = 0, raised = 0;
    if (!ids)
        return arena_err(a->arena);
    if (a->ctx->role != ROLE_SYSTEM)
        return FAIL(ERR_DENIED, "reason: role");
    TRY(db_prepare(a->tx->db, "SELECT id FROM notice WHERE raise_us <= ?1 ORDER BY raise_us, id LIMIT ?2",
                   &s));
    db_bind_i64(s, 1, a->tx->now_us);
    db_bind_i64(s, 2, NOTICE_RAISE_MAX);
    TRY(stmt_ids(s, NOTICE_RAISE_MAX, ids, &n));
    for (size_t i = 0; i < n && !(i && act_turn_over(a)); i++, raised++)
        TRY(raise_one(a, ids[i]));
    a->ret_version = (int64_t)raised;
    return OK;
}

/* ---- acknowledging ---------------------------------------------------------------------------------------
 * For the policy a notice is a piece of the reader's own session: everybody has one, and ends what is in it.
 * Of what he may not know he is told what he is told of an id that never was. */

static enum err acknowledge_find(struct act *a, struct object *ret)
{
    struct cell c[NO_COUNT];
    struct notice_topic topic;
    bool reaches;
    TRY(row_get(a->tx->db, a->arena, &TABLE_NOTICE, a->subject, c));
    TRY(notice_reaches(a->tx->db, a->ctx, c, a->tx->now_us, true, &reaches));
    TRY(notice_topic(a->tx->db, a->arena, door_entities(a->door), c, &topic));
    if (!reaches || !notice_may_know(a->tx->db, a->ctx, &topic, a->tx->now_us))
        return ERR_NOT_FOUND;
    ret->version = c[NO_VERSION].i;
    ret->person = a->ctx->account;
    return OK;
}

/* Of what somebody did himself he cannot say that it was seen. */
bool notice_is_own(const struct ctx *ctx, const struct cell *c)
{
    struct id actor = cell_get_id(&c[NO_ACTOR]);
    return !id_is_nil(actor) && id_eq(actor, ctx->account);
}

/* Twice is harmless: the first one counts. */
static enum err acknowledge_body(struct act *a)
{
    struct cell c[NO_COUNT];
    TRY(row_get(a->tx->db, a->arena, &TABLE_NOTICE, a->subject, c));
    a->ret_id = a->subject;
    a->ret_version = c[NO_VERSION].i;
    if (c[NO_ACKNOWLEDGED].kind != CELL_NULL)
        return OK;
    if (notice_is_own(a->ctx, c))
        return FAIL(ERR_STATE, "who caused it does not acknowledge it: somebody else has to have seen it");
    c[NO_ACKNOWLEDGED] = cell_int(a->tx->now_us);
    c[NO_BY] = cell_id_or_null(&a->ctx->account);
    c[NO_RAISE] = cell_null();
    TRY(row_update(a->tx, &TABLE_NOTICE, c, a->expected_version));
    a->ret_version = c[NO_VERSION].i;
    return OK;
}

const struct action NOTICE_ACTIONS[] = {
    {.name = "notice.acknowledge",
     .summary = "Acknowledge a notice",
     .verb = VERB_CLOSE,
     .object = OBJECT_SESSION,
     .find = acknowledge_find,
     .body = acknowledge_body},
    {.name = "notice.raise",
     .summary = "Tell oversight what nobody acknowledged",
     .verb = VERB_UPDATE,
     .object = OBJECT_SESSION, /* the system's alone */
     .when_locked = true,
     .body = raise_body},
};
const size_t NNOTICE_ACTIONS = sizeof NOTICE_ACTIONS / sizeof *NOTICE_ACTIONS;
