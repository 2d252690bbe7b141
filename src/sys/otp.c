/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/otp.h"

#include "sys/crypto.h"

#include <liboath/oath.h>
#include <stdlib.h>

enum err otp_code(struct str secret, int64_t step, char ret[OTP_DIGITS + 1])
{
    if (secret.n != OTP_SECRET_BYTES || step < 0)
        return FAIL(ERR_FIELD, "not a secret of a one-time code");
    if (oath_hotp_generate(secret.p, secret.n, (uint64_t)step, OTP_DIGITS, false, OATH_HOTP_DYNAMIC_TRUNCATION,
                           ret) != OATH_OK)
        return FAIL(ERR_CRYPTO, "a one-time code");
    return OK;
}

enum err otp_fits(struct str secret, struct str code, int64_t now_us, int64_t last_step, bool *ret_ok,
                  int64_t *ret_step)
{
    char asked[OTP_DIGITS] = {0}, made[OTP_DIGITS + 1];
    int64_t now = now_us / 1000000 / OTP_STEP_S;
    bool ok = false;
    if (code.n == OTP_DIGITS)
        memcpy(asked, code.p, OTP_DIGITS);
    for (int64_t step = now - OTP_SLACK; step <= now + OTP_SLACK; step++) {
        TRY(otp_code(secret, step < 0 ? 0 : step, made));
        bool same = secret_equal(asked, made, OTP_DIGITS) && step > last_step && code.n == OTP_DIGITS;
        if (same && !ok)
            *ret_step = step;
        ok |= same;
    }
    secret_wipe(made, sizeof made);
    *ret_ok = ok;
    return OK;
}

enum err otp_text(struct str secret, struct arena *a, struct str *ret)
{
    char *text = NULL;
    size_t n = 0;
    if (oath_base32_encode(secret.p, secret.n, &text, &n) != OATH_OK)
        return FAIL(ERR_NO_MEMORY, "base32");
    while (n > 0 && text[n - 1] == '=')
        n--;
    *ret = arena_str(a, (struct str){text, n});
    secret_wipe(text, n);
    free(text);
    return ret->p ? OK : arena_err(a);
}

enum err otp_parse(struct str text, struct arena *a, struct str *ret)
{
    char *bytes = NULL, *copy;
    size_t n = 0;
    if (text.n > 128 || !(copy = arena_cstr(a, text)))
        return text.n > 128 ? FAIL(ERR_FIELD, "not a secret of a one-time code") : arena_err(a);
    int rc = oath_base32_decode(copy, text.n, &bytes, &n);
    secret_wipe(copy, text.n);
    if (rc == OATH_MALLOC_ERROR)
        return FAIL(ERR_NO_MEMORY, "base32");
    if (rc != OATH_OK)
        return FAIL(ERR_FIELD, "not a secret of a one-time code");
    *ret = arena_str(a, (struct str){bytes, n});
    secret_wipe(bytes, n);
    free(bytes);
    if (!ret->p)
        return arena_err(a);
    return n == OTP_SECRET_BYTES ? OK : FAIL(ERR_FIELD, "not a secret of a one-time code");
}
