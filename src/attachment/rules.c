/* SPDX-License-Identifier: Apache-2.0 */
/* rules.c - how a file is cut, and what its state allows. Pure. */
#include "attachment/own.h"

const char *attachment_state_word(enum attachment_state s)
{
    static const char *const words[] = {"uploading", "kept", "held", "withdrawn", "referred"};
    return s <= ATTACHMENT_REFERRED ? words[s] : "uploading";
}

bool state_may_show(enum attachment_state s)
{
    return s == ATTACHMENT_KEPT;
}

static void put_be32(uint8_t *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> (24 - 8 * i));
}

void chunk_aad(struct chunk_place at, uint8_t ret[CHUNK_AAD_BYTES])
{
    static const char name[24] = "akari attachment chunk1";
    memcpy(ret, name, sizeof name);
    memcpy(ret + 24, at.attachment.b, sizeof at.attachment.b);
    put_be32(ret + 40, at.no);
    put_be32(ret + 44, at.count);
}

uint32_t chunk_count(int64_t bytes)
{
    if (bytes < 1 || bytes > ATTACHMENT_MAX_BYTES)
        return 0;
    return (uint32_t)((bytes + ATTACHMENT_CHUNK_BYTES - 1) / ATTACHMENT_CHUNK_BYTES);
}

size_t chunk_bytes(int64_t bytes, uint32_t no)
{
    uint32_t n = chunk_count(bytes);
    if (no >= n)
        return 0;
    int64_t left = bytes - (int64_t)no * ATTACHMENT_CHUNK_BYTES;
    return left < ATTACHMENT_CHUNK_BYTES ? (size_t)left : ATTACHMENT_CHUNK_BYTES;
}

uint32_t chunk_mark(bool streamed, uint32_t no, uint32_t count)
{
    return !streamed || no + 1 == count ? count : 0;
}

bool chunk_follows(uint32_t have, int64_t no, size_t bytes, bool last)
{
    bool whole = bytes == ATTACHMENT_CHUNK_BYTES;
    return no == (int64_t)have && bytes > 0 && bytes <= ATTACHMENT_CHUNK_BYTES && (whole || last) &&
           (int64_t)have * ATTACHMENT_CHUNK_BYTES + (int64_t)bytes <= ATTACHMENT_MAX_BYTES;
}

bool day_has_room(int64_t used, int64_t bytes)
{
    return used >= 0 && bytes > 0 && used <= ATTACHMENT_DAY_BYTES - bytes;
}

bool sha256_text_ok(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
            return false;
    return s.n == 2 * HASH_BYTES;
}

struct str pair_value(const struct pair *pairs, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(pairs[i].name, name) && pairs[i].state == VALUE_GIVEN)
            return pairs[i].value;
    return STR("");
}
