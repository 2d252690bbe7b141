/* SPDX-License-Identifier: Apache-2.0 */
#include "screening/document/card.h"
#include "base/buf.h"
#include "screening/document/card_own.h"
#include "screening/document/residence_card.h"
#include "screening/document/tlv.h"
#include "sys/crypto.h"

#define ANSWER_MAX 9000 /* the largest file has 7,000 bytes */

/* One conversation with a card. What it holds is wiped at its end. */
struct talk {
    struct arena *a;
    const struct card_link *link;
    enum chip_cipher cipher;
    uint8_t session[CHIP_KEY_BYTES];
    uint8_t answer[ANSWER_MAX], plain[ANSWER_MAX];
    size_t n;        /* bytes of the answer without the status */
    unsigned status; /* 0x9000 */
};

static void wipe_talk(struct talk **t)
{
    if (*t)
        secret_wipe(*t, sizeof **t);
}

static enum err say(struct talk *t, const void *command, size_t n)
{
    size_t got = 0;
    TRY(t->link->exchange(t->link->user, (struct str){command, n}, t->answer, sizeof t->answer, &got));
    if (got < 2 || got > sizeof t->answer)
        return FAIL(ERR_BAD_DATA, "the chip answered without a status");
    t->n = got - 2;
    t->status = (unsigned)t->answer[got - 2] << 8 | t->answer[got - 1];
    return OK;
}

static bool well(const struct talk *t)
{
    return t->status == 0x9000;
}

static enum err must(const struct talk *t, const char *what)
{
    return well(t) ? OK : FAIL(ERR_BAD_DATA, "the chip refused %s with status %04X", what, t->status);
}

static enum err select_folder(struct talk *t, enum card_folder f)
{
    uint8_t command[21] = {0x00, 0xA4, 0x04, 0x0C, 0x10, 0xD3, 0x92, 0xF0, 0x00, 0x4F, (uint8_t)(f + 1)};
    if (f == CARD_MF) {
        static const uint8_t mf[] = {0x00, 0xA4, 0x00, 0x00, 0x02, 0x3F, 0x00};
        return say(t, mf,
                   sizeof mf); /* a card that is there already may refuse: the read behind it decides */
    }
    TRY(say(t, command, sizeof command));
    return must(t, "a folder");
}

/* ---- reading ---- */

static enum err copy(struct talk *t, const uint8_t *p, size_t n, struct str *ret)
{
    *ret = arena_str(t->a, (struct str){(const char *)p, n});
    return ret->p ? OK : arena_err(t->a);
}

/* le_bytes: 1 for the small free files, 2 (a long answer) for the rest. A file that is not there is empty. */
static enum err read_plain(struct talk *t, uint8_t file, size_t le_bytes, struct str *ret)
{
    uint8_t command[7] = {0x00, 0xB0, file, 0x00, 0x00, 0x00, 0x00};
    *ret = (struct str){"", 0};
    TRY(say(t, command, le_bytes == 1 ? 5 : 7));
    if (t->status == 0x6A82)
        return OK;
    TRY(must(t, "a file"));
    return copy(t, t->answer, t->n, ret);
}

/* 86 L 01 || ciphertext: opened in place. ISO 7816-4 padding: 80 and zeros. */
static enum err open_message(struct talk *t, struct str *ret)
{
    struct str sealed;
    TRY(tlv_find((struct str){(const char *)t->answer, t->n}, 0x86, &sealed));
    if (sealed.n < 2 || sealed.p[0] != 0x01 || (sealed.n - 1) % chip_block(t->cipher) != 0)
        return FAIL(ERR_BAD_DATA, "the chip's sealed answer has no right form");
    size_t n = sealed.n - 1;
    TRY(chip_decrypt(t->cipher, t->session, str_sub(sealed, 1, n), t->plain));
    while (n && t->plain[n - 1] == 0)
        n--;
    if (!n || t->plain[n - 1] != 0x80)
        return FAIL(ERR_BAD_DATA, "the chip's sealed answer is not padded as it must be");
    *ret = (struct str){(const char *)t->plain, n - 1};
    return OK;
}

/* The value stays in t->plain until the next message. */
static enum err read_sealed(struct talk *t, uint8_t file, struct str *ret)
{
    const uint8_t command[] = {0x08, 0xB0, file, 0x00, 0x00, 0x00, 0x04, 0x96, 0x02, 0x00, 0x00, 0x00, 0x00};
    TRY(say(t, command, sizeof command));
    TRY(must(t, "a sealed file"));
    return open_message(t, ret);
}

