/* SPDX-License-Identifier: Apache-2.0 */
/* text.h - Unicode (ICU). Results live in the arena, with a NUL behind them. Thread-safe.
 * Input that is not UTF-8 (or has a NUL) is ERR_BAD_UTF8; input over TEXT_MAX_BYTES is ERR_LIMIT. */
#pragma once
#include "base/arena.h"
#include "base/calendar.h"

enum err text_nfc(struct arena *a, struct str s, struct str *ret) NODISCARD; /* what is stored */
/* NFKC_Casefold (which also drops joiners, variation selectors and soft hyphens) + white space squeezed to
 * single spaces, none at the ends: what is looked up. Folding twice changes nothing. */
enum err text_fold(struct arena *a, struct str s, struct str *ret) NODISCARD;
/* How names are looked for: text_fold, then without the marks on Latin, Greek, Cyrillic, Arabic and Hebrew
 * letters (and with their plain letter where Unicode has none: đ, ø, ł), katakana as hiragana, apostrophes
 * dropped, and everything that is neither letter nor number a single space between words. Marks that make
 * another letter (dakuten, vowel signs) stay. Folding twice changes nothing. */
enum err text_search_fold(struct arena *a, struct str s, struct str *ret) NODISCARD;
/* Long date in the language (BCP 47 tag; ERR_FIELD when it is none): "1 January 2026". Gregorian in every
 * language. era: by the Japanese calendar, "令和8年1月1日", for days since it counts by the Gregorian one
 * (1873); Gregorian before. */
enum err text_date(struct arena *a, struct date d, const char *lang, bool era, struct str *ret) NODISCARD;
const char *
text_script(struct str s); /* ISO 15924 of the first letter with a script: "Latn", "Hani", … "Zyyy" */
