/* SPDX-License-Identifier: Apache-2.0 */
/* tlv.h - inside of screening/document: BER-TLV as cards have it: tags of one or two bytes, lengths of one to
 * three, zeros between and behind. */
#pragma once
#include "base/str.h"

struct tlv {
    unsigned tag; /* 0xD0, 0xDFD1 */
    struct str value;
};
/* The next object of *rest. *ret_more false at the end. ERR_BAD_DATA: an object longer than what is there. */
enum err tlv_next(struct str *rest, struct tlv *ret, bool *ret_more) NODISCARD;
/* The first with that tag; .p NULL if there is none. */
enum err tlv_find(struct str all, unsigned tag, struct str *ret) NODISCARD;