/* ---- the way in ---- */

static enum err read_type(struct talk *t, struct card_record *r)
{
    struct str file, type;
    TRY(select_folder(t, CARD_MF));
    TRY(read_plain(t, 0x8A, 1, &file));
    TRY(tlv_find(file, 0xC1, &type));
    if (str_is(type, "1") || str_is(type, "2"))
        r->generation = 1;
    else if (str_is(type, "05") || str_is(type, "06"))
        r->generation = 2;
    else if (str_is(type, "07") || str_is(type, "08"))
        return FAIL(ERR_UNSUPPORTED, "a card of type 07 or 08 stands on a My Number card and is not read");
    else
        return FAIL(ERR_UNSUPPORTED, "not a residence card of a type that is known");
    r->kind = str_is(type, "1") || str_is(type, "05") ? CARD_RESIDENCE : CARD_SPECIAL_PERMANENT;
    t->cipher = r->generation == 1 ? CHIP_TDES : CHIP_AES;
    return OK;
}

static enum err read_version(struct talk *t, struct card_record *r)
{
    struct str file, version;
    TRY(read_plain(t, 0x8B, 1, &file));
    TRY(tlv_find(file, 0xC0, &version));
    if (version.p && version.n < sizeof r->version)
        memcpy(r->version, version.p, version.n);
    return OK;
}

enum err card_challenge_answer(enum chip_cipher cipher, struct str number, const uint8_t card_random[8],
                               const uint8_t own_random[8], const uint8_t own_key[CHIP_KEY_BYTES],
                               uint8_t ret[CARD_AUTH])
{
    uint8_t key[CHIP_KEY_BYTES], plain[32];
    memcpy(plain, own_random, 8);
    memcpy(plain + 8, card_random, 8);
    memcpy(plain + 16, own_key, CHIP_KEY_BYTES);
    TRY(chip_key(number, STR(""), key));
    TRY(chip_encrypt(cipher, key, (struct str){(const char *)plain, sizeof plain}, ret));
    return chip_mac(cipher, key, (struct str){(const char *)ret, 32}, ret + 32);
}

enum err card_session(enum chip_cipher cipher, struct str number, const uint8_t card_random[8],
                      const uint8_t own_random[8], const uint8_t own_key[CHIP_KEY_BYTES],
                      const uint8_t answer[CARD_AUTH], uint8_t ret[CHIP_KEY_BYTES])
{
    uint8_t key[CHIP_KEY_BYTES], mac[CHIP_MAC_BYTES], plain[32], both[CHIP_KEY_BYTES];
    TRY(chip_key(number, STR(""), key));
    TRY(chip_mac(cipher, key, (struct str){(const char *)answer, 32}, mac));
    if (!secret_equal(mac, answer + 32, CHIP_MAC_BYTES))
        return FAIL(ERR_BAD_DATA, "the chip's answer carries a wrong code");
    TRY(chip_decrypt(cipher, key, (struct str){(const char *)answer, 32}, plain));
    if (!secret_equal(plain, card_random, 8) || !secret_equal(plain + 8, own_random, 8))
        return FAIL(ERR_BAD_DATA, "the chip's answer is not to this question");
    for (size_t i = 0; i < CHIP_KEY_BYTES; i++)
        both[i] = own_key[i] ^ plain[16 + i];
    return chip_key((struct str){(const char *)both, sizeof both}, STR("\0\0\0\1"), ret);
}

/* Both sides know the number, or neither says anything. */
static enum err authenticate(struct talk *t, struct str number, bool *ret_agrees)
{
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    uint8_t command[6 + CARD_AUTH] = {0x00, 0x82, 0x00, 0x00, CARD_AUTH}, card_random[8], own_random[8];
    uint8_t own_key[CHIP_KEY_BYTES];
    *ret_agrees = false;
    TRY(say(t, challenge, sizeof challenge));
    TRY(must(t, "a challenge"));
    if (t->n != sizeof card_random)
        return FAIL(ERR_BAD_DATA, "the chip's challenge has not eight bytes");
    memcpy(card_random, t->answer, sizeof card_random);
    chip_random(own_random, sizeof own_random);
    chip_random(own_key, sizeof own_key);
    TRY(card_challenge_answer(t->cipher, number, card_random, own_random, own_key, command + 5));
    TRY(say(t, command, sizeof command));
    if ((t->status & 0xFFF0) == 0x6300)
        return OK; /* another number */
    TRY(must(t, "the exchange of keys"));
    if (t->n != CARD_AUTH)
        return FAIL(ERR_BAD_DATA, "the chip's answer has not forty bytes");
    TRY(card_session(t->cipher, number, card_random, own_random, own_key, t->answer, t->session));
    secret_wipe(own_key, sizeof own_key);
    *ret_agrees = true;
    return OK;
}

