/* SPDX-License-Identifier: Apache-2.0 */
/* words.c - what a word is by itself: particle, title, patronymic. Whole words only: SIRIPORN has no "sir" in
 * it. */
#include "screening/names/own.h"
#include <string.h>

/* Looked up one by one: they are few. */
static const char *const PARTICLES[] = {
    "a",     "ad",    "af",     "al",   "an",  "ap",  "ar",  "as",  "ash", "at",  "az",  "bin",   "bint",
    "binte", "binti", "bt",     "bte",  "ben", "ibn", "d",   "da",  "dal", "das", "de",  "degli", "dei",
    "del",   "dela",  "della",  "den",  "der", "di",  "do",  "dos", "du",  "e",   "ed",  "ech",   "el",
    "es",    "et",    "ez",     "hoja", "la",  "las", "le",  "les", "lo",  "los", "mac", "mc",    "of",
    "ou",    "san",   "santa",  "st",   "ter", "ten", "the", "ul",  "ur",  "us",  "van", "vande", "vander",
    "vom",   "von",   "vonder", "wa",   "y",   "zu",  "zum", "zur",
};
static const char *const TITLES[] = {
    "mr",        "mrs",     "ms",       "miss",    "mstr",   "master",  "mister",    "dr",         "prof",
    "professor", "sir",     "madam",    "mme",     "mlle",   "herr",    "frau",      "sr",         "sra",
    "srta",      "senor",   "senora",   "eng",     "engr",   "rev",     "fr",        "father",     "sister",
    "capt",      "captain", "col",      "colonel", "gen",    "general", "lt",        "lieutenant", "major",
    "maj",       "sgt",     "chd",      "inf",     "jr",     "snr",     "jnr",       "ii",         "iii",
    "iv",        "phd",     "md",       "haji",    "hajji",  "hajj",    "hajja",     "hadji",      "sheikh",
    "shaikh",    "shaykh",  "sheik",    "mullah",  "mulla",  "maulvi",  "maulavi",   "mawlawi",    "maulana",
    "qari",      "ustad",   "ustadz",   "imam",    "sayyid", "syed",    "sayed",     "datuk",      "dato",
    "datin",     "tan",     "tun",      "puan",    "encik",  "tuan",    "nyonya",    "ibu",        "bapak",
    "pak",       "nai",     "nang",     "nangsao", "khun",   "phra",    "lok",       "samdech",    "oknha",
    "srimati",   "shri",    "shrimati", "smt",     "kumari", "prince",  "princess",  "king",       "queen",
    "lord",      "lady",    "dona",     "don",     "ustaz",  "comrade", "brigadier", "admiral",    "agha",
    "bibi",      "begum",   "bey",      "effendi", "san",    "sama",    "sensei",
};
static const char *const PATRONYMIC_ENDS[] = {
    "ovich", "evich", "ovna", "evna",  "ovych", "yevych", "ivna", "inichna", "ovitch", "evitch",
    "yvich", "oglu",  "ogly", "oghlu", "kyzy",  "qizi",   "gizi", "uulu",    "ugli"};
static const char *const BURMESE[] = {
    "aung",  "kyaw",    "win",  "htun",  "tun",  "myint",  "hla",  "khin",  "thein", "than",
    "maung", "naing",   "oo",   "zaw",   "htay", "htwe",   "htet", "thant", "thida", "thandar",
    "myat",  "myo",     "mya",  "soe",   "swe",  "shwe",   "thu",  "lwin",  "lin",   "ohn",
    "nyunt", "nyein",   "hnin", "phyo",  "phyu", "pyae",   "sein", "tin",   "kyi",   "aye",
    "zin",   "wai",     "thaw", "thiri", "kyu",  "hlaing", "htoo", "moe",   "ei",    "cho",
    "yin",   "yadanar", "su",   "suu",   "san",  "nwe",    "hein", "paing", "thura", "zarni",
};
static const char *const VIETNAMESE_SURNAMES[] = {
    "nguyen", "tran", "pham",   "huynh", "hoang", "phan", "vu",    "vo",     "dang",  "bui",  "do",
    "ho",     "ngo",  "duong",  "dinh",  "trinh", "doan", "luong", "truong", "phung", "lam",  "trieu",
    "quach",  "le",   "ly",     "mai",   "dao",   "dam",  "luu",   "cao",    "ta",    "thai", "chau",
    "to",     "kieu", "nghiem", "vuong", "mac",   "chu",  "thach", "tang",   "la",    "bach", "quan",
};
#define COUNT(a)      (sizeof(a) / sizeof *(a))
#define HAS(table, s) has((table), COUNT(table), (s))

static bool has(const char *const *table, size_t n, struct str s)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(s, table[i]))
            return true;
    return false;
}

unsigned word_flags_of(struct str latin)
{
    unsigned flags = 0;
    if (latin.n == 1)
        flags |= WORD_INITIAL;
    if (latin.n > 1 && HAS(PARTICLES, latin))
        flags |= WORD_PARTICLE;
    if (HAS(TITLES, latin))
        flags |= WORD_TITLE;
    for (size_t i = 0; i < COUNT(PATRONYMIC_ENDS); i++)
        if (latin.n > strlen(PATRONYMIC_ENDS[i]) + 1 && str_ends(latin, PATRONYMIC_ENDS[i]))
            flags |= WORD_PATRONYMIC;
    return flags;
}

bool word_is_burmese(struct str latin)
{
    return HAS(BURMESE, latin);
}

bool word_is_vietnamese_surname(struct str latin)
{
    return HAS(VIETNAMESE_SURNAMES, latin);
}
