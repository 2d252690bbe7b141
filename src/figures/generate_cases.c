/* SPDX-License-Identifier: Apache-2.0 */
/* generate_cases.c - synthetic cases through the door: every case, person, name and record is an action of a
 * case lead, with its policy, its sealing and its leaf, as real work would be. A group of cases goes in by a
 * transaction a step, because a step needs the ids of the one before. */
#include "figures/generate_own.h"

#include "base/alloc.h"
#include "base/env.h"
#include "base/limits.h"
#include "core/account.h"

#define GROUP           80 /* cases made together */
#define LEADS_MAX       4
#define SUBJECTS_MAX    4
#define RECORDS         10 /* of a case, at least, where the pack has kinds that may be several */
#define FOLLOW_PERMILLE 300

struct lead {
    struct ctx ctx;
    struct id colleague; /* another desk's account of this agency that is named in the cases too; nil: none */
};

struct made_subject {
    struct id id;
    const char *role;
    enum subject_type type;
};
struct made_case {
    struct id id;
    char text[33];
    const struct lead *lead;
    struct made_subject subjects[SUBJECTS_MAX];
    size_t n;
};

/* A record that was sent, for what follows it. */
struct sent {
    const struct kind *kind;
    const struct lead *lead;
    struct pair *pairs; /* with case and subject */
    size_t n, from;     /* from: values of the kind begin here */
};

struct maker {
    struct door *door;
    const struct pack *pack;
    struct dice dice;
    struct lead leads[LEADS_MAX];
    size_t nleads;
    size_t made;
    struct made_case cases[GROUP];
    size_t n;
    /* requests of one step */
    struct arena *arena;
    struct act_request *requests;
    struct ctx *contexts;
    struct act_result *results;
    struct sent *sent;
    size_t nrequests;
};

/* ---- who ----------------------------------------------------------------------------------------------- */

static enum err colleague_of(struct db *db, const char *agency, struct id *ret)
{
    static const enum role desks[] = {ROLE_INTAKE_COUNSELLOR, ROLE_CASE_MEMBER, ROLE_POLICE_INVESTIGATOR,
                                      ROLE_IMMIGRATION_OFFICER, ROLE_LABOUR_INSPECTOR};
    *ret = id_nil();
    for (size_t i = 0; i < sizeof desks / sizeof *desks; i++) {
        enum err e = account_with_role(db, agency, desks[i], env_now_us(), ret);
        if (e != ERR_NOT_FOUND)
            return e;
    }
    return OK;
}

static enum err add_lead(struct maker *m, struct db *db, const char *agency, bool must_exist)
{
    struct lead *l = &m->leads[m->nleads];
    struct id account;
    enum err e = account_with_role(db, agency, ROLE_CASE_LEAD, env_now_us(), &account);
    if (e == ERR_NOT_FOUND && must_exist)
        return OK;
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    if (e == ERR_NOT_FOUND) { /* nobody yet: an officer who is as invented as the case */
        struct hash h = blake2b(str_of(agency));
        memcpy(account.b, h.b, sizeof account.b);
    }
    for (size_t i = 0; i < m->nleads; i++)
        if (strcmp(m->leads[i].ctx.agency, agency) == 0)
            return OK;
    *l = (struct lead){.ctx = {.account = account,
                               .agency = agency,
                               .role = ROLE_CASE_LEAD,
                               .purpose = PURPOSE_PROTECTION,
                               .assurance = 2,
                               .lang = "en"}};
    m->nleads++;
    return colleague_of(db, agency, &l->colleague);
}

/* Agencies with a case lead first, then others that may own cases. */
static enum err find_leads(struct maker *m, struct db *db)
{
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < m->pack->nagencies && m->nleads < LEADS_MAX; i++) {
            const struct agency *a = &m->pack->agencies[i];
            if (!a->group && !a->nmembers && (pass == 0 || m->nleads == 0 || a->task_force))
                TRY(add_lead(m, db, a->id, pass == 0));
        }
    return m->nleads ? OK : FAIL(ERR_STATE, "the pack has no agency that may own cases");
}

