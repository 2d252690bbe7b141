/* SPDX-License-Identifier: Apache-2.0 */
/* The chip of a residence card, played by software: both generations, what is refused, what is wiped.
 * Synthetic. */
#include "base/buf.h"
#include "screening/document/card_own.h"
#include "screening/document/testing_card.h"
#include "screening/document/tlv.h"
#include "sys/crypto.h"
#include "sys/testing_chip.h"

#define NUMBER "AA12345678BB"
#define FACE   "FACE-OF-NOBODY-"

static struct soft_card card;
static struct signer ca[2], chip[2];
static struct arena *arena;

static int prepare(void **state)
{
    (void)state;
    for (int k = 0; k < 2; k++) {
        signer_make(&ca[k], k, NULL, "Synthetic CA");
        signer_make(&chip[k], k, &ca[k], "Synthetic card");
    }
    arena = arena_new(0);
    return crypto_start() == OK && arena ? 0 : -1;
}

static int finish(void **state)
{
    (void)state;
    for (int k = 0; k < 2; k++) {
        signer_free(&ca[k]);
        signer_free(&chip[k]);
    }
    arena_free(arena);
    return 0;
}

static void fill(uint8_t *p, size_t n, const char *with)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (uint8_t)with[i % strlen(with)];
}

struct entry {
    unsigned tag;
    const char *value;
};
static const struct entry ENTRIES[] = {
    {0xC5, "20301231"}, {0xC6, "19980401"}, {0xC7, "2"},        {0xC8, "KHM"}, {0xC9, "0123456789"},
    {0xCE, "0300"},     {0xCA, "01"},       {0xCB, "20271231"}, {0xCC, "4"},   {0xCD, "20301231"}};

/* The order of what is signed is written down here a second time, from the notes, not from the reader. */
static void second_generation(const char *type)
{
    static uint8_t face[3000], name[2500], all[53 + 3000 + 2500], room[512], halves[96];
    size_t at = 0, entries = type[1] == '5' ? 10 : 6;
    fill(face, sizeof face, FACE);
    fill(name, sizeof name, "NAME-");
    memset(all, 0, sizeof all);
    soft_make(&card, type, NUMBER);
    struct soft_file *f = soft_file(&card, 1, 0x83, true, false);
    for (size_t i = 0; i < entries; i++) {
        soft_put(f, ENTRIES[i].tag, ENTRIES[i].value, strlen(ENTRIES[i].value));
        memcpy(all + at, ENTRIES[i].value, strlen(ENTRIES[i].value));
        at += strlen(ENTRIES[i].value);
    }
    assert_int_equal(at, entries == 10 ? 53 : 34);
    f = soft_file(&card, 1, 0x84, true, false);
    soft_put(f, 0xD0, name, sizeof name);
    soft_put(f, 0xD1, face, sizeof face);
    memcpy(all + 53, face, sizeof face);
    memcpy(all + 53 + sizeof face, name, sizeof name);
    f = soft_file(&card, 2, 0x81, false, false);
    soft_put(f, 0xD5, "1", 1);
    soft_put(f, 0xD6, "20281231", 8);
    soft_put(f, 0xD7, "0", 1);
    soft_put(soft_file(&card, 2, 0x82, false, false), 0xD8, "1", 1);
    f = soft_file(&card, 3, 0x82, false, false);
    struct str signature =
        signer_halves(signer_sign(&chip[1], (struct str){(char *)all, sizeof all}, room), halves);
    soft_put(f, 0xDC, signature.p, signature.n);
    soft_put(f, 0xDD, chip[1].der, chip[1].n);
    memset(f->data + f->n, 0, 4); /* the file is padded */
    f->n += 4;
}

