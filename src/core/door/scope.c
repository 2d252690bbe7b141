/* SPDX-License-Identifier: Apache-2.0 */
/* door_scope.c - who is what to a case, and the tables that say so. */
#include "core/door/own.h"

static const struct column meta_columns[] = {
    {"id", COL_ID, 0, NULL},
    {"name", COL_TEXT, 0, NULL},
    {"value", COL_TEXT, 0, NULL},
    {"version", COL_INT, COL_VERSION, NULL},
};
static const char *const meta_indexes[] = {"UNIQUE (name)", NULL};
const struct table TABLE_META = {1, "meta", meta_columns, 4, meta_indexes, NULL, false};

static const struct column request_columns[] = {
    {"id", COL_ID, 0, NULL},
    {"account", COL_ID, COL_NULL, NULL},
    {"action", COL_TEXT, 0, NULL},
    {"result", COL_ID, COL_NULL, NULL},
    {"result_version", COL_INT, 0, NULL},
    {"at_us", COL_INT, 0, NULL},
    {"asked", COL_BLOB, COL_NULL, NULL}, /* MAC of what was asked; NULL when the keys were closed */
};
const struct table TABLE_REQUEST = {20, "request", request_columns, 7, .when_locked = true};

static const struct column access_columns[] = {
    {"id", COL_ID, 0, NULL},
    {"case_id", COL_ID, 0, NULL},
    {"agency", COL_TEXT, 0, NULL},
    {"account", COL_ID, COL_NULL, NULL},
    {"relation", COL_INT, 0, NULL},
    {"basis", COL_INT, 0, NULL},
    {"from_us", COL_INT, 0, NULL},
    {"until_us", COL_INT, COL_NULL, NULL},
    {"granted_by", COL_ID, COL_NULL, NULL},
    {"version", COL_INT, COL_VERSION, NULL},
    {"classes", COL_INT, COL_NULL, NULL}, /* for which the basis counts, bits; NULL: all */
    {"purpose", COL_INT, COL_NULL, NULL}, /* NULL: every one */
};
/* By time: what is kept in memory for an agency ends with its grant, also when nobody says so (src/search).
 */
static const char *const access_indexes[] = {"(case_id, agency)",
                                             "(agency, case_id)",
                                             "(account, case_id)",
                                             "(until_us)",
                                             "(from_us)",
                                             "(agency, relation, case_id)",
                                             NULL};
const struct table TABLE_ACCESS_GRANT = {21, "access_grant", access_columns, 12, access_indexes, NULL, false};

static const struct column consent_columns[] = {
    {"id", COL_ID, 0, NULL},
    {"case_id", COL_ID, 0, NULL},
    {"subject", COL_ID, COL_NULL, NULL},
    {"agency", COL_TEXT, 0, NULL},
    {"classes", COL_INT, 0, NULL},
    {"purpose", COL_INT, 0, NULL},
    {"basis", COL_INT, 0, NULL},
    {"given_us", COL_INT, 0, NULL},
    {"until_us", COL_INT, COL_NULL, NULL},
    {"withdrawn_us", COL_INT, COL_NULL, NULL},
    {"version", COL_INT, COL_VERSION, NULL},
    {"how", COL_TEXT, COL_NULL, NULL}, /* it was given: a word of the registry */
    {"language", COL_TEXT, COL_NULL, NULL},
    {"recorded_by", COL_ID, COL_NULL, NULL}, /* who informed her and wrote it down */
    {"withdrawn_by", COL_ID, COL_NULL, NULL},
    {"guardian", COL_ID, COL_NULL, NULL}, /* who gave it for a child; NULL: she herself */
};
static const char *const consent_indexes[] = {"(case_id, agency)", NULL};
const struct table TABLE_CONSENT = {22, "consent", consent_columns, CN_COUNT, consent_indexes, NULL, false};

