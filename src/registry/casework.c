/* SPDX-License-Identifier: Apache-2.0 */
/* casework.c - declarations of what is done in an open case: consent, shares, contact, hand-over. */
#include "registry/own.h"

#define CASE_ACTION(name_, summary_, verb_, inputs_, body_, duty_)                                   \
    {                                                                                                \
        .name = name_, .summary = summary_, .verb = verb_, .object = OBJECT_CASE, .inputs = inputs_, \
        .ninputs = sizeof inputs_ / sizeof *inputs_, .find = registry_find_case, .body = body_,      \
        .duty = duty_                                                                                \
    }

const struct action CASEWORK_ACTIONS[] = {
    CASE_ACTION("consent.give", "Record consent", VERB_GRANT, CONSENT_GIVE_INPUTS, consent_give_body,
                "5(1)/a"),
    CASE_ACTION("consent.withdraw", "Record that consent is taken back", VERB_UPDATE, CONSENT_WITHDRAW_INPUTS,
                consent_withdraw_body, "5(1)/a"),
    CASE_ACTION("grant.end", "End a share with another agency", VERB_GRANT, GRANT_END_INPUTS, grant_end_body,
                "5(1)/a"),
    CASE_ACTION("contact.log", "Record a contact with the person", VERB_UPDATE, CONTACT_INPUTS,
                contact_log_body, "3(3)"),
    CASE_ACTION("case.hand_over", "Hand the case over to a deputy", VERB_ASSIGN, HAND_OVER_INPUTS,
                hand_over_body, "3(1)/a"),
    CASE_ACTION("case.reassign", "Give a case of one officer to another", VERB_ASSIGN, REASSIGN_INPUTS,
                reassign_body, "3(1)/a"),
    CASE_ACTION("subject.bring", "Bring somebody of another case into this one", VERB_UPDATE, BRING_INPUTS,
                subject_bring_body, "1(1)/b"),
    {.name = "group.open",
     .summary = "Begin a group of cases with this one",
     .verb = VERB_UPDATE,
     .object = OBJECT_CASE,
     .find = registry_find_case,
     .body = group_open_body,
     .duty = "1(1)/b"},
    CASE_ACTION("group.add_case", "Add this case to a group", VERB_UPDATE, GROUP_ADD_INPUTS, group_add_body,
                "1(1)/b"),
    CASE_ACTION("group.remove_case", "Take this case out of a group", VERB_UPDATE, GROUP_INPUTS,
                group_remove_body, "1(1)/b"),
    CASE_ACTION("group.note_interview", "Note how the person was heard", VERB_UPDATE, GROUP_NOTE_INPUTS,
                group_note_body, "1(1)/b"),
    CASE_ACTION("group.set_fact", "Write down what a group shares", VERB_UPDATE, GROUP_FACT_INPUTS,
                group_fact_body, "1(1)/b"),
    {.name = "case.take",
     .summary = "Take a case that was handed over to you or shared with your agency",
     .verb = VERB_ASSIGN,
     .object = OBJECT_CASE,
     .find = registry_find_case,
     .body = take_body,
     .duty = "3(1)/a"},
};
const size_t NCASEWORK_ACTIONS = sizeof CASEWORK_ACTIONS / sizeof *CASEWORK_ACTIONS;
