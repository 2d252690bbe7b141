/* SPDX-License-Identifier: Apache-2.0 */
#include "screening/document/tlv.h"

static unsigned byte_at(struct str s, size_t at)
{
    return (unsigned char)s.p[at];
}

/* How many bytes the length takes, 0 if it is none of the three forms. */
static size_t read_length(struct str s, size_t at, size_t *ret)
{
    if (at >= s.n)
        return 0;
    unsigned first = byte_at(s, at);
    size_t more = first == 0x81 ? 1 : first == 0x82 ? 2 : 0;
    if (first < 0x80) {
        *ret = first;
        return 1;
    }
    if (!more || at + more >= s.n)
        return 0;
    *ret = more == 1 ? byte_at(s, at + 1) : byte_at(s, at + 1) << 8 | byte_at(s, at + 2);
    return more + 1;
}

enum err tlv_next(struct str *rest, struct tlv *ret, bool *ret_more)
{
    size_t at = 0, n = 0;
    while (at < rest->n && rest->p[at] == 0)
        at++;
    *ret_more = at < rest->n;
    if (!*ret_more)
        return OK;
    unsigned tag = byte_at(*rest, at++);
    if ((tag & 0x1F) == 0x1F) {
        if (at == rest->n)
            return FAIL(ERR_BAD_DATA, "the chip's data ends inside a tag");
        tag = tag << 8 | byte_at(*rest, at++);
    }
    size_t used = read_length(*rest, at, &n);
    if (!used || n > rest->n - at - used)
        return FAIL(ERR_BAD_DATA, "an object of the chip's data is longer than the data");
    *ret = (struct tlv){tag, str_sub(*rest, at + used, n)};
    *rest = str_sub(*rest, at + used + n, rest->n);
    return OK;
}

enum err tlv_find(struct str all, unsigned tag, struct str *ret)
{
    struct tlv one;
    bool more = true;
    *ret = (struct str){NULL, 0};
    while (more && !ret->p) {
        TRY(tlv_next(&all, &one, &more));
        if (more && one.tag == tag)
            *ret = one.value;
    }
    return OK;
}
