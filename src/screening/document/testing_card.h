/* SPDX-License-Identifier: Apache-2.0 */
/* testing_card.h - for tests and fuzzers: a card in software, both generations, with the rules of access that
 * the specification names. Synthetic. It shares the ciphers (which are held to published values) with the
 * reader, nothing else. */
#pragma once
#include "screening/document/card.h"
#include "sys/chip.h"

#define SOFT_FILES   16
#define SOFT_FILE    9000
#define SOFT_HISTORY 64

struct soft_file {
    int folder;     /* 0 MF, 1..3 */
    uint8_t number; /* of READ BINARY */
    bool sealed, open;
    uint8_t data[SOFT_FILE];
    size_t n;
};
struct soft_card {
    enum chip_cipher cipher;
    char number[13];
    struct soft_file files[SOFT_FILES];
    size_t nfiles;
    int folder;
    bool challenged, keyed, verified;
    uint8_t random[8], session[16];
    uint8_t history[SOFT_HISTORY][6]; /* the head of each command */
    size_t commands, selected, reads;
    bool selected_other; /* a folder that is none of the three */
    size_t break_at;     /* from this command on, 1 = the first: see broken */
    enum { SOFT_WHOLE, SOFT_GONE, SOFT_SHORT, SOFT_FLIPPED, SOFT_REFUSING, SOFT_SILENT } broken;
    uint8_t *seen; /* where the reader took the answers */
    size_t room;
};

static inline struct soft_file *soft_file(struct soft_card *c, int folder, uint8_t number, bool sealed,
                                          bool open)
{
    struct soft_file *f = &c->files[c->nfiles++];
    if (c->nfiles > SOFT_FILES)
        abort();
    f->folder = folder;
    f->number = number;
    f->sealed = sealed;
    f->open = open;
    f->n = 0;
    return f;
}

static inline void soft_put(struct soft_file *f, unsigned tag, const void *value, size_t n)
{
    if (f->n + n + 5 > SOFT_FILE)
        abort();
    if (tag > 0xFF)
        f->data[f->n++] = (uint8_t)(tag >> 8);
    f->data[f->n++] = (uint8_t)tag;
    if (n > 0xFF) {
        f->data[f->n++] = 0x82;
        f->data[f->n++] = (uint8_t)(n >> 8);
    } else if (n > 0x7F) {
        f->data[f->n++] = 0x81;
    }
    f->data[f->n++] = (uint8_t)n;
    if (n)
        memcpy(f->data + f->n, value, n);
    f->n += n;
}

static inline size_t soft_status(uint8_t *answer, size_t n, unsigned status)
{
    answer[n] = (uint8_t)(status >> 8);
    answer[n + 1] = (uint8_t)status;
    return n + 2;
}

static inline size_t soft_select(struct soft_card *c, const uint8_t *p, size_t n, uint8_t *answer)
{
    static const uint8_t root[] = {0xD3, 0x92, 0xF0, 0x00, 0x4F};
    c->selected++;
    if (n == 7 && p[2] == 0x00 && p[5] == 0x3F && p[6] == 0x00) {
        c->folder = 0;
        return soft_status(answer, 0, 0x9000);
    }
    if (n == 21 && p[2] == 0x04 && memcmp(p + 5, root, sizeof root) == 0 && p[10] >= 2 && p[10] <= 4) {
        c->folder = p[10] - 1;
        return soft_status(answer, 0, 0x9000);
    }
    c->selected_other = true;
    return soft_status(answer, 0, 0x6A82);
}

static inline size_t soft_authenticate(struct soft_card *c, const uint8_t *p, size_t n, uint8_t *answer)
{
    uint8_t key[16], mac[8], plain[32], own[16], both[16];
    struct str sealed = {(const char *)p + 5, 32};
    if (n != 46 || p[4] != 40 || !c->challenged)
        return soft_status(answer, 0, 0x6985);
    c->challenged = false;
    if (chip_key((struct str){c->number, 12}, STR(""), key) || chip_mac(c->cipher, key, sealed, mac) ||
        chip_decrypt(c->cipher, key, sealed, plain))
        abort();
    if (memcmp(mac, p + 37, 8) != 0 || memcmp(plain + 8, c->random, 8) != 0)
        return soft_status(answer, 0, 0x6300);
    chip_random(own, sizeof own);
    for (int i = 0; i < 16; i++)
        both[i] = own[i] ^ plain[16 + i];
    memmove(plain + 24, plain, 8); /* our random || its random || our key */
    memcpy(mac, plain + 24, 8);
    memcpy(plain, c->random, 8);
    memcpy(plain + 8, mac, 8);
    memcpy(plain + 16, own, 16);
    if (chip_key((struct str){(const char *)both, 16}, STR("\0\0\0\1"), c->session) ||
        chip_encrypt(c->cipher, key, (struct str){(const char *)plain, 32}, answer) ||
        chip_mac(c->cipher, key, (struct str){(const char *)answer, 32}, answer + 32))
        abort();
    c->keyed = true;
    return soft_status(answer, 40, 0x9000);
}

