/* SPDX-License-Identifier: Apache-2.0 */
/* record.h - records of pack kinds: consultation, inspection, shelter stay, profiles. Append-only versions;
 * the body of a version is one sealed envelope a field class, so that a class that may not be seen is never
 * opened. Plain: kind, state, owner, links, times (workflow only). A record keeps the pack version it was
 * written under.
 *
 * For each kind K of the pack the door gets actions "K.create", "K.amend" and "K.ACTION" and the views
 * "K.show", "K.list" and "K.history": declared from the pack, one body for all (record_actions). Multi-valued
 * fields repeat their name in the input. */
#pragma once
#include "core/door.h"
#include "sys/tz.h"

extern const struct table TABLE_RECORD, TABLE_RECORD_VERSION;
enum {
    RE_ID,
    RE_KIND,
    RE_CASE,
    RE_SUBJECT,
    RE_AGENCY,
    RE_OFFICE,
    RE_STATE,
    RE_LABEL,
    RE_COMPARTMENT,
    RE_CURRENT,
    RE_CREATED,
    RE_UPDATED,
    RE_CREATED_BY,
    RE_VERSION,
    RE_KEPT, /* bits of enum role; NULL: kept from nobody (struct object, kept_with) */
    RE_COUNT
};
enum {
    RV_ID,
    RV_RECORD,
    RV_NO,
    RV_PACK_VERSION,
    RV_VALID_FROM,
    RV_RECORDED_AT,
    RV_ACCOUNT,
    RV_ACTION,
    RV_BODY,
    RV_SHEET, /* number of the paper that was keyed in; NULL: none */
    RV_COUNT
};

/* A field's value in a version. */
struct field_value {
    const struct field *field; /* NULL when the kind no longer has it: name says what it was */
    const char *name;
    enum value_state state;    /* VALUE_MASKED when it may not be seen */
    enum policy_reason reason; /* why masked */
    const struct str *values;
    size_t n; /* several for FT_CODES */
};
/* The actions and views of all kinds of a pack, in the arena; add them to door_config. */
enum err record_declare(const struct pack *p, struct arena *a, const struct action ***ret_actions,
                        size_t *ret_nactions, const struct view_decl ***ret_views,
                        size_t *ret_nviews) NODISCARD;

/* For other bodies (import, registry): writes through the same checks as the action "KIND.create". attach:
 * case and/or subject (nil where the kind takes none); compartment: of the subject if any, else of the case,
 * else a new one. */
struct record_new {
    const struct kind *kind;
    struct case_id case_;
    struct subject_id subject;
    struct compartment_id compartment;
    struct input input;
    int64_t valid_from_us;
};
enum err record_create(struct act *a, const struct record_new *in, struct record_id *ret) NODISCARD;

/* For other bodies that write a paper into the present object: the compartment it is sealed in. *ret nil: the
 * object has none. */
enum err record_compartment(struct act *a, struct compartment_id *ret) NODISCARD;

/* Model of "K.show". */
struct record_model {
    struct id id;
    const struct kind *kind;
    const char *state, *agency;
    struct id case_, subject;
    int64_t version, created_us, updated_us;
    struct field_value *values;
    size_t n;
    struct {
        int64_t no, recorded_at_us, valid_from_us; /* valid_from_us: when it was said or seen */
        const char *action, *sheet;                /* sheet: "" without one */
        struct id account;
    } * history;
    size_t nhistory;
    bool opened;        /* values and history are here; else its frame alone */
    struct scope scope; /* of who looks, to this record; with its label: for which buttons to show */
    enum label label;
};
/* One record inside another look (a case): its values as this viewer may see them, and its versions. The
 * caller has asked whether it may be shown at all. */
enum err record_read(struct view *v, struct id id, struct record_model *ret) NODISCARD;
struct record_list {
    struct record_model *items;
    size_t n;
    struct id next; /* keyset cursor, nil at the end */
};

/* Unseals one version for a job of the system (facts, export): all classes, as the owner agency; no policy,
 * so core/, figures/ and plan/ only. */
typedef enum err record_visit(void *user, const struct cell *record /* RE_COUNT */,
                              const struct cell *version /* RV_COUNT */, const struct field_value *values,
                              size_t n);
/* Current versions (as_at_us 0), or those recorded by then, of one kind; in id order; constant memory. */
enum err record_scan(struct vault *v, struct db *db, const struct pack *p, const struct kind *k,
                     int64_t as_at_us, record_visit *visit, void *user) NODISCARD;
/* Is a record in this state one that counts? Not what its kind (with `once`) has closed. */
bool record_live(const struct kind *k, const char *state);
/* One record, for the change feed. */
enum err record_load(struct vault *v, struct db *db, const struct pack *p, struct id record,
                     record_visit *visit, void *user) NODISCARD;

/* The field that says when what a record of this kind tells of happened: its first required moment of the
 * class routing, else "created_at". What is written up late counts where it belongs. */
const char *record_moment_field(const struct kind *k);
/* A date or moment as "2026-11" or "2026", by the calendar of the country; false and "" where there is none.
 */
bool record_period(const char *moment, bool by_year, const struct tz *tz, char ret[8]);

/* The sealed body of one class: repeated {state u8, name len u16, name, value len u32, value}. Fuzzed
 * (fuzz_record_body). */
enum err record_body_pack(const struct pair *pairs, size_t n, struct buf *out) NODISCARD;
enum err record_body_parse(struct str body, struct arena *a, struct pair **ret,
                           size_t *ret_n) NODISCARD; /* ERR_CRYPTO when malformed */
/* Checks values against the kind: names, types, codes valid today, lengths, ranges, when, not_before,
 * required. ERR_FIELD names the field. Conditions that ask for the state see the one the action leads to:
 * that of a new record, where it leads to none. */
enum err record_validate(const struct pack *p, const struct kind *k, const struct kind_action *action,
                         const struct pair *pairs, size_t n, struct date today) NODISCARD;
/* The same for a record that is in record_state afterwards. */
enum err record_validate_in(const struct pack *p, const struct kind *k, const struct kind_action *action,
                            const char *record_state, const struct pair *pairs, size_t n,
                            struct date today) NODISCARD;

/* The number of a sheet of paper, "K7QD-3MXF": seven characters that are not mistaken for each other when
 * they are written by hand, and one that fits to them (Luhn's sum over 32). One wrong character is always
 * found, and so are two that changed places, but for the first and the last of the alphabet. It names nobody.
 */
#define SHEET_TEXT 10
void sheet_number(struct id made_of, char ret[SHEET_TEXT]);
/* As it was typed: small letters, O for 0, I and L for 1, spaces and dashes anywhere. */
bool sheet_read(struct str typed, char ret[SHEET_TEXT]);