static void first_generation(bool child)
{
    static uint8_t front[7000], face[3000], all[10000], room[512];
    fill(front, sizeof front, "FRONT-");
    fill(face, sizeof face, FACE);
    soft_make(&card, "1", NUMBER);
    soft_put(soft_file(&card, 1, 0x85, true, false), 0xD0, front, sizeof front);
    soft_put(soft_file(&card, 1, 0x86, true, false), 0xD1, face, child ? 0 : sizeof face);
    memcpy(all, front, sizeof front);
    memcpy(all + sizeof front, face, sizeof face);
    soft_put(soft_file(&card, 2, 0x84, false, false), 0xD7, "0", 1);
    struct soft_file *f = soft_file(&card, 3, 0x82, false, false);
    struct str signature = signer_sign(&chip[0], (struct str){(char *)all, sizeof all}, room);
    assert_int_equal(signature.n, 256);
    soft_put(f, 0xDA, signature.p, child ? 0 : signature.n);
    soft_put(f, 0xDB, chip[0].der, child ? 0 : chip[0].n);
}

static enum err try_read(const char *number, int issuer, struct card_record *ret)
{
    struct card_link link = soft_link(&card);
    struct str one = issuer < 0 ? (struct str){0} : signer_der(&ca[issuer]);
    struct card_wish wish = {
        .desk = CARD_CONTROL, .number = str_of(number), .issuers = &one, .nissuers = issuer >= 0};
    return card_read(arena, &link, &wish, ret);
}

static struct card_record read_card(int issuer)
{
    struct card_record r;
    assert_ok(try_read(NUMBER, issuer, &r));
    return r;
}

static void a_card_of_the_second_generation(void **state)
{
    (void)state;
    second_generation("05");
    struct card_record r = read_card(1);
    assert_int_equal(r.generation, 2);
    assert_int_equal(r.kind, CARD_RESIDENCE);
    assert_true(r.number_agrees);
    assert_int_equal(r.signature, CARD_SIGNED);
    assert_str(r.expiry, "20301231");
    assert_str(r.birth, "19980401");
    assert_str(r.nationality, "KHM");
    assert_str(r.work, "4");
    assert_str(r.outside_status, "1");
    assert_str(r.application, "1");
    assert_string_equal(r.version, "0001");
    assert_false(card.selected_other);
    second_generation("06"); /* fewer entries, zeros behind them are signed */
    r = read_card(1);
    assert_int_equal(r.kind, CARD_SPECIAL_PERMANENT);
    assert_int_equal(r.signature, CARD_SIGNED);
    assert_int_equal(r.work.n, 0);
}

static void a_card_of_the_first_generation(void **state)
{
    (void)state;
    first_generation(false);
    struct card_record r = read_card(0);
    assert_int_equal(r.generation, 1);
    assert_true(r.number_agrees);
    assert_int_equal(r.signature, CARD_SIGNED);
    assert_str(r.application, "0");
    first_generation(true);
    r = read_card(0);
    assert_int_equal(r.signature, CARD_NO_SIGNATURE);
    assert_non_null(strstr(card_signature_meaning(r.signature), "no sign of a forgery"));
}

static void a_changed_chip_is_not_signed(void **state)
{
    (void)state;
    second_generation("05");
    card.files[2].data[3] ^= 1; /* an entry */
    assert_int_equal(read_card(1).signature, CARD_NOT_SIGNED);
    second_generation("05");
    card.files[3].data[card.files[3].n - 1] ^= 1; /* the face: the picture of another person */
    assert_int_equal(read_card(1).signature, CARD_NOT_SIGNED);
    first_generation(false);
    card.files[2].data[100] ^= 1;
    assert_int_equal(read_card(0).signature, CARD_NOT_SIGNED);
    second_generation("05");
    assert_int_equal(read_card(0).signature, CARD_UNKNOWN_ISSUER);
    assert_non_null(strstr(card_signature_meaning(CARD_UNKNOWN_ISSUER), "nothing about the card"));
}

/* Without a certificate the pictures are not even read. */
static void pictures_are_read_for_the_signature_alone(void **state)
{
    (void)state;
    second_generation("05");
    assert_int_equal(read_card(-1).signature, CARD_NOT_ASKED);
    for (size_t i = 0; i < card.commands && i < SOFT_HISTORY; i++)
        assert_false(card.history[i][1] == 0xB0 && card.history[i][2] == 0x84 && card.history[i][0] == 0x08);
}

