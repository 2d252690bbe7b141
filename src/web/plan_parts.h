/* SPDX-License-Identifier: Apache-2.0 */
/* plan_parts.h - what the page of the plan and the page of a duty share. */
#pragma once
#include "plan/plan.h"
#include "web/charts.h"
#include "web/parts.h"

#define PLAN_PERIODS 12 /* of a history that are drawn, the latest */

const char *plan_decimal(struct page *p, double v);
void plan_value(struct page *p, const struct indicator_value *v); /* the number, or why there is none */
/* The latest periods of a series; what has no period is left out of drawings. */
struct mark *plan_marks(struct page *p, const struct indicator_value *series, size_t *ret_n);
void plan_agencies(struct rq *r, struct page *p, const struct duty_status *s);
const char *plan_chapter(const struct duty_status *s); /* msgid */
