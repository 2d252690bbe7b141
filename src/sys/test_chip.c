/* SPDX-License-Identifier: Apache-2.0 */
/* The ciphers of cards against published values, signatures against certificates made here. */
#include "base/testing.h"
#include "sys/chip.h"
#include "sys/testing_chip.h"

static struct str hex(const char *text, uint8_t *room)
{
    size_t n = 0;
    for (const char *p = text; *p; p++) {
        if (*p == ' ')
            continue;
        unsigned v = 0;
        for (size_t i = 0; i < 2; i++)
            v = v * 16 + (unsigned)(p[i] <= '9' ? p[i] - '0' : p[i] - 'A' + 10);
        room[n++] = (uint8_t)v;
        p++;
    }
    return (struct str){(const char *)room, n};
}

static void assert_hex(const uint8_t *got, const char *expected)
{
    uint8_t room[256];
    struct str e = hex(expected, room);
    assert_memory_equal(got, e.p, e.n);
}

/* Appendix 2 of the second generation's specification (moj 001460711.pdf, pages 36 to 38), as quoted in
 * public notes. */
static void the_published_values_of_the_second_generation(void **state)
{
    (void)state;
    uint8_t key[16], session[16], room[64], sealed[64], mac[8], plain[64];
    assert_ok(chip_key(STR("AA12345678BB"), STR(""), key));
    assert_hex(key, "65 22 B4 E1 71 19 5B B2 18 22 3A 97 6C 04 01 11");
    struct str s =
        hex("11 22 33 44 55 66 77 88 92 1C E2 77 32 3D A0 57 40 41 42 43 44 45 46 47 48 49 4A 4B 4C 4D 4E 4F",
            room);
    assert_ok(chip_encrypt(CHIP_AES, key, s, sealed));
    assert_hex(
        sealed,
        "4A D3 C7 B6 BB 48 4A 52 77 19 77 DE D6 18 B4 1D F8 41 FA 04 76 A0 5F BE 04 1D EA D6 10 9E 77 3B");
    assert_ok(chip_mac(CHIP_AES, key, (struct str){(char *)sealed, 32}, mac));
    assert_hex(mac, "AC 85 46 17 63 4F 53 97");
    s = hex("28 9A 96 B1 DA 6A E3 DA 87 77 04 19 BF D1 4F 0B DA D1 5F 36 43 2B 5A 94 6C 18 8C 72 21 75 9A 62",
            room);
    assert_ok(chip_mac(CHIP_AES, key, s, mac));
    assert_hex(mac, "FA 94 2E C5 1E 62 FF 5F");
    assert_ok(chip_decrypt(CHIP_AES, key, s, plain));
    assert_hex(
        plain,
        "92 1C E2 77 32 3D A0 57 11 22 33 44 55 66 77 88 2C C6 AF 9B 8B 60 7C 66 2F DC AD 27 B4 01 D0 8B");
    s = hex("6C 87 ED D8 CF 25 3A 21 67 95 E7 6C F8 4C 9E C4", room);
    assert_ok(chip_key(s, STR("\0\0\0\1"), session));
    assert_hex(session, "C1 9C F1 3D 3D 7F BE E9 EA 29 3D 83 4C 88 95 2F");
    assert_ok(chip_encrypt(CHIP_AES, session, STR("AA12345678BB\x80\0\0\0"), sealed));
    assert_hex(sealed, "EE 0B 31 EF 87 7F 68 D0 71 C5 6D 58 C7 2E 67 48");
}

/* The worked example of ICAO 9303-11, appendix D: the same cipher and code as the first generation's. */
static void the_published_values_of_3des(void **state)
{
    (void)state;
    uint8_t key[16], mac_key[16], room[64], sealed[64], mac[8], plain[64];
    hex("AB 94 FD EC F2 67 4F DF B9 B3 91 F8 5D 7F 76 F2", key);
    hex("79 62 D9 EC E0 3D 1A CD 4C 76 08 9D CE 13 15 43", mac_key);
    struct str s =
        hex("78 17 23 86 0C 06 C2 26 46 08 F9 19 88 70 22 12 0B 79 52 40 CB 70 49 B0 1C 19 B3 3E 32 80 4F 0B",
            room);
    assert_ok(chip_encrypt(CHIP_TDES, key, s, sealed));
    assert_hex(
        sealed,
        "72 C2 9C 23 71 CC 9B DB 65 B7 79 B8 E8 D3 7B 29 EC C1 54 AA 56 A8 79 9F AE 2F 49 8F 76 ED 92 F2");
    assert_ok(chip_mac(CHIP_TDES, mac_key, (struct str){(char *)sealed, 32}, mac));
    assert_hex(mac, "5F 14 48 EE A8 AD 90 A7");
    assert_ok(chip_decrypt(CHIP_TDES, key, (struct str){(char *)sealed, 32}, plain));
    assert_memory_equal(plain, s.p, s.n);
}

