/* SPDX-License-Identifier: Apache-2.0 */
/* pages.h - the pages, as the routes know them. Each answers completely, also when it fails. */
#pragma once
#include "web/own.h"

void page_note(struct rq *r);
void page_note_leave(struct rq *r);
void page_receipt(struct rq *r);
void page_reports(struct rq *r);
void page_report(struct rq *r);
void page_office_codes(struct rq *r);
void page_enquiry(struct rq *r);
void page_cases(struct rq *r);
void page_find(struct rq *r);
void page_clocks(struct rq *r);
void page_inbox(struct rq *r);
void page_bulk(struct rq *r);
void page_today(struct rq *r);
void page_team(struct rq *r);
struct clock_list;
struct notice_list;
struct proposal_list;
/* digest.c: parts of /today and /account; a model that is NULL is not there for this officer */
void today_digest(struct rq *r, struct page *p, const struct notice_list *mine,
                  const struct clock_list *running, const struct proposal_list *two);
void today_since(struct rq *r, struct page *p, const struct notice_list *mine,
                 const struct clock_list *running);
void own_care(struct rq *r, struct page *p);
void page_inbox_count(struct rq *r);
void page_proposals(struct rq *r);
void page_holds(struct rq *r);
void page_glass(struct rq *r);
void page_glass_one(struct rq *r);
void page_case(struct rq *r);
void page_looked(struct rq *r);
void page_enquiries(struct rq *r); /* who asked about somebody of a case */
void page_record(struct rq *r);
void page_paper(struct rq *r);
void page_subject(struct rq *r);
void page_same(struct rq *r, struct id id, const char *in_case,
               struct str other); /* two entries, one person */
void page_group(struct rq *r);
void page_groups(struct rq *r);
void enrolment_button(struct rq *r, struct page *p, struct id account, const struct factor_list *list);
void page_enrolment(struct rq *r);  /* a code for the first second factor of an account, shown once */
void page_trail(struct rq *r);      /* checkpoints and backups */
void page_attach(struct rq *r);     /* the form for files, and what it sends */
void page_attachment(struct rq *r); /* one file */
void page_imports(struct rq *r);
void page_import(struct rq *r);
void page_assessment(struct rq *r);
void page_assessment_save(struct rq *r);
void page_do(struct rq *r);
void page_account(struct rq *r);
void page_account_codes(struct rq *r);
void page_account_passkey(struct rq *r);
void page_account_recovery(struct rq *r);
void page_verify(struct rq *r);
void page_again(struct rq *r);
void page_admin(struct rq *r);
void page_accounts(struct rq *r);
void page_one_account(struct rq *r);
void page_roster(struct rq *r);
void page_reassign(struct rq *r);
void page_health(struct rq *r);
void page_shortcuts(struct rq *r);
void page_agency_keys(struct rq *r);
void page_agencies(struct rq *r);
void page_plan(struct rq *r);
void page_figures(struct rq *r);
void page_figures_csv(struct rq *r);
void page_duty(struct rq *r);
void page_help(struct rq *r);
void page_permissions(struct rq *r);
void page_error_numbers(struct rq *r);
/* The id behind a prefix of the path. A malformed one is ERR_NOT_FOUND, as an unknown one is. */
enum err page_id(struct rq *r, const char *prefix, struct id *ret) NODISCARD;