static enum err prepare(struct maker *m)
{
    struct db *db;
    bool synthetic = false;
    TRY(door_reader(m->door, &db));
    enum err e = door_synthetic(db, &synthetic);
    if (e == OK && synthetic)
        e = find_leads(m, db);
    door_reader_done(m->door, db);
    if (e == OK && !synthetic)
        e = FAIL(ERR_STATE, "this store is for real data: synthetic cases go into one made as synthetic");
    return e;
}

/* ---- a step: requests, then one transaction (or as many as its size needs) ----------------------------- */

static enum err step_begin(struct maker *m)
{
    m->nrequests = 0;
    arena_reset(m->arena);
    m->requests = ARENA_ARRAY(m->arena, BATCH_MAX_ITEMS, struct act_request);
    m->contexts = ARENA_ARRAY(m->arena, BATCH_MAX_ITEMS, struct ctx);
    m->results = ARENA_ARRAY(m->arena, BATCH_MAX_ITEMS, struct act_result);
    m->sent = ARENA_ARRAY(m->arena, BATCH_MAX_ITEMS, struct sent);
    return m->requests && m->contexts && m->results && m->sent ? OK : arena_err(m->arena);
}

static enum err ask(struct maker *m, const struct lead *lead, const char *action, struct id subject,
                    struct pair *pairs, size_t n)
{
    size_t i = m->nrequests;
    if (i == BATCH_MAX_ITEMS)
        return FAIL(ERR_LIMIT, "more requests in a step than expected");
    m->contexts[i] = lead->ctx;
    m->requests[i] = (struct act_request){.ctx = &m->contexts[i],
                                          .action = action,
                                          .subject = subject,
                                          .expected_version = -1,
                                          .input = {pairs, n}};
    m->sent[i] = (struct sent){.lead = lead};
    m->nrequests++;
    return OK;
}

static enum err step_end(struct maker *m)
{
    size_t failed;
    if (m->nrequests == 0)
        return OK;
    enum err e = door_act_batch(m->door, m->requests, m->nrequests, m->arena, m->results, &failed);
    return e == OK || failed >= m->nrequests ? e : err_prefix(e, "%s", m->requests[failed].action);
}

static struct pair *pairs_new(struct maker *m, size_t n)
{
    return ARENA_ARRAY(m->arena, n, struct pair);
}

/* ---- cases, persons, names ----------------------------------------------------------------------------- */

static enum err open_cases(struct maker *m)
{
    TRY(step_begin(m));
    for (size_t i = 0; i < m->n; i++) {
        struct pair *p = pairs_new(m, 1);
        if (!p)
            return arena_err(m->arena);
        *p = (struct pair){STR("synthetic"), STR("yes"), VALUE_GIVEN};
        m->cases[i] = (struct made_case){
            .lead = &m->leads[dice_below(&m->dice, 2) ? 0 : dice_below(&m->dice, m->nleads)]};
        TRY(ask(m, m->cases[i].lead, "case.open", id_nil(), p, 1));
    }
    TRY(step_end(m));
    for (size_t i = 0; i < m->n; i++) {
        m->cases[i].id = m->results[i].id;
        id_text(m->cases[i].id, m->cases[i].text);
    }
    return OK;
}

/* The first role is a person who is helped, the second one who is suspected; packs order their list so or
 * name them. */
static const char *role_of(struct maker *m, size_t which)
{
    static const char *const wanted[] = {"victim", "perpetrator", "employer", "accompanying_child"};
    const struct code_list *roles = pack_codes(m->pack, "subject_role");
    if (!roles || roles->n == 0)
        return NULL;
    return code_find(roles, wanted[which]) ? wanted[which] : roles->codes[which % roles->n].code;
}

