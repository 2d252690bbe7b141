/* SPDX-License-Identifier: Apache-2.0 */
/* bulk.h - one action on many cases. */
#pragma once
#include "web/own.h"

bool bulk_any(const struct rq *r);              /* is there any action that this officer may do to many? */
void bulk_choice(struct rq *r, struct page *p); /* what to do with the ticked ones, and the button */
