/* SPDX-License-Identifier: Apache-2.0 */
/* card_reader.h - a card on a reader of the machine, over PC/SC. One thread at a time. Built without
 * libpcsclite, opening is ERR_UNSUPPORTED. */
#pragma once
#include "base/str.h"

struct card_reader;
/* The first reader with a card on it. ERR_NOT_FOUND: no reader, no service, or no card; ERR_UNSUPPORTED. */
enum err card_reader_open(struct card_reader **ret) NODISCARD;
void card_reader_close(struct card_reader *r);    /* NULL is fine; the card is switched off */
void card_reader_cleanup(struct card_reader **r); /* for CLEANUP */
/* user: the reader. As card_link.exchange: one command, one answer with its two status bytes. ERR_IO,
 * ERR_LIMIT. */
enum err card_reader_exchange(void *user, struct str command, uint8_t *answer, size_t room,
                              size_t *ret_n) NODISCARD;