static const struct column glass_columns[] = {
    {"id", COL_ID, 0, NULL},
    {"case_id", COL_ID, 0, NULL},
    {"account", COL_ID, 0, NULL},
    {"reason", COL_TEXT, 0, NULL},
    {"second", COL_ID, COL_NULL, NULL},
    {"opened_us", COL_INT, 0, NULL},
    {"until_us", COL_INT, 0, NULL},
    {"reviewer", COL_ID, COL_NULL, NULL},
    {"reviewed_us", COL_INT, COL_NULL, NULL},
    {"version", COL_INT, COL_VERSION, NULL},
    {"agency", COL_TEXT, COL_NULL, NULL},                    /* of who asked */
    {"closed_us", COL_INT, COL_NULL, NULL},                  /* before its time */
    {"justified", COL_INT, COL_NULL, NULL},                  /* what the review found */
    {"words", COL_BLOB, COL_NULL | COL_SEALED, NULL},        /* why, in words */
    {"review_words", COL_BLOB, COL_NULL | COL_SEALED, NULL}, /* of the reviewer */
    {"reviewer_agency", COL_TEXT, COL_NULL, NULL},
    {"accounts_new", COL_INT, COL_NULL, NULL},       /* one of the two, when it opened */
    {"accounts_one_maker", COL_INT, COL_NULL, NULL}, /* ... both, not long before */
};
static const char *const glass_indexes[] = {"(account, case_id)", "(reviewed_us, id)", NULL};
const struct table TABLE_BREAK_GLASS = {23, "break_glass", glass_columns, 18, glass_indexes, NULL, false};

static const struct column outbox_columns[] = {
    {"id", COL_ID, 0, NULL},
    {"event", COL_TEXT, 0, NULL},
    {"about", COL_ID, COL_NULL, NULL},
    {"payload", COL_TEXT, 0, NULL},
    {"created_us", COL_INT, 0, NULL},
    {"attempts", COL_INT, 0, NULL},
    {"next_us", COL_INT, COL_NULL, NULL},
    {"done_us", COL_INT, COL_NULL, NULL},
    {"version", COL_INT, COL_VERSION, NULL},
    {"case_id", COL_ID, COL_NULL, NULL},  /* in which it happened */
    {"agency", COL_TEXT, COL_NULL, NULL}, /* the holder of what it is about */
    {"actor", COL_ID, COL_NULL, NULL},    /* who caused it; NULL: the system */
};
static const char *const outbox_indexes[] = {"(next_us)", NULL}; /* next_us NULL: delivered */
const struct table TABLE_OUTBOX = {24, "outbox", outbox_columns, 12, outbox_indexes, .when_locked = true};

/* Of two recorded bases the one that the policy accepts for more: consent, then danger to life, then law. */
static void prefer(enum basis *best, int64_t basis)
{
    static const int rank[BASIS_COUNT] = {[BASIS_LEGAL] = 1, [BASIS_DANGER_TO_LIFE] = 2, [BASIS_CONSENT] = 3};
    if (basis > BASIS_NONE && basis < BASIS_COUNT && rank[basis] > rank[*best])
        *best = (enum basis)basis;
}

#define ALL_CLASSES (-1)

/* A basis speaks for its classes only; the object as a whole is shown on any of them, its values are not. */
static void take_basis(struct scope *s, int64_t basis, int64_t classes)
{
    if (classes != 0)
        prefer(&s->basis, basis);
    for (int class = CLASS_NONE + 1; class < CLASS_COUNT; class ++)
        if (classes & ((int64_t)1 << class))
            prefer(&s->of_class[class], basis);
}

enum basis scope_basis(const struct scope *s, enum field_class class)
{
    return class > CLASS_NONE && class < CLASS_COUNT ? s->of_class[class] : s->basis;
}

/* All that is known of an actor and a case, in one question: on PostgreSQL each is a way to the server and
 * back. Her consent speaks for what is about her: her own entry, and the records on it. */
