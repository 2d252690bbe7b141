/* SPDX-License-Identifier: Apache-2.0 */
/* residence_card.h - the number and the expiry of a Japanese residence card or special permanent resident
 * certificate (plan 2(2)(ii)/b). Pure.
 *
 * The number has two letters, eight digits, two letters. No check digit is published, so none is computed: a
 * number of the right form may still never have been issued, and only the issuer's own look-up says whether
 * it is valid now - which in turn does not prove the card genuine. None of these verdicts is a finding about
 * the person: forged and kept-back cards are an offender's means of control, and whoever carries one is
 * screened as a victim before anything else (invariant 3). */
#pragma once
#include "base/arena.h"
#include "base/calendar.h"
#include "base/json.h"

#define RESIDENCE_CARD_NUMBER 12

enum card_form {
    CARD_FORM_RIGHT,
    CARD_FORM_FOLDED, /* right once lower case, full width, blanks and hyphens are taken for what they mean */
    CARD_FORM_LENGTH, /* not twelve characters */
    CARD_FORM_CHARACTER /* a letter or a digit stands where the other must */
};
struct card_number {
    enum card_form form;
    size_t column;                          /* from 1: the first character that is wrong; 0: none */
    char number[RESIDENCE_CARD_NUMBER + 1]; /* folded; "" if the length is wrong */
    char proposal[RESIDENCE_CARD_NUMBER +
                  1]; /* with what is often misread put right by its place; "" if none */
};
struct card_number residence_card_number(struct str written);

enum card_expiry { CARD_EXPIRY_UNREAD, CARD_EXPIRY_AHEAD, CARD_EXPIRY_TODAY, CARD_EXPIRY_PAST };
enum card_expiry residence_card_expiry(struct date expiry, struct date today);

const char *card_form_name(enum card_form f); /* "right", "folded", "length", "character" */
const char *card_expiry_name(enum card_expiry e);
/* What a verdict means and what it does not; msgids. */
const char *card_form_meaning(enum card_form f);
const char *card_expiry_meaning(enum card_expiry e);

/* What is known of the cards, each with where it is from, and whether that source was seen. */
struct card_fact {
    const char *key, *text, *source;
    bool verified;
};
size_t card_facts(const struct card_fact **ret);

/* {"number":{...},"expiry":{...},"facts":[...]} */
void residence_card_json(const struct card_number *n, enum card_expiry e, struct json *j);
