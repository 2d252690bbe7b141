/* SPDX-License-Identifier: Apache-2.0 */
/* qr.h - a short text as a square of dots (ISO/IEC 18004; libqrencode), for a telephone to read off the screen. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

#define QR_TEXT_MAX 512
struct qr {
    int size; /* dots a side, without the quiet zone */
    const unsigned char *dots; /* size * size, 1 = dark; in the arena */
};
enum err qr_make(struct str text, struct arena *a, struct qr *ret) NODISCARD; /* ERR_LIMIT */
