/* SPDX-License-Identifier: Apache-2.0 */
#include "base/id.h"
#include "base/env.h"

struct id id_new(void)
{
    static _Thread_local struct id first;
    static _Thread_local int64_t until_us;
    static _Thread_local int left;
    struct id id;
    int64_t now = env_monotonic_us();
    env_random(id.b, sizeof id.b);
    if (left == 0 || now >= until_us) {
        first = id;
        until_us = now + 1000000;
        left = ID_RUN;
    }
    left--;
    memcpy(id.b, first.b, ID_RUN_BYTES);
    return id;
}

uint64_t id_hash(const struct id *id)
{
    uint64_t h;
    memcpy(&h, id->b + sizeof id->b - sizeof h, sizeof h);
    return h;
}

struct id id_nil(void)
{
    return (struct id){0};
}

bool id_is_nil(struct id id)
{
    return id_eq(id, id_nil());
}

bool id_eq(struct id a, struct id b)
{
    return id_cmp(a, b) == 0;
}

int id_cmp(struct id a, struct id b)
{
    return memcmp(a.b, b.b, sizeof a.b);
}

void id_text(struct id id, char ret[33])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < sizeof id.b; i++) {
        ret[2 * i] = digits[id.b[i] >> 4];
        ret[2 * i + 1] = digits[id.b[i] & 15];
    }
    ret[32] = '\0';
}

static int nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum err id_parse(struct str s, struct id *ret)
{
    struct id id;
    if (s.n != 2 * sizeof id.b)
        return FAIL(ERR_FIELD, "an id of 32 hex digits was expected");
    for (size_t i = 0; i < sizeof id.b; i++) {
        int high = nibble(s.p[2 * i]), low = nibble(s.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return FAIL(ERR_FIELD, "an id of 32 lower-case hex digits was expected");
        id.b[i] = (uint8_t)(high << 4 | low);
    }
    *ret = id;
    return OK;
}

struct str id_str(const struct id *id)
{
    return (struct str){(const char *)id->b, sizeof id->b};
}

enum err id_from(struct str bytes, struct id *ret)
{
    if (bytes.n != sizeof ret->b)
        return FAIL(ERR_DATABASE, "an id of %zu bytes where 16 were expected", bytes.n);
    memcpy(ret->b, bytes.p, sizeof ret->b);
    return OK;
}