static enum err verify_number(struct talk *t, struct str number, bool *ret_agrees)
{
    uint8_t command[24] = {0x08, 0x20, 0x00, 0x86, 0x13, 0x86, 0x11, 0x01}, plain[16] = {0};
    memcpy(plain, number.p, RESIDENCE_CARD_NUMBER);
    plain[RESIDENCE_CARD_NUMBER] = 0x80;
    TRY(chip_encrypt(t->cipher, t->session, (struct str){(const char *)plain, sizeof plain}, command + 8));
    TRY(say(t, command, sizeof command));
    *ret_agrees = (t->status & 0xFFF0) != 0x6300;
    return *ret_agrees ? must(t, "the number") : OK;
}

/* ---- what is recorded ---- */

static enum err take(struct talk *t, struct str file, unsigned tag, size_t most, struct str *ret)
{
    struct str value;
    TRY(tlv_find(file, tag, &value));
    while (value.n && value.p[value.n - 1] == 0)
        value.n--;
    if (!value.p || !value.n)
        return OK;
    if (value.n > most || !str_utf8_ok(value))
        return FAIL(ERR_BAD_DATA, "an entry of the chip is not what its place allows");
    return copy(t, (const uint8_t *)value.p, value.n, ret);
}

/* Entries of the second generation, in the order in which they are signed. */
static const struct {
    unsigned tag;
    size_t most;
    size_t offset;
} entries[] = {
    {0xC5, 8, offsetof(struct card_record, expiry)},
    {0xC6, 8, offsetof(struct card_record, birth)},
    {0xC7, 1, offsetof(struct card_record, sex)},
    {0xC8, 3, offsetof(struct card_record, nationality)},
    {0xC9, 10, offsetof(struct card_record, status)},
    {0xCE, 4, offsetof(struct card_record, stay)},
    {0xCA, 2, offsetof(struct card_record, permission)},
    {0xCB, 8, offsetof(struct card_record, permission_date)},
    {0xCC, 1, offsetof(struct card_record, work)},
    {0xCD, 8, offsetof(struct card_record, stay_until)},
};

/* signed_entries: all values one after the other in 53 bytes, zeros behind. */
static enum err read_entries(struct talk *t, struct card_record *r, uint8_t signed_entries[CARD_ENTRIES])
{
    struct str file, rest;
    struct tlv one;
    size_t at = 0;
    bool more = true;
    memset(signed_entries, 0, CARD_ENTRIES);
    TRY(read_sealed(t, 0x83, &file));
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        TRY(take(t, file, entries[i].tag, entries[i].most, (struct str *)((char *)r + entries[i].offset)));
    for (rest = file; more;) {
        TRY(tlv_next(&rest, &one, &more));
        if (!more)
            break;
        if (one.value.n > CARD_ENTRIES - at)
            return FAIL(ERR_BAD_DATA, "the chip's entries are longer than they may be");
        memcpy(signed_entries + at, one.value.p, one.value.n);
        at += one.value.n;
    }
    return OK;
}

static enum err read_permissions(struct talk *t, struct card_record *r)
{
    struct str file;
    TRY(select_folder(t, CARD_DF2));
    if (r->generation == 1) { /* texts; only the state of an application is a code */
        TRY(read_plain(t, 0x84, 2, &file));
        return take(t, file, 0xD7, 3, &r->application);
    }
    if (r->kind != CARD_RESIDENCE)
        return OK;
    TRY(read_plain(t, 0x81, 2, &file));
    TRY(take(t, file, 0xD5, 7, &r->outside_status));
    TRY(take(t, file, 0xD6, 8, &r->outside_until));
    TRY(take(t, file, 0xD7, 1, &r->outside_individual));
    TRY(read_plain(t, 0x82, 2, &file));
    return take(t, file, 0xD8, 1, &r->application);
}

/* ---- the signature ---- */

