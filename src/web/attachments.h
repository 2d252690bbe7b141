/* SPDX-License-Identifier: Apache-2.0 */
/* attachments.h - files on the pages of a case and of a record. */
#pragma once
#include "attachment/attachment.h"
#include "web/parts.h"

/* A card with the files of a case, or (record not nil) of one record of it: blurred, with what is known of
 * each, and the way to add one. Draws nothing where the officer may know of none and add none. `in`: the look
 * at the page's object. */
void attachments_part(struct rq *r, struct page *p, const struct view *in, struct id case_, struct id record);
/* One file in a list of class "tiles": blurred, with hash and evidence number; what comes between is the
 * caller's. */
void attachment_tile_start(struct rq *r, struct page *p, const struct attachment_model *m);
void attachment_tile_end(struct page *p);
const char *attachment_href(struct rq *r, const struct attachment_model *m);
