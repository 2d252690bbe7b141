/* SPDX-License-Identifier: Apache-2.0 */
/* testing_pack.h - packs in memory, for test files and the fuzzer: the files of a folder, changed before they
 * are loaded. */
#pragma once
#include "base/buf.h"
#include "core/pack/impl.h"
#include "sys/os.h"

/* Where the sources are: the tests are started with that as their working folder. */
#define TINY "tests/packs/tiny"

struct test_files {
    struct arena *arena;
    struct pack_file list[128];
    size_t n;
    size_t limit; /* of memory; 0 = PACK_MAX_MEMORY */
};

static inline int test_files_order(const void *a, const void *b)
{
    const struct pack_file *x = a, *y = b;
    return strcmp(x->name, y->name);
}

/* Reads a pack's folder, README files left out. */
static inline enum err test_files_read(struct test_files *f, struct arena *a, const char *folder)
{
    *f = (struct test_files){.arena = a};
    static const char *const under[] = {"", "codes/", "imports/", "kinds/", "laws/", "scenarios/", "texts/"};
    for (size_t u = 0; u < LEN(under); u++) {
        char **names;
        size_t n;
        const char *path = arena_printf(a, "%s/%s", folder, under[u]);
        if (!path)
            return arena_err(a);
        if (u && !path_exists(path))
            continue;
        TRY(dir_list(path, a, &names, &n));
        for (size_t i = 0; i < n && f->n < LEN(f->list); i++) {
            const char *name = arena_printf(a, "%s%s", under[u], names[i]);
            const char *whole = name ? arena_printf(a, "%s/%s", folder, name) : NULL;
            if (!whole)
                return arena_err(a);
            if (!pack_place_of(str_of(name)))
                continue;
            f->list[f->n].name = name;
            TRY(file_read(whole, YAML_MAX_BYTES, a, &f->list[f->n++].text));
        }
    }
    qsort(f->list, f->n, sizeof *f->list, test_files_order);
    return OK;
}

static inline struct pack_file *test_file(struct test_files *f, const char *name)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->list[i].name, name) == 0)
            return &f->list[i];
    return NULL;
}

/* Loads a copy, so that the files can be loaded again. */
static inline enum err test_files_load(const struct test_files *f, struct arena *faults_arena,
                                       const struct pack **ret, struct pack_fault **ret_faults, size_t *ret_n)
{
    struct pack_file files[LEN(f->list)];
    memcpy(files, f->list, f->n * sizeof *files);
    for (size_t i = 0; i < f->n; i++)
        files[i].root = NULL;
    qsort(files, f->n, sizeof *files, test_files_order);
    return pack_load_memory(files, f->n, f->limit, faults_arena, ret, ret_faults, ret_n);
}