static enum card_signature verdict(enum chip_verdict v)
{
    switch (v) {
    case CHIP_SIGNED:
        return CARD_SIGNED;
    case CHIP_NOT_SIGNED:
        return CARD_NOT_SIGNED;
    case CHIP_UNKNOWN_ISSUER:
        return CARD_UNKNOWN_ISSUER;
    case CHIP_BAD_CERTIFICATE:
        break;
    }
    return CARD_BAD_CERTIFICATE;
}

/* Pictures live here alone, only while the signature over them is checked. */
struct pictures {
    uint8_t first[CARD_PICTURE], second[CARD_PICTURE];
    size_t nfirst, nsecond;
};

static void wipe_pictures(struct pictures **p)
{
    if (*p)
        secret_wipe(*p, sizeof **p);
}

static enum err keep(struct str file, unsigned tag, uint8_t *room, size_t *ret_n)
{
    struct str value;
    TRY(tlv_find(file, tag, &value));
    if (value.n > CARD_PICTURE)
        return FAIL(ERR_BAD_DATA, "a picture of the chip is too long");
    if (value.n)
        memcpy(room, value.p, value.n);
    *ret_n = value.n;
    return OK;
}

/* First generation: the front of the card, then the face. Second: the entries, the face, then the name. */
static enum err read_pictures(struct talk *t, int generation, struct pictures *p)
{
    struct str file;
    TRY(read_sealed(t, generation == 1 ? 0x85 : 0x84, &file));
    if (generation == 1) {
        TRY(keep(file, 0xD0, p->first, &p->nfirst));
        TRY(read_sealed(t, 0x86, &file));
        return keep(file, 0xD1, p->second, &p->nsecond);
    }
    TRY(keep(file, 0xD1, p->first, &p->nfirst));
    return keep(file, 0xD0, p->second, &p->nsecond);
}

static bool all_zero(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i])
            return false;
    return true;
}

static enum err check_signature(struct talk *t, const struct card_wish *w,
                                const uint8_t signed_entries[CARD_ENTRIES], struct card_record *r)
{
    bool first = r->generation == 1;
    struct pictures *p CLEANUP(wipe_pictures) = ARENA_NEW(t->a, struct pictures);
    struct str file, signature, certificate;
    enum chip_verdict v;
    if (!p)
        return arena_err(t->a);
    TRY(read_pictures(t, r->generation, p));
    TRY(select_folder(t, CARD_DF3));
    TRY(read_plain(t, 0x82, 2, &file));
    TRY(tlv_find(file, first ? 0xDA : 0xDC, &signature));
    TRY(tlv_find(file, first ? 0xDB : 0xDD, &certificate));
    if (all_zero(signature)) {
        r->signature = CARD_NO_SIGNATURE;
        return OK;
    }
    const struct str parts[] = {{(const char *)signed_entries, first ? 0 : CARD_ENTRIES},
                                {(const char *)p->first, p->nfirst},
                                {(const char *)p->second, p->nsecond}};
    TRY(chip_verify(first ? CHIP_RSA_2048 : CHIP_P384, certificate, w->issuers, w->nissuers, parts, 3,
                    signature, &v));
    r->signature = verdict(v);
    return OK;
}

static enum err read_rest(struct talk *t, const struct card_wish *w, struct card_record *r)
{
    uint8_t signed_entries[CARD_ENTRIES] = {0};
    TRY(select_folder(t, CARD_DF1));
    if (r->generation == 2)
        TRY(read_entries(t, r, signed_entries));
    if (w->nissuers)
        TRY(check_signature(t, w, signed_entries, r));
    return read_permissions(t, r);
}

enum err card_read(struct arena *a, const struct card_link *link, const struct card_wish *wish,
                   struct card_record *ret)
{
    struct card_record r = {0};
    if (wish->desk != CARD_CONTROL)
        return FAIL(ERR_DENIED, "no card is read at a help desk");
    if (residence_card_number(wish->number).form != CARD_FORM_RIGHT)
        return FAIL(ERR_FIELD, "the number of a card: two letters, eight digits, two letters");
    struct talk *t CLEANUP(wipe_talk) = ARENA_NEW(a, struct talk);
    if (!t)
        return arena_err(a);
    t->a = a;
    t->link = link;
    TRY(read_type(t, &r));
    TRY(read_version(t, &r));
    TRY(authenticate(t, wish->number, &r.number_agrees));
    if (r.number_agrees)
        TRY(verify_number(t, wish->number, &r.number_agrees));
    if (r.number_agrees)
        TRY(read_rest(t, wish, &r));
    *ret = r;
    return OK;
}
