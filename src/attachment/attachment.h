/* SPDX-License-Identifier: Apache-2.0 */
/* attachment.h - files that belong to a case, a person in it or a paper of it (plan 3(1)/a).
 *
 * A file is sealed in chunks of ATTACHMENT_CHUNK_BYTES. Each chunk is an envelope under the file's own key;
 * its additional data name the file, the chunk's number and how many there are, so that a chunk that was
 * changed, moved, left out or put to another file is refused. The file's key is sealed twice: under a
 * compartment of the file's own, and that under the compartment of what it belongs to. Destroying either
 * destroys the file, in every copy whose key backups have expired too.
 *
 * Uploading: attachment.begin, attachment.chunk (several), attachment.finish. Until it is finished nobody
 * sees it but who began it; unfinished, it goes by attachment.abandon, or after ATTACHMENT_UPLOAD_S. Where
 * the length is not told at the begin, parts come in their order, the last says that it is, and it goes
 * ATTACHMENT_STREAM_S after the last part that came.
 *
 * Sexual images are never stored (invariant 10): attachment.refer_image takes the address, the SHA-256 and
 * the police evidence number in place of the file; attachment.hold_image and attachment.withdraw_image are
 * for one that is found later. */
#pragma once
#include "registry/registry.h"

extern const struct table TABLE_ATTACHMENT, TABLE_ATTACHMENT_CHUNK;
enum err attachment_tables(struct schema *s) NODISCARD;
/* attachment.begin, .chunk, .finish, .abandon, .refer_image, .hold_image, .withdraw_image, .expire (system)
 */
extern const struct action ATTACHMENT_ACTIONS[];
extern const size_t NATTACHMENT_ACTIONS;
/* attachment.list (of a case), .show, .blurred, .look (a clear picture made anew, without what a camera
 * writes into it), .download (as it came), .check (do the bytes still have their hash?), .who_looked */
extern const struct view_decl ATTACHMENT_VIEWS[];
extern const size_t NATTACHMENT_VIEWS;
/* Is it a file of the case that something can rest on: whole, and not destroyed? For bodies that have been
 * through the policy: asks none, opens nothing. */
enum err attachment_in_case(struct db *db, struct id case_, struct id id, bool *ret) NODISCARD;
/* Whatever became of it. ERR_NOT_FOUND: no such file, or not whole yet. */
enum err attachment_find_object(struct db *db, struct arena *a, struct id id, struct object *ret) NODISCARD;
/* Is an unfinished upload to be thrown away? For the job runner (jobs.h). */
enum err attachment_expire_due(struct db *db, int64_t now_us, bool *ret) NODISCARD;

enum attachment_state {
    ATTACHMENT_UPLOADING,
    ATTACHMENT_KEPT,
    ATTACHMENT_HELD,      /* said to be a sexual image: nobody sees it until it is decided */
    ATTACHMENT_WITHDRAWN, /* destroyed; hash, address and evidence number stay */
    ATTACHMENT_REFERRED   /* never was here */
};
const char *attachment_state_word(enum attachment_state s);

struct attachment_model {
    struct id id, case_, subject, record; /* the last two nil: of the case as a whole */
    enum attachment_state state;
    enum field_class class;
    const char *agency;
    struct id account; /* who added it */
    int64_t created_us, version;
    bool masked; /* its class may not be seen here: nothing below is given */
    enum policy_reason reason;
    /* sealed */
    struct str title, description, taken_on, file_name;
    struct str address, evidence; /* of a sexual image */
    struct str sha256;            /* 64 hex digits; "" where nobody knew it */
    /* plain, given with the sealed ones only */
    int64_t bytes;
    const char *type; /* word of sys/filetype.h; "unchecked" where no sandbox was to be had */
    bool mismatch;    /* the name says another type than the content */
    bool macros, camera_data, place_data;
    int64_t width, height; /* of a picture; 0 = none */
    bool preview;          /* there is a blurred one */
};
struct attachment_list {
    struct attachment_model *items;
    size_t n;
};
/* Models of attachment.blurred, .look, .download and .check. */
struct attachment_content {
    struct attachment_model about;
    struct str bytes;  /* arena; empty for .check */
    const char *media; /* "image/png" */
    int64_t checked_us;
};