static void nothing_of_the_face_is_left(void **state)
{
    (void)state;
    struct buf out CLEANUP(buf_free) = {0};
    for (int k = 0; k < 2; k++) {
        if (k)
            second_generation("05");
        else
            first_generation(false);
        struct card_record r = read_card(k);
        struct json j = json_to(&out);
        buf_clear(&out);
        card_json(&r, &j);
        assert_ok(buf_err(&out));
        assert_null(strstr(out.p, "FACE"));
        assert_non_null(strstr(out.p, "not_verified"));
        assert_null(memmem(card.seen, card.room, "OF-NOBODY", 9)); /* where the answers were taken */
        for (size_t i = 0; i < card.room; i++)
            assert_int_equal(card.seen[i], 0);
    }
}

static void another_number_opens_nothing(void **state)
{
    (void)state;
    for (int k = 0; k < 2; k++) {
        struct card_record r;
        if (k)
            second_generation("05");
        else
            first_generation(false);
        assert_ok(try_read("AA12345678BC", k, &r));
        assert_false(r.number_agrees);
        assert_int_equal(r.expiry.n + r.birth.n + r.nationality.n, 0);
        assert_int_equal(card.reads, 2); /* the two free files */
    }
    struct card_record r;
    assert_fails(try_read("AA1234567", 1, &r), ERR_FIELD);
    assert_fails(try_read("aa12345678bb", 1, &r), ERR_FIELD);
}

static void a_help_desk_reads_no_card(void **state)
{
    (void)state;
    second_generation("05");
    struct card_link link = soft_link(&card);
    struct card_record r;
    struct card_wish wish = {.number = STR(NUMBER)}; /* who does not say which desk is at a help desk */
    assert_fails(card_read(arena, &link, &wish, &r), ERR_DENIED);
    assert_int_equal(card.commands, 0);
}

static void cards_on_a_my_number_card_are_left_alone(void **state)
{
    (void)state;
    static const char *const types[] = {"07", "08", "09", "3", "", "5", "005"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct card_record r;
        soft_make(&card, types[i], NUMBER);
        assert_fails(try_read(NUMBER, 1, &r), ERR_UNSUPPORTED);
        assert_int_equal(card.commands, 2); /* where it is, and of what type */
        assert_int_equal(card.reads, 1);
        assert_false(card.selected_other);
    }
}

static void a_broken_card_does_no_harm(void **state)
{
    (void)state;
    for (int k = 0; k < 2; k++)
        for (int broken = SOFT_GONE; broken <= SOFT_SILENT; broken++)
            for (size_t at = 1; at < 20; at++) {
                struct card_record r = {0};
                if (k)
                    second_generation("05");
                else
                    first_generation(false);
                card.break_at = at;
                card.broken = broken;
                enum err e = try_read(NUMBER, k, &r);
                size_t used = card.commands;
                if (at > used)
                    break; /* it was through already */
                assert_true(e == OK || e == ERR_IO || e == ERR_BAD_DATA || e == ERR_UNSUPPORTED);
                if (broken == SOFT_GONE)
                    assert_int_equal(e, ERR_IO);
                if (e == OK && at < used) /* never "signed" on what was broken before the signature came */
                    assert_true(r.signature != CARD_SIGNED || broken == SOFT_REFUSING || at >= used - 3);
                arena_reset(arena);
            }
}

static enum err read_once(void *user)
{
    (void)user;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct str one = signer_der(&ca[1]);
    struct card_wish wish = {.desk = CARD_CONTROL, .number = STR(NUMBER), .issuers = &one, .nissuers = 1};
    struct card_link link = soft_link(&card);
    struct card_record r;
    if (!a)
        return ERR_NO_MEMORY;
    card.keyed = card.verified = card.challenged = false;
    return card_read(a, &link, &wish, &r);
}

static void memory_may_run_out(void **state)
{
    (void)state;
    second_generation("05");
    assert_true(each_allocation_fails(read_once, NULL) >= 2);
}

