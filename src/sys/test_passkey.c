/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/testing_passkey.h"

#define ORIGIN    "https://akari.example"
#define CHALLENGE STR("0123456789abcdef")

static const struct passkey_site site = {ORIGIN, "akari.example"};

/* What a browser sends, with one thing changed. */
struct sent {
    const char *type, *origin, *site;
    struct str challenge;
    int flags;
    struct buf client, data, signature;
};

static struct sent sent_as(const char *type, int flags)
{
    return (struct sent){.type = type, .origin = ORIGIN, .site = "akari.example", .challenge = CHALLENGE,
                         .flags = flags};
}

static void sent_free(struct sent *s)
{
    buf_free(&s->client);
    buf_free(&s->data);
    buf_free(&s->signature);
}

static struct passkey_answer send(struct soft_key *k, struct sent *s)
{
    soft_client(s->type, s->challenge, s->origin, &s->client);
    soft_data(k, s->site, s->flags, &s->data);
    soft_sign(k, buf_view(&s->data), buf_view(&s->client), &s->signature);
    return (struct passkey_answer){.client_data = buf_view(&s->client),
                                   .authenticator_data = buf_view(&s->data),
                                   .signature = buf_view(&s->signature),
                                   .credential = {(const char *)k->id, sizeof k->id}};
}

static struct passkey enrol(struct soft_key *k, struct arena *a)
{
    struct sent s = sent_as("webauthn.create", 0x45);
    struct passkey_answer answer = send(k, &s);
    struct passkey made = {0};
    assert_ok(passkey_made(&site, CHALLENGE, &answer, a, &made));
    sent_free(&s);
    return made;
}

static enum err use(struct soft_key *k, struct sent s, const struct passkey *known, int64_t *ret)
{
    struct passkey_answer answer = send(k, &s);
    enum err e = passkey_used(&site, CHALLENGE, &answer, known, ret);
    sent_free(&s);
    return e;
}

static void each_type(bool eddsa)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct soft_key k, other;
    struct str packed;
    struct passkey back;
    int64_t counter = 0;
    soft_key_make(&k, eddsa);
    soft_key_make(&other, eddsa);
    struct passkey known = enrol(&k, a);
    assert_int_equal(known.type, eddsa ? -8 : -7);
    assert_int_equal(known.counter, 1);
    assert_true(str_eq(known.id, (struct str){(const char *)k.id, sizeof k.id}));
    assert_ok(passkey_pack(&known, a, &packed));
    assert_ok(passkey_unpack(packed, a, &back));
    assert_true(str_eq(back.key, known.key) && str_eq(back.id, known.id) && back.type == known.type);
    assert_ok(use(&k, sent_as("webauthn.get", 0x05), &known, &counter));
    assert_int_equal(counter, 2);
    assert_fails(use(&other, sent_as("webauthn.get", 0x05), &known, &counter), ERR_CREDENTIALS);
    memcpy(other.id, k.id, sizeof k.id); /* says that it is the same key */
    other.counter = 50;
    assert_fails(use(&other, sent_as("webauthn.get", 0x05), &known, &counter), ERR_CREDENTIALS);
    soft_key_free(&k);
    soft_key_free(&other);
}

static void es256(void **state)
{
    (void)state;
    each_type(false);
}

static void eddsa(void **state)
{
    (void)state;
    each_type(true);
}

static void refuses_what_is_not_for_us(void **state)
{
    (void)state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct soft_key k;
    int64_t counter;
    soft_key_make(&k, false);
    struct passkey known = enrol(&k, a);
    struct sent rows[] = {
        sent_as("webauthn.create", 0x05), /* not a use */
        sent_as("webauthn.get", 0x01),    /* present, not verified: whoever found the key */
        sent_as("webauthn.get", 0x04),    /* not present */
        sent_as("webauthn.get", 0x00),
        sent_as("webauthn.get", 0x05),
        sent_as("webauthn.get", 0x05),
        sent_as("webauthn.get", 0x05),
        sent_as("webauthn.get", 0x05),
    };
    rows[4].origin = "https://akari.example.evil";
    rows[5].origin = "http://akari.example";
    rows[6].site = "evil.example";
    rows[7].challenge = STR("fedcba9876543210");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_fails(use(&k, rows[i], &known, &counter), ERR_CREDENTIALS);
    assert_ok(use(&k, sent_as("webauthn.get", 0x05), &known, &counter)); /* the test can succeed */
    soft_key_free(&k);
}

