/* SPDX-License-Identifier: Apache-2.0 */
/* text.h - Unicode (ICU). Results live in the arena. */
#pragma once
#include "base/arena.h"
#include "base/calendar.h"

enum err text_nfc(struct arena *a, struct str s, struct str *ret) NODISCARD;       /* what is stored */
enum err text_fold(struct arena *a, struct str s, struct str *ret) NODISCARD;      /* NFKC + case fold + white space squeezed: what is looked up */
enum err text_date(struct arena *a, struct date d, const char *lang, bool era, struct str *ret) NODISCARD; /* long date; era: Japanese calendar */
const char *text_script(struct str s); /* ISO 15924 of the first letter with a script: "Latn", "Hani", … "Zyyy" */
