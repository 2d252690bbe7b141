/* SPDX-License-Identifier: Apache-2.0 */
/* audit_note.c - C2SP signed-note, tlog-checkpoint and tlog-cosignature/v1 texts. */
#include "core/audit/own.h"

#define DASH "\xe2\x80\x94 " /* em dash and space begin a signature line */

static void key_id(const char *name, uint8_t algorithm, const uint8_t public[SIGN_PUBLIC_BYTES],
                   uint8_t ret[4])
{
    char head[300];
    int n = snprintf(head, sizeof head, "%s\n%c", name, algorithm);
    if (n < 0 || (size_t)n >= sizeof head)
        n = 0;
    struct hash h =
        sha256((struct str){head, (size_t)n}, (struct str){(const char *)public, SIGN_PUBLIC_BYTES});
    memcpy(ret, h.b, 4);
}

/* "akari.audit/" and the first 8 hex digits of the key's hash: one log, one name. */
static void log_name(const uint8_t public[SIGN_PUBLIC_BYTES], char ret[32])
{
    struct hash h = sha256((struct str){(const char *)public, SIGN_PUBLIC_BYTES}, STR(""));
    snprintf(ret, 32, "akari.audit/%02x%02x%02x%02x", h.b[0], h.b[1], h.b[2], h.b[3]);
}

enum err audit_note_make(struct vault *v, const struct audit_note *n, struct buf *out)
{
    char name[32];
    uint8_t public[SIGN_PUBLIC_BYTES], signature[4 + SIGN_BYTES];
    if (!vault_audit_signer(v, public))
        return FAIL(ERR_LOCKED, "the audit's signing key is locked");
    log_name(public, name);
    buf_printf(out, "%s\n%llu\n", name, (unsigned long long)n->size);
    base64(out, n->root.b, HASH_BYTES);
    buf_printf(out, "\nat %lld after %llu\n", (long long)n->at_us, (unsigned long long)n->prev_size);
    TRY(buf_err(out));
    key_id(name, 1, public, signature);
    if (!vault_audit_sign(v, buf_view(out), signature + 4))
        return FAIL(ERR_LOCKED, "the audit's signing key is locked");
    buf_printf(out, "\n" DASH "%s ", name);
    base64(out, signature, sizeof signature);
    buf_c(out, "\n");
    return buf_err(out);
}

/* The text that is signed: up to and with the newline before the empty line. */
static bool note_body(struct str note, struct str *ret_body, struct str *ret_signatures)
{
    for (size_t i = 1; i + 1 < note.n; i++) {
        if (note.p[i - 1] == '\n' && note.p[i] == '\n') {
            *ret_body = str_sub(note, 0, i);
            *ret_signatures = str_sub(note, i + 1, note.n);
            return true;
        }
    }
    return false;
}

static bool signature_ok(struct str line, const char *name, const uint8_t public[SIGN_PUBLIC_BYTES],
                         struct str body, struct arena *a)
{
    char prefix[64];
    uint8_t key[4];
    struct str decoded;
    snprintf(prefix, sizeof prefix, DASH "%s ", name);
    key_id(name, 1, public, key);
    return str_starts(line, prefix) &&
           base64_decode(str_sub(line, strlen(prefix), line.n), a, &decoded) == OK &&
           decoded.n == 4 + SIGN_BYTES && secret_equal(decoded.p, key, sizeof key) &&
           sign_ok(public, body, (const uint8_t *)decoded.p + 4);
}

/* "at TIME after SIZE" */
static bool read_at(struct str line, struct audit_note *ret)
{
    struct str at, time, after;
    int64_t prev;
    if (!str_cut(&line, ' ', &at) || !str_cut(&line, ' ', &time) || !str_cut(&line, ' ', &after))
        return false;
    if (!str_is(at, "at") || !str_is(after, "after") ||
        str_i64(time, INT64_MIN, INT64_MAX, &ret->at_us) != OK || str_i64(line, 0, INT64_MAX, &prev) != OK)
        return false;
    ret->prev_size = (uint64_t)prev;
    return true;
}

