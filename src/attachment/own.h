/* SPDX-License-Identifier: Apache-2.0 */
/* own.h - columns and helpers of the files of src/attachment only. */
#pragma once
#include "attachment/attachment.h"
#include "base/limits.h"

enum {
    AT_ID,
    AT_CASE,
    AT_SUBJECT,
    AT_RECORD,
    AT_AGENCY,
    AT_LABEL,
    AT_COMPARTMENT, /* of what it belongs to */
    AT_OWN,         /* a compartment of its own: shredding it destroys this file alone */
    AT_CLASS,
    AT_STATE,
    AT_KEY,  /* the file's key, sealed under AT_OWN and then under AT_COMPARTMENT */
    AT_BODY, /* pairs: title, description, taken_on, file_name, sha256, address, evidence, picture facts */
    AT_PREVIEW,
    AT_BYTES,
    AT_CHUNKS,
    AT_CREATED,
    AT_CREATED_BY,
    AT_FINISHED,
    AT_VERSION,
    AT_STREAMED, /* when the last part came, of a file whose length nobody told beforehand; else NULL */
    AT_COUNT
};
enum { AC_ID, AC_ATTACHMENT, AC_NO, AC_BODY, AC_COUNT };

/* ---- rules.c: pure
 * --------------------------------------------------------------------------------------------- */
#define PREVIEW_NO UINT32_MAX /* in place of a chunk's number */
struct chunk_place {
    struct id attachment;
    uint32_t no, count;
};
#define CHUNK_AAD_BYTES (24 + 16 + 4 + 4)
void chunk_aad(struct chunk_place at, uint8_t ret[CHUNK_AAD_BYTES]);
uint32_t chunk_count(int64_t bytes);            /* of a whole file; 0 for none or too many */
size_t chunk_bytes(int64_t bytes, uint32_t no); /* of one chunk; 0 past the end */
/* What a part says of how many there are: all of them; in a stream, where only the last part knows, 0. */
uint32_t chunk_mark(bool streamed, uint32_t no, uint32_t count);
/* May a stream's part no, of so many bytes, follow `have` parts? */
bool chunk_follows(uint32_t have, int64_t no, size_t bytes, bool last);
bool state_may_show(enum attachment_state s);   /* its bytes */
bool day_has_room(int64_t used, int64_t bytes); /* of one account */
bool sha256_text_ok(struct str s);              /* 64 hex digits, lower case */
struct str pair_value(const struct pair *pairs, size_t n, const char *name);

/* ---- store.c
 * --------------------------------------------------------------------------------------------------- */
#define FILE_KEY_BYTES KEY_BYTES
struct file_key {
    uint8_t k[FILE_KEY_BYTES];
};
void file_key_wipe(struct file_key *k); /* for CLEANUP */
struct object attachment_object(const struct cell *c);
enum attachment_state attachment_state_of(const struct cell *c);
/* The row, if it is finished. ERR_NOT_FOUND else: an upload is its maker's alone. */
enum err attachment_load(struct db *db, struct arena *a, struct id id, struct cell *ret) NODISCARD;
enum err file_key_make(struct act *a, const struct cell *c, struct file_key *ret,
                       struct buf *ret_sealed) NODISCARD;
/* half: what is left when the outer seal is off. As the owner of the file's own compartment. */
enum err file_key_open(struct vault *v, struct db *db, struct arena *a, const struct cell *c, struct str half,
                       int64_t now_us, struct file_key *ret) NODISCARD;
/* Both seals, as the owners: for the bodies of one's own upload, after the policy has allowed it. */
enum err file_key_of(struct vault *v, struct db *db, struct arena *a, const struct cell *c, int64_t now_us,
                     struct file_key *ret) NODISCARD;
/* count: its chunk_mark. */
enum err chunk_put(struct act *a, const struct cell *c, const struct file_key *k, struct chunk_place at,
                   struct str plain) NODISCARD;
/* One chunk into the arena. ERR_CRYPTO: it is not there, or not what was put there. */
enum err chunk_get(struct db *db, struct arena *a, const struct cell *c, const struct file_key *k,
                   uint32_t no, struct str *ret) NODISCARD;
/* All chunks in their order; each lives until the visit returns. Constant memory. */
typedef enum err chunk_visit(void *user, struct str piece);
enum err chunk_each(struct db *db, const struct cell *c, const struct file_key *k, chunk_visit *visit,
                    void *user) NODISCARD;
enum err chunks_delete(struct act *a, struct id attachment) NODISCARD;
enum err body_seal(struct act *a, const struct cell *c, const struct pair *pairs, size_t n,
                   struct buf *out) NODISCARD;
/* As the owner of the compartment: for a body that changes what it holds. */
enum err body_open(struct act *a, const struct cell *c, struct pair **ret, size_t *ret_n) NODISCARD;
enum err ids_found(struct db *db, struct arena *a, struct stmt *s, struct id **ret, size_t *ret_n) NODISCARD;

/* ---- upload.c, images.c: declared in upload.c
 * ------------------------------------------------------------------ */
#define PLACE_INPUTS                                                                     \
    {.name = "case", .label = "Case", .type = IN_ID, .required = true},                  \
        {.name = "subject", .label = "Person or organization", .type = IN_ID},           \
        {.name = "record", .label = "Record", .type = IN_ID},                            \
    {                                                                                    \
        .name = "class", .label = "What it tells of", .type = IN_WORD, .required = true, \
        .words = attachment_classes                                                      \
    }
extern const char *const attachment_classes[];
enum err file_place_find(struct act *a, struct object *ret) NODISCARD; /* what it will belong to */
enum err file_place_class(struct act *a,
                          enum field_class *ret) NODISCARD; /* ERR_DENIED: not open to the actor */
enum err image_refer_body(struct act *a) NODISCARD;
enum err image_hold_find(struct act *a, struct object *ret) NODISCARD;
enum err image_hold_body(struct act *a) NODISCARD;
enum err image_withdraw_find(struct act *a, struct object *ret) NODISCARD;
enum err image_withdraw_body(struct act *a) NODISCARD;
enum err case_room(struct act *a) NODISCARD; /* ERR_LIMIT: ATTACHMENT_CASE_MAX are there */
