/* SPDX-License-Identifier: Apache-2.0 */
/* po.h - gettext .po files, read whole; afterwards only read, so any number of threads may use one. UTF-8 only. Plural forms
 * by the header's expression. Obsolete and fuzzy entries are not used. Strict: what msgfmt refuses is refused here, and
 * also a plural entry without all its forms, and an expression that divides by zero or names a form that is not there
 * for any n up to 1000. At most PO_MAX_BYTES. */
#pragma once
#include "base/arena.h"

struct po;
/* ERR_BAD_DATA with "file:line: ..."; never quotes the text. ERR_LIMIT, ERR_NO_MEMORY; po_load also as file_read. */
enum err po_load(const char *path, struct po **ret) NODISCARD;
enum err po_parse(const char *shown_as, struct str text, struct po **ret) NODISCARD;
void po_free(struct po *po);        /* NULL is fine */
void po_cleanup(struct po **po);    /* for CLEANUP */
/* The translation, or NULL when there is none. context may be NULL. Lives as long as po. */
const char *po_text(const struct po *po, const char *context, const char *msgid);
const char *po_plural(const struct po *po, const char *context, const char *msgid, unsigned long n);
const char *po_header(const struct po *po, const char *field); /* e.g. "X-Akari-Reviewed", any case; NULL if absent */
size_t po_count(const struct po *po); /* translated messages */
/* All entries in file order except header, fuzzy and obsolete, for checks. msgstr is "" where nothing is translated, and
 * forms[0] of a plural entry (nforms > 0, msgid_plural set). */
struct po_entry {
    const char *context, *msgid, *msgid_plural, *msgstr;
    const char *const *forms;
    int nforms;
    int line;
};
const struct po_entry *po_entries(const struct po *po, size_t *ret_n);
