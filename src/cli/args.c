/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/app.h"

enum option_type { OPT_TEXT, OPT_NUMBER, OPT_FLAG };
struct option {
    const char *name;
    size_t offset;
    enum option_type type;
};
#define TEXT(o, f)                            \
    {                                         \
        o, offsetof(struct args, f), OPT_TEXT \
    }
#define NUMBER(o, f)                            \
    {                                           \
        o, offsetof(struct args, f), OPT_NUMBER \
    }
#define FLAG(o, f)                            \
    {                                         \
        o, offsetof(struct args, f), OPT_FLAG \
    }
static const struct option options[] = {
    TEXT("--data", data),
    TEXT("--pack", pack),
    TEXT("--key-file", key_file),
    TEXT("--listen", listen),
    TEXT("--db", db),
    TEXT("--by", by),
    TEXT("--witness", witness),
    TEXT("--out", out),
    TEXT("--as", as),
    TEXT("--password-file", password_file),
    TEXT("--role", role),
    TEXT("--purpose", purpose),
    TEXT("--input", input),
    TEXT("--id", id),
    TEXT("--agency", agency),
    TEXT("--name", name),
    TEXT("--keys", keys),
    TEXT("--previous", previous),
    TEXT("--lang", lang),
    TEXT("--profile", profile),
    NUMBER("--n", n),
    NUMBER("--seed", seed),
    NUMBER("--version", version),
    FLAG("--json", json),
    FLAG("--dry-run", dry_run),
    FLAG("--synthetic", synthetic),
};

static enum err take_option(const struct option *o, char **argv, int *at, int argc, struct args *ret)
{
    char *place = (char *)ret + o->offset;
    int64_t number;
    if (o->type == OPT_FLAG) {
        bool yes = true;
        memcpy(place, &yes, sizeof yes);
        return OK;
    }
    if (*at + 1 >= argc)
        return FAIL(ERR_USAGE, "%s needs a value", o->name);
    const char *value = argv[++*at];
    if (o->type == OPT_TEXT) {
        memcpy(place, &value, sizeof value);
        return OK;
    }
    if (str_i64(str_of(value), 0, INT64_MAX, &number) != OK)
        return FAIL(ERR_USAGE, "%s needs a number", o->name);
    memcpy(place, &number, sizeof number);
    return OK;
}

enum err args_parse(int argc, char **argv, struct args *ret)
{
    struct args a = {.version = -1, .n = -1, .seed = -1};
    for (int i = 1; i < argc; i++) {
        const struct option *found = NULL;
        for (size_t k = 0; k < sizeof options / sizeof *options; k++)
            if (strcmp(options[k].name, argv[i]) == 0)
                found = &options[k];
        if (found) {
            TRY(take_option(found, argv, &i, argc, &a));
        } else if (argv[i][0] == '-' && argv[i][1] != '\0') {
            return FAIL(ERR_USAGE, "unknown option at position %d", i);
        } else {
            if (a.nwords == sizeof a.words / sizeof *a.words)
                return FAIL(ERR_USAGE, "too many words");
            a.words[a.nwords++] = argv[i];
        }
    }
    *ret = a;
    return OK;
}
