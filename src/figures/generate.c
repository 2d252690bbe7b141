/* SPDX-License-Identifier: Apache-2.0 */
/* generate.c - a synthetic file in CTDC layout. Words and columns are those of the victim-perpetrator file;
 * how often each occurs is made up here, column by column, and measures nothing. */
#include "figures/generate.h"

#include "figures/dice.h"

#include <errno.h>
#include <unistd.h>

struct ctdc_word {
    const char *text; /* "" = an empty cell */
    int permille;
};
struct ctdc_column {
    const char *name;
    struct ctdc_word words[6];
    int second; /* permille of given cells that get a second word behind the first */
};
/* What is left of 1,000 is an empty cell. Words of a column stand in the order in which a cell lists them. */
static const struct ctdc_column columns[] = {
    {"yearRegister",
     {{"2005-2013", 110}, {"2014-2018", 290}, {"2019", 120}, {"2020", 130}, {"2021-2022", 230}},
     0},
    {"gender", {{"Female", 520}, {"Male", 390}}, 0},
    {"majorityStatus", {{"Adult", 700}, {"Minor", 140}}, 0},
    {"isForcedLabour", {{"1", 560}}, 0},
    {"isSexualExploit", {{"1", 210}}, 0},
    {"UN_COO_Region", {{"Africa", 180}, {"Americas/Oceania", 60}, {"Asia", 420}, {"Europe", 170}}, 0},
    {"UN_COE_Region", {{"Africa", 140}, {"Americas/Oceania", 50}, {"Asia", 460}, {"Europe", 180}}, 0},
    {"IP_Exploiter", {{"1", 450}}, 0},
    {"IP_Gender", {{"Female", 210}, {"Male", 530}}, 170},
    {"IP_ageBroad", {{"0--29", 60}, {"30--38", 110}, {"39--47", 90}, {"48+", 50}}, 40},
    {"IP_citizen_UNRegion", {{"Africa", 150}, {"Americas/Oceania", 50}, {"Asia", 350}, {"Europe", 140}}, 60},
    {"IP_Relation",
     {{"FamilyIntimatePartner", 110}, {"FriendAcquaintance", 230}, {"StrangerUnknownOther", 380}},
     60},
    {"IP_PayMoney", {{"No", 480}, {"Yes", 190}}, 80},
    {"IP_RecruiterBroker", {{"1", 530}}, 0},
    {"IP_TransactionProcess", {{"1", 340}}, 0},
    {"IP_ControlAbuseKidnap", {{"1", 120}}, 0},
};
#define COLUMNS (sizeof columns / sizeof *columns)

static size_t count_words(const struct ctdc_column *c)
{
    size_t n = 0;
    while (n < sizeof c->words / sizeof *c->words && c->words[n].text)
        n++;
    return n;
}

static void put_cell(struct buf *out, struct dice *d, const struct ctdc_column *c)
{
    size_t n = count_words(c), at = 0;
    int roll = dice_permille(d);
    while (at < n && roll >= c->words[at].permille)
        roll -= c->words[at++].permille;
    if (at == n)
        return;
    buf_c(out, c->words[at].text);
    if (dice_permille(d) < c->second && at + 1 < n) {
        buf_char(out, ';');
        buf_c(out, c->words[at + 1 + dice_below(d, n - at - 1)].text);
    }
}

static enum err flush(int fd, struct buf *out)
{
    TRY(buf_err(out));
    for (size_t at = 0; at < out->n;) {
        ssize_t n = write(fd, out->p + at, out->n - at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return FAIL(errno == ENOSPC ? ERR_DISK_FULL : ERR_IO, "the file cannot be written");
        at += (size_t)n;
    }
    buf_clear(out);
    return OK;
}

enum err figures_generate_ctdc(int out_fd, uint64_t seed, int64_t n)
{
    struct buf out CLEANUP(buf_free) = {0};
    struct dice d = {seed};
    for (size_t c = 0; c < COLUMNS; c++) {
        buf_c(&out, c ? "," : "");
        buf_c(&out, columns[c].name);
    }
    buf_char(&out, '\n');
    for (int64_t row = 0; row < n; row++) {
        for (size_t c = 0; c < COLUMNS; c++) {
            if (c)
                buf_char(&out, ',');
            put_cell(&out, &d, &columns[c]);
        }
        buf_char(&out, '\n');
        if (out.n > 65536)
            TRY(flush(out_fd, &out));
    }
    return flush(out_fd, &out);
}