static enum err add_subjects(struct maker *m)
{
    TRY(step_begin(m));
    for (size_t i = 0; i < m->n; i++) {
        struct made_case *c = &m->cases[i];
        size_t roll = dice_below(&m->dice, 10);
        c->n = roll < 5 ? 2 : roll < 9 ? 3 : 4;
        for (size_t s = 0; s < c->n; s++) {
            struct pair *p = pairs_new(m, 2);
            c->subjects[s] = (struct made_subject){.role = role_of(m, s),
                                                   .type = s == 2 ? SUBJECT_ORGANISATION : SUBJECT_PERSON};
            if (!p)
                return arena_err(m->arena);
            if (!c->subjects[s].role)
                return FAIL(ERR_STATE, "the pack has no list subject_role");
            p[0] = (struct pair){STR("type"),
                                 c->subjects[s].type == SUBJECT_PERSON ? STR("person") : STR("organisation"),
                                 VALUE_GIVEN};
            p[1] = (struct pair){STR("role"), str_of(c->subjects[s].role), VALUE_GIVEN};
            TRY(ask(m, c->lead, "subject.add", c->id, p, 2));
        }
    }
    TRY(step_end(m));
    size_t at = 0;
    for (size_t i = 0; i < m->n; i++)
        for (size_t s = 0; s < m->cases[i].n; s++)
            m->cases[i].subjects[s].id = m->results[at++].id;
    return OK;
}

static enum err ask_name(struct maker *m, const struct made_case *c, size_t s, size_t which, const char *type)
{
    struct pair *p = pairs_new(m, NAME_PAIRS + 1);
    size_t n;
    if (!p)
        return arena_err(m->arena);
    TRY(generate_name(&m->dice, m->arena, c->subjects[s].type, which, p, &n));
    if (type && c->subjects[s].type == SUBJECT_PERSON)
        p[0].value = str_of(type);
    p[n++] = (struct pair){STR("case"), str_of(c->text), VALUE_GIVEN};
    return ask(m, c->lead, "name.add", c->subjects[s].id, p, n);
}

static enum err ask_identifier(struct maker *m, const struct made_case *c, size_t s)
{
    struct pair *p = pairs_new(m, 3);
    char *value = arena_printf(m->arena, "SYN%07zu", dice_below(&m->dice, 10000000));
    if (!p || !value)
        return arena_err(m->arena);
    p[0] = (struct pair){STR("case"), str_of(c->text), VALUE_GIVEN};
    p[1] = (struct pair){STR("type"), STR("passport"), VALUE_GIVEN};
    p[2] = (struct pair){STR("value"), str_of(value), VALUE_GIVEN};
    return ask(m, c->lead, "identifier.add", c->subjects[s].id, p, 3);
}

/* Each has a name; the first two also an alias, mostly in another script. */
static enum err add_names(struct maker *m)
{
    TRY(step_begin(m));
    for (size_t i = 0; i < m->n; i++) {
        const struct made_case *c = &m->cases[i];
        for (size_t s = 0; s < c->n; s++)
            TRY(ask_name(m, c, s, dice_below(&m->dice, generate_scripts()), NULL));
        for (size_t s = 0; s < 2; s++)
            TRY(ask_name(m, c, s, dice_below(&m->dice, generate_scripts()), "alias"));
        TRY(ask_identifier(m, c, 0));
        if (!id_is_nil(c->lead->colleague)) {
            struct pair *p = pairs_new(m, 1);
            char text[33];
            id_text(c->lead->colleague, text);
            char *account = arena_printf(m->arena, "%s", text);
            if (!p || !account)
                return arena_err(m->arena);
            *p = (struct pair){STR("account"), str_of(account), VALUE_GIVEN};
            TRY(ask(m, c->lead, "case.assign", c->id, p, 1));
        }
    }
    return step_end(m);
}

/* ---- records ------------------------------------------------------------------------------------------- */

/* A purpose for which a case lead may do this; -1: none. */
static int purpose_for(const struct kind_action *ka)
{
    static const enum purpose purposes[] = {PURPOSE_PROTECTION, PURPOSE_INSPECTION, PURPOSE_REPATRIATION};
    if (ka->roles && !(ka->roles & 1u << ROLE_CASE_LEAD))
        return -1;
    for (size_t i = 0; i < sizeof purposes / sizeof *purposes; i++)
        if (!ka->purposes || ka->purposes & 1u << purposes[i])
            return (int)purposes[i];
    return -1;
}