static void a_copied_key_is_noticed(void **state)
{
    (void)state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct soft_key k;
    int64_t counter = 0;
    soft_key_make(&k, false);
    struct passkey known = enrol(&k, a);
    struct soft_key copy = k;
    for (int i = 0; i < 5; i++) {
        assert_ok(use(&k, sent_as("webauthn.get", 0x05), &known, &counter));
        known.counter = counter;
    }
    assert_fails(use(&copy, sent_as("webauthn.get", 0x05), &known, &counter), ERR_CREDENTIALS);
    soft_key_free(&k);
}

static void needs_a_verified_person_to_enrol(void **state)
{
    (void)state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    static const int flags[] = {0x41, 0x44, 0x40, 0x05};
    struct soft_key k;
    struct passkey made;
    soft_key_make(&k, true);
    for (size_t i = 0; i < 4; i++) {
        struct sent s = sent_as("webauthn.create", flags[i]);
        struct passkey_answer answer = send(&k, &s);
        assert_fails(passkey_made(&site, CHALLENGE, &answer, a, &made), ERR_CREDENTIALS);
        sent_free(&s);
    }
}

/* Every byte of each part, changed: nothing but a refusal. Every length, too. */
static void no_byte_may_change(void **state)
{
    (void)state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct soft_key k;
    struct passkey made;
    int64_t counter;
    soft_key_make(&k, false);
    struct passkey known = enrol(&k, a);
    struct sent s = sent_as("webauthn.get", 0x05);
    struct passkey_answer answer = send(&k, &s);
    struct buf *parts[] = {&s.client, &s.data, &s.signature};
    for (int part = 0; part < 3; part++)
        for (size_t i = 0; i < parts[part]->n; i++) {
            parts[part]->p[i] ^= 1;
            assert_fails(passkey_used(&site, CHALLENGE, &answer, &known, &counter), ERR_CREDENTIALS);
            parts[part]->p[i] ^= 1;
        }
    assert_ok(passkey_used(&site, CHALLENGE, &answer, &known, &counter));
    for (size_t n = 0; n < s.data.n; n++) {
        struct passkey_answer cut = answer;
        cut.authenticator_data.n = n;
        assert_fails(passkey_used(&site, CHALLENGE, &cut, &known, &counter), ERR_CREDENTIALS);
    }
    sent_free(&s);
    struct sent new = sent_as("webauthn.create", 0x45);
    answer = send(&k, &new);
    for (size_t n = 0; n < new.data.n; n++) {
        struct passkey_answer cut = answer;
        cut.authenticator_data.n = n;
        assert_fails(passkey_made(&site, CHALLENGE, &cut, a, &made), ERR_CREDENTIALS);
    }
    sent_free(&new);
    soft_key_free(&k);
}

static void sites(void **state)
{
    (void)state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct passkey_site s;
    assert_ok(passkey_site("https://akari.example", a, &s));
    assert_string_equal(s.name, "akari.example");
    assert_ok(passkey_site("https://akari.example:8443", a, &s));
    assert_string_equal(s.name, "akari.example");
    assert_string_equal(s.origin, "https://akari.example:8443");
    assert_ok(passkey_site("http://localhost:8080", a, &s));
    static const char *const none[] = {"",
                                       "akari.example",
                                       "http://akari.example",
                                       "https://",
                                       "https://akari.example/",
                                       "https://akari.example/path",
                                       "https://somebody@akari.example",
                                       "ftp://localhost"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_fails(passkey_site(none[i], a, &s), ERR_CONFIG);
}

static void only_what_was_packed(void **state)
{
    (void)state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct passkey k = {.id = STR("id"), .key = STR("0123456789abcdef0123456789abcdef"), .type = -8}, back;
    struct str packed;
    assert_ok(passkey_pack(&k, a, &packed));
    assert_ok(passkey_unpack(packed, a, &back));
    for (size_t n = 0; n < packed.n; n++)
        assert_fails(passkey_unpack(str_sub(packed, 0, n), a, &back), ERR_CRYPTO);
    assert_fails(passkey_unpack(STR("\3\0\2id0123456789abcdef0123456789abcdef"), a, &back), ERR_CRYPTO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(es256),
        cmocka_unit_test(eddsa),
        cmocka_unit_test(refuses_what_is_not_for_us),
        cmocka_unit_test(a_copied_key_is_noticed),
        cmocka_unit_test(needs_a_verified_person_to_enrol),
        cmocka_unit_test(no_byte_may_change),
        cmocka_unit_test(sites),
        cmocka_unit_test(only_what_was_packed),
    };
    if (crypto_start() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
