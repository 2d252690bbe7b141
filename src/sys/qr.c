/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/qr.h"

#include "sys/crypto.h"

#include <qrencode.h>

enum err qr_make(struct str text, struct arena *a, struct qr *ret)
{
    if (!text.n || text.n > QR_TEXT_MAX)
        return FAIL(ERR_LIMIT, "a QR code takes 1 to %d bytes", QR_TEXT_MAX);
    QRcode *code = QRcode_encodeData((int)text.n, (const unsigned char *)text.p, 0, QR_ECLEVEL_M);
    if (!code)
        return FAIL(ERR_NO_MEMORY, "QR code");
    size_t n = (size_t)code->width * (size_t)code->width;
    unsigned char *dots = arena_alloc(a, n);
    for (size_t i = 0; dots && i < n; i++)
        dots[i] = code->data[i] & 1;
    *ret = (struct qr){code->width, dots};
    secret_wipe(code->data, n);
    QRcode_free(code);
    return dots ? OK : arena_err(a);
}
