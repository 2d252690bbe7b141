/* SPDX-License-Identifier: Apache-2.0 */
/* card_own.h - inside of screening/document: the exchange of keys in steps, so that tests can hold it to the
 * published values. */
#pragma once
#include "screening/document/card.h"
#include "sys/chip.h"

#define CARD_AUTH    40   /* 32 bytes and their code */
#define CARD_ENTRIES 53   /* what is signed of the entries of the second generation */
#define CARD_PICTURE 7100 /* the largest picture has 7,000 bytes */

enum card_folder { CARD_MF, CARD_DF1, CARD_DF2, CARD_DF3 };

/* What is answered to the card's challenge: random || card's random || key, sealed, and the code over it. */
enum err card_challenge_answer(enum chip_cipher cipher, struct str number, const uint8_t card_random[8],
                               const uint8_t own_random[8], const uint8_t own_key[CHIP_KEY_BYTES],
                               uint8_t ret[CARD_AUTH]) NODISCARD;
/* The session's key out of what the card answers. ERR_BAD_DATA: not the card that knows this number. */
enum err card_session(enum chip_cipher cipher, struct str number, const uint8_t card_random[8],
                      const uint8_t own_random[8], const uint8_t own_key[CHIP_KEY_BYTES],
                      const uint8_t answer[CARD_AUTH], uint8_t ret[CHIP_KEY_BYTES]) NODISCARD;
