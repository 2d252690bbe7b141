/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_travel.c - messages of carriers read into travellers; no data folder is needed, and nothing is kept. */
#include "base/env.h"
#include "cli/app.h"
#include "screening/edifact/travel_json.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static enum err read_bytes(void *user, char *p, size_t n, size_t *ret_n)
{
    const int *fd = user;
    ssize_t got;
    do
        got = read(*fd, p, n);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return FAIL(ERR_IO, "reading failed");
    *ret_n = (size_t)got;
    return OK;
}

static enum err write_out(void *user, struct str text)
{
    (void)user;
    return fwrite(text.p, 1, text.n, stdout) == text.n ? OK : FAIL(ERR_IO, "standard output");
}

/* ---- without --json: a few lines a message
 * ----------------------------------------------------------------------- */

struct summary {
    int64_t notes, doubts, losses;
};

static void count(void *user, const struct diagnostic *d)
{
    struct summary *s = user;
    enum oddity_level level = oddity_level(d->what);
    s->notes += level == ODDITY_NOTE;
    s->doubts += level == ODDITY_DOUBT;
    s->losses += level == ODDITY_LOSS;
}

static enum err print_summary(void *user, const struct travel_message *m)
{
    struct summary *s = user;
    printf("  %s %.*s%s%.*s: %lld travellers; diagnostics: %lld notes, %lld doubts, %lld losses\n",
           travel_type_word(m->type), STR_FMT(m->version), m->release.n ? "." : "", STR_FMT(m->release),
           (long long)m->travellers, (long long)s->notes, (long long)s->doubts, (long long)s->losses);
    *s = (struct summary){0};
    return OK;
}

static struct date today(void)
{
    return date_from_days((int32_t)(env_now_us() / 1000000 / 86400));
}

static enum err parse_one(const struct args *args, const char *path, int64_t *ret_messages)
{
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return FAIL(errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s cannot be opened", path);
    enum err e;
    if (args->json) {
        e = travel_json(read_bytes, &fd, path, today(), write_out, NULL, ret_messages);
    } else {
        struct summary s = {0};
        struct travel_events events = {.end = print_summary, .diagnostic = count, .user = &s};
        printf("%s\n", path);
        e = travel_parse(read_bytes, &fd, today(), &events, ret_messages);
    }
    if (!standard)
        close(fd);
    return e ? err_prefix(e, "%s", path) : OK;
}

/* A file that cannot be read does not keep the others from being read. */
enum err cmd_travel_parse(const struct args *args)
{
    int64_t all = 0;
    enum err first = OK;
    if (args->nwords < 3)
        return FAIL(ERR_USAGE, "akari travel parse FILE... [--json]");
    for (size_t i = 2; i < args->nwords; i++) {
        int64_t messages = 0;
        enum err e = parse_one(args, args->words[i], &messages);
        all += messages;
        if (e && !first)
            first = e;
        if (e && i + 1 < args->nwords)
            fprintf(stderr, "akari: %s: %s\n", err_row(e)->message, err_detail());
        if (!e && !messages)
            fprintf(stderr, "akari: %s: no message is recognised\n", args->words[i]);
    }
    if (first)
        return first;
    return all ? OK : FAIL(ERR_BAD_DATA, "no message is recognised");
}
