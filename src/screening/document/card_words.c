/* SPDX-License-Identifier: Apache-2.0 */
/* card_words.c - what a reading of a chip says, and what could not be checked. */
#include "screening/document/card.h"

const char *card_signature_name(enum card_signature s)
{
    static const char *const names[] = {"not_asked", "none",           "right",
                                        "wrong",     "unknown_issuer", "bad_certificate"};
    return names[s];
}

const char *card_signature_meaning(enum card_signature s)
{
    static const char *const meanings[] = {
        "No certificate of the issuer was supplied: the signature was not checked.",
        "The chip carries no signature, as chips of children do in the first generation. That is no sign of "
        "a forgery.",
        "What the chip holds is what its issuer signed. It may still have been taken from another card: "
        "compare face and "
        "print.",
        "What the chip holds is not what its issuer signed. A specialist examines the card; the person is "
        "screened as a "
        "victim first.",
        "None of the supplied certificates has issued the chip's. That says nothing about the card.",
        "What stands in the place of the chip's certificate cannot be read as one. A specialist examines the "
        "card; the person "
        "is screened as a victim first.",
    };
    return meanings[s];
}

const char *const *card_unverified(void)
{
    static const char *const points[] = {
        "The texts of both specifications were not seen, only public notes on them; no real card was tried.",
        "Both generations: the numbers of the files (P1 of READ BINARY), long answers in one piece, and that "
        "MF may be "
        "selected by 3F00.",
        "First generation: retail MAC, session key without a change of parity, RSA signature by PKCS #1 "
        "v1.5, order and exact "
        "length of what is signed (front, then face).",
        "Second generation: how the signature's 96 bytes are written (r || s and DER are both taken), that "
        "what is signed are "
        "the values of the entries without tags in 53 bytes, the face, then the name.",
        "Whether a chip's certificate must still be in its time: not asked.",
        "Readers that cannot pass on answers of more than 256 bytes are not supported.",
        NULL,
    };
    return points;
}

static void known(struct json *j, const char *key, struct str value)
{
    if (value.n)
        json_kv_str(j, key, value);
}

void card_json(const struct card_record *r, struct json *j)
{
    json_object(j);
    json_kv_i64(j, "generation", r->generation);
    json_kv(j, "kind",
            r->kind == CARD_RESIDENCE ? "residence_card" : "special_permanent_resident_certificate");
    json_kv(j, "version", r->version);
    json_kv_bool(j, "number_agrees", r->number_agrees);
    if (r->number_agrees) {
        json_kv(j, "signature", card_signature_name(r->signature));
        json_kv(j, "meaning", card_signature_meaning(r->signature));
    }
    known(j, "expiry", r->expiry);
    known(j, "birth", r->birth);
    known(j, "sex_code", r->sex);
    known(j, "nationality_code", r->nationality);
    known(j, "status_code", r->status);
    known(j, "stay", r->stay);
    known(j, "permission_code", r->permission);
    known(j, "permission_date", r->permission_date);
    known(j, "work_restriction_code", r->work);
    known(j, "stay_until", r->stay_until);
    known(j, "outside_status_code", r->outside_status);
    known(j, "outside_status_until", r->outside_until);
    known(j, "outside_status_individual_code", r->outside_individual);
    known(j, "application_code", r->application);
    json_key(j, "not_verified");
    json_array(j);
    for (const char *const *p = card_unverified(); *p; p++)
        json_c(j, *p);
    json_end(j);
    json_end(j);
}
