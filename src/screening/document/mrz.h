/* SPDX-License-Identifier: Apache-2.0 */
/* mrz.h - the machine readable zone of a travel document: all five formats of ICAO Doc 9303 (8th edition,
 * 2021: part 3 common rules, part 4 TD3, part 5 TD1, part 6 TD2, part 7 visas MRV-A and MRV-B) and, as a
 * named dialect, the French identity card of 1995 to 2021, which came before them (plan 2(2)(ii)/b,
 * 6(3)(iv)/b).
 *
 * Nothing is repaired silently. What was read stays as it was read; what is odd is a diagnostic with line and
 * column; what might have been meant is a proposal with every change listed. A check digit that is right
 * proves that the lines were read well. It proves nothing about the document, and nothing about the person.
 *
 * Pure: no clock, no input or output, no globals. All text in the results lives in the arena. Diagnostics
 * never repeat what was read (they may be written to a log), fields do. */
#pragma once
#include "base/arena.h"
#include "base/calendar.h"
#include "base/json.h"

#define MRZ_LINES_MAX     3
#define MRZ_WIDTH_MAX     44
#define MRZ_PROPOSALS_MAX 5
#define MRZ_CHANGES_MAX   24
#define MRZ_UNSEEN_MAX    16
#define MRZ_NOTES_MAX     64         /* diagnostics of one MRZ; what is beyond is said in the last one */
#define MRZ_INPUT_MAX     (8u << 20) /* bytes of a text with several */

enum mrz_format { MRZ_TD1, MRZ_TD2, MRZ_TD3, MRZ_MRVA, MRZ_MRVB, MRZ_FORMATS };
enum mrz_dialect { MRZ_ICAO, MRZ_FRENCH_IDENTITY_CARD };
const char *mrz_format_name(enum mrz_format f);   /* "TD1", "TD2", "TD3", "MRVA", "MRVB" */
const char *mrz_dialect_name(enum mrz_dialect d); /* "icao", "french_identity_card" */

enum mrz_check { MRZ_NUMBER, MRZ_BIRTH, MRZ_EXPIRY, MRZ_OPTIONAL, MRZ_COMPOSITE, MRZ_CHECKS };
enum mrz_verdict { MRZ_NONE, MRZ_WRONG, MRZ_RIGHT }; /* MRZ_NONE: the format has no such check */
const char *mrz_check_name(enum mrz_check c);        /* "docnum", "dob", "exp", "opt", "comp" */

/* What was odd. line and column count from 1 in the text as it was given (columns in code points); column 0:
 * the whole line; line 0: the whole MRZ. */
#define MRZ_NOTES(X)                                                                                         \
    X(LOWER_CASE, "lower_case", "lower case, read as capitals")                                              \
    X(BLANK, "blank", "blanks inside the line, left out")                                                    \
    X(INVALID_CHARACTER, "invalid_character",                                                                \
      "not one of A-Z, 0-9 and <; kept as ? and no check with it is right")                                  \
    X(LONE_RETURN, "line_break", "a carriage return without a line feed, read as a line end")                \
    X(SPLIT, "line_break", "all lines stood in one; cut where they must end")                                \
    X(TOO_SHORT, "too_short", "the line is too short; read as if < followed")                                \
    X(TOO_LONG, "too_long", "the line is too long; what is behind its end was not read")                     \
    X(LINES_SWAPPED, "lines_swapped", "the lines seem to stand in the wrong order; read as they stand")      \
    X(NOT_DIGIT, "not_a_digit", "a digit must stand here")                                                   \
    X(NOT_LETTER, "not_a_letter", "a letter must stand here")                                                \
    X(BAD_SEX, "bad_sex", "sex is M, F or < in this place")                                                  \
    X(BAD_DATE, "bad_date", "no day of any calendar")                                                        \
    X(PARTIAL_DATE, "partial_date", "a part of the date is not known to the issuer")                         \
    X(UNSURE_CENTURY, "unsure_century", "the two digits of the year allow two readings")                     \
    X(BORN_LATER, "born_after_expiry", "the expiry lies before the birth in every reading")                  \
    X(DIGIT_MISSING, "check_digit_missing", "a check digit must stand here")                                 \
    X(FILLER_COUNTED, "filler_counted",                                                                      \
      "the digit of the long number is right only with the filler counted, as Belgium does")                 \
    X(UNKNOWN_ISSUER, "unknown_issuer", "not a code of ICAO 9303-3 section 5")                               \
    X(UNKNOWN_NATIONALITY, "unknown_nationality", "not a code of ICAO 9303-3 section 5")                     \
    X(SPECIMEN, "specimen", "a code for specimens: not a document of any state")                             \
    X(NAME_TRUNCATED, "name_truncated", "the name fills its field: it may be cut off")                       \
    X(NAME_ODD_FILLER, "odd_filler", "three fillers or more inside the name, or one before it")              \
    X(NO_NAME, "no_name", "the field of the name is empty")                                                  \
    X(FRENCH, "french_identity_card", "not a layout of ICAO 9303: the French identity card of 1995 to 2021") \
    X(MORE, "more", "more is odd than is listed")