/* Appendix 2 of the second generation's specification, as quoted in public notes. */
static void the_exchange_of_keys_is_the_published_one(void **state)
{
    (void)state;
    static const uint8_t card_random[8] = {0x92, 0x1C, 0xE2, 0x77, 0x32, 0x3D, 0xA0, 0x57};
    static const uint8_t own_random[8] = {0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88};
    static const uint8_t question[40] = {0x4A, 0xD3, 0xC7, 0xB6, 0xBB, 0x48, 0x4A, 0x52, 0x77, 0x19,
                                         0x77, 0xDE, 0xD6, 0x18, 0xB4, 0x1D, 0xF8, 0x41, 0xFA, 0x04,
                                         0x76, 0xA0, 0x5F, 0xBE, 0x04, 0x1D, 0xEA, 0xD6, 0x10, 0x9E,
                                         0x77, 0x3B, 0xAC, 0x85, 0x46, 0x17, 0x63, 0x4F, 0x53, 0x97};
    static const uint8_t reply[40] = {0x28, 0x9A, 0x96, 0xB1, 0xDA, 0x6A, 0xE3, 0xDA, 0x87, 0x77,
                                      0x04, 0x19, 0xBF, 0xD1, 0x4F, 0x0B, 0xDA, 0xD1, 0x5F, 0x36,
                                      0x43, 0x2B, 0x5A, 0x94, 0x6C, 0x18, 0x8C, 0x72, 0x21, 0x75,
                                      0x9A, 0x62, 0xFA, 0x94, 0x2E, 0xC5, 0x1E, 0x62, 0xFF, 0x5F};
    static const uint8_t session[16] = {0xC1, 0x9C, 0xF1, 0x3D, 0x3D, 0x7F, 0xBE, 0xE9,
                                        0xEA, 0x29, 0x3D, 0x83, 0x4C, 0x88, 0x95, 0x2F};
    uint8_t own_key[16], got[40], key[16], changed[40];
    for (size_t i = 0; i < sizeof own_key; i++)
        own_key[i] = (uint8_t)(0x40 + i);
    assert_ok(card_challenge_answer(CHIP_AES, STR(NUMBER), card_random, own_random, own_key, got));
    assert_memory_equal(got, question, sizeof got);
    assert_ok(card_session(CHIP_AES, STR(NUMBER), card_random, own_random, own_key, reply, key));
    assert_memory_equal(key, session, sizeof key);
    for (size_t i = 0; i < sizeof reply; i++) {
        memcpy(changed, reply, sizeof reply);
        changed[i] ^= 0x10;
        assert_fails(card_session(CHIP_AES, STR(NUMBER), card_random, own_random, own_key, changed, key),
                     ERR_BAD_DATA);
    }
    assert_fails(card_session(CHIP_AES, STR(NUMBER), own_random, own_random, own_key, reply, key),
                 ERR_BAD_DATA);
}

static void objects_of_the_chip(void **state)
{
    (void)state;
    struct str value, all = STR("\xC1\x02"
                                "05\0\0\xDF\xD1\x81\x03"
                                "abc\xD0\x82\0\x01z\0\0");
    assert_ok(tlv_find(all, 0xC1, &value));
    assert_str(value, "05");
    assert_ok(tlv_find(all, 0xDFD1, &value));
    assert_str(value, "abc");
    assert_ok(tlv_find(all, 0xD0, &value));
    assert_str(value, "z");
    assert_ok(tlv_find(all, 0xD1, &value));
    assert_null(value.p);
    static const struct {
        const char *p;
        size_t n;
    } bad[] = {{"\xC1", 1},
               {"\xC1\x05"
                "ab",
                4},
               {"\xDF", 1},
               {"\xC1\x83\0\0\1a", 6},
               {"\xC1\x82\1", 3},
               {"\xC1\x80"
                "a",
                3},
               {"\xC1\x81", 2}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_fails(tlv_find((struct str){bad[i].p, bad[i].n}, 0xD0, &value), ERR_BAD_DATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_exchange_of_keys_is_the_published_one),
        cmocka_unit_test(objects_of_the_chip),
        cmocka_unit_test(a_card_of_the_second_generation),
        cmocka_unit_test(a_card_of_the_first_generation),
        cmocka_unit_test(a_changed_chip_is_not_signed),
        cmocka_unit_test(pictures_are_read_for_the_signature_alone),
        cmocka_unit_test(nothing_of_the_face_is_left),
        cmocka_unit_test(another_number_opens_nothing),
        cmocka_unit_test(a_help_desk_reads_no_card),
        cmocka_unit_test(cards_on_a_my_number_card_are_left_alone),
        cmocka_unit_test(a_broken_card_does_no_harm),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, prepare, finish);
}
