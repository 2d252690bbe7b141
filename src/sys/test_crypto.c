/* SPDX-License-Identifier: Apache-2.0 */
#include "base/testing.h"
#include "sys/crypto.h"

static const uint8_t key[KEY_BYTES] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                       16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

static void assert_hex(const void *p, size_t n, const char *expected)
{
    CLEANUP(buf_free) struct buf b = {0};
    buf_hex(&b, p, n);
    assert_str(buf_view(&b), expected);
}

static size_t unhex(const char *hex, uint8_t *out)
{
    size_t n = 0;
    for (; hex[2 * n]; n++) {
        char two[3] = {hex[2 * n], hex[2 * n + 1], 0};
        out[n] = (uint8_t)strtoul(two, NULL, 16);
    }
    return n;
}

/* FIPS 180-4 examples */
static void sha256_known(void **state)
{
    (void)state;
    struct hash h = sha256(STR(""), STR(""));
    assert_hex(h.b, 32, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    h = sha256(STR("a"), STR("bc"));
    assert_hex(h.b, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    h = sha256((struct str){NULL, 0}, STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"));
    assert_hex(h.b, 32, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

/* Values of another implementation (Python's hashlib). */
static void blake2b_known(void **state)
{
    (void)state;
    uint8_t data[200];
    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)i;
    struct str all = {(char *)data, sizeof(data)};
    struct hash h = blake2b(STR("abc"));
    assert_hex(h.b, 32, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    h = blake2b_keyed(key, all);
    const char *keyed = "a39ff6e7e838226fd50e24a55375ff3a39419fd93e32cc463f3f74323291c425";
    assert_hex(h.b, 32, keyed);

    /* In parts, from a place that is not aligned, moved in between. */
    for (size_t cut = 0; cut <= sizeof(data); cut += 25) {
        struct {
            char shift;
            struct hasher h;
        } at;
        struct hasher moved;
        hasher_start(&at.h, key);
        hasher_add(&at.h, data, cut);
        moved = at.h;
        hasher_add(&moved, data + cut, sizeof(data) - cut);
        h = hasher_end(&moved);
        assert_hex(h.b, 32, keyed);
    }
    struct hasher plain;
    hasher_start(&plain, NULL);
    hasher_add(&plain, "abc", 3);
    h = hasher_end(&plain);
    assert_hex(h.b, 32, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

static void kdf_known(void **state)
{
    (void)state;
    uint8_t out[KEY_BYTES], other[KEY_BYTES];
    kdf_derive(key, 0x0102030405060708u, "akaritst", out);
    assert_hex(out, 32, "b80ad998f4424dab4dd20e0923267cd6f60fa1b43b75b2cc7f241cc0c37fee88");
    kdf_derive(key, 0x0102030405060709u, "akaritst", other);
    assert_memory_not_equal(out, other, sizeof(out));
}

/* RFC 8032, section 7.1, tests 1 and 2 */
static void ed25519_known(void **state)
{
    (void)state;
    static const struct {
        const char *secret, *public, *message, *signature;
    } rows[] = {
        {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
         "d25bf5f0595bbe24655141438e7a100b"},
        {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
         "387b2eaeb4302aeeb00d291612bb0c00"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        uint8_t secret[64], public[32], signature[64], message[8] = {0};
        unhex(rows[i].secret, secret);
        unhex(rows[i].public, secret + 32);
        unhex(rows[i].public, public);
        struct str text = {(char *)message, unhex(rows[i].message, message)};
        sign_make(secret, text, signature);
        assert_hex(signature, 64, rows[i].signature);
        assert_true(sign_ok(public, text, signature));
        for (size_t b = 0; b < sizeof(signature); b++) {
            signature[b] ^= 1;
            assert_false(sign_ok(public, text, signature));
            signature[b] ^= 1;
        }
        assert_false(sign_ok(public, STR("another"), signature));
    }
    uint8_t secret[SIGN_SECRET_BYTES], public[SIGN_PUBLIC_BYTES], signature[SIGN_BYTES];
    sign_keypair(public, secret);
    sign_make(secret, STR("leaf"), signature);
    assert_true(sign_ok(public, STR("leaf"), signature));
}

#ifndef AKARI_NO_SEALING
/* Made by another implementation (HChaCha20 written out, then ChaCha20-Poly1305 of OpenSSL; checked with the
 * vector of draft-irtf-cfrg-xchacha-03 A.3.1), so that old envelopes stay readable whatever library stands
 * behind. */
static void envelope_known(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    uint8_t k[KEY_BYTES], sealed[128];
    unhex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f", k);
    size_t n =
        unhex("01010102030405060708404142434445464748494a4b4c4d4e4f505152535455565782751d8033958033983200bc84"
              "caeebbbd17b33f0733fe2418125e69c221de",
              sealed);
    struct str envelope = {(char *)sealed, n}, plain;
    uint64_t no = 0;
    assert_ok(envelope_key_no(envelope, &no));
    assert_true(no == 0x0102030405060708u);
    assert_ok(envelope_open(k, STR("report|1|summary|1"), envelope, a, &plain));
    assert_str(plain, "synthetic words");
    assert_int_equal(plain.p[plain.n], '\0');
}

static void envelope_round_trips(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 15, 16, 1000, 1023, 1024, 1025, 70000};
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    char *data = arena_alloc(a, 70000);
    assert_non_null(data);
    memset(data, 'x', 70000);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        CLEANUP(buf_free) struct buf out = {0};
        struct str plain;
        buf_c(&out, "before");
        assert_ok(envelope_seal(key, UINT64_MAX, STR("aad"), (struct str){data, sizes[i]}, &out));
        assert_int_equal(out.n, 6 + ENVELOPE_OVERHEAD + sizes[i]);
        struct str envelope = str_sub(buf_view(&out), 6, SIZE_MAX);
        assert_ok(envelope_open(key, STR("aad"), envelope, a, &plain));
        assert_true(str_eq(plain, (struct str){data, sizes[i]}));
    }
    CLEANUP(buf_free) struct buf twice = {0};
    assert_ok(envelope_seal(key, 1, STR("aad"), STR("same"), &twice));
    assert_ok(envelope_seal(key, 1, STR("aad"), STR("same"), &twice));
    assert_memory_not_equal(twice.p, twice.p + twice.n / 2, twice.n / 2); /* a new nonce each time */
}

static void envelope_refuses(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    CLEANUP(buf_free) struct buf out = {0};
    struct str plain = STR("untouched"), aad = STR("case|17|name|1");
    assert_ok(envelope_seal(key, 7, aad, STR("synthetic"), &out));
    for (size_t i = 0; i < out.n; i++)
        for (int bit = 0; bit < 8; bit++) {
            out.p[i] ^= (char)(1 << bit);
            assert_fails(envelope_open(key, aad, buf_view(&out), a, &plain), ERR_CRYPTO);
            out.p[i] ^= (char)(1 << bit);
        }
    for (size_t n = 0; n < out.n; n++)
        assert_fails(envelope_open(key, aad, (struct str){out.p, n}, a, &plain), ERR_CRYPTO);
    assert_fails(envelope_open(key, STR("case|18|name|1"), buf_view(&out), a, &plain), ERR_CRYPTO);
    assert_fails(envelope_open(key, STR("case|17|name|"), buf_view(&out), a, &plain), ERR_CRYPTO);
    assert_fails(envelope_open(key, STR(""), buf_view(&out), a, &plain), ERR_CRYPTO);
    uint8_t other[KEY_BYTES] = {0};
    assert_fails(envelope_open(other, aad, buf_view(&out), a, &plain), ERR_CRYPTO);
    assert_str(plain, "untouched");
    assert_ok(envelope_open(key, aad, buf_view(&out), a, &plain));

    char *longer = arena_alloc(a, ENVELOPE_AAD_MAX + 1);
    assert_fails(envelope_seal(key, 7, (struct str){longer, ENVELOPE_AAD_MAX + 1}, STR("x"), &out),
                 ERR_LIMIT);
    out.p[1] = 0; /* an envelope that claims not to be sealed */
    assert_fails(envelope_open(key, aad, buf_view(&out), a, &plain), ERR_CRYPTO);
}
#else
/* The control build must show plain text, or the marker test proves nothing. */
static void envelope_control(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    CLEANUP(buf_free) struct buf out = {0};
    struct str plain;
    assert_ok(envelope_seal(key, 7, STR("aad"), STR("synthetic marker"), &out));
    assert_non_null(memmem(out.p, out.n, "synthetic marker", 16));
    assert_int_equal(out.p[1], 0);
    assert_ok(envelope_open(key, STR("aad"), buf_view(&out), a, &plain));
    assert_str(plain, "synthetic marker");
}
#endif

static enum err seal_and_open(void *user)
{
    (void)user;
    CLEANUP(buf_free) struct buf out = {0};
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct str plain;
    uint8_t public[BOX_PUBLIC_BYTES], secret[BOX_SECRET_BYTES];
    if (!a)
        return mem_fail();
    TRY(envelope_seal(key, 1, STR("aad"), STR("synthetic"), &out));
    TRY(envelope_open(key, STR("aad"), buf_view(&out), a, &plain));
    buf_clear(&out);
    box_keypair(public, secret);
    TRY(box_seal(public, plain, &out));
    TRY(box_open(public, secret, buf_view(&out), a, &plain));
    buf_clear(&out);
    base64(&out, plain.p, plain.n);
    TRY(buf_err(&out));
    return base64_decode(buf_view(&out), a, &plain);
}

static void without_memory(void **state)
{
    (void)state;
    assert_true(each_allocation_fails(seal_and_open, NULL) >= 2);
}

static void boxes(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    CLEANUP(buf_free) struct buf out = {0};
    uint8_t public[BOX_PUBLIC_BYTES], secret[BOX_SECRET_BYTES], public2[BOX_PUBLIC_BYTES],
        secret2[BOX_SECRET_BYTES];
    struct str plain;
    box_keypair(public, secret);
    box_keypair(public2, secret2);
    assert_ok(box_seal(public, STR("a report, synthetic"), &out));
    assert_ok(box_open(public, secret, buf_view(&out), a, &plain));
    assert_str(plain, "a report, synthetic");
    assert_fails(box_open(public2, secret2, buf_view(&out), a, &plain), ERR_CRYPTO);
    for (size_t i = 0; i < out.n; i++) {
        out.p[i] ^= 1;
        assert_fails(box_open(public, secret, buf_view(&out), a, &plain), ERR_CRYPTO);
        out.p[i] ^= 1;
    }
    for (size_t n = 0; n < out.n; n++)
        assert_fails(box_open(public, secret, (struct str){out.p, n}, a, &plain), ERR_CRYPTO);
    size_t before = out.n;
    assert_fails(box_seal((const uint8_t[BOX_PUBLIC_BYTES]){0}, STR("x"), &out), ERR_CRYPTO);
    assert_int_equal(out.n, before);
}

static void argon(void **state)
{
    (void)state;
    uint8_t salt[16] = {1}, one[KEY_BYTES], two[KEY_BYTES];
    assert_ok(argon_key(ARGON_DEMO, STR("correct horse"), salt, one));
    assert_ok(argon_key(ARGON_DEMO, STR("correct horse"), salt, two));
    assert_memory_equal(one, two, sizeof(one));
    salt[15] ^= 1;
    assert_ok(argon_key(ARGON_DEMO, STR("correct horse"), salt, two));
    assert_memory_not_equal(one, two, sizeof(one));

    char phc[128];
    assert_ok(argon_password(ARGON_DEMO, STR("password"), phc));
    assert_true(argon_password_ok(phc, STR("password")));
    assert_false(argon_password_ok(phc, STR("Password")));
    assert_false(argon_password_ok(phc, STR("")));
    /* From the test suite of the reference implementation (P-H-C/phc-winner-argon2, test.c). */
    const char *known =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    assert_true(argon_password_ok(known, STR("password")));
    assert_false(argon_password_ok(known, STR("passwore")));
    /* Rows that would exhaust memory or time, or are no Argon2id. */
    assert_false(argon_password_ok(
        "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8", STR("x")));
    assert_false(argon_password_ok(
        "$argon2id$v=19$m=8192,t=4000000,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8", STR("x")));
    assert_false(argon_password_ok("", STR("")));
    assert_false(argon_password_ok("$argon2i$v=19$m=8,t=3,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8",
                                   STR("x")));
}

/* RFC 4648, section 10, and the two letters where the alphabets differ */
static void base64_known(void **state)
{
    (void)state;
    static const char *rows[][3] = {{"", "", ""},
                                    {"f", "Zg==", "Zg"},
                                    {"fo", "Zm8=", "Zm8"},
                                    {"foo", "Zm9v", "Zm9v"},
                                    {"foob", "Zm9vYg==", "Zm9vYg"},
                                    {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
                                    {"\xfb\xff", "+/8=", "-_8"}};
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        CLEANUP(buf_free) struct buf padded = {0}, url = {0};
        struct str plain;
        base64(&padded, rows[i][0], strlen(rows[i][0]));
        base64url(&url, rows[i][0], strlen(rows[i][0]));
        assert_str(buf_view(&padded), rows[i][1]);
        assert_str(buf_view(&url), rows[i][2]);
        assert_ok(base64_decode(buf_view(&padded), a, &plain));
        assert_str(plain, rows[i][0]);
        assert_ok(base64url_decode(buf_view(&url), a, &plain));
        assert_str(plain, rows[i][0]);
    }
}

static void base64_refuses(void **state)
{
    (void)state;
    static const char *bad[] = {"Zg",     "Zg=",   "Zg===", "Zh==", "Z",
                                "Zm9v\n", " Zm9v", "Zm9v=", "-_8=", "Zm 9v"};
    static const char *bad_url[] = {"Zg==", "Zh", "Z", "+/8", "Zm9v\n"};
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct str plain;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        assert_fails(base64_decode(str_of(bad[i]), a, &plain), ERR_BAD_DATA);
    for (size_t i = 0; i < sizeof(bad_url) / sizeof(*bad_url); i++)
        assert_fails(base64url_decode(str_of(bad_url[i]), a, &plain), ERR_BAD_DATA);
}

static void base64_long(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    char data[1000];
    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (char)(i * 7);
    for (size_t n = 0; n <= sizeof(data); n++) {
        CLEANUP(buf_free) struct buf out = {0};
        struct str plain;
        base64(&out, data, n);
        assert_int_equal(out.n, (n + 2) / 3 * 4);
        assert_ok(base64_decode(buf_view(&out), a, &plain));
        assert_true(str_eq(plain, (struct str){data, n}));
    }
}

static int start(void **state)
{
    (void)state;
    return crypto_start() == OK && crypto_start() == OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_known),
        cmocka_unit_test(blake2b_known),
        cmocka_unit_test(kdf_known),
        cmocka_unit_test(ed25519_known),
#ifndef AKARI_NO_SEALING
        cmocka_unit_test(envelope_known),
        cmocka_unit_test(envelope_round_trips),
        cmocka_unit_test(envelope_refuses),
#else
        cmocka_unit_test(envelope_control),
#endif
        cmocka_unit_test(without_memory),
        cmocka_unit_test(boxes),
        cmocka_unit_test(argon),
        cmocka_unit_test(base64_known),
        cmocka_unit_test(base64_refuses),
        cmocka_unit_test(base64_long),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