static inline size_t soft_verify(struct soft_card *c, const uint8_t *p, size_t n, uint8_t *answer)
{
    uint8_t plain[16];
    if (!c->keyed || n != 24 || p[0] != 0x08 || p[3] != 0x86 || p[5] != 0x86 || p[6] != 0x11 || p[7] != 0x01)
        return soft_status(answer, 0, 0x6985);
    if (chip_decrypt(c->cipher, c->session, (struct str){(const char *)p + 8, 16}, plain))
        abort();
    c->verified = memcmp(plain, c->number, 12) == 0 && memcmp(plain + 12, "\x80\0\0", 4) == 0;
    return soft_status(answer, 0, c->verified ? 0x9000 : 0x6300);
}

static inline size_t soft_seal(struct soft_card *c, const struct soft_file *f, uint8_t *answer, size_t room)
{
    static uint8_t plain[SOFT_FILE + 32];
    size_t block = chip_block(c->cipher), n = f->n + 1;
    memset(plain, 0, sizeof plain);
    memcpy(plain, f->data, f->n);
    plain[f->n] = 0x80;
    n += (block - n % block) % block;
    if (n + 16 > room)
        return soft_status(answer, 0, 0x6700);
    size_t at = 0;
    answer[at++] = 0x86;
    answer[at++] = 0x82;
    answer[at++] = (uint8_t)((n + 1) >> 8);
    answer[at++] = (uint8_t)(n + 1);
    answer[at++] = 0x01;
    if (chip_encrypt(c->cipher, c->session, (struct str){(const char *)plain, n}, answer + at))
        abort();
    return soft_status(answer, at + n, 0x9000);
}

static inline size_t soft_read(struct soft_card *c, const uint8_t *p, uint8_t *answer, size_t room)
{
    c->reads++;
    for (size_t i = 0; i < c->nfiles; i++) {
        const struct soft_file *f = &c->files[i];
        if (f->folder != c->folder || f->number != p[2])
            continue;
        if ((!f->open && !c->verified) || f->sealed != (p[0] == 0x08))
            return soft_status(answer, 0, 0x6982);
        if (f->sealed)
            return soft_seal(c, f, answer, room);
        if (f->n + 2 > room)
            return soft_status(answer, 0, 0x6700);
        memcpy(answer, f->data, f->n);
        return soft_status(answer, f->n, 0x9000);
    }
    return soft_status(answer, 0, 0x6A82);
}

static inline size_t soft_answer(struct soft_card *c, const uint8_t *p, size_t n, uint8_t *answer,
                                 size_t room)
{
    switch (n > 4 ? p[1] : 0) {
    case 0xA4:
        return soft_select(c, p, n, answer);
    case 0x84:
        chip_random(c->random, sizeof c->random);
        memcpy(answer, c->random, 8);
        c->challenged = true;
        return soft_status(answer, 8, 0x9000);
    case 0x82:
        return soft_authenticate(c, p, n, answer);
    case 0x20:
        return soft_verify(c, p, n, answer);
    case 0xB0:
        return soft_read(c, p, answer, room);
    default:
        return soft_status(answer, 0, 0x6D00);
    }
}

static inline enum err soft_exchange(void *user, struct str command, uint8_t *answer, size_t room,
                                     size_t *ret_n)
{
    struct soft_card *c = user;
    const uint8_t *p = (const uint8_t *)command.p;
    if (c->commands < SOFT_HISTORY)
        memcpy(c->history[c->commands], p, command.n < 6 ? command.n : 6);
    c->commands++;
    c->seen = answer;
    c->room = room;
    *ret_n = soft_answer(c, p, command.n, answer, room);
    if (!c->break_at || c->commands < c->break_at)
        return OK;
    switch (c->broken) {
    case SOFT_WHOLE:
        break;
    case SOFT_GONE:
        return FAIL(ERR_IO, "the card is gone");
    case SOFT_SHORT:
        *ret_n -= *ret_n > 2 ? *ret_n / 2 : 0;
        break;
    case SOFT_FLIPPED:
        answer[*ret_n / 2] ^= 0x55;
        break;
    case SOFT_REFUSING:
        *ret_n = soft_status(answer, 0, 0x6F00);
        break;
    case SOFT_SILENT:
        *ret_n = 0;
        break;
    }
    return OK;
}

static inline struct card_link soft_link(struct soft_card *c)
{
    return (struct card_link){c, soft_exchange};
}

/* A card without signature: type as it is written in EF02. */
static inline void soft_make(struct soft_card *c, const char *type, const char *number)
{
    memset(c, 0, sizeof *c);
    c->cipher = type[0] == '0' ? CHIP_AES : CHIP_TDES;
    memcpy(c->number, number, 12);
    soft_put(soft_file(c, 0, 0x8A, false, true), 0xC1, type, strlen(type));
    soft_put(soft_file(c, 0, 0x8B, false, true), 0xC0, "0001", 4);
}
