/* SPDX-License-Identifier: Apache-2.0 */
/* po.h - gettext .po files, read whole, thread-safe to read. Plural forms by the header's expression. Fuzzy entries are not used. */
#pragma once
#include "base/arena.h"

struct po;
enum err po_load(const char *path, struct po **ret) NODISCARD; /* ERR_BAD_DATA with file:line */
enum err po_parse(const char *shown_as, struct str text, struct po **ret) NODISCARD;
void po_free(struct po *po);
/* The translation, or NULL. context may be NULL. */
const char *po_text(const struct po *po, const char *context, const char *msgid);
const char *po_plural(const struct po *po, const char *context, const char *msgid, unsigned long n);
const char *po_header(const struct po *po, const char *field); /* e.g. "X-Akari-Reviewed"; NULL if absent */
size_t po_count(const struct po *po);
/* All entries in file order, for checks. */
struct po_entry { const char *context, *msgid, *msgstr; int line; };
const struct po_entry *po_entries(const struct po *po, size_t *ret_n);
