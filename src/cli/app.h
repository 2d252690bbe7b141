/* SPDX-License-Identifier: Apache-2.0 */
/* app.h - the program put together: all tables, actions and views of all domains, a data folder, its pack,
 * its door. */
#pragma once
#include "core/door.h"
#include "sys/os.h"

struct app {
    struct arena *arena;
    const struct pack *pack;
    struct schema schema;
    const struct action **actions;
    size_t nactions;
    const struct view_decl **views;
    size_t nviews;
    struct entities entities;
    struct door_config config;
    struct door *door;
    const char *data;
};

/* What a command line gives. Values live in argv. Personal data is never an argument. */
#define ARGS_MAX_WORDS 1024 /* files of one command, mostly */
struct args {
    const char *data, *pack, *key_file, *listen, *db, *by, *witness, *out, *as, *password_file, *code_file,
        *role, *purpose, *input, *id, *agency, *name, *keys, *previous, *lang, *profile, *list, *queries;
    int64_t n, seed, version, top; /* -1 where not given */
    bool json, dry_run, synthetic, chip, help;
    const char *words[ARGS_MAX_WORDS];
    size_t nwords; /* what is no option: noun, verb, file */
};
enum err args_parse(int argc, char **argv, struct args *ret) NODISCARD; /* ERR_USAGE names the option */

enum err app_declare(const struct pack *pack,
                     struct app *ret) NODISCARD; /* declarations only; no store is opened */
/* Opens the data folder and its pack copy (DATA/pack); unlock: also the keys, by AKARI_PASSPHRASE or
 * --key-file. */
enum err app_open(const struct args *args, bool unlock, struct app *ret) NODISCARD;
void app_close(struct app *app);
bool app_has_secret(const struct args *args); /* is one given at all, right or wrong? */
enum err app_secret(const struct args *args, struct arena *a,
                    struct unlock *ret) NODISCARD; /* ERR_LOCKED when none is given */
enum err app_load_pack(const char *folder,
                       const struct pack **ret) NODISCARD;            /* prints every fault to stderr */
enum err app_copy_pack(const char *pack, const char *data) NODISCARD; /* into DATA/pack */
/* Who a local command acts for: the system, for the agency given or the first of the pack. */
struct ctx app_ctx(const struct app *app, const struct args *args, enum role role, enum purpose purpose);

struct command {
    const char *noun, *verb, *usage, *summary;
    enum err (*run)(const struct args *args);
};
extern const struct command COMMANDS[];
extern const size_t NCOMMANDS;
bool app_is_noun(const char *word); /* does a command begin with it? */

struct session /* core/account.h */;
/* --as and --password-file, --code-file: who asks. The session must outlive *ret. */
enum err app_sign_in(struct app *app, const struct args *args, struct session *session,
                     struct ctx *ret) NODISCARD;
/* --input FILE or - : flat JSON. */
enum err app_input(const struct args *args, struct arena *a, struct input *ret) NODISCARD;
/* Every option, for help, man pages and completions; false past the last. value: "" for a flag. */
bool args_option(size_t i, const char **ret_name, const char **ret_value, const char **ret_help);
enum err cmd_man(const struct args *args);
enum err cmd_completion(const struct args *args);
enum err cmd_licences(const struct args *args);
enum err cmd_account_first(const struct args *args);
enum err cmd_account_enrol(const struct args *args);
enum err cmd_account_person(const struct args *args);
enum err cmd_attachment_add(const struct args *args);
enum err cmd_attachment_get(const struct args *args);
enum err cmd_init(const struct args *args);
enum err cmd_serve(const struct args *args);
enum err cmd_import_ctdc(const struct args *args);
enum err cmd_import_undo(const struct args *args);
enum err cmd_import_purge(const struct args *args);
enum err cmd_export_ctdc(const struct args *args);
enum err cmd_figures_count(const struct args *args);
enum err cmd_plan_status(const struct args *args);
enum err cmd_audit_verify(const struct args *args);
enum err cmd_audit_witness(const struct args *args);
enum err cmd_audit_checkpoint(const struct args *args);
enum err cmd_pack_check(const struct args *args);
enum err cmd_pack_test(const struct args *args);
/* The pack of --pack, else the one that came with the program: installed beside it, or in the sources it was
 * built from. */
enum err app_default_pack(const struct args *args, const struct pack **ret) NODISCARD;
enum err app_stdin(struct arena *a, size_t limit, struct str *ret) NODISCARD;

enum err cmd_assessment_evaluate(const struct args *args);
enum err cmd_backup_make(const struct args *args);
enum err cmd_backup_restore(const struct args *args);
enum err cmd_backup_expire(const struct args *args);
/* An account that the demonstration made. */
struct demo_login {
    const char *login, *agency;
    struct id account;
};
/* demo_stories.c: a few cases to look at, as these officers; it fails at nothing. */
void demo_stories(struct app *app, const struct demo_login *logins, size_t n);
enum err cmd_document_card(const struct args *args);
enum err cmd_document_mrz(const struct args *args);
enum err cmd_demo_fill(const struct args *args);
enum err cmd_demo_summary(const struct args *args);
enum err cmd_generate_ctdc(const struct args *args);
enum err cmd_travel_parse(const struct args *args);
enum err cmd_name_readings(const struct args *args);
enum err cmd_bench_screening(const struct args *args);
enum err cmd_name_score(const struct args *args);
enum err cmd_name_match(const struct args *args);
enum err cmd_generic(const struct args *args); /* any action or view by its declared name */
enum err cmd_help(const struct args *args);
