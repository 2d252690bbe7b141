/* SPDX-License-Identifier: Apache-2.0 */
/* pack_texts.h - inside of core/pack*.c only. */
#pragma once
#include "core/pack/impl.h"

enum err
texts_read(struct load *l) NODISCARD; /* reads texts/LANG.po, notes what is missing and what nobody uses */
void texts_free(const struct pack *p);
