/* SPDX-License-Identifier: Apache-2.0 */
/* card.h - the chip of a residence card or special permanent resident certificate, first and second
 * generation (plan 2(2)(ii)/b): is the number on it the chip's, does the chip's signature hold up to a
 * certificate that was supplied, what is recorded. Offline. The face and the images of the card are read only
 * to check the signature over them, and wiped at once: they are never given out, shown or kept.
 *
 * What it does not do, and never will: types 07 and 08 (on a My Number card) are refused at once and no
 * application of that card is ever selected; nothing is read at a help desk, where a card is no condition of
 * anything.
 *
 * Sources. First generation: "Zairyu card specification (for the public)" Ver 1.5, March 2024, moj
 * 001414093.pdf. Second generation: Ver 1.1, April 2026, moj 001460711.pdf. Neither text was seen by us: this
 * is written from public notes that quote them page by page, and from public readers. Verified here: the key
 * exchange of the second generation, against the published values. NOT VERIFIED, never tried on a real card:
 * everything else; card_unverified() lists it point by point. */
#pragma once
#include "base/arena.h"
#include "base/json.h"

/* A card on a reader: one command in, one answer with its two status bytes out. ERR_IO when the card is gone.
 */
struct card_link {
    void *user;
    enum err (*exchange)(void *user, struct str command, uint8_t *answer, size_t room, size_t *ret_n);
};

enum card_desk {
    CARD_HELP_DESK, /* also whatever was not said: refused */
    CARD_CONTROL    /* examination of documents by an office that may do it */
};

enum card_kind { CARD_RESIDENCE, CARD_SPECIAL_PERMANENT };
enum card_signature {
    CARD_NOT_ASKED,    /* no certificate was supplied */
    CARD_NO_SIGNATURE, /* the chip has none: under 16 in the first generation */
    CARD_SIGNED,
    CARD_NOT_SIGNED,     /* what the chip holds is not what its issuer signed */
    CARD_UNKNOWN_ISSUER, /* no supplied certificate has issued the chip's: says nothing about the card */
    CARD_BAD_CERTIFICATE
};
const char *card_signature_name(enum card_signature s);
const char *card_signature_meaning(enum card_signature s); /* a msgid */

struct card_wish {
    enum card_desk desk;
    struct str number;         /* as residence_card_number folds it: 12 characters */
    const struct str *issuers; /* certificates, DER or PEM */
    size_t nissuers;
};

/* Codes as recorded; empty where the generation or the kind has none. */
struct card_record {
    int generation; /* 1, 2 */
    enum card_kind kind;
    bool number_agrees; /* false: not the number of this chip, and nothing else was read */
    enum card_signature signature;
    char version[5];
    struct str expiry, birth, sex, nationality, status, stay, permission, permission_date, work, stay_until;
    struct str outside_status, outside_until, outside_individual,
        application; /* permissions beside the status */
};

/* ERR_DENIED at a help desk, before the card is touched. ERR_FIELD: a number not of the form.
 * ERR_UNSUPPORTED: a card of types 07, 08 or of no known type; nothing was sent but the question for the
 * type. ERR_BAD_DATA: the chip answered what no such chip may. ERR_IO from the link. */
enum err card_read(struct arena *a, const struct card_link *link, const struct card_wish *wish,
                   struct card_record *ret) NODISCARD;
void card_json(const struct card_record *r, struct json *j);

/* What could not be checked against the specification or a card; ends with NULL. */
const char *const *card_unverified(void);
