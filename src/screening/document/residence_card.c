/* SPDX-License-Identifier: Apache-2.0 */
#include "screening/document/residence_card.h"

static bool is_letter_place(size_t at)
{
    return at < 2 || at >= 10;
}

static bool is_letter(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Full width forms are U+FF01 .. U+FF5E. '?' for what cannot stand in a number, 0 for what leaves no place.
 */
static char fold(int32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E)
        c -= 0xFF01 - '!';
    if (c >= 'a' && c <= 'z')
        c -= 'a' - 'A';
    if (c == ' ' || c == '\t' || c == '-' || c == 0x3000 || c == 0x2010 || c == 0x2212 || c == '\r' ||
        c == '\n')
        return 0;
    return c < 0x80 && (is_letter((char)c) || is_digit((char)c)) ? (char)c : '?';
}

/* Shapes that are often misread for each other, by what must stand there. */
static char by_place(size_t at, char c)
{
    static const char digits[] = "01258", letters[] = "OIZSB";
    const char *from = is_letter_place(at) ? digits : letters, *to = is_letter_place(at) ? letters : digits;
    const char *found = c ? strchr(from, c) : NULL;
    return found ? to[found - from] : c;
}

static bool fits(size_t at, char c)
{
    return is_letter_place(at) ? is_letter(c) : is_digit(c);
}

static void propose(struct card_number *n)
{
    char p[RESIDENCE_CARD_NUMBER + 1] = "";
    for (size_t i = 0; i < RESIDENCE_CARD_NUMBER; i++) {
        p[i] = fits(i, n->number[i]) ? n->number[i] : by_place(i, n->number[i]);
        if (!fits(i, p[i]))
            return;
    }
    memcpy(n->proposal, p, sizeof n->proposal);
}

struct card_number residence_card_number(struct str written)
{
    struct card_number n = {.form = CARD_FORM_RIGHT};
    size_t places = 0, column = 0, wrong = 0;
    for (size_t at = 0; at < written.n;) {
        size_t before = at;
        char c = fold(str_utf8_next(written, &at));
        column++;
        if (!c || at - before != 1 || c != written.p[before])
            n.form = CARD_FORM_FOLDED;
        if (!c)
            continue;
        if (places < RESIDENCE_CARD_NUMBER) {
            n.number[places] = c;
            if (!wrong && !fits(places, c))
                wrong = column;
        }
        places++;
    }
    n.column = wrong;
    if (places != RESIDENCE_CARD_NUMBER) {
        memset(n.number, 0, sizeof n.number);
        n.form = CARD_FORM_LENGTH;
        return n;
    }
    if (!wrong)
        return n;
    n.form = CARD_FORM_CHARACTER;
    propose(&n);
    return n;
}

enum card_expiry residence_card_expiry(struct date expiry, struct date today)
{
    if (!date_ok(expiry) || !date_ok(today))
        return CARD_EXPIRY_UNREAD;
    int32_t days = date_days(expiry) - date_days(today);
    return days > 0 ? CARD_EXPIRY_AHEAD : days == 0 ? CARD_EXPIRY_TODAY : CARD_EXPIRY_PAST;
}

const char *card_form_name(enum card_form f)
{
    static const char *const names[] = {"right", "folded", "length", "character"};
    return names[f];
}

const char *card_expiry_name(enum card_expiry e)
{
    static const char *const names[] = {"unread", "ahead", "today", "past"};
    return names[e];
}

const char *card_form_meaning(enum card_form f)
{
    static const char *const meanings[] = {
        "The number has the form of a card number. That does not show that it was issued, nor that the card "
        "is genuine.",
        "The number has the form of a card number once it is written with capitals and without blanks. That "
        "does not show "
        "that it was issued, nor that the card is genuine.",
        "A card number has twelve characters: two letters, eight digits, two letters. Read it again from the "
        "card.",
        "A letter or a digit stands where the other must. Read it again from the card before anything is "
        "concluded.",
    };
    return meanings[f];
}

const char *card_expiry_meaning(enum card_expiry e)
{
    static const char *const meanings[] = {
        "No day was given that can be read.",
        "The day printed on the card is not reached yet. The issuer may have ended the card's validity all "
        "the same.",
        "The day printed on the card is today.",
        "The day printed on the card is past. An application may be open: the back of the card and the chip "
        "say so. Screen "
        "for trafficking before anything else; an expired card alone is no finding about the person.",
    };
    return meanings[e];
}

/* From the project's reference data on Japan, which names its own sources; "verified" means that an official
 * text, or one quoting it word for word, was seen when that data was made. */
static const struct card_fact facts[] = {
    {"number_form",
     "The number has two letters, eight digits and two letters, and changes with each new card.",
     "reference data on Japan (an attorney's office and public code); the issuer's own text was not opened",
     false},
    {"check_digit", "No check digit is published; none is computed here.",
     "reference data on Japan: none published", false},
    {"lookup",
     "The issuer's look-up of invalid numbers needs number and expiry and does not prove the card genuine. "
     "It has "
     "no interface for programs and refuses addresses abroad since 5 January 2026: an officer does it by "
     "hand.",
     "reference data on Japan (a newspaper)", false},
    {"first_generation",
     "Chip of the first generation: Ver 1.5, March 2024, moj 001414093.pdf; 3DES, RSA 2048 with SHA-256.",
     "reference data on Japan; public notes on that specification, not the text itself", false},
    {"second_generation",
     "Chip of the second generation: Ver 1.1, April 2026, moj 001460711.pdf; AES 128, ECDSA P-384 with "
     "SHA-256. The published test values of its key exchange are reproduced by the tests here.",
     "reference data on Japan; public notes on that specification, not the text itself", true},
    {"refused_types",
     "Types 07 and 08 stand on a My Number card and have a specification of their own (moj 001460712.pdf): "
     "they are never read.",
     "reference data on Japan", false},
};

size_t card_facts(const struct card_fact **ret)
{
    *ret = facts;
    return sizeof facts / sizeof *facts;
}

void residence_card_json(const struct card_number *n, enum card_expiry e, struct json *j)
{
    json_object(j);
    json_key(j, "number");
    json_object(j);
    json_kv(j, "form", card_form_name(n->form));
    json_kv_i64(j, "column", (int64_t)n->column);
    json_kv(j, "proposal", n->proposal[0] ? n->proposal : NULL);
    json_kv(j, "meaning", card_form_meaning(n->form));
    json_end(j);
    json_key(j, "expiry");
    json_object(j);
    json_kv(j, "verdict", card_expiry_name(e));
    json_kv(j, "meaning", card_expiry_meaning(e));
    json_end(j);
    json_key(j, "facts");
    json_array(j);
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        json_object(j);
        json_kv(j, "key", facts[i].key);
        json_kv(j, "text", facts[i].text);
        json_kv(j, "source", facts[i].source);
        json_kv_bool(j, "verified", facts[i].verified);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}
