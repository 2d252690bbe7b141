/* SPDX-License-Identifier: Apache-2.0 */
/* i18n.h - the language of one answer. Texts of the program come from po/LANG.po, which the build puts into
 * the program; texts of the country from the pack. English is the msgid itself. Nothing here is global to a
 * process but the read texts, so that any number of threads may answer in any number of languages. */
#pragma once
#include "core/pack.h"

struct lang {
    const char *tag; /* BCP 47: "ja"; "x-rtl" for the pseudo language */
    bool rtl;
    bool pseudo;   /* English marked to run from right to left: to look at pages, never for people */
    bool reviewed; /* a native speaker read all its texts: program and pack (X-Akari-Reviewed: yes) */
    const struct pack *pack; /* may be NULL */
};

/* What the asking side says, each may be empty: ?lang=, the cookie, Accept-Language. */
struct lang_wish {
    struct str query, cookie, accept;
    bool pseudo_ok; /* only where all data is synthetic */
};
/* The first wish that is a language of the pack; else the pack's first; English without a pack. RFC 4647
 * lookup: "ja-JP" is served with "ja". A wish for what is not there is passed over, never an error. */
void lang_choose(const struct pack *p, const struct lang_wish *wish, struct lang *ret);
/* By its tag; false when the pack does not have it. */
bool lang_find(const struct pack *p, struct str tag, bool pseudo_ok, struct lang *ret);
const char *lang_native_name(const char *tag); /* "日本語"; the tag itself when not known */

/* A msgid of the program or the pack; one that stands in the memory of the pack has the pack's meaning, where
 * both know the words; falls back to English. Never NULL; lives as long as the pack. */
const char *lang_text(const struct lang *l, const char *msgid);
