/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - akari NOUN VERB. Personal data comes by file or standard input, never as an argument. */
#include "cli/app.h"

const struct command COMMANDS[] = {
    {"init", NULL, "akari init --pack FOLDER --data FOLDER [--db postgres:CONNINFO] [--synthetic]",
     "Make a data folder", cmd_init},
    {"account", "first", "akari account first --data FOLDER --input FILE [--agency WORD]",
     "Make one of the first two administrators (JSON: login, name, password, staff_number)",
     cmd_account_first},
    {"account", "enrol", "akari account enrol --data FOLDER --input FILE",
     "Print an enrolment code for an administrator without a second factor (JSON: login)", cmd_account_enrol},
    {"account", "person", "akari account person --data FOLDER --input FILE",
     "Say whose account an administrator's is, in a store from before that was asked (JSON: login, "
     "staff_number)",
     cmd_account_person},
    {"attachment", "add",
     "akari attachment add FILE --data FOLDER --id CASE --as LOGIN --password-file FILE --input FILE",
     "Attach a file to a case (JSON: declared, class, title, ...); it is not deleted", cmd_attachment_add},
    {"attachment", "get",
     "akari attachment get --data FOLDER --id ID --out FILE --as LOGIN --password-file FILE",
     "Write the original of an attachment into a new file", cmd_attachment_get},
    {"serve", NULL, "akari serve --data FOLDER --listen 127.0.0.1:8080",
     "Serve people and programs; without a secret it takes notes of counters and nothing else", cmd_serve},
    {"import", "ctdc", "akari import ctdc FILE --data FOLDER [--dry-run] [--synthetic] [--agency WORD]",
     "Take in a file in CTDC layout; goes on where it stopped", cmd_import_ctdc},
    {"import", "undo", "akari import undo --id BATCH --data FOLDER",
     "Undo an import: its cases are closed, their keys destroyed", cmd_import_undo},
    {"import", "purge", "akari import purge --id BATCH --data FOLDER", "Delete the raw rows of an import",
     cmd_import_purge},
    {"export", "ctdc", "akari export ctdc --data FOLDER [--out FILE]", "Write the cases in CTDC layout",
     cmd_export_ctdc},
    {"figures", "count", "akari figures count --by COLUMN --data FOLDER [--json]", "Count by one attribute",
     cmd_figures_count},
    {"plan", "status", "akari plan status --data FOLDER [--json]",
     "Every duty of the plan with its indicators", cmd_plan_status},
    {"audit", "verify", "akari audit verify --data FOLDER [--witness FILE] [--json]",
     "Find every row changed outside the door (exit 7)", cmd_audit_verify},
    {"audit", "checkpoint", "akari audit checkpoint --data FOLDER", "Print the newest signed checkpoint",
     cmd_audit_checkpoint},
    {"audit", "witness",
     "akari audit witness --data FOLDER --keys FILE --name NAME [--previous FILE] [--out FILE]",
     "Check and cosign the newest checkpoint as another agency", cmd_audit_witness},
    {"pack", "check", "akari pack check FOLDER", "Check a country pack (exit 65 with file:line)",
     cmd_pack_check},
    {"pack", "test", "akari pack test FOLDER", "Run the stories of a country pack", cmd_pack_test},
    {"backup", "make", "akari backup make --data FOLDER --out FOLDER --keys FOLDER",
     "Write a data backup and, apart, a key backup", cmd_backup_make},
    {"backup", "restore",
     "akari backup restore FILE --keys FILE --data FOLDER --pack FOLDER [--db postgres:CONNINFO]",
     "Restore into a new data folder", cmd_backup_restore},
    {"backup", "expire", "akari backup expire --keys FOLDER", "Delete key backups older than 30 days",
     cmd_backup_expire},
    {"demo", "fill", "akari demo fill --data FOLDER [--n CASES] [--seed N]",
     "Synthetic accounts and cases, marked so", cmd_demo_fill},
    {"demo", "summary", "akari demo summary --data FOLDER", "What is in the data folder, in a few lines",
     cmd_demo_summary},
    {"document", "card", "akari document card [--json] [--chip --role ROLE [--keys CERTIFICATE]] < NUMBER",
     "A residence card: form of its number, its day (second line), with --chip its chip; never at a help "
     "desk",
     cmd_document_card},
    {"document", "mrz", "akari document mrz [--json] < LINES",
     "Read machine readable zones (a blank line between two): fields, check digits, what may be misread",
     cmd_document_mrz},
    {"generate", "ctdc", "akari generate ctdc --out FILE [--n ROWS] [--seed N]",
     "A synthetic file in CTDC layout", cmd_generate_ctdc},
    {"assessment", "evaluate",
     "akari assessment evaluate --profile adult_labour|child_labour|adult_sexual|child_sexual --json < "
     "ANSWERS",
     "What answers to the indicators come to; lines CODE TAB yes|no|unknown", cmd_assessment_evaluate},
    {"travel", "parse", "akari travel parse FILE... [--json]",
     "Read PAXLST, PNRGOV and CUSRES messages: each traveller, and all that is odd (exit 65: no message)",
     cmd_travel_parse},
    {"name", "readings", "akari name readings --json < NAMES",
     "How names, one a line, may be read in Latin letters: for each word a weighted set", cmd_name_readings},
    {"name", "score", "akari name score FILE",
     "How alike two names a line are, 0 to 1; TAB between, - is standard input", cmd_name_score},
    {"name", "match", "akari name match --list FILE --queries FILE [--top NUMBER]",
     "The names of a list that are most alike, with why: query, list id, score, explanation", cmd_name_match},
    {"bench", "screening", "akari bench screening [--n NAMES] [--seed N] [--out FOLDER]",
     "How long a name takes among a million synthetic ones", cmd_bench_screening},
    {"licences", NULL, "akari licences", "What others made that is in this program, and under which licences",
     cmd_licences},
    {"man", NULL, "akari man --out FOLDER [--pack FOLDER]", "Write the man pages", cmd_man},
    {"completion", NULL, "akari completion bash|zsh|fish [--pack FOLDER]", "Print the completion of a shell",
     cmd_completion},
    {"help", NULL, "akari help [NOUN]",
     "This, or the commands of a noun; and every action and view by its name", cmd_help},
};
const size_t NCOMMANDS = sizeof COMMANDS / sizeof *COMMANDS;