/* origin, size, root, at */
static bool read_body(struct str body, const char *name, struct arena *a, struct audit_note *ret)
{
    struct str origin, size, root, at, decoded;
    int64_t n;
    if (!str_cut(&body, '\n', &origin) || !str_cut(&body, '\n', &size) || !str_cut(&body, '\n', &root) ||
        !str_cut(&body, '\n', &at) || body.n || !str_is(origin, name))
        return false;
    if (str_i64(size, 0, INT64_MAX, &n) != OK || base64_decode(root, a, &decoded) != OK ||
        decoded.n != HASH_BYTES || !read_at(at, ret))
        return false;
    ret->size = (uint64_t)n;
    memcpy(ret->root.b, decoded.p, HASH_BYTES);
    return true;
}

enum err audit_note_read(struct str note, const uint8_t public[SIGN_PUBLIC_BYTES], struct arena *a,
                         struct audit_note *ret)
{
    struct str body, signatures, line;
    struct audit_note n = {0};
    char name[32];
    bool signed_ok = false;
    size_t lines = 0;
    log_name(public, name);
    if (!note_body(note, &body, &signatures))
        return FAIL(ERR_AUDIT, "the checkpoint is not a signed note");
    bool ended = str_ends(note, "\n");
    for (; str_cut(&signatures, '\n', &line); lines++)
        signed_ok = signed_ok || signature_ok(line, name, public, body, a);
    if (!signed_ok)
        return FAIL(ERR_AUDIT, "the checkpoint does not carry this log's signature");
    if (!read_body(body, name, a, &n))
        return FAIL(ERR_AUDIT, "the checkpoint is not of the form origin, size, root, at");
    n.alone = lines == 1 && ended;
    *ret = n;
    return OK;
}

#define COSIGNATURE_BYTES (4 + 8 + SIGN_BYTES)

/* "time" and the signed text, in the form that audit_cosign signs. */
static enum err cosigned(struct str body, uint64_t at, struct buf *out)
{
    buf_printf(out, "cosignature/v1\ntime %llu\n", (unsigned long long)at);
    buf_str(out, body);
    return buf_err(out);
}

static bool cosignature_ok(struct str name, struct str sig, struct str body, const uint8_t *key,
                           struct arena *a, struct audit_witness *ret)
{
    struct buf message CLEANUP(buf_free) = {0};
    uint64_t at = 0;
    uint8_t id[4];
    const char *text = arena_cstr(a, name);
    if (sig.n != COSIGNATURE_BYTES || !text || !name.n)
        return false;
    for (int i = 0; i < 8; i++)
        at = at << 8 | (uint8_t)sig.p[4 + i];
    if (at > INT64_MAX / 1000000)
        return false;
    *ret = (struct audit_witness){str_of(text), (int64_t)at * 1000000};
    if (!key)
        return true;
    key_id(text, 4, key, id);
    return secret_equal(sig.p, id, sizeof id) && cosigned(body, at, &message) == OK &&
           sign_ok(key, buf_view(&message), (const uint8_t *)sig.p + 12);
}

enum err audit_note_witness(struct str note, const uint8_t log_public[SIGN_PUBLIC_BYTES],
                            const uint8_t key[SIGN_PUBLIC_BYTES], struct arena *a, struct audit_witness *ret)
{
    struct str body, signatures, line;
    char own[32];
    log_name(log_public, own);
    if (!note_body(note, &body, &signatures))
        return FAIL(ERR_AUDIT, "the checkpoint is not a signed note");
    while (str_cut(&signatures, '\n', &line)) {
        struct str name, sig;
        if (!str_starts(line, DASH))
            continue;
        line = str_sub(line, strlen(DASH), line.n);
        if (!str_cut(&line, ' ', &name) || str_is(name, own) || name.n > 100 || !str_utf8_ok(name))
            continue;
        if (base64_decode(line, a, &sig) == OK && cosignature_ok(name, sig, body, key, a, ret))
            return OK;
        err_clear();
    }
    return FAIL(ERR_AUDIT, "no witness signed this checkpoint");
}

