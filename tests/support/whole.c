/* SPDX-License-Identifier: Apache-2.0 */
#include "support/whole.h"

#include "assessment/assessment.h"
#include "attachment/attachment.h"
#include "base/buf.h"
#include "desk/desk.h"
#include "figures/figures.h"
#include "glass/glass.h"
#include "hold/hold.h"
#include "support/acts.h"

enum err whole_tables(struct schema *s)
{
    TRY(assessment_tables(s));
    TRY(hold_tables(s));
    TRY(figures_tables(s));
    TRY(attachment_tables(s));
    return desk_tables(s);
}

static const struct job_due due[] = {{"attachment.expire", attachment_expire_due},
                                     {"hold.release", hold_release_due},
                                     {"report.receive", .due_with = report_receive_due},
                                     {"enquiry.compare", enquiry_compare_due},
                                     {"desk.expire", desk_expire_due}};

static const struct {
    const struct action *items;
    const size_t *n;
} domain_actions[] = {{FIGURES_ACTIONS, &NFIGURES_ACTIONS}, {ASSESSMENT_ACTIONS, &NASSESSMENT_ACTIONS},
                      {HOLD_ACTIONS, &NHOLD_ACTIONS},       {ATTACHMENT_ACTIONS, &NATTACHMENT_ACTIONS},
                      {DESK_ACTIONS, &NDESK_ACTIONS},       {GLASS_ACTIONS, &NGLASS_ACTIONS}};
static const struct {
    const struct view_decl *items;
    const size_t *n;
} domain_views[] = {{FIGURES_VIEWS, &NFIGURES_VIEWS}, {ASSESSMENT_VIEWS, &NASSESSMENT_VIEWS},
                    {HOLD_VIEWS, &NHOLD_VIEWS},       {ATTACHMENT_VIEWS, &NATTACHMENT_VIEWS},
                    {DESK_VIEWS, &NDESK_VIEWS},       {GLASS_VIEWS, &NGLASS_VIEWS}};
#define DOMAINS (sizeof domain_actions / sizeof *domain_actions)

void whole_country(struct store_country *country)
{
    static struct action actions[96];
    static struct view_decl views[72];
    static struct entities entities;
    size_t na = country->nactions, nv = country->nviews;
    assert_true(na <= sizeof actions / sizeof *actions && nv <= sizeof views / sizeof *views);
    for (size_t i = 0; i < na; i++)
        actions[i] = country->actions[i];
    for (size_t i = 0; i < nv; i++)
        views[i] = country->views[i];
    for (size_t d = 0; d < DOMAINS; d++) {
        assert_true(na + *domain_actions[d].n <= sizeof actions / sizeof *actions);
        assert_true(nv + *domain_views[d].n <= sizeof views / sizeof *views);
        for (size_t i = 0; i < *domain_actions[d].n; i++)
            actions[na++] = domain_actions[d].items[i];
        for (size_t i = 0; i < *domain_views[d].n; i++)
            views[nv++] = domain_views[d].items[i];
    }
    entities = REGISTRY_ENTITIES;
    entities.report = desk_report_object;
    country->actions = actions;
    country->nactions = na;
    country->views = views;
    country->nviews = nv;
    country->jobs = due;
    country->njobs = sizeof due / sizeof *due;
    country->tables = whole_tables;
    country->gates = &HOLD_GATES;
    country->entities = &entities;
}

/* ---- one of each -----------------------------------------------------------------------------------------
 */

/* The id of what an action made. */
#define MAKE(ret, who, action, subject, ...)                                          \
    do {                                                                              \
        struct act_result made;                                                       \
        TRY(do_act(s, who, action, subject, &made __VA_OPT__(, ) __VA_ARGS__, NULL)); \
        (ret) = made.id;                                                              \
    } while (0)

enum err whole_file(struct store *s, const struct ctx *c, const char *in_case, struct id *ret)
{
    MAKE(*ret, c, "attachment.begin", id_nil(), "case", in_case, "class", "identity", "declared",
         "not_sexual", "bytes", "9", "title", "Synthetic letter");
    TRY(do_act(s, c, "attachment.chunk", *ret, NULL, "no", "0", "content", "c3ludGhldGlj", NULL));
    return do_act(s, c, "attachment.finish", *ret, NULL, NULL);
}

static enum err in_the_case(struct store *s, const struct ctx *c, struct whole_things *w)
{
    char person[33];
    MAKE(w->person, c, "subject.add", w->case_, "type", "person", "role", "presumed_victim");
    id_text(w->person, person);
    MAKE(w->record, c, "consultation.create", id_nil(), "case", w->case_text, "language", "my", "contact",
         "synthetic");
    MAKE(w->group, c, "group.open", w->case_);
    MAKE(w->consent, c, "consent.give", w->case_, "subject", person, "agency", "isa", "purpose", "protection",
         "class", "identity", "how", "oral_with_interpreter", "language", "vi");
    MAKE(w->contact, c, "contact.log", w->case_, "subject", person, "direction", "person_came", "channel",
         "visit", "outcome", "reached");
    TRY(whole_file(s, c, w->case_text, &w->file));
    MAKE(w->chunked, c, "attachment.begin", id_nil(), "case", w->case_text, "class", "identity", "declared",
         "not_sexual", "bytes", "9", "title", "Synthetic, never finished");
    return OK;
}

enum err whole_things(struct store *s, const struct ctx *lead, const struct ctx *admin,
                      struct whole_things *ret)
{
    char me[33];
    *ret = (struct whole_things){0};
    MAKE(ret->case_, lead, "case.open", id_nil());
    id_text(ret->case_, ret->case_text);
    id_text(lead->account, me);
    TRY(in_the_case(s, lead, ret));
    MAKE(ret->report, lead, "report.create", id_nil(), "danger", "yes", "what", "Synthetic.");
    MAKE(ret->filter, lead, "filter.save", lead->account, "name", "Synthetic words", "mine", "yes");
    MAKE(ret->enquiry, lead, "enquiry.note", id_nil(), "as", "family", "number", "SYN 00417");
    MAKE(ret->proposal, admin, "account.add_role", lead->account, "role", "analyst", "purpose", "statistics");
    return OK;
}
