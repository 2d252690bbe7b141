/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_card.c - a residence card: its number and expiry from standard input; with --chip also the chip of the
 * card on the reader. Nothing is kept and no data folder is needed; once a desk may do this in the program,
 * its door decides who (see src/screening/document/README.md). */
#include "base/alloc.h"
#include "base/env.h"
#include "cli/app.h"
#include "screening/document/card.h"
#include "screening/document/residence_card.h"
#include "sys/card_reader.h"

#define CERTIFICATE_MAX 65536

/* First line the number, second line the day printed on it, which may be left out. */
struct given {
    struct card_number number;
    enum card_expiry expiry;
};

static enum err take(struct arena *a, struct given *ret)
{
    struct str text, number, day;
    struct date expiry = {0};
    TRY(app_stdin(a, 1024, &text));
    if (!str_cut(&text, '\n', &number))
        number = (struct str){"", 0};
    if (str_cut(&text, '\n', &day) && str_trim(day).n && date_parse_written(str_trim(day), &expiry) != OK)
        expiry = (struct date){0};
    ret->number = residence_card_number(str_trim(number));
    ret->expiry = residence_card_expiry(expiry, date_from_days((int32_t)(env_now_us() / 86400000000)));
    return OK;
}

static void print_words(const struct given *g)
{
    printf("number: %s\n  %s\n", card_form_name(g->number.form), card_form_meaning(g->number.form));
    if (g->number.column)
        printf("  first at character %zu\n", g->number.column);
    printf("expiry: %s\n  %s\n", card_expiry_name(g->expiry), card_expiry_meaning(g->expiry));
}

/* Offices that examine documents. Everybody else is at a help desk, where no card is a condition of anything.
 */
static enum card_desk desk_of(const char *role)
{
    int r = role ? role_find(role) : -1;
    return r == ROLE_IMMIGRATION_OFFICER || r == ROLE_POLICE_INVESTIGATOR || r == ROLE_SCREENING_DESK
               ? CARD_CONTROL
               : CARD_HELP_DESK;
}

static enum err read_chip(const struct args *args, struct arena *a, const struct given *g,
                          struct card_record *ret)
{
    struct card_reader *reader CLEANUP(card_reader_cleanup) = NULL;
    struct str certificate = {0};
    struct card_wish wish = {
        .desk = desk_of(args->role), .number = str_of(g->number.number), .issuers = &certificate};
    if (wish.desk != CARD_CONTROL)
        return FAIL(ERR_DENIED,
                    "--chip is for --role immigration_officer, police_investigator, screening_desk");
    if (args->keys) {
        TRY(file_read(args->keys, CERTIFICATE_MAX, a, &certificate));
        wish.nissuers = 1;
    }
    TRY(card_reader_open(&reader));
    struct card_link link = {reader, card_reader_exchange};
    return card_read(a, &link, &wish, ret);
}

static void print_chip(const struct card_record *r)
{
    printf("chip: generation %d, number %s\n", r->generation, r->number_agrees ? "agrees" : "does not agree");
    if (r->number_agrees)
        printf("  signature %s: %s\n", card_signature_name(r->signature),
               card_signature_meaning(r->signature));
    for (const char *const *p = card_unverified(); *p; p++)
        printf("  not verified: %s\n", *p);
}

static enum err print_json(const struct given *g, const struct card_record *chip)
{
    struct buf out CLEANUP(buf_free) = {0};
    struct json j = json_to(&out);
    json_object(&j);
    json_key(&j, "card");
    residence_card_json(&g->number, g->expiry, &j);
    if (chip) {
        json_key(&j, "chip");
        card_json(chip, &j);
    }
    json_end(&j);
    TRY(buf_err(&out));
    printf("%.*s\n", STR_FMT(buf_view(&out)));
    return OK;
}

enum err cmd_document_card(const struct args *args)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct card_record chip;
    struct given g;
    if (!a)
        return mem_fail();
    if (args->nwords != 2)
        return FAIL(ERR_USAGE,
                    "akari document card [--json] [--chip --role ROLE [--keys CERTIFICATE]] < NUMBER");
    TRY(take(a, &g));
    if (args->chip)
        TRY(read_chip(args, a, &g, &chip));
    if (args->json)
        return print_json(&g, args->chip ? &chip : NULL);
    print_words(&g);
    if (args->chip)
        print_chip(&chip);
    return OK;
}
