/* SPDX-License-Identifier: Apache-2.0 */
/* stories.c - runs the stories of a pack (docs/pack-format.md section 13): each in a store of its own,
 * through the one door, at the story's own time. */
#include "base/alloc.h"
#include "base/env.h"
#include "core/clock.h"
#include "hold/hold.h"
#include "plan/stories_own.h"
#include "sys/os.h"

#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- time ------------------------------------------------------------------------------------------------
 */

static int64_t now; /* of the story that runs; its writer thread reads it */

int64_t story_now(void)
{
    return __atomic_load_n(&now, __ATOMIC_SEQ_CST);
}

void story_at(int64_t now_us)
{
    __atomic_store_n(&now, now_us, __ATOMIC_SEQ_CST);
}

static int64_t now_of(void *user)
{
    (void)user;
    return story_now();
}

/* ---- failing ----------------------------------------------------------------------------------------------
 */

enum err story_fails(struct telling *t, int line, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(t->result->what, sizeof t->result->what, fmt, ap);
    va_end(ap);
    t->result->line = line;
    return ERR_BAD_DATA;
}

const struct thing_of *story_thing(const struct telling *t, const char *name)
{
    for (size_t i = 0; i < t->nthings; i++)
        if (strcmp(t->things[i].name, name) == 0)
            return &t->things[i];
    return NULL;
}

/* ---- a store for one story
 * --------------------------------------------------------------------------------- */

struct place_of {
    char folder[256];
};

static enum err folder_make(struct place_of *p)
{
    const char *tmp = getenv("TMPDIR");
    int n = snprintf(p->folder, sizeof p->folder, "%s/akari-story-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (n < 0 || (size_t)n >= sizeof p->folder || !mkdtemp(p->folder)) {
        *p->folder = '\0';
        return FAIL(ERR_IO, "no temporary folder for a story");
    }
    return OK;
}

static void folder_remove(struct place_of *p)
{
    static const char *const names[] = {"akari.db", "akari.db-wal", "akari.db-shm", "akari.db-journal"};
    char path[sizeof p->folder + 24];
    for (size_t i = 0; *p->folder && i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", p->folder, names[i]);
        unlink(path);
    }
    if (*p->folder)
        rmdir(p->folder);
}

/* Core, the registry, and what stories add. */
static enum err declare(const struct pack *p, struct arena *a, struct schema *schema, struct door_config *ret)
{
    const struct action **kind_actions;
    const struct view_decl **kind_views;
    size_t na, nv, n = 0, m = 0;
    TRY(record_declare(p, a, &kind_actions, &na, &kind_views, &nv));
    const struct action **actions = ARENA_ARRAY(a,
                                                na + NCASE_ACTIONS + NCASEWORK_ACTIONS + NSUBJECT_ACTIONS +
                                                    NCLOCK_ACTIONS + NHOLD_ACTIONS + NSTORY_ACTIONS,
                                                const struct action *);
    const struct view_decl **views = ARENA_ARRAY(a, nv + NREGISTRY_VIEWS, const struct view_decl *);
    if (!actions || !views)
        return arena_err(a);
    for (size_t i = 0; i < NCASE_ACTIONS; i++)
        actions[n++] = &CASE_ACTIONS[i];
    for (size_t i = 0; i < NCASEWORK_ACTIONS; i++)
        actions[n++] = &CASEWORK_ACTIONS[i];
    for (size_t i = 0; i < NSUBJECT_ACTIONS; i++)
        actions[n++] = &SUBJECT_ACTIONS[i];
    for (size_t i = 0; i < NCLOCK_ACTIONS; i++)
        actions[n++] = &CLOCK_ACTIONS[i];
    for (size_t i = 0; i < NHOLD_ACTIONS; i++)
        actions[n++] = &HOLD_ACTIONS[i];
    for (size_t i = 0; i < NSTORY_ACTIONS; i++)
        actions[n++] = &STORY_ACTIONS[i];
    for (size_t i = 0; i < na; i++)
        actions[n++] = kind_actions[i];
    for (size_t i = 0; i < NREGISTRY_VIEWS; i++)
        views[m++] = &REGISTRY_VIEWS[i];
    for (size_t i = 0; i < nv; i++)
        views[m++] = kind_views[i];
    schema_core(schema);
    TRY(registry_tables(schema));
    TRY(assessment_tables(schema));
    TRY(hold_tables(schema));
    *ret = (struct door_config){.schema = schema,
                                .actions = actions,
                                .nactions = n,
                                .views = views,
                                .nviews = m,
                                .pack = p,
                                .entities = &REGISTRY_ENTITIES,
                                .gates = &HOLD_GATES,
                                .readers = 1,
                                .sequence_us = -1,
                                .synthetic = true};
    return OK;
}

