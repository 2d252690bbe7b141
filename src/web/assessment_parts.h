/* SPDX-License-Identifier: Apache-2.0 */
/* assessment_parts.h - pieces of the page of an assessment, some of which the page of a case shows too. */
#pragma once
#include "assessment/assessment.h"
#include "web/case_parts.h"

void assessment_panels(struct page *p, const struct assessment_model *m);
void assessment_levels(struct page *p, const struct assessment_model *m);
void assessment_dimensions(struct page *p, const struct assessment_model *m);
/* What is still missing before a no lets a step go on: a bar, and words. */
void assessment_lifting(struct page *p, const struct assessment_model *m);
void assessment_tests(struct page *p, const struct assessment_model *m);
/* Screenings and assessments of a case: the newest drawn, the others as links, and a way to begin. */
void assessment_part(struct casefile *c, struct page *p);

/* assessment_form.c */
void assessment_form(struct rq *r, struct page *p, const struct assessment_model *m);
/* What was answered otherwise than it stands: pairs for assessment.answer, in the arena. */
enum err assessment_typed(struct rq *r, const struct assessment_model *m, struct pair **ret,
                          size_t *ret_n) NODISCARD;