static bool takes(const struct kind *k, const struct made_subject *s)
{
    for (size_t i = 0; i < k->nsubject_roles; i++)
        if (strcmp(k->subject_roles[i], s->role) == 0)
            return true;
    return k->nsubject_roles == 0;
}

/* NULL: to the case itself; ret_found false: this kind fits nobody here. */
static const struct made_subject *attach_to(const struct made_case *c, const struct kind *k, size_t from,
                                            bool *ret_found)
{
    *ret_found = true;
    for (size_t s = from; k->attach & ATTACH_SUBJECT && s < c->n; s++)
        if (takes(k, &c->subjects[s]))
            return &c->subjects[s];
    *ret_found = k->attach & ATTACH_CASE && from == 0;
    return NULL;
}

static enum err ask_record(struct maker *m, const struct made_case *c, const struct kind *k,
                           const struct made_subject *s)
{
    const struct kind_action *create = kind_action(k, "create");
    int purpose = create ? purpose_for(create) : -1;
    struct pair frame[2] = {{STR("case"), str_of(c->text), VALUE_GIVEN}};
    struct invented in = {.dice = &m->dice,
                          .arena = m->arena,
                          .pack = m->pack,
                          .now_us = env_now_us(),
                          .agency = c->lead->ctx.agency,
                          .purpose = purpose < 0 ? PURPOSE_NONE : (enum purpose)purpose,
                          .subject = c->subjects[1].id,
                          .fill_permille = 450};
    struct pair *pairs;
    char id[33];
    size_t n = 1, all, from;
    if (purpose < 0)
        return OK;
    if (s) {
        id_text(s->id, id);
        frame[n++] = (struct pair){STR("subject"), str_of(arena_printf(m->arena, "%s", id)), VALUE_GIVEN};
    }
    TRY(generate_values(&in, k, create, k->states[0], frame, n, &pairs, &all, &from));
    char *action = arena_printf(m->arena, "%s.create", k->id);
    if (!action)
        return arena_err(m->arena);
    TRY(ask(m, c->lead, action, id_nil(), pairs, all));
    m->contexts[m->nrequests - 1].purpose = (enum purpose)purpose;
    m->sent[m->nrequests - 1] = (struct sent){k, c->lead, pairs, all, from};
    return OK;
}

/* One of each kind that there is once, then the others in turn up to RECORDS. */
static enum err ask_records(struct maker *m, const struct made_case *c)
{
    size_t before = m->nrequests, turn = dice_below(&m->dice, m->pack->nkinds ? m->pack->nkinds : 1);
    for (size_t i = 0; i < m->pack->nkinds; i++) {
        const struct kind *k = &m->pack->kinds[i];
        bool found = k->once;
        const struct made_subject *s = found ? attach_to(c, k, 0, &found) : NULL;
        if (found)
            TRY(ask_record(m, c, k, s));
    }
    for (size_t tries = 0; m->pack->nkinds && tries < 50 && m->nrequests - before < RECORDS; tries++) {
        const struct kind *k = &m->pack->kinds[turn++ % m->pack->nkinds];
        bool found = !k->once;
        const struct made_subject *s = found ? attach_to(c, k, 0, &found) : NULL;
        if (found)
            TRY(ask_record(m, c, k, k->attach & ATTACH_CASE && dice_below(&m->dice, 2) ? NULL : s));
    }
    return OK;
}

/* What a lead may do next with a new record: an action that says something, and that waits for no screening.
 */
static const struct kind_action *next_action(struct maker *m, const struct kind *k)
{
    const struct kind_action *found = NULL;
    size_t seen = 0;
    for (size_t i = 0; i < k->nactions; i++) {
        const struct kind_action *ka = &k->actions[i];
        bool fits = ka->nrequire && ka->gate == GATE_NONE && purpose_for(ka) >= 0 &&
                    (ka->verb == VERB_UPDATE || ka->verb == VERB_CLOSE || ka->verb == VERB_DECIDE);
        bool from = ka->nfrom == 0;
        for (size_t s = 0; s < ka->nfrom; s++)
            from |= strcmp(ka->from[s], k->states[0]) == 0;
        if (fits && from && dice_below(&m->dice, ++seen) == 0)
            found = ka;
    }
    return found;
}

