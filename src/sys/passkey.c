/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/passkey.h"

#include "base/buf.h"
#include "sys/crypto.h"
#include "sys/jsonin.h"

#define ERR_STATE LIBCRYPTO_ERR_STATE /* a type of OpenSSL, which the library names in its headers */
#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#undef ERR_STATE

#define FLAG_PRESENT  0x01
#define FLAG_VERIFIED 0x04
#define ES256_BYTES   64
#define EDDSA_BYTES   32
#define PACKED_HEAD   3 /* type, two bytes of the id's length */

/* ---- the site ---------------------------------------------------------------------------------------------
 */

enum err passkey_site(const char *origin, struct arena *a, struct passkey_site *ret)
{
    struct str o = str_of(origin), host;
    bool safe = str_starts(o, "https://");
    if (!safe && !str_starts(o, "http://"))
        return FAIL(ERR_CONFIG, "origin: an address that begins with https://");
    host = str_sub(o, safe ? 8 : 7, o.n);
    if (str_find(host, ':') >= 0)
        host = str_sub(host, 0, (size_t)str_find(host, ':'));
    if (!host.n || str_find(o, '@') >= 0 || str_find(host, '/') >= 0 || o.p[o.n - 1] == '/')
        return FAIL(ERR_CONFIG, "origin: an address without path, as https://akari.example");
    if (!safe && !str_is(host, "localhost"))
        return FAIL(ERR_CONFIG, "origin: http only on localhost");
    ret->origin = arena_cstr(a, o);
    ret->name = arena_cstr(a, host);
    return ret->origin && ret->name ? OK : arena_err(a);
}

/* ---- client data ------------------------------------------------------------------------------------------
 */

static struct str member(json_t *j, const char *name)
{
    json_t *v = json_object_get(j, name);
    return json_is_string(v) ? (struct str){json_string_value(v), json_string_length(v)} : STR("");
}

enum err passkey_challenge(struct str client_data, struct arena *a, struct str *ret)
{
    json_t *j CLEANUP(json_cleanup) = NULL;
    if (client_data.n > PASSKEY_DATA_MAX || json_read(client_data, &j) != OK)
        return FAIL(ERR_CREDENTIALS, "client data");
    if (base64url_decode(member(j, "challenge"), a, ret) != OK || ret->n != PASSKEY_CHALLENGE_BYTES)
        return FAIL(ERR_CREDENTIALS, "challenge");
    return OK;
}

static enum err check_client(const struct passkey_site *site, const char *type, struct str challenge,
                             struct str client_data)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(1u << 16);
    json_t *j CLEANUP(json_cleanup) = NULL;
    struct str got;
    if (!a)
        return FAIL(ERR_NO_MEMORY, "client data");
    if (client_data.n > PASSKEY_DATA_MAX || json_read(client_data, &j) != OK)
        return FAIL(ERR_CREDENTIALS, "client data");
    if (!str_is(member(j, "type"), type) || !str_is(member(j, "origin"), site->origin) ||
        json_is_true(json_object_get(j, "crossOrigin")))
        return FAIL(ERR_CREDENTIALS, "client data are of something else");
    if (challenge.n != PASSKEY_CHALLENGE_BYTES || base64url_decode(member(j, "challenge"), a, &got) != OK ||
        got.n != challenge.n || !secret_equal(got.p, challenge.p, challenge.n))
        return FAIL(ERR_CREDENTIALS, "challenge");
    return OK;
}

static bool of_site(const struct passkey_site *site, struct str authenticator_data)
{
    struct hash h = sha256(str_of(site->name), STR(""));
    return authenticator_data.n >= HASH_BYTES && secret_equal(authenticator_data.p, h.b, HASH_BYTES);
}

/* ---- a new one --------------------------------------------------------------------------------------------
 */

static void cred_cleanup(fido_cred_t **c)
{
    fido_cred_free(c);
}

static void assert_cleanup(fido_assert_t **c)
{
    fido_assert_free(c);
}

/* The library wants the type before it reads: whichever of the two it is. */
static enum err read_made(struct str data, int type, struct arena *a, struct passkey *ret)
{
    fido_cred_t *c CLEANUP(cred_cleanup) = fido_cred_new();
    if (!c)
        return FAIL(ERR_NO_MEMORY, "passkey");
    if (fido_cred_set_type(c, type) != FIDO_OK ||
        fido_cred_set_authdata_raw(c, (const unsigned char *)data.p, data.n) != FIDO_OK)
        return FAIL(ERR_CREDENTIALS, "authenticator data");
    uint8_t flags = fido_cred_flags(c);
    size_t id = fido_cred_id_len(c), key = fido_cred_pubkey_len(c);
    if (!(flags & FLAG_PRESENT) || !(flags & FLAG_VERIFIED))
        return FAIL(ERR_CREDENTIALS, "the person was not verified by the key");
    if (id == 0 || id > PASSKEY_ID_MAX || key != (type == COSE_ES256 ? ES256_BYTES : EDDSA_BYTES))
        return FAIL(ERR_CREDENTIALS, "authenticator data");
    ret->id = arena_str(a, (struct str){(const char *)fido_cred_id_ptr(c), id});
    ret->key = arena_str(a, (struct str){(const char *)fido_cred_pubkey_ptr(c), key});
    ret->type = type;
    ret->counter = fido_cred_sigcount(c);
    return ret->id.p && ret->key.p ? OK : arena_err(a);
}