enum { SAYS_GRANT, SAYS_CONSENT, SAYS_BREAK_GLASS };
enum { SC_SAYS, SC_BASIS, SC_CLASSES, SC_WHO, SC_RELATION, SC_PURPOSE };
#define SCOPE_SQL                                                                                            \
    "SELECT 0, g.basis, g.classes, g.account, g.relation, g.purpose FROM access_grant g WHERE g.case_id = "  \
    "?1 AND g.agency = ?2 AND g.from_us <= ?3 AND (g.until_us IS NULL OR g.until_us > ?3) "                  \
    "UNION ALL "                                                                                             \
    "SELECT 1, c.basis, c.classes, c.subject, CASE WHEN c.subject IS NULL OR c.subject = ?5 OR c.subject "   \
    "IN (SELECT r.subject FROM record r WHERE r.id = ?5) THEN 1 ELSE 0 END, c.purpose FROM consent c WHERE " \
    "c.case_id = ?1 AND c.agency = ?2 AND c.withdrawn_us IS NULL AND c.given_us <= ?3 AND (c.until_us IS "   \
    "NULL OR c.until_us > ?3) AND c.purpose IN (0, ?4) "                                                     \
    "UNION ALL "                                                                                             \
    "SELECT 2, 0, 0, b.account, 0, 0 FROM break_glass b WHERE b.account = ?6 AND b.case_id = ?1 AND "        \
    "b.second IS NOT NULL AND b.until_us > ?3"

/* A grant to a named colleague is not mine. */
static void take_grant(const struct ctx *ctx, struct stmt *s, struct id account, struct scope *ret)
{
    int64_t relation = db_i64(s, SC_RELATION);
    bool mine = !id_is_nil(account) && id_eq(account, ctx->account);
    if (!id_is_nil(account) && !mine)
        return;
    if (relation > RELATION_NONE && relation < RELATION_COUNT &&
        (ret->relation == RELATION_NONE || relation < (int64_t)ret->relation))
        ret->relation = (enum relation)relation;
    if (db_null(s, SC_PURPOSE) || db_i64(s, SC_PURPOSE) == PURPOSE_NONE ||
        db_i64(s, SC_PURPOSE) == (int64_t)ctx->purpose)
        take_basis(ret, db_i64(s, SC_BASIS), db_null(s, SC_CLASSES) ? ALL_CLASSES : db_i64(s, SC_CLASSES));
    ret->need_to_know |= mine;
}

static void take_consent(struct stmt *s, struct id subject, struct scope *ret)
{
    ret->by_subject |= !id_is_nil(subject);
    if (db_i64(s, SC_RELATION))
        take_basis(ret, db_i64(s, SC_BASIS), db_i64(s, SC_CLASSES));
}

static enum err scope_row(const struct ctx *ctx, struct stmt *s, struct scope *ret)
{
    struct id who = id_nil();
    if (!db_null(s, SC_WHO))
        TRY(db_id(s, SC_WHO, &who));
    switch (db_i64(s, SC_SAYS)) {
    case SAYS_GRANT:
        take_grant(ctx, s, who, ret);
        break;
    case SAYS_CONSENT:
        take_consent(s, who, ret);
        break;
    case SAYS_BREAK_GLASS:
        ret->break_glass |= !id_is_nil(ctx->account);
        break;
    }
    return OK;
}

static enum err scope_read(struct db *db, const struct ctx *ctx, const struct object *o, int64_t now_us,
                           struct scope *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(db, SCOPE_SQL, &s));
    db_bind_id(s, 1, &o->case_.v);
    db_bind_text(s, 2, str_of(ctx->agency));
    db_bind_i64(s, 3, now_us);
    db_bind_i64(s, 4, ctx->purpose);
    db_bind_id(s, 5, &o->id);
    db_bind_id(s, 6, &ctx->account);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        TRY(scope_row(ctx, s, ret));
    }
}

/* A record belongs to the agency that wrote it, whosever the case is (docs/policy.md, 3); its clocks do, too.
 */
static void scope_of_writer(bool own, struct scope *s)
{
    if (own)
        s->relation = RELATION_OWNER;
    else if (s->relation == RELATION_OWNER)
        s->relation = RELATION_CO_OWNER;
}

/* What is kept with some roles of the agency that wrote it: with jobs of the system, too, which show nothing.
 */
static bool kept_with(const struct object *o, const struct ctx *ctx, bool own)
{
    return ctx->role == ROLE_SYSTEM || (own && (o->kept_with >> ctx->role & 1u));
}

