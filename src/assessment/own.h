/* SPDX-License-Identifier: Apache-2.0 */
/* own.h - columns of the assessments. */
#pragma once
#include "assessment/assessment.h"
#include "assessment/rules.h"

enum {
    AM_ID,
    AM_CASE,
    AM_SUBJECT,
    AM_AGENCY,
    AM_FORM,
    AM_SITUATION,
    AM_PHASE,
    AM_STATE,
    AM_OUTCOME,
    AM_LABEL,
    AM_COMPARTMENT,
    AM_CURRENT,
    AM_STARTED,
    AM_STARTED_BY,
    AM_UPDATED,
    AM_FINISHED,
    AM_FINISHED_BY,
    AM_VERSION,
    AM_LIFTS, /* enum lifts; NULL: no hold */
    AM_COUNT
};
enum {
    AV_ID,
    AV_ASSESSMENT,
    AV_NO,
    AV_AT,
    AV_ACCOUNT,
    AV_AGENCY,
    AV_ROLE,
    AV_PHASE,
    AV_PACK_VERSION,
    AV_BODY,
    AV_REASONS,
    AV_COUNT
};

/* Of a negative one: whom it lets go on with a step. */
enum lifts { LIFTS_NONE, LIFTS_OTHER_OFFICERS, LIFTS_OTHER_AGENCIES };

#define VERSIONS_MAX 200 /* of one assessment */
#define ANSWERS_MAX  400 /* given in one act */

extern const char *const FORM_WORDS[],
    *const PHASE_WORDS[], *const AGE_WORDS[], *const EXPLOITED_WORDS[], *const EVIDENCE_WORDS[],
                                                                            *const INTERVIEW_WORDS[],
                                                                                *const SPOKEN_WORDS[];
int word_index(const char *const *words, struct str word); /* -1 */

/* store.c */
struct object assessment_object(const struct cell *c);
enum err assessment_load(struct db *db, struct arena *a, struct id id, struct cell *ret,
                         struct object *ret_object) NODISCARD;
/* What was given in one version: names as below, values as typed. Unknown names are left for later programs.
 */
#define NAME_AGE       "@age"       /* a word of AGE_WORDS */
#define NAME_EXPLOITED "@exploited" /* a word of EXPLOITED_WORDS */
#define NAME_EVIDENCE  "@evidence"  /* a word of EVIDENCE_WORDS: what all answers of the version rest on */
#define NAME_RECORD    "@record"    /* the paper that says so; an id */
#define NAME_INTERVIEW "@interview" /* a word of INTERVIEW_WORDS */
#define NAME_SPOKEN    "@spoken"    /* a word of SPOKEN_WORDS */
#define NAME_FILE      "@file"      /* the attachment that shows it; an id */
/* The last one who answered a code, and on what. */
struct answered {
    enum answer answer;
    bool given;
    int evidence; /* index of EVIDENCE_WORDS; -1 */
    struct id record, file, account;
    int64_t at_us;
    bool asked_before;  /* by asking her, in an earlier version, too */
    struct id taken_by; /* who took a yes back; the sheet says whether it is still doubted */
};
struct folded {
    struct db *db; /* whose accounts are */
    struct sheet sheet;
    struct answered *by;             /* one for each entry of the book */
    bool *doubted;                   /* the same; of the sheet */
    struct id frame_by[FRAME_COUNT]; /* who took it back */
};
enum err fold_start(struct db *db, const struct book *b, struct arena *a, struct folded *ret) NODISCARD;
/* One version more. body: as record_body_pack wrote it. ERR_CRYPTO when malformed. */
enum err fold_version(struct folded *f, struct arena *a, struct str body, int64_t at_us,
                      struct id account) NODISCARD;
/* All answers, as the agency that holds them; for rules and counts, shown to nobody. */
enum err fold_stored(struct vault *v, struct db *db, struct arena *a, const struct cell *assessment,
                     const struct book *b, int64_t now_us, struct folded *ret) NODISCARD;
enum err version_ids(struct db *db, struct arena *a, struct id assessment, struct id **ret,
                     size_t *ret_n) NODISCARD;

/* views.c, view_json.c */
void assessment_show_json(const struct view *v, struct json *j);
void assessment_list_json(const struct view *v, struct json *j);