enum err audit_checkpoint_note(struct db *db, struct arena *a, struct str *ret_note)
{
    struct stmt *s;
    bool row;
    TRY(db_prepare(db, "SELECT note FROM audit_checkpoint ORDER BY size DESC LIMIT 1", &s));
    TRY(db_step(s, &row));
    if (!row)
        return FAIL(ERR_NOT_FOUND, "there is no checkpoint yet");
    *ret_note = arena_str(a, db_text(s, 0));
    db_reset(s);
    return ret_note->p ? OK : arena_err(a);
}

enum err audit_root_at(struct db *db, uint64_t size, struct hash *ret)
{
    struct merkle m = {0};
    struct stmt *s;
    while (m.size < size) {
        uint64_t before = m.size;
        TRY(db_prepare(db, "SELECT hash FROM audit_seq WHERE seq >= ?1 AND seq < ?2 ORDER BY seq", &s));
        db_bind_i64(s, 1, (int64_t)m.size);
        db_bind_i64(s, 2, (int64_t)(m.size + 10000 < size ? m.size + 10000 : size));
        for (;;) {
            bool row;
            struct hash h;
            TRY(db_step(s, &row));
            if (!row)
                break;
            if (db_blob(s, 0).n != HASH_BYTES) {
                db_reset(s);
                return FAIL(ERR_AUDIT, "audit_seq: a hash of the wrong length");
            }
            memcpy(h.b, db_blob(s, 0).p, HASH_BYTES);
            merkle_add(&m, h);
        }
        if (m.size == before)
            return FAIL(ERR_AUDIT, "the log holds %llu leaves, fewer than the checkpoint's %llu",
                        (unsigned long long)m.size, (unsigned long long)size);
    }
    *ret = merkle_root(&m);
    return OK;
}

enum err audit_cosign(struct db *db, struct str note, struct str previous_note, const char *witness_name,
                      const uint8_t secret[SIGN_SECRET_BYTES], int64_t now_us, struct arena *a,
                      struct str *ret_note)
{
    uint8_t log_public[SIGN_PUBLIC_BYTES], sig[COSIGNATURE_BYTES];
    struct audit_note new, old = {0};
    struct hash recomputed;
    struct str body, signatures;
    struct buf out CLEANUP(buf_free) = {0}, message CLEANUP(buf_free) = {0};
    TRY(vault_audit_public(db, log_public));
    TRY(audit_note_read(note, log_public, a, &new));
    if (previous_note.n) {
        TRY(audit_note_read(previous_note, log_public, a, &old));
        if (old.size > new.size)
            return FAIL(ERR_AUDIT, "the log has shrunk from %llu to %llu leaves",
                        (unsigned long long)old.size, (unsigned long long)new.size);
        TRY(audit_root_at(db, old.size, &recomputed));
        if (old.size && !secret_equal(recomputed.b, old.root.b, HASH_BYTES))
            return FAIL(ERR_AUDIT, "the log is no extension of what this witness saw at size %llu",
                        (unsigned long long)old.size);
    }
    TRY(audit_root_at(db, new.size, &recomputed));
    if (new.size && !secret_equal(recomputed.b, new.root.b, HASH_BYTES))
        return FAIL(ERR_AUDIT, "the log does not give the root of its own checkpoint");
    if (!note_body(note, &body, &signatures))
        return FAIL(ERR_AUDIT, "the checkpoint is not a signed note");
    /* An Ed25519 secret key of libsodium ends with its public key. */
    key_id(witness_name, 4, secret + 32, sig);
    uint64_t at = (uint64_t)(now_us / 1000000);
    for (int i = 0; i < 8; i++)
        sig[4 + i] = (uint8_t)(at >> (56 - 8 * i));
    TRY(cosigned(body, at, &message));
    sign_make(secret, buf_view(&message), sig + 12);
    buf_str(&out, note);
    buf_printf(&out, DASH "%s ", witness_name);
    base64(&out, sig, sizeof sig);
    buf_c(&out, "\n");
    TRY(buf_err(&out));
    return buf_take(&out, a, ret_note);
}