/* Asks for what follows `was`, whose record is `id`; the arena still holds the values that were sent. */
static enum err follow(struct maker *m, const struct sent *was, struct id id)
{
    const struct kind_action *ka = was->kind ? next_action(m, was->kind) : NULL;
    struct invented in = {.dice = &m->dice,
                          .arena = m->arena,
                          .pack = m->pack,
                          .now_us = env_now_us(),
                          .agency = was->lead->ctx.agency,
                          .purpose = ka ? (enum purpose)purpose_for(ka) : PURPOSE_NONE,
                          .fill_permille = 300};
    struct pair *pairs;
    size_t n, from;
    if (!ka || dice_permille(&m->dice) >= FOLLOW_PERMILLE)
        return OK;
    TRY(generate_values(&in, was->kind, ka, ka->to ? ka->to : was->kind->states[0], was->pairs + was->from,
                        was->n - was->from, &pairs, &n, &from));
    char *action = arena_printf(m->arena, "%s.%s", was->kind->id, ka->name);
    if (!action)
        return arena_err(m->arena);
    TRY(ask(m, was->lead, action, id, pairs + from, n - from));
    m->contexts[m->nrequests - 1].purpose = (enum purpose)purpose_for(ka);
    return OK;
}

static enum err follow_all(struct maker *m)
{
    struct sent *sent = m->sent;
    struct act_result *results = m->results;
    size_t n = m->nrequests;
    m->requests = ARENA_ARRAY(m->arena, n + 1, struct act_request);
    m->contexts = ARENA_ARRAY(m->arena, n + 1, struct ctx);
    m->results = ARENA_ARRAY(m->arena, n + 1, struct act_result);
    m->sent = ARENA_ARRAY(m->arena, n + 1, struct sent);
    if (!m->requests || !m->contexts || !m->results || !m->sent)
        return arena_err(m->arena);
    m->nrequests = 0;
    for (size_t i = 0; i < n; i++)
        TRY(follow(m, &sent[i], results[i].id));
    return step_end(m);
}

static enum err add_records(struct maker *m)
{
    TRY(step_begin(m));
    for (size_t i = 0; i < m->n; i++)
        TRY(ask_records(m, &m->cases[i]));
    TRY(step_end(m));
    return m->nrequests ? follow_all(m) : OK;
}

/* Two of three reach a stage that protects. */
static enum err set_stages(struct maker *m)
{
    TRY(step_begin(m));
    for (size_t i = 0; i < m->n; i++) {
        struct pair *p = pairs_new(m, 1);
        size_t stage = dice_below(&m->dice, m->pack->nstages ? m->pack->nstages : 1);
        if (!p)
            return arena_err(m->arena);
        if (stage == 0)
            continue;
        *p = (struct pair){STR("stage"), str_of(m->pack->stages[stage].id), VALUE_GIVEN};
        TRY(ask(m, m->cases[i].lead, "case.set_stage", m->cases[i].id, p, 1));
    }
    return step_end(m);
}

static enum err make_group(struct maker *m)
{
    TRY(open_cases(m));
    TRY(add_subjects(m));
    TRY(add_names(m));
    TRY(add_records(m));
    return set_stages(m);
}

enum err figures_generate_cases(struct door *d, uint64_t seed, int64_t n, figures_progress *progress,
                                void *user)
{
    if (!door_pack(d))
        return FAIL(ERR_STATE, "cases need a country pack");
    struct maker *m = mem_alloc(sizeof *m);
    if (!m)
        return mem_fail();
    *m = (struct maker){.door = d, .pack = door_pack(d), .dice = {seed}, .arena = arena_new(0)};
    enum err e = m->arena ? prepare(m) : mem_fail();
    for (int64_t made = 0; made < n && e == OK; made += (int64_t)m->n) {
        m->n = n - made < GROUP ? (size_t)(n - made) : GROUP;
        e = make_group(m);
        if (e == OK && progress)
            progress(user, made + (int64_t)m->n, n);
    }
    arena_free(m->arena);
    mem_free(m);
    return e;
}
