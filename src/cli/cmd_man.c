/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_man.c - man pages (mdoc) and completions of three shells, from the same tables that the command line
 * runs by: what is not in them does not exist, and what is in them is described. */
#include "cli/app.h"

#define NOUNS_MAX 200

struct word {
    const char *noun, *verb, *summary;
    const struct command *command; /* NULL: an action or a view by its name */
    const struct input_field *inputs;
    size_t ninputs;
};
struct words {
    struct word *items;
    size_t n;
    const char *nouns[NOUNS_MAX];
    size_t nnouns;
};

/* ---- what there is ----------------------------------------------------------------------------------------
 */

static void add_noun(struct words *w, const char *noun)
{
    for (size_t i = 0; i < w->nnouns; i++)
        if (strcmp(w->nouns[i], noun) == 0)
            return;
    if (w->nnouns < NOUNS_MAX)
        w->nouns[w->nnouns++] = noun;
}

static bool is_command(const char *noun, const char *verb)
{
    for (size_t i = 0; i < NCOMMANDS; i++)
        if (strcmp(COMMANDS[i].noun, noun) == 0 && COMMANDS[i].verb && strcmp(COMMANDS[i].verb, verb) == 0)
            return true;
    return false;
}

static enum err add_declared(struct arena *a, struct words *w, const char *name, struct word made)
{
    struct str rest = str_of(name), noun;
    if (!str_cut(&rest, '.', &noun))
        return OK;
    made.noun = arena_cstr(a, noun);
    made.verb = arena_cstr(a, rest);
    if (!made.noun || !made.verb)
        return arena_err(a);
    if (is_command(made.noun, made.verb))
        return OK; /* the command stands in its place */
    w->items[w->n++] = made;
    add_noun(w, made.noun);
    return OK;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum err collect(struct app *app, struct words *w)
{
    *w = (struct words){.items =
                            ARENA_ARRAY(app->arena, NCOMMANDS + app->nactions + app->nviews, struct word)};
    if (!w->items)
        return arena_err(app->arena);
    for (size_t i = 0; i < NCOMMANDS; i++) {
        const struct command *c = &COMMANDS[i];
        w->items[w->n++] = (struct word){c->noun, c->verb, c->summary, c, NULL, 0};
        add_noun(w, c->noun);
    }
    for (size_t i = 0; i < app->nactions; i++) {
        const struct action *x = app->actions[i];
        TRY(add_declared(app->arena, w, x->name,
                         (struct word){.summary = x->summary, .inputs = x->inputs, .ninputs = x->ninputs}));
    }
    for (size_t i = 0; i < app->nviews; i++) {
        const struct view_decl *x = app->views[i];
        TRY(add_declared(app->arena, w, x->name,
                         (struct word){.summary = x->summary, .inputs = x->inputs, .ninputs = x->ninputs}));
    }
    qsort(w->nouns, w->nnouns, sizeof *w->nouns, by_text);
    return OK;
}

/* ---- man pages --------------------------------------------------------------------------------------------
 */

/* A line of mdoc must not begin with a control character, and a backslash is written out. */
static void mdoc(struct buf *b, const char *text)
{
    if (*text == '.' || *text == '\'')
        buf_c(b, "\\&");
    for (; *text; text++)
        if (*text == '\\')
            buf_c(b, "\\e");
        else
            buf_char(b, *text);
}

static void head(struct buf *b, const char *title, const char *name, const char *what)
{
    buf_printf(b, ".\\\" SPDX-License-Identifier: Apache-2.0\n.\\\" Made by akari man: do not edit.\n");
    buf_printf(b, ".Dd November 22, 2026\n.Dt %s 1\n.Os Akari\n.Sh NAME\n.Nm %s\n.Nd ", title, name);
    mdoc(b, what);
    buf_char(b, '\n');
}

/* The options that stand in a usage line. */
static bool in_usage(const char *usage, const char *option)
{
    size_t n = strlen(option);
    for (const char *at = usage; (at = strstr(at, option)); at += n)
        if (at[n] == '\0' || at[n] == ' ' || at[n] == ']')
            return true;
    return false;
}

static const char *const declared_options =
    "--data --as --password-file --code-file --role --purpose --id --input "
    "--version --lang --key-file";

static void options_of(struct buf *b, const char *usage)
{
    bool any = false;
    const char *option, *value, *help;
    for (size_t i = 0; args_option(i, &option, &value, &help); i++) {
        if (usage && !in_usage(usage, option))
            continue;
        if (!any)
            buf_c(b, ".Bl -tag -width Ds -compact\n");
        any = true;
        buf_printf(b, ".It Fl -%s%s%s\n", option + 2, *value ? " Ar " : "", value);
        mdoc(b, help);
        buf_char(b, '\n');
    }
    if (any)
        buf_c(b, ".El\n");
}

static void inputs_of(struct buf *b, const struct word *w)
{
    if (!w->ninputs)
        return;
    buf_c(b, "Input (JSON by\n.Fl -input ) :\n.Bl -tag -width Ds -compact\n");
    for (size_t i = 0; i < w->ninputs; i++) {
        buf_printf(b, ".It Cm %s\n", w->inputs[i].name);
        mdoc(b, w->inputs[i].label && *w->inputs[i].label ? w->inputs[i].label : w->inputs[i].name);
        buf_printf(b, "%s\n", w->inputs[i].required ? "; required" : "");
    }
    buf_c(b, ".El\n");
}

static void one_word(struct buf *b, const struct word *w)
{
    const char *usage = w->command ? w->command->usage : declared_options;
    buf_printf(b, ".It Cm %s%s%s\n", w->noun, w->verb ? " " : "", w->verb ? w->verb : "");
    mdoc(b, w->summary);
    buf_c(b, ".\n");
    if (w->command || w->ninputs)
        buf_c(b, ".Pp\n");
    if (w->command) {
        buf_c(b, ".Dl ");
        mdoc(b, w->command->usage);
        buf_char(b, '\n');
        options_of(b, usage);
    } else {
        inputs_of(b, w);
    }
}

static void page_of_noun(struct buf *b, const struct words *all, const char *noun)
{
    char name[96];
    bool declared = false;
    snprintf(name, sizeof name, "akari-%s", noun);
    head(b, name, name, "what akari does with it");
    buf_c(b, ".Sh COMMANDS\n.Bl -tag -width Ds\n");
    for (size_t i = 0; i < all->n; i++)
        if (strcmp(all->items[i].noun, noun) == 0) {
            one_word(b, &all->items[i]);
            declared |= !all->items[i].command;
        }
    buf_c(b, ".El\n");
    if (declared) {
        buf_c(b, ".Sh OPTIONS\nOf what is done signed in:\n");
        options_of(b, declared_options);
    }
    buf_c(b, ".Sh SEE ALSO\n.Xr akari 1\n");
}

static void main_page(struct buf *b, const struct words *all)
{
    head(b, "AKARI", "akari", "the counter-trafficking system of a country");
    buf_c(b, ".Sh SYNOPSIS\n.Nm\n.Ar noun\n.Op Ar verb\n.Op Ar options\n.Sh DESCRIPTION\n"
             "Each noun has a page of its own.\nPersonal data comes by file or standard input, never as an "
             "argument.\n"
             ".Bl -tag -width Ds -compact\n");
    for (size_t i = 0; i < all->nnouns; i++) {
        buf_printf(b, ".It Cm %s\n", all->nouns[i]);
        for (size_t k = 0; k < all->n; k++)
            if (strcmp(all->items[k].noun, all->nouns[i]) == 0 && all->items[k].verb)
                buf_printf(b, "%s\n", all->items[k].verb);
    }
    buf_c(b, ".El\n.Sh OPTIONS\n");
    options_of(b, NULL);
    buf_c(b, ".Sh ENVIRONMENT\n.Bl -tag -width Ds -compact\n.It Ev AKARI_PASSPHRASE\nOpens the keys, as\n"
             ".Fl -key-file\ndoes.\n.El\n.Sh EXIT STATUS\n0 done, 7 the audit does not hold, 64 usage, 65 "
             "bad data, "
             "66 not found, 75 try again, 77 not allowed.\n.Sh SEE ALSO\n");
    for (size_t i = 0; i < all->nnouns; i++)
        buf_printf(b, ".Xr akari-%s 1%s\n", all->nouns[i], i + 1 < all->nnouns ? " ," : "");
}

static enum err write_page(struct arena *a, const char *folder, const char *noun, struct buf *b)
{
    const char *path = arena_printf(a, *noun ? "%s/akari-%s.1" : "%s/akari%s.1", folder, noun);
    TRY(buf_err(b));
    return path ? file_write_atomic(path, 0644, buf_view(b)) : arena_err(a);
}

static enum err write_pages(struct app *app, const char *folder, const struct words *all)
{
    struct buf b CLEANUP(buf_free) = {0};
    TRY(dir_make(folder, 0755));
    main_page(&b, all);
    TRY(write_page(app->arena, folder, "", &b));
    for (size_t i = 0; i < all->nnouns; i++) {
        buf_clear(&b);
        page_of_noun(&b, all, all->nouns[i]);
        TRY(write_page(app->arena, folder, all->nouns[i], &b));
    }
    return OK;
}

/* ---- completions ------------------------------------------------------------------------------------------
 */

static void verbs_of(const struct words *all, const char *noun)
{
    for (size_t k = 0; k < all->n; k++)
        if (strcmp(all->items[k].noun, noun) == 0 && all->items[k].verb)
            printf(" %s", all->items[k].verb);
}

static void all_options(const char *before)
{
    const char *option, *value, *help;
    for (size_t i = 0; args_option(i, &option, &value, &help); i++)
        printf("%s%s", before, option);
}

static void complete_bash(const struct words *all)
{
    printf("# akari completion bash\n_akari() {\n    local cur=${COMP_WORDS[COMP_CWORD]} words\n"
           "    case $cur in\n    -*) words='");
    all_options(" ");
    printf("' ;;\n    *) case $COMP_CWORD in\n        1) words='");
    for (size_t i = 0; i < all->nnouns; i++)
        printf(" %s", all->nouns[i]);
    printf("' ;;\n        2) case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; i < all->nnouns; i++) {
        printf("            %s) words='", all->nouns[i]);
        verbs_of(all, all->nouns[i]);
        printf("' ;;\n");
    }
    printf(
        "            esac ;;\n        *) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n        esac ;;\n"
        "    esac\n    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\ncomplete -F _akari akari\n");
}

static void complete_zsh(const struct words *all)
{
    printf("#compdef akari\n# akari completion zsh\n_akari() {\n    if [[ ${words[CURRENT]} == -* ]]; then\n"
           "        compadd --");
    all_options(" ");
    printf("\n        return\n    fi\n    case $CURRENT in\n    2) compadd");
    for (size_t i = 0; i < all->nnouns; i++)
        printf(" %s", all->nouns[i]);
    printf(" ;;\n    3) case ${words[2]} in\n");
    for (size_t i = 0; i < all->nnouns; i++) {
        printf("        %s) compadd --", all->nouns[i]);
        verbs_of(all, all->nouns[i]);
        printf(" ;;\n");
    }
    printf("        esac ;;\n    *) _files ;;\n    esac\n}\n_akari \"$@\"\n");
}

static void complete_fish(const struct words *all)
{
    const char *option, *value, *help;
    printf("# akari completion fish\n");
    for (size_t i = 0; i < all->nnouns; i++) {
        printf("complete -c akari -n __fish_use_subcommand -f -a %s\n", all->nouns[i]);
        printf("complete -c akari -n '__fish_seen_subcommand_from %s' -f -a '", all->nouns[i]);
        verbs_of(all, all->nouns[i]);
        printf("'\n");
    }
    for (size_t i = 0; args_option(i, &option, &value, &help); i++)
        printf("complete -c akari -l %s%s -d \"%s\"\n", option + 2, *value ? " -r" : "", help);
}

static enum err with_words(const struct args *args,
                           enum err (*then)(struct app *, const struct args *, struct words *))
{
    struct app app = {0};
    const struct pack *pack;
    struct words all;
    TRY(app_default_pack(args, &pack)); /* it has a part of the commands */
    enum err e = app_declare(pack, &app);
    if (e == OK)
        e = collect(&app, &all);
    if (e == OK)
        e = then(&app, args, &all);
    arena_free(app.arena);
    pack_free(pack);
    return e;
}

static enum err man(struct app *app, const struct args *args, struct words *all)
{
    return args->out ? write_pages(app, args->out, all) : FAIL(ERR_USAGE, "--out FOLDER is needed");
}

static enum err completion(struct app *app, const struct args *args, struct words *all)
{
    static const struct {
        const char *shell;
        void (*print)(const struct words *all);
    } shells[] = {{"bash", complete_bash}, {"zsh", complete_zsh}, {"fish", complete_fish}};
    (void)app;
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
        if (args->nwords > 1 && strcmp(args->words[1], shells[i].shell) == 0) {
            shells[i].print(all);
            return OK;
        }
    return FAIL(ERR_USAGE, "bash, zsh or fish");
}

enum err cmd_man(const struct args *args)
{
    return with_words(args, man);
}

enum err cmd_completion(const struct args *args)
{
    return with_words(args, completion);
}