/* A list asks much about one case: what was read of it holds for all in it, but where her own consent speaks
 * for one entry only. */
static enum err scope_in_case(struct db *db, const struct ctx *ctx, const struct object *o, int64_t now_us,
                              struct scope_known *known, struct scope *ret)
{
    if (known && id_eq(known->case_.v, o->case_.v)) {
        *ret = known->scope;
        return OK;
    }
    TRY(scope_read(db, ctx, o, now_us, ret));
    if (known && !ret->by_subject)
        *known = (struct scope_known){o->case_, *ret};
    return OK;
}

enum err door_scope(struct db *db, const struct ctx *ctx, const struct object *o, int64_t now_us,
                    struct scope *ret)
{
    return door_scope_known(db, ctx, o, now_us, NULL, ret);
}

enum err door_scope_known(struct db *db, const struct ctx *ctx, const struct object *o, int64_t now_us,
                          struct scope_known *known, struct scope *ret)
{
    struct scope scope = {0};
    const char *agency = ctx->agency ? ctx->agency : "";
    bool collection = id_is_nil(o->id) && id_is_nil(o->case_.v);
    bool own = o->owner && strcmp(o->owner, agency) == 0;
    if (collection) {
        scope = (struct scope){.relation = RELATION_OWNER, .need_to_know = true};
    } else if (!id_is_nil(o->case_.v)) {
        TRY(scope_in_case(db, ctx, o, now_us, known, &scope));
        if ((o->kind == OBJECT_RECORD || o->of_record) && o->found)
            scope_of_writer(own, &scope);
    } else if (own) {
        scope = (struct scope){.relation = RELATION_OWNER, .need_to_know = id_is_nil(o->person)};
    }
    if (!id_is_nil(o->person) && id_eq(o->person, ctx->account))
        scope.need_to_know = true;
    if (o->kept_with && !kept_with(o, ctx, own))
        scope = (struct scope){.relation = RELATION_NONE};
    *ret = scope;
    return OK;
}

enum err door_no_id(struct id subject, bool takes_id)
{
    return takes_id || id_is_nil(subject) ? OK : FAIL(ERR_FIELD, "field id: this takes no id");
}

/* An unknown id is looked up like the id of a case that nobody shares with the actor: same questions, same
 * time. */
void door_unknown(struct object *o, struct id id)
{
    o->found = false;
    if (id_is_nil(o->case_.v))
        o->case_.v = id;
}

struct id door_case_of(const struct object *o, struct id object)
{
    return o->kept_with || id_is_nil(o->case_.v) ? object : o->case_.v;
}

void door_even(int64_t came_us)
{
    int64_t steps = (env_monotonic_us() - came_us) / EVEN_US + 1;
    env_wait_until(came_us + steps * EVEN_US);
}

struct policy_question door_question(const struct ctx *c, const struct object *o, const struct scope *s,
                                     enum verb verb, enum field_class class)
{
    bool collection = id_is_nil(o->id) && id_is_nil(o->case_.v) && verb != VERB_CREATE && verb != VERB_IMPORT;
    return (struct policy_question){
        .role = c->role,
        .verb = verb,
        .object = o->kind,
        .relation = s->relation,
        .need_to_know = s->need_to_know,
        .purpose = c->purpose,
        .basis = scope_basis(s, class),
        .class = class,
        .label = collection ? LABEL_CLEAR : o->label,
        .break_glass = s->break_glass,
        .assurance = c->assurance,
    };
}

bool door_may_list(struct db *db, const struct ctx *c, const struct object *o, int64_t now_us)
{
    struct scope scope;
    if (door_scope(db, c, o, now_us, &scope) != OK)
        return false;
    struct policy_question q = door_question(c, o, &scope, VERB_LIST, CLASS_NONE);
    return policy_decide(&q).verdict == VERDICT_ALLOW;
}

