/* SPDX-License-Identifier: Apache-2.0 */
/* holdland.h - Testland with kinds of steps, and short ways, for tests of holds and of break-glass. */
#pragma once
#include "assessment/own.h"
#include "attachment/attachment.h"
#include "base/env.h"
#include "core/account.h"
#include "glass/glass.h"
#include "hold/hold.h"
#include "support/acts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

static const char *driver = "sqlite";
static struct store store;

#define NO_LIMIT .min = INT64_MIN, .max = INT64_MAX
static const char *const land_open[] = {"planned"}, *const land_states[] = {"planned", "done"};
static const struct field land_fields[] = {
    {.name = "ground", .label = "Ground", .type = FT_TEXT, .class = CLASS_ROUTING, NO_LIMIT}};
static const struct kind_action removal_actions[] = {
    {.name = "create", .label = "Order", .verb = VERB_CREATE, .gate = GATE_VICTIM_SCREENING},
    {.name = "amend", .label = "Change", .verb = VERB_UPDATE},
    {.name = "execute",
     .label = "Execute",
     .verb = VERB_UPDATE,
     .from = land_open,
     .nfrom = 1,
     .to = "done",
     .gate = GATE_VICTIM_SCREENING}};
static const struct kind_action arrest_actions[] = {
    {.name = "create", .label = "Arrest", .verb = VERB_CREATE, .gate = GATE_VICTIM_SCREENING_AFTER},
    {.name = "amend", .label = "Change", .verb = VERB_UPDATE}};
static struct pack land;
static struct kind land_kinds[4];
static struct code_list land_lists[2];
static struct crosswalk land_suspects[] = {{.scheme = "field_class", .code = "suspect"}};
static const struct code land_roles[] = {
    {.code = "presumed_victim", .label = "Presumed victim"},
    {.code = "recruiter", .label = "Recruiter", .crosswalks = land_suspects, .ncrosswalks = 1}};

static inline void land_make(void)
{
    land = *store_pack();
    memcpy(land_lists, land.code_lists, sizeof land_lists);
    land_lists[0].codes = land_roles;
    land_lists[0].n = 2;
    land.code_lists = land_lists;
    memcpy(land_kinds, land.kinds, 2 * sizeof *land_kinds);
    land_kinds[2] = (struct kind){.id = "removal",
                                  .title = "Removal",
                                  .file = "test",
                                  .attach = ATTACH_SUBJECT,
                                  .states = land_states,
                                  .nstates = 2,
                                  .fields = land_fields,
                                  .nfields = 1,
                                  .actions = removal_actions,
                                  .nactions = 3};
    land_kinds[3] = land_kinds[2];
    land_kinds[3].id = "arrest";
    land_kinds[3].actions = arrest_actions;
    land_kinds[3].nactions = 2;
    land.kinds = land_kinds;
    land.nkinds = 4;
}

static inline enum err hand_in_it(struct act *a, struct id assessment, int64_t no)
{
    struct id id = id_new();
    struct cell c[AV_COUNT] = {[AV_ID] = cell_id(&id),
                               [AV_ASSESSMENT] = cell_id(&assessment),
                               [AV_NO] = cell_int(no),
                               [AV_AT] = cell_int(a->tx->now_us),
                               [AV_ACCOUNT] = cell_id_or_null(&a->ctx->account),
                               [AV_AGENCY] = cell_c(a->ctx->agency),
                               [AV_ROLE] = cell_int(a->ctx->role),
                               [AV_PHASE] = cell_c("screening"),
                               [AV_PACK_VERSION] = cell_c("1")};
    return row_insert(a->tx, &TABLE_ASSESSMENT_VERSION, c);
}

/* lifts: "none", "officer", or for other agencies only. */
static inline struct cell whom_it_lifts(const struct act *a)
{
    struct str lifts = in_text(a, "lifts");
    return cell_int(str_is(lifts, "none")      ? LIFTS_NONE
                    : str_is(lifts, "officer") ? LIFTS_OTHER_OFFICERS
                                               : LIFTS_OTHER_AGENCIES);
}