enum err passkey_made(const struct passkey_site *site, struct str challenge, const struct passkey_answer *answer,
                      struct arena *a, struct passkey *ret)
{
    struct str data = answer->authenticator_data;
    TRY(check_client(site, "webauthn.create", challenge, answer->client_data));
    if (data.n > PASSKEY_DATA_MAX || !of_site(site, data))
        return FAIL(ERR_CREDENTIALS, "authenticator data are of another site");
    enum err e = read_made(data, COSE_ES256, a, ret);
    return e == ERR_CREDENTIALS ? read_made(data, COSE_EDDSA, a, ret) : e;
}

/* ---- a use ------------------------------------------------------------------------------------------------
 */

static enum err set_use(fido_assert_t *use, const struct passkey_site *site, const struct passkey_answer *answer)
{
    struct str data = answer->authenticator_data, signature = answer->signature;
    struct hash h = sha256(answer->client_data, STR(""));
    if (fido_assert_set_count(use, 1) != FIDO_OK ||
        fido_assert_set_clientdata_hash(use, h.b, sizeof h.b) != FIDO_OK ||
        fido_assert_set_rp(use, site->name) != FIDO_OK || fido_assert_set_up(use, FIDO_OPT_TRUE) != FIDO_OK ||
        fido_assert_set_uv(use, FIDO_OPT_TRUE) != FIDO_OK ||
        fido_assert_set_authdata_raw(use, 0, (const unsigned char *)data.p, data.n) != FIDO_OK ||
        fido_assert_set_sig(use, 0, (const unsigned char *)signature.p, signature.n) != FIDO_OK)
        return FAIL(ERR_CREDENTIALS, "authenticator data");
    return OK;
}

static bool signature_ok(const fido_assert_t *use, const struct passkey *known)
{
    bool ok = false;
    if (known->type == COSE_ES256) {
        es256_pk_t *pk = es256_pk_new();
        ok = pk && es256_pk_from_ptr(pk, known->key.p, known->key.n) == FIDO_OK &&
             fido_assert_verify(use, 0, COSE_ES256, pk) == FIDO_OK;
        es256_pk_free(&pk);
    } else if (known->type == COSE_EDDSA) {
        eddsa_pk_t *pk = eddsa_pk_new();
        ok = pk && eddsa_pk_from_ptr(pk, known->key.p, known->key.n) == FIDO_OK &&
             fido_assert_verify(use, 0, COSE_EDDSA, pk) == FIDO_OK;
        eddsa_pk_free(&pk);
    }
    return ok;
}

enum err passkey_used(const struct passkey_site *site, struct str challenge, const struct passkey_answer *answer,
                      const struct passkey *known, int64_t *ret_counter)
{
    fido_assert_t *use CLEANUP(assert_cleanup) = fido_assert_new();
    if (!use)
        return FAIL(ERR_NO_MEMORY, "passkey");
    TRY(check_client(site, "webauthn.get", challenge, answer->client_data));
    if (!str_eq(answer->credential, known->id) || !answer->signature.n ||
        answer->signature.n > PASSKEY_DATA_MAX || answer->authenticator_data.n > PASSKEY_DATA_MAX ||
        !of_site(site, answer->authenticator_data))
        return FAIL(ERR_CREDENTIALS, "authenticator data are of something else");
    TRY(set_use(use, site, answer));
    if (!signature_ok(use, known))
        return FAIL(ERR_CREDENTIALS, "signature");
    int64_t counter = fido_assert_sigcount(use, 0);
    if ((counter || known->counter) && counter <= known->counter)
        return FAIL(ERR_CREDENTIALS, "the key may have been copied: its counter went back");
    *ret_counter = counter;
    return OK;
}

/* ---- kept -------------------------------------------------------------------------------------------------
 */

enum err passkey_pack(const struct passkey *k, struct arena *a, struct str *ret)
{
    struct buf b CLEANUP(buf_free) = {0};
    buf_char(&b, (char)(k->type == COSE_ES256 ? 1 : 2));
    buf_char(&b, (char)(k->id.n >> 8));
    buf_char(&b, (char)(k->id.n & 0xff));
    buf_str(&b, k->id);
    buf_str(&b, k->key);
    TRY(buf_err(&b));
    return buf_take(&b, a, ret);
}

enum err passkey_unpack(struct str packed, struct arena *a, struct passkey *ret)
{
    if (packed.n < PACKED_HEAD || (packed.p[0] != 1 && packed.p[0] != 2))
        return FAIL(ERR_CRYPTO, "a passkey cannot be read");
    size_t id = (size_t)((unsigned char)packed.p[1]) << 8 | (unsigned char)packed.p[2],
           key = packed.p[0] == 1 ? ES256_BYTES : EDDSA_BYTES;
    if (id == 0 || id > PASSKEY_ID_MAX || packed.n != PACKED_HEAD + id + key)
        return FAIL(ERR_CRYPTO, "a passkey cannot be read");
    *ret = (struct passkey){.id = arena_str(a, str_sub(packed, PACKED_HEAD, id)),
                            .key = arena_str(a, str_sub(packed, PACKED_HEAD + id, key)),
                            .type = packed.p[0] == 1 ? COSE_ES256 : COSE_EDDSA};
    return ret->id.p && ret->key.p ? OK : arena_err(a);
}