enum mrz_note_kind {
#define X(id, code, text) MRZ_NOTE_##id,
    MRZ_NOTES(X)
#undef X
        MRZ_NOTE_KINDS
};
struct mrz_note {
    enum mrz_note_kind kind;
    size_t line, column;
};
const char *mrz_note_code(enum mrz_note_kind k);
const char *mrz_note_text(enum mrz_note_kind k); /* a msgid */

/* A date of six places. Year 0: not known or no date. month 0, day 0: not known to the issuer ("<<"). */
struct mrz_date {
    struct str written; /* the six places as read */
    bool ok, partial;   /* ok: digits or "<<" parts, and a day that can exist in one of the readings */
    struct date likely;
    struct date other; /* the other century, where that cannot be excluded; else year 0 */
};

struct mrz_fields {
    struct str document_code, issuer, number, nationality, sex; /* sex: "M", "F", "<" or as read */
    struct mrz_date birth, expiry;                              /* expiry.written empty where there is none */
    struct str surname, given;      /* words parted by one blank; given may be empty */
    bool truncated;                 /* the name may be cut off (9303-3, 4.6) */
    struct str optional, optional2; /* without the fillers behind */
    char composite;                 /* as read; 0 where the format has none */
};

struct mrz_change {
    uint8_t line, column; /* from 1, in the MRZ as read */
    char from, to;
    bool checked; /* a check digit covers the place; else it only had to be of the other kind */
};
struct mrz_proposal {
    char lines[MRZ_LINES_MAX][MRZ_WIDTH_MAX + 1];
    struct mrz_change changes[MRZ_CHANGES_MAX];
    size_t n;
};

struct mrz {
    enum mrz_format format;
    enum mrz_dialect dialect;
    size_t nlines;
    char lines[MRZ_LINES_MAX][MRZ_WIDTH_MAX + 1]; /* as read: A-Z, 0-9, <, and ? for what is none of them */
    struct mrz_fields fields;
    enum mrz_verdict checks[MRZ_CHECKS];
    bool all_right; /* every check that the format has */
    struct mrz_proposal proposals[MRZ_PROPOSALS_MAX];
    size_t nproposals;
    /* What no check digit can tell apart: at these places of number and optional data another character of
     * the same shape has the same value mod 10 (6 and G, 8 and S, 1 and L). Right digits say nothing about
     * which of the two it is. */
    struct mrz_change unseen[MRZ_UNSEEN_MAX];
    size_t nunseen;
    struct mrz_note notes[MRZ_NOTES_MAX];
    size_t nnotes;
};

/* Cuts the next MRZ off *text: lines up to a blank line or the end. first_line: the number of its first line,
 * counting from 1 over all calls; *line begins at 0. False when only blank lines are left. */
bool mrz_next(struct str *text, size_t *line, struct str *ret_mrz, size_t *ret_first_line);

/* Reads one MRZ. today decides between centuries. ERR_BAD_DATA: lines of no known format, with what was
 * expected and line and column in the detail; notes are lost then. ERR_NO_MEMORY, ERR_LIMIT from the arena.
 */
enum err mrz_read(struct arena *a, struct str text, size_t first_line, struct date today,
                  struct mrz *ret) NODISCARD;