enum err outcome_of(const struct object *o, struct policy_answer answer)
{
    /* An unknown id is refused as a hidden one: a role that may not do this at all learns nothing from trying
     * ids. */
    if (!o->found && answer.verdict != VERDICT_DENY)
        return FAIL(ERR_NOT_FOUND, "%s", object_word(o->kind));
    switch (answer.verdict) {
    case VERDICT_ALLOW:
    case VERDICT_MASK:
        return OK;
    case VERDICT_HINT:
        return FAIL(ERR_HINT, "ask agency %s", o->owner ? o->owner : "");
    case VERDICT_CONCEAL:
        return FAIL(ERR_NOT_FOUND, "%s", object_word(o->kind));
    case VERDICT_DENY:
    case VERDICT_COUNT:
        break;
    }
    return FAIL(ERR_DENIED, "reason: %s", policy_reason_word(answer.reason));
}

struct policy_answer act_decide(const struct act *a, enum field_class class)
{
    /* create and import unseal nothing: they are asked for the object as a whole, before the body */
    if (a->action->verb == VERB_CREATE || a->action->verb == VERB_IMPORT)
        return (struct policy_answer){VERDICT_ALLOW, REASON_OK, OBLIGE_AUDIT};
    struct policy_question q = door_question(a->ctx, &a->object, &a->scope, a->action->verb, class);
    return policy_decide(&q);
}

enum err act_may(struct act *a, enum field_class class)
{
    struct policy_answer answer = act_decide(a, class);
    a->obligations |= answer.obligations;
    if (answer.verdict != VERDICT_ALLOW)
        return FAIL(ERR_DENIED, "class %s, reason: %s", class_word(class), policy_reason_word(answer.reason));
    return OK;
}

enum err act_access(struct act *a, struct case_id c, const char *agency, struct id account,
                    enum relation relation, enum basis basis, int64_t until_us)
{
    return act_access_for(a, c, agency, account, relation, basis, until_us, 0, PURPOSE_NONE);
}

enum err act_access_for(struct act *a, struct case_id c, const char *agency, struct id account,
                        enum relation relation, enum basis basis, int64_t until_us, uint32_t classes,
                        enum purpose purpose)
{
    struct id id = id_new();
    struct cell cells[] = {
        cell_id(&id),
        cell_id(&c.v),
        cell_c(agency),
        cell_id_or_null(&account),
        cell_int(relation),
        cell_int(basis),
        cell_int(a->tx->now_us),
        until_us ? cell_int(until_us) : cell_null(),
        cell_id_or_null(&a->ctx->account),
        cell_int(1),
        classes ? cell_int(classes) : cell_null(),
        purpose != PURPOSE_NONE ? cell_int(purpose) : cell_null(),
    };
    return row_insert(a->tx, &TABLE_ACCESS_GRANT, cells);
}

enum err act_emit(struct act *a, const char *event, struct id about, struct str payload_without_personal_data)
{
    return door_emit(a->tx, event, &a->object, about, payload_without_personal_data);
}

enum err door_oblige(struct tx *tx, uint32_t obligations, const struct object *o, struct id about,
                     const char *what)
{
    static const struct {
        enum obligation bit;
        const char *event;
    } events[] = {{OBLIGE_NOTIFY_OWNER, "oblige.notify_owner"},
                  {OBLIGE_NOTIFY_OVERSIGHT, "oblige.notify_oversight"},
                  {OBLIGE_REVIEW, "oblige.review"}};
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        if (obligations & (uint32_t)events[i].bit)
            TRY(door_emit(tx, events[i].event, o, about, str_of(what)));
    return OK;
}

enum err door_emit(struct tx *tx, const char *event, const struct object *o, struct id about,
                   struct str payload_without_personal_data)
{
    struct id id = id_new();
    struct cell cells[] = {
        cell_id(&id),
        cell_c(event),
        cell_id_or_null(&about),
        cell_str(payload_without_personal_data),
        cell_int(tx->now_us),
        cell_int(0),
        cell_int(tx->now_us),
        cell_null(),
        cell_int(1),
        cell_id_or_null(&o->case_.v),
        o->owner && *o->owner ? cell_c(o->owner) : cell_null(),
        cell_id_or_null(&tx->actor),
    };
    return row_insert(tx, &TABLE_OUTBOX, cells);
}
