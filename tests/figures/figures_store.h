/* SPDX-License-Identifier: Apache-2.0 */
/* figures_store.h - for tests of figures: a store of Fileland (or another pack) with the domain's tables, and
 * files to take in. */
#pragma once
#include "base/testing.h"
#include "figures/generate.h"
#include "fileland.h"
#include "support/store.h"
#include "sys/os.h"

#include <unistd.h>

static const char *driver = "sqlite";
static struct store store;
static const struct action *figures_more; /* an action of the test's own, when a store is made */

/* Declarations of figures/ for store_make_of. */
static inline bool figures_store(const struct pack *pack, bool synthetic)
{
    static struct action actions[32];
    static struct view_decl views[32];
    size_t n = NFIGURES_ACTIONS;
    assert_true(NFIGURES_ACTIONS < 32 && NFIGURES_VIEWS <= 32);
    memcpy(actions, FIGURES_ACTIONS, NFIGURES_ACTIONS * sizeof *actions);
    memcpy(views, FIGURES_VIEWS, NFIGURES_VIEWS * sizeof *views);
    if (figures_more)
        actions[n++] = *figures_more;
    struct store_country country = {.pack = pack,
                                    .actions = actions,
                                    .nactions = n,
                                    .views = views,
                                    .nviews = NFIGURES_VIEWS,
                                    .synthetic = synthetic,
                                    .tables = figures_tables};
    return store_make_of(&store, driver, &country);
}

UNUSED static int setup(void **state)
{
    *state = NULL;
    if (figures_store(&fileland, false)) {
        store_open(&store);
        *state = &store;
    }
    return 0;
}

UNUSED static int teardown(void **state)
{
    if (*state)
        store_remove(&store);
    return 0;
}

/* Whoever runs a command on the server, for the agency north. */
UNUSED static struct ctx operator_of(const char *agency)
{
    struct ctx c = ctx_system();
    c.agency = agency;
    c.purpose = PURPOSE_STATISTICS;
    return c;
}

/* A temporary file with this text; removed by file_gone. */
struct temp_file {
    char path[64];
};
UNUSED static struct temp_file file_with(const char *text, size_t n)
{
    struct temp_file f = {"/tmp/akari-figures-XXXXXX"};
    int fd = mkstemp(f.path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, n), n);
    close(fd);
    return f;
}

UNUSED static void file_gone(struct temp_file *f)
{
    unlink(f->path);
}

/* What an export writes, in the arena. */
UNUSED static struct str exported(const char *map, struct arena *a, int64_t *ret_rows)
{
    struct temp_file f = file_with("", 0);
    struct ctx c = operator_of("north");
    struct str text;
    FILE *out = fopen(f.path, "w");
    assert_non_null(out);
    assert_ok(figures_export(store.door, &c, map, fileno(out), ret_rows));
    fclose(out);
    assert_ok(file_read(f.path, 64u << 20, a, &text));
    file_gone(&f);
    return text;
}
