/* SPDX-License-Identifier: Apache-2.0 */
/* The first byte says what the rest is: client data, authenticator data of a new key or of a use,
 * a packed key, a secret as typed. */
#include "base/arena.h"
#include "fuzz.h"
#include "sys/crypto.h"
#include "sys/otp.h"
#include "sys/passkey.h"

static const struct passkey_site site = {"https://akari.example", "akari.example"};
#define CHALLENGE "0123456789abcdef"
#define CLIENT(type)                                                                        \
    STR("{\"type\":\"" type "\",\"challenge\":\"MDEyMzQ1Njc4OWFiY2RlZg\",\"origin\":\"https://" \
        "akari.example\"}")

static void new_key(struct arena *a, struct str rest)
{
    struct passkey_answer answer = {.client_data = CLIENT("webauthn.create"), .authenticator_data = rest};
    struct passkey made;
    enum err e = passkey_made(&site, STR(CHALLENGE), &answer, a, &made);
    REQUIRE(e == OK || e == ERR_CREDENTIALS);
    if (e == OK)
        REQUIRE(made.id.n && (rest.p[32] & 5) == 5);
}

static void use(struct str rest)
{
    struct passkey_answer answer = {.client_data = CLIENT("webauthn.get"),
                                    .authenticator_data = rest,
                                    .signature = STR("0123456789"),
                                    .credential = STR("id")};
    struct passkey known = {.id = STR("id"), .key = STR("0123456789abcdef0123456789abcdef"), .type = -8};
    int64_t counter;
    REQUIRE(passkey_used(&site, STR(CHALLENGE), &answer, &known, &counter) == ERR_CREDENTIALS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct str rest = {(const char *)data + 1, size ? size - 1 : 0}, got;
    struct passkey k;
    REQUIRE(a && crypto_start() == OK);
    switch (size ? data[0] : 'c') {
    case 'n':
        new_key(a, rest);
        break;
    case 'u':
        use(rest);
        break;
    case 'p':
        REQUIRE(passkey_unpack(rest, a, &k) == OK || err_detail()[0]);
        break;
    case 's':
        if (otp_parse(rest, a, &got) == OK)
            REQUIRE(got.n == OTP_SECRET_BYTES);
        break;
    default:
        if (size && passkey_challenge(rest, a, &got) == OK)
            REQUIRE(got.n == PASSKEY_CHALLENGE_BYTES);
    }
    return 0;
}
