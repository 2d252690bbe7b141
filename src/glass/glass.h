/* SPDX-License-Identifier: Apache-2.0 */
/* glass.h - break-glass (docs/policy.md, 17; invariant 7): an officer who is not named in a case opens it
 * where a life is in danger. He gives a reason, a colleague of his agency confirms it in a session of his own
 * (core/proposal.h), and then it is open to this account for 30 minutes. Owner and oversight are told when it
 * is asked for, when it opens and at each look; afterwards somebody of another agency reviews what was looked
 * at. What it opens and what it never does (places of shelter, sources, biometrics) is the policy's to say.
 */
#pragma once
#include "registry/registry.h"

/* "glass.ask" (of a case), "glass.close" (before its time), "glass.review". Views "glass.list" (mine; those
 * to be reviewed; reviewed ones), "glass.show" (with what was looked at). */
extern const struct action GLASS_ACTIONS[];
extern const size_t NGLASS_ACTIONS;
extern const struct view_decl GLASS_VIEWS[];
extern const size_t NGLASS_VIEWS;

#define GLASS_LIFE_US (INT64_C(30) * 60 * 1000000)
/* Open from the moment it was confirmed until, not at, its end. */
bool glass_open(int64_t opened_us, int64_t until_us, int64_t now_us);
/* A colleague: another person, of the same agency. */
bool glass_may_confirm(struct id asked, struct id second, bool same_agency);
/* Somebody of another agency who had no part in it, once it has ended, and once. */
struct glass_reviewing {
    const char *asked_agency, *agency;
    bool took_part; /* asked, or confirmed */
    bool ended, reviewed;
};
bool glass_may_review(const struct glass_reviewing *r);

struct glass_look {
    int64_t at_us;
    const char *action;
    enum object_kind kind;
    enum verdict verdict;
    uint32_t classes; /* bits, of what was shown */
};
struct glass_model {
    struct id id, case_, account, second, reviewer;
    const char *agency, *holder, *reason,
        *reviewer_agency;                     /* reason: a word; reviewer_agency "": nobody yet */
    int64_t opened_us, until_us, reviewed_us; /* 0: not */
    bool mine, open, justified, may_review;
    bool accounts_new, one_maker; /* of the two who opened it, when they did (account_pair) */
    struct shown words, review_words;
    struct glass_look *looks; /* glass.show */
    size_t nlooks;
    int64_t version;
};
#define GLASS_LOOKS_MAX 200
struct glass_list {
    struct glass_model *items;
    size_t n;
    struct id next;
};