static const struct command *find_command(const struct args *a)
{
    for (size_t i = 0; i < NCOMMANDS; i++) {
        const struct command *c = &COMMANDS[i];
        if (strcmp(c->noun, a->words[0]) != 0)
            continue;
        if (!c->verb || (a->nwords > 1 && strcmp(c->verb, a->words[1]) == 0))
            return c;
    }
    return NULL;
}

bool app_is_noun(const char *word)
{
    for (size_t i = 0; i < NCOMMANDS; i++)
        if (strcmp(COMMANDS[i].noun, word) == 0)
            return true;
    return false;
}

/* A command of its own, or an action or view by its name; asked how it is used, it only says so. */
static enum err run(const struct args *args)
{
    const struct command *c = find_command(args);
    if (args->help)
        return cmd_help(args);
    if (!c && args->nwords == 1 && app_is_noun(args->words[0])) {
        TRY(cmd_help(args));
        return FAIL(ERR_USAGE, "one word more is needed");
    }
    return c ? c->run(args) : cmd_generic(args);
}

static int report(enum err e)
{
    const struct err_row *row = err_row(e);
    if (e == OK)
        return 0;
    fprintf(stderr, "akari: %s%s%s (error %d)\n", row->message, *err_detail() ? ": " : "", err_detail(),
            (int)row->code);
    if (row->hint && *row->hint)
        fprintf(stderr, "       %s\n", row->hint);
    return row->exit;
}

int main(int argc, char **argv)
{
    struct args args;
    enum err e = os_harden();
    if (e == OK)
        e = crypto_start();
    if (e == OK)
        e = args_parse(argc, argv, &args);
    if (e != OK)
        return report(e);
    if (args.nwords == 0)
        args.words[args.nwords++] = "help";
    e = run(&args);
    if (fflush(stdout) != 0 && e == OK)
        e = FAIL(ERR_IO, "standard output");
    return report(e);
}
