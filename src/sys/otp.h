/* SPDX-License-Identifier: Apache-2.0 */
/* otp.h - one-time codes by time (RFC 6238; liboath): six digits, 30 seconds, HMAC-SHA-1, which every
 * authenticator app can do. Pure but for the memory of the texts. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

#define OTP_SECRET_BYTES 20 /* RFC 4226 section 4: 160 bits */
#define OTP_DIGITS       6
#define OTP_STEP_S       30
#define OTP_SLACK        1 /* steps before and after now that count, too: clocks of telephones */

/* The code of a step (seconds since 1970 / 30), with a NUL. */
enum err otp_code(struct str secret, int64_t step, char ret[OTP_DIGITS + 1]) NODISCARD;
/* Does the code fit now, and is its step later than last_step? The work is the same for every answer. *ret_step
 * is to be kept as the next last_step: a code counts once. */
enum err otp_fits(struct str secret, struct str code, int64_t now_us, int64_t last_step, bool *ret_ok,
                  int64_t *ret_step) NODISCARD;
/* The secret as apps take it: base32 in capitals, without padding. And back: spaces and small letters count as
 * people type them. ERR_FIELD when it is not OTP_SECRET_BYTES long. */
enum err otp_text(struct str secret, struct arena *a, struct str *ret) NODISCARD;
enum err otp_parse(struct str text, struct arena *a, struct str *ret) NODISCARD;