/* ---- telling
 * ------------------------------------------------------------------------------------------------ */

static enum err tell_step(struct telling *t)
{
    struct told told;
    switch (t->step->does) {
    case DOES_ACTION:
        TRY(story_act(t, &told));
        return story_expect(t, &told);
    case DOES_WAIT:
        return story_wait(t);
    case DOES_CHECK:
        break;
    }
    return story_check(t);
}

/* A fault of the machine in the middle of a story is a failure of that story, at its line. */
static enum err tell_steps(struct telling *t)
{
    t->things = ARENA_ARRAY(t->arena, t->s->nsteps + 1, struct thing_of);
    if (!t->things)
        return arena_err(t->arena);
    TRY(story_leaves(t, &t->first_leaf));
    for (size_t i = 0; i < t->s->nsteps; i++) {
        t->step = &t->s->steps[i];
        enum err e = tell_step(t);
        if (e == ERR_BAD_DATA && *t->result->what)
            return OK;
        if (e == ERR_NO_MEMORY)
            return e;
        if (e != OK) {
            e = story_fails(t, t->step->line, "%s: %s", err_row(e)->name, err_detail());
            return OK;
        }
    }
    t->result->passed = true;
    return OK;
}

static enum err tell_in(struct telling *t, struct door_config *config, struct schema *schema)
{
    static const struct unlock secret = {
        .key_file = {"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", 64}};
    const char *url = config->url; /* declare writes the whole of it */
    TRY(declare(t->pack, t->arena, schema, config));
    config->url = url;
    TRY(door_create(config, &secret, ARGON_DEMO));
    TRY(door_open(config, &t->door));
    enum err e = door_unlock(t->door, &secret);
    if (e == OK)
        e = tell_steps(t);
    enum err closed = door_close(t->door);
    return e == OK ? closed : e;
}

static enum err tell(const struct pack *p, const struct scenario *s, struct story_result *ret)
{
    static const struct env env = {.now_us = now_of};
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct place_of place = {{0}};
    struct schema schema;
    char url[sizeof place.folder + 24];
    if (!a)
        return mem_fail();
    TRY(folder_make(&place));
    snprintf(url, sizeof url, "sqlite:%s/akari.db", place.folder);
    struct telling t = {.pack = p, .s = s, .arena = a, .result = ret};
    struct door_config config = {.url = url};
    story_at(s->now_us);
    env_set(&env); /* before the threads of this store start */
    enum err e = tell_in(&t, &config, &schema);
    env_set(NULL);
    folder_remove(&place);
    return e;
}

static enum err load(const char *folder, const struct pack **ret)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct pack_fault *faults;
    size_t n = 0;
    if (!a)
        return mem_fail();
    enum err e = pack_load(folder, a, ret, &faults, &n);
    if (e == ERR_PACK && n)
        return FAIL(e, "%s:%d: %s", faults[0].file, faults[0].line, faults[0].what);
    return e;
}

enum err plan_run_stories(const char *pack_folder, struct arena *a, struct story_result **ret, size_t *ret_n)
{
    const struct pack *p;
    enum err e = OK;
    TRY(load(pack_folder, &p));
    struct story_result *results = ARENA_ARRAY(a, p->nscenarios + 1, struct story_result);
    if (!results)
        e = arena_err(a);
    for (size_t i = 0; e == OK && i < p->nscenarios; i++) {
        const struct scenario *s = &p->scenarios[i];
        results[i] = (struct story_result){
            .file = arena_cstr(a, str_of(s->file)), .name = arena_cstr(a, str_of(s->title)), .line = s->line};
        e = results[i].file && results[i].name ? tell(p, s, &results[i]) : arena_err(a);
    }
    size_t n = p->nscenarios;
    pack_free(p);
    if (e != OK)
        return e;
    *ret = results;
    *ret_n = n;
    return OK;
}
