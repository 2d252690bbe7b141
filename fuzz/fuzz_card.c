/* SPDX-License-Identifier: Apache-2.0 */
/* The chip of a residence card whose files are any bytes, and a chip that answers anything: no answer does
 * harm, nothing is "signed", and the rules of access hold. The first byte chooses the card; zero bytes part
 * files. */
#include "fuzz.h"
#include "screening/document/testing_card.h"
#include "screening/document/tlv.h"
#include "sys/crypto.h"

static struct soft_card card;

static void put_files(struct str rest)
{
    static const struct {
        int folder;
        uint8_t number;
        bool sealed;
    } places[] = {{1, 0x83, true},  {1, 0x84, true},  {1, 0x85, true},  {1, 0x86, true},
                  {2, 0x81, false}, {2, 0x82, false}, {2, 0x84, false}, {3, 0x82, false}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct soft_file *f = soft_file(&card, places[i].folder, places[i].number, places[i].sealed, false);
        size_t n = rest.n / (sizeof places / sizeof *places - i);
        f->n = n < SOFT_FILE ? n : SOFT_FILE;
        if (f->n)
            memcpy(f->data, rest.p, f->n);
        rest = str_sub(rest, n, rest.n);
    }
}

/* The whole input, object by object. */
static void objects(struct str rest)
{
    struct tlv one;
    bool more = true;
    size_t before = rest.n + 1;
    while (more && tlv_next(&rest, &one, &more) == OK) {
        REQUIRE(!more || (rest.n < before && one.value.n < before));
        before = rest.n + 1;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const types[] = {"1", "2", "05", "06", "07", "08", ""};
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct str all = {(const char *)data, size}, issuer = STR("no certificate");
    struct card_record r;
    REQUIRE(a != NULL && crypto_start() == OK);
    objects(all);
    size_t type = size ? data[0] % 7 : 0;
    soft_make(&card, types[type], "AA12345678BB");
    if (type == 6) { /* the type itself is any bytes */
        card.files[0].n = size < SOFT_FILE ? size : SOFT_FILE;
        if (size)
            memcpy(card.files[0].data, data, card.files[0].n);
    }
    put_files(str_sub(all, 1, all.n));
    struct card_link link = soft_link(&card);
    struct card_wish wish = {
        .desk = CARD_CONTROL, .number = STR("AA12345678BB"), .issuers = &issuer, .nissuers = size % 2};
    enum err e = card_read(a, &link, &wish, &r);
    REQUIRE(e == OK || e == ERR_BAD_DATA || e == ERR_UNSUPPORTED);
    REQUIRE(!card.selected_other);
    if (e == OK) {
        REQUIRE(r.signature != CARD_SIGNED);
        REQUIRE(r.number_agrees || type == 6); /* a card that says it is of the other generation */
        REQUIRE(r.expiry.n <= 8 && r.nationality.n <= 3 && r.status.n <= 10);
    }
    if (type == 4 || type == 5)
        REQUIRE(e == ERR_UNSUPPORTED && card.reads == 1);
    return 0;
}