/* The officer who screens, until the engine does: an assessment that is begun, and one that is finished. */
static inline enum err screen_body(struct act *a)
{
    struct id id = id_new(), subject = in_id(a, "subject");
    struct cell c[AM_COUNT] = {0};
    bool finished = in_given(a, "outcome");
    TRY(vault_compartment(a->tx, COMPARTMENT_CASE, a->ctx->agency, &a->object.compartment));
    c[AM_ID] = cell_id(&id);
    c[AM_CASE] = cell_id(&a->subject);
    c[AM_SUBJECT] = cell_id(&subject);
    c[AM_AGENCY] = cell_c(a->ctx->agency);
    c[AM_FORM] = cell_c("quick");
    c[AM_PHASE] = cell_c("screening");
    c[AM_STATE] = cell_c(finished ? "finished" : "open");
    c[AM_OUTCOME] = finished ? cell_str(in_text(a, "outcome")) : cell_null();
    c[AM_LABEL] = cell_int(LABEL_AMBER);
    c[AM_COMPARTMENT] = cell_id(&a->object.compartment.v);
    c[AM_CURRENT] = cell_int(1);
    c[AM_STARTED] = c[AM_UPDATED] = cell_int(a->tx->now_us);
    c[AM_FINISHED] = finished ? cell_int(a->tx->now_us) : cell_null();
    if (finished)
        c[AM_LIFTS] = whom_it_lifts(a);
    a->ret_id = id;
    TRY(row_insert(a->tx, &TABLE_ASSESSMENT, c));
    return hand_in_it(a, id, 1);
}

static inline enum err finish_body(struct act *a)
{
    struct cell c[AM_COUNT];
    TRY(row_get(a->tx->db, a->arena, &TABLE_ASSESSMENT, a->subject, c));
    c[AM_STATE] = cell_c("finished");
    c[AM_OUTCOME] = cell_str(in_text(a, "outcome"));
    c[AM_FINISHED] = cell_int(a->tx->now_us);
    c[AM_LIFTS] = whom_it_lifts(a);
    TRY(row_update(a->tx, &TABLE_ASSESSMENT, c, -1));
    return hand_in_it(a, a->subject, 2);
}

static inline enum err shred_body(struct act *a)
{
    struct object o;
    TRY(door_entities(a->door)->case_(a->tx->db, a->arena, a->subject, &o));
    return vault_shred(a->tx, o.compartment);
}

static const struct input_field screen_inputs[] = {{.name = "subject", .label = "Person", .type = IN_ID},
                                                   {.name = "outcome", .label = "O", .type = IN_TEXT},
                                                   {.name = "lifts", .label = "L", .type = IN_TEXT}};
static UNUSED struct action land_actions[16] = {
    {.name = "test.screen",
     .summary = "Screen",
     .verb = VERB_CREATE,
     .object = OBJECT_REPORT,
     .inputs = screen_inputs,
     .ninputs = 3,
     .takes_id = true,
     .body = screen_body},
    {.name = "test.finish",
     .summary = "Finish",
     .verb = VERB_CREATE,
     .object = OBJECT_REPORT,
     .inputs = screen_inputs,
     .ninputs = 3,
     .takes_id = true,
     .body = finish_body},
    {.name = "test.shred",
     .summary = "Destroy",
     .verb = VERB_CREATE,
     .object = OBJECT_REPORT,
     .takes_id = true,
     .body = shred_body},
};
#define LAND_ACTIONS 3

static _Atomic int64_t land_offset;
static inline int64_t land_now(void *user)
{
    struct timespec t;
    (void)user;
    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000 + land_offset;
}

#define COUNT(sql) count_rows(&store, "SELECT count(*) FROM " sql)

static inline void the_trail_holds(void)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

static inline enum err land_tables(struct schema *s)
{
    TRY(attachment_tables(s));
    TRY(assessment_tables(s));
    return hold_tables(s);
}

static inline int land_setup(void **state, const struct store_country *country)
{
    static struct env env = {.now_us = land_now};
    land_offset = 0;
    env_set(&env);
    *state = NULL;
    if (store_make_of(&store, driver, country)) {
        store_open(&store);
        *state = &store;
    }
    return 0;
}

/* With the actions of holds and of break-glass, after land_make. */
static inline int land_setup_whole(void **state)
{
    static struct action all[32];
    struct store_country country = {.pack = &land,
                                    .synthetic = true,
                                    .tables = land_tables,
                                    .gates = &HOLD_GATES,
                                    .actions = all,
                                    .nactions = LAND_ACTIONS + NHOLD_ACTIONS + NGLASS_ACTIONS,
                                    .views = HOLD_VIEWS,
                                    .nviews = NHOLD_VIEWS};
    memcpy(all, land_actions, LAND_ACTIONS * sizeof *all);
    memcpy(all + LAND_ACTIONS, HOLD_ACTIONS, NHOLD_ACTIONS * sizeof *all);
    memcpy(all + LAND_ACTIONS + NHOLD_ACTIONS, GLASS_ACTIONS, NGLASS_ACTIONS * sizeof *all);
    return land_setup(state, &country);
}

static inline int land_teardown(void **state)
{
    if (*state)
        store_remove(&store);
    env_set(NULL);
    return 0;
}