static void a_part_of_a_block_is_refused(void **state)
{
    (void)state;
    uint8_t key[16] = {0}, out[64];
    assert_fails(chip_encrypt(CHIP_AES, key, STR("12345678"), out), ERR_BAD_DATA);
    assert_ok(chip_encrypt(CHIP_TDES, key, STR("12345678"), out));
    assert_fails(chip_decrypt(CHIP_TDES, key, STR("1234567"), out), ERR_BAD_DATA);
    assert_fails(chip_decrypt(CHIP_TDES, key, STR(""), out), ERR_BAD_DATA);
}

static void randomness_differs(void **state)
{
    (void)state;
    uint8_t a[40] = {0}, b[40] = {0};
    chip_random(a, sizeof a);
    chip_random(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
    assert_memory_not_equal(a, a + 20, 20);
}

static enum chip_verdict verdict(enum chip_key_kind kind, struct str certificate, struct str issuer,
                                 struct str data, struct str signature)
{
    enum chip_verdict v;
    struct str parts[] = {str_sub(data, 0, data.n / 3), str_sub(data, data.n / 3, data.n)};
    assert_ok(chip_verify(kind, certificate, &issuer, issuer.n ? 1 : 0, parts, 2, signature, &v));
    return v;
}

static void signatures_of_both_generations(void **state)
{
    (void)state;
    for (int k = 0; k < 2; k++) {
        enum chip_key_kind kind = k ? CHIP_P384 : CHIP_RSA_2048;
        struct signer ca, card, other;
        signer_make(&ca, k, NULL, "Synthetic CA");
        signer_make(&card, k, &ca, "Synthetic card");
        signer_make(&other, k, NULL, "Synthetic CA"); /* the same name, another key */
        uint8_t signature[512], room[512];
        struct str s = signer_sign(&card, STR("three parts of one card"), signature);
        struct str c = signer_der(&card), i = signer_der(&ca);
        assert_int_equal(verdict(kind, c, i, STR("three parts of one card"), s), CHIP_SIGNED);
        assert_int_equal(verdict(kind, c, i, STR("three parts of a card"), s), CHIP_NOT_SIGNED);
        assert_int_equal(verdict(kind, c, signer_der(&other), STR("three parts of one card"), s),
                         CHIP_UNKNOWN_ISSUER);
        assert_int_equal(verdict(kind, c, (struct str){0}, STR("three parts of one card"), s),
                         CHIP_UNKNOWN_ISSUER);
        assert_int_equal(verdict(k ? CHIP_RSA_2048 : CHIP_P384, c, i, STR("x"), s), CHIP_BAD_CERTIFICATE);
        assert_int_equal(verdict(kind, STR("no certificate"), i, STR("x"), s), CHIP_BAD_CERTIFICATE);
        assert_int_equal(verdict(kind, STR(""), i, STR("x"), s), CHIP_BAD_CERTIFICATE);
        for (size_t at = 0; at < s.n; at += 7) { /* every change of the signature */
            memcpy(room, s.p, s.n);
            room[at] ^= 1;
            assert_int_equal(
                verdict(kind, c, i, STR("three parts of one card"), (struct str){(char *)room, s.n}),
                CHIP_NOT_SIGNED);
        }
        assert_int_equal(verdict(kind, c, i, STR("three parts of one card"), STR("")), CHIP_NOT_SIGNED);
        if (k) {
            struct str halves = signer_halves(s, room);
            assert_int_equal(verdict(kind, c, i, STR("three parts of one card"), halves), CHIP_SIGNED);
        }
        signer_free(&ca);
        signer_free(&card);
        signer_free(&other);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_values_of_the_second_generation),
        cmocka_unit_test(the_published_values_of_3des),
        cmocka_unit_test(a_part_of_a_block_is_refused),
        cmocka_unit_test(randomness_differs),
        cmocka_unit_test(signatures_of_both_generations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