/* Check digit of 9303-3 4.9 over n places: weights 7 3 1, < is 0. -1 with a character that is none. */
int mrz_check_digit(const char *p, size_t n);

void mrz_json(const struct mrz *m, struct json *j);

/* ---- codes of states and of others that issue documents (9303-3, section 5) ---- */
enum mrz_code_kind {
    MRZ_CODE_UNKNOWN,
    MRZ_CODE_STATE, /* ISO 3166-1 alpha-3, part A */
    MRZ_CODE_OTHER, /* parts B, C, D: European Union, United Nations, other issuers, forms of nationality */
    MRZ_CODE_NO_STATE, /* XXA, XXB, XXC, XXX: a person without a defined nationality */
    MRZ_CODE_SPECIMEN, /* UTO */
    MRZ_CODE_IN_USE,   /* not in the tables of 9303-3 that were seen, but states use it */
};
struct mrz_code {
    const char *code; /* three bytes, padded with < as in the MRZ; no end behind them */
    enum mrz_code_kind kind;
    const char *meaning; /* NULL for states of ISO 3166 */
    const char *source;
    bool verified; /* seen in the source named, or in a copy of its table */
};
/* code: up to three places, fillers may be left out ("D" and "D<<" are one). kind UNKNOWN and source NULL if
 * none. */
struct mrz_code mrz_code(struct str code);
bool mrz_code_same(struct str a, struct str b); /* also D<< and DEU, which is Germany in both */

/* ---- comparison with what a carrier sent (API) ---- */
struct mrz_record { /* an empty string, or year 0, is missing. Dates may have month 0 or day 0: not known. */
    struct str surname, given;           /* UTF-8; Latin letters, with marks or without */
    struct str number, nationality, sex; /* sex M, F; anything else is "not said" */
    struct date birth, expiry;
};
enum mrz_field {
    MRZ_F_SURNAME,
    MRZ_F_GIVEN,
    MRZ_F_NUMBER,
    MRZ_F_BIRTH,
    MRZ_F_SEX,
    MRZ_F_NATIONALITY,
    MRZ_F_EXPIRY,
    MRZ_F_N
};
enum mrz_likeness { MRZ_EQUAL, MRZ_DIFFERS, MRZ_MISSING_HERE, MRZ_MISSING_THERE, MRZ_MISSING_BOTH };
enum mrz_why { /* why it is equal though the letters differ, or what the difference could be */
               MRZ_WHY_NONE,
               MRZ_WHY_TRANSLITERATED, /* equal: by the forms of 9303-3 section 6 */
               MRZ_WHY_JOINED,         /* equal: blanks, hyphens, apostrophes apart */
               MRZ_WHY_TRUNCATED,      /* equal as far as the cut-off name goes */
               MRZ_WHY_PARTIAL,        /* equal in the parts of the date that both know */
               MRZ_WHY_OTHER_CENTURY,  /* equal in the other reading of the year */
               MRZ_WHY_SWAPPED,        /* differs: surname and given name stand in each other's place */
               MRZ_WHY_MOVED,      /* differs: the same words, cut otherwise between surname and given name */
               MRZ_WHY_CONFUSABLE, /* differs: only in characters that are often misread for each other */
               MRZ_WHY_DAY_MONTH,  /* differs: day and month stand in each other's place */
};
struct mrz_comparison {
    enum mrz_likeness likeness[MRZ_F_N];
    enum mrz_why why[MRZ_F_N];
};
const char *mrz_field_name(enum mrz_field f);
const char *
mrz_likeness_name(enum mrz_likeness l); /* "equal", "differs", "missing_in_mrz", "missing_in_record", ... */
const char *mrz_why_name(enum mrz_why w);
/* Says what is equal; it decides nothing. ERR_BAD_UTF8 for a record that is none. */
enum err mrz_compare(struct arena *a, const struct mrz *m, const struct mrz_record *r,
                     struct mrz_comparison *ret) NODISCARD;
/* The forms that a name may have in an MRZ (9303-3 section 6): one letter each, and the longer ones (AE, OE,
 * UE ...). Latin letters only; other scripts are for screening/names. Letters outside of the table become
 * '?'. */
enum err mrz_transliterate(struct arena *a, struct str name, struct str *ret_short,
                           struct str *ret_long) NODISCARD;
