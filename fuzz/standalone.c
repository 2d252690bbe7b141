/* SPDX-License-Identifier: Apache-2.0 */
/* standalone.c - runs a fuzz target without libFuzzer: over each file of a corpus as it is, over every
 * beginning of it, and with each byte changed. One TAP case a file. A finding aborts with the input's
 * description on stderr.
 *
 *     fuzz_csv FOLDER          the corpus with changes, as the test suite does
 *     fuzz_csv FILE...         these files as they are, for a crash that was found elsewhere */
#include "base/alloc.h"
#include "fuzz.h"
#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>

#define INPUT_MAX   (1u << 20)
#define CHANGES_MAX 4000 /* runs with changes for one file */

static const char *running_file, *running_what;
static size_t running_at;

/* REQUIRE and the sanitizers abort. stdio is good enough here: the process ends anyway. */
static void tell_what_was_run(int signal_number)
{
    (void)signal_number;
    fprintf(stderr, "the input was %s, %s %zu\n", running_file, running_what, running_at);
}

static void run(const uint8_t *data, size_t size, const char *what, size_t at)
{
    running_what = what;
    running_at = at;
    uint8_t *exact = mem_alloc(size); /* of this very size, so that a sanitizer sees a read behind it */
    if (!exact)
        abort();
    if (size)
        memcpy(exact, data, size);
    LLVMFuzzerTestOneInput(exact, size);
    mem_free(exact);
}

static void run_changed(uint8_t *data, size_t size)
{
    static const uint8_t masks[] = {0xFF, 0x01, 0x80, 0x20};
    size_t stride = 1 + size * (1 + sizeof masks) / CHANGES_MAX;
    for (size_t n = 0; n < size; n += stride)
        run(data, n, "cut at byte", n);
    for (size_t at = 0; at < size; at += stride) {
        for (size_t m = 0; m < sizeof masks; m++) {
            data[at] ^= masks[m];
            run(data, size, "changed at byte", at);
            data[at] ^= masks[m];
        }
    }
}

static bool run_file(const char *path, bool change)
{
    static uint8_t data[INPUT_MAX];
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    size_t size = fread(data, 1, sizeof data, file);
    bool read = !ferror(file);
    fclose(file);
    if (!read)
        return false;
    running_file = path;
    run(data, size, "whole", size);
    if (change)
        run_changed(data, size);
    return true;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int not_hidden(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int run_folder(const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, not_hidden, by_name), bad = 0;
    if (count <= 0) {
        printf("1..1\nnot ok 1 - a corpus in %s\n", folder);
        return 1;
    }
    printf("1..%d\n", count);
    for (int i = 0; i < count; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        bool good = run_file(path, true);
        printf("%s %d - %s\n", good ? "ok" : "not ok", i + 1, entries[i]->d_name);
        fflush(stdout);
        bad += !good;
        mem_free(entries[i]);
    }
    mem_free(entries);
    return bad != 0;
}

int main(int argc, char **argv)
{
    struct stat info;
    signal(SIGABRT, tell_what_was_run);
    int status = argc < 2;
    for (int i = 1; i < argc; i++) {
        if (stat(argv[i], &info) == 0 && S_ISDIR(info.st_mode))
            status |= run_folder(argv[i]);
        else
            status |= !run_file(argv[i], false);
    }
    return status;
}
