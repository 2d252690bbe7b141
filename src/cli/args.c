/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/app.h"

enum option_type { OPT_TEXT, OPT_NUMBER, OPT_FLAG };
struct option {
    const char *name;
    size_t offset;
    enum option_type type;
    const char *value, *help; /* what stands behind it; what it does */
};
#define TEXT(o, f, value, help)                            \
    {                                                      \
        o, offsetof(struct args, f), OPT_TEXT, value, help \
    }
#define NUMBER(o, f, value, help)                            \
    {                                                        \
        o, offsetof(struct args, f), OPT_NUMBER, value, help \
    }
#define FLAG(o, f, help)                                \
    {                                                   \
        o, offsetof(struct args, f), OPT_FLAG, "", help \
    }
static const struct option options[] = {
    TEXT("--data", data, "FOLDER", "The data folder"),
    TEXT("--pack", pack, "FOLDER", "The folder of a country pack"),
    TEXT("--key-file", key_file, "FILE", "Opens the keys; else AKARI_PASSPHRASE"),
    TEXT("--listen", listen, "ADDRESS:PORT", "Where to serve"),
    TEXT("--db", db, "URL", "postgres:CONNINFO in place of a file"),
    TEXT("--by", by, "COLUMN", "What is counted by"),
    TEXT("--witness", witness, "FILE", "A checkpoint note that was kept elsewhere"),
    TEXT("--out", out, "PATH", "Where to write"),
    TEXT("--as", as, "LOGIN", "Who signs in"),
    TEXT("--password-file", password_file, "FILE", "Her password"),
    TEXT("--code-file", code_file, "FILE", "Her one-time code or a recovery code"),
    TEXT("--role", role, "ROLE", "Which of her roles"),
    TEXT("--purpose", purpose, "PURPOSE", "For which purpose"),
    TEXT("--input", input, "FILE", "Input as flat JSON; - is standard input"),
    TEXT("--id", id, "ID", "What it is about"),
    TEXT("--agency", agency, "WORD", "An agency of the pack"),
    TEXT("--name", name, "NAME", "The name of a witness"),
    TEXT("--keys", keys, "PATH", "Key backups; the key of a witness; the certificate of an issuer"),
    TEXT("--previous", previous, "FILE", "The note that the witness saw before"),
    TEXT("--lang", lang, "TAG", "The language of the answer"),
    TEXT("--profile", profile, "WORD", "The profile of an assessment"),
    TEXT("--list", list, "FILE", "Names that are looked through: id TAB name"),
    TEXT("--queries", queries, "FILE", "Names that are looked for: id TAB name"),
    NUMBER("--top", top, "NUMBER", "How many of the best"),
    NUMBER("--n", n, "NUMBER", "How many"),
    NUMBER("--seed", seed, "NUMBER", "Where the dice begin"),
    NUMBER("--version", version, "NUMBER", "The version that must not have changed"),
    FLAG("--json", json, "Answer as JSON"),
    FLAG("--dry-run", dry_run, "Change nothing"),
    FLAG("--synthetic", synthetic, "All data is made up"),
    FLAG("--chip", chip, "Read the chip of the card on the reader"),
    FLAG("--help", help, "How a command is used"),
};

bool args_option(size_t i, const char **ret_name, const char **ret_value, const char **ret_help)
{
    if (i >= sizeof options / sizeof *options)
        return false;
    *ret_name = options[i].name;
    *ret_value = options[i].value;
    *ret_help = options[i].help;
    return true;
}

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
    struct args a = {.version = -1, .n = -1, .seed = -1, .top = -1};
    for (int i = 1; i < argc; i++) {
        const struct option *found = NULL;
        for (size_t k = 0; k < sizeof options / sizeof *options; k++)
            if (strcmp(options[k].name, strcmp(argv[i], "-h") == 0 ? "--help" : argv[i]) == 0)
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
