/* SPDX-License-Identifier: Apache-2.0 */
/* contact.c - the safe way to a person, from the newest record that tells it, and the log of attempts to
 * reach her. Whatever would go out to a person asks registry_may_contact first. */
#include "registry/own.h"
#include "sys/tz.h"

/* ---- what she said is safe -------------------------------------------------------------------------------
 */

struct search {
    struct contact_wish *wish;
    struct arena *arena;
    bool found;
};
struct told_by {
    struct id record;
    bool herself; /* it is about her, and not about the case as a whole */
};

static enum err keep(struct arena *a, struct str s, struct str *ret)
{
    char *copy = arena_cstr(a, s);
    if (!copy)
        return arena_err(a);
    *ret = str_of(copy);
    return OK;
}

static enum err take_wish(void *user, const struct cell *record, const struct cell *version,
                          const struct field_value *values, size_t n)
{
    struct search *f = user;
    (void)record;
    (void)version;
    for (size_t i = 0; i < n; i++) {
        struct str value = values[i].n ? values[i].values[0] : STR("");
        if (!value.n)
            continue;
        if (strcmp(values[i].name, "safe_contact") == 0) {
            f->wish->way = arena_cstr(f->arena, value);
            f->found = true;
            if (!f->wish->way)
                return arena_err(f->arena);
        } else if (strcmp(values[i].name, "safe_times") == 0) {
            TRY(keep(f->arena, value, &f->wish->times));
        }
    }
    return OK;
}

#define WISH_RECORDS                                                                                       \
    "SELECT id, kind, subject FROM record WHERE subject = ?1 OR (case_id = ?2 AND subject IS NULL) ORDER " \
    "BY updated_us DESC, id"
#define RECORDS_MAX 400

static bool tells(const struct pack *p, struct str kind, struct arena *a)
{
    char *name = arena_cstr(a, kind);
    const struct kind *k = name ? pack_kind(p, name) : NULL;
    return k && kind_field(k, "safe_contact");
}

static enum err candidates(struct db *db, struct arena *a, const struct pack *p, struct id case_,
                           struct id subject, struct told_by *ret, size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    *ret_n = 0;
    TRY(db_prepare(db, WISH_RECORDS, &s));
    db_bind_id(s, 1, &subject);
    db_bind_id(s, 2, &case_);
    while (*ret_n < RECORDS_MAX) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        if (!tells(p, db_text(s, 1), a))
            continue;
        ret[*ret_n].herself = !db_null(s, 2);
        TRY(db_id(s, 0, &ret[(*ret_n)++].record));
    }
    return OK;
}

/* The newest record tells it; but one on the case as a whole, where there may be several persons, opens no
 * way that she herself did not name. That it closes the last one counts. */
static enum err wish_of(struct vault *v, struct db *db, struct arena *a, const struct pack *p,
                        struct id case_, struct id subject, struct contact_wish *ret)
{
    struct told_by *told = ARENA_ARRAY(a, RECORDS_MAX, struct told_by);
    size_t n;
    bool of_case = false;
    *ret = (struct contact_wish){.way = "", .times = STR("")};
    if (!told)
        return arena_err(a);
    TRY(candidates(db, a, p, case_, subject, told, &n));
    for (size_t i = 0; i < n; i++) {
        struct contact_wish wish = {.way = "", .times = STR("")};
        struct search f = {.wish = &wish, .arena = a};
        if (of_case && !told[i].herself)
            continue;
        TRY(record_load(v, db, p, told[i].record, take_wish, &f));
        if (!f.found)
            continue;
        *ret = wish;
        if (told[i].herself || strcmp(wish.way, "none") == 0)
            return OK;
        of_case = true;
    }
    return OK;
}

enum err registry_may_contact(struct vault *v, struct db *db, struct arena *a, const struct pack *p,
                              struct id case_, struct id subject, const char *channel, int64_t at_us,
                              enum may_contact *ret)
{
    struct contact_wish wish;
    const struct tz *z;
    TRY(tz_find(p->time_zone, &z));
    TRY(wish_of(v, db, a, p, case_, subject, &wish));
    *ret = contact_rule(&wish, channel, tz_local(z, at_us).second_of_day / 60);
    return OK;
}

/* ---- contact.log ------------------------------------------------------------------------------------------
 */

static const char *const direction_words[] = {"we_tried", "person_came", NULL};
static const char *const outcome_words[] = {"reached", "not_reached", "somebody_else_answered", NULL};
const struct input_field CONTACT_INPUTS[8] = {
    {.name = "subject", .label = "Person or organisation", .type = IN_ID, .required = true},
    {.name = "direction",
     .label = "Who made contact",
     .type = IN_WORD,
     .required = true,
     .words = direction_words},
    {.name = "channel", .label = "Channel", .type = IN_TEXT, .required = true},
    {.name = "outcome", .label = "How it ended", .type = IN_WORD, .required = true, .words = outcome_words},
    {.name = "at", .label = "When", .type = IN_TIME},
    {.name = "note", .label = "What was said", .type = IN_LONG_TEXT, .personal = true},
    {.name = "danger_to_life", .label = "Life in danger: contact all the same", .type = IN_BOOL},
    {.name = "reason",
     .label = "Why it could not wait, or is told late",
     .type = IN_LONG_TEXT,
     .personal = true},
};

static enum err seal_text(struct act *a, struct id row, int column, const char *input, struct buf *out)
{
    struct str text = in_text(a, input);
    if (!text.n)
        return OK;
    return vault_seal(a->tx, a->object.compartment, CLASS_IDENTITY,
                      (struct place){&TABLE_CONTACT, row, column}, text, out);
}

static enum err known_channel(struct act *a, const char **ret)
{
    const struct code_list *list = pack_codes(a->pack, "channel");
    *ret = arena_cstr(a->arena, in_text(a, "channel"));
    if (!*ret)
        return arena_err(a->arena);
    return !list || code_find(list, *ret) ? OK : FAIL(ERR_FIELD, "field channel: not a code of list channel");
}

/* The case's first contact: what a record of it tells of, or its opening. */
static enum err first_contact(struct act *a, int64_t *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool row;
    TRY(db_prepare(
        a->tx->db,
        "SELECT min(t) FROM (SELECT opened_us AS t FROM case_file WHERE id = ?1 UNION ALL SELECT "
        "v.valid_from_us AS t FROM record r JOIN record_version v ON v.record = r.id WHERE r.case_id = "
        "?1) f",
        &s));
    db_bind_id(s, 1, &a->subject);
    TRY(db_step(s, &row));
    *ret = row && !db_null(s, 0) ? db_i64(s, 0) : 0;
    return OK;
}

static enum err asked_time(struct act *a, int64_t *ret_us, enum contact_time *ret)
{
    int64_t first_us;
    *ret_us = a->tx->now_us;
    if (in_given(a, "at"))
        TRY(utc_parse(in_text(a, "at"), ret_us));
    TRY(first_contact(a, &first_us));
    *ret = contact_time(*ret_us, a->tx->now_us, first_us, a->pack->contact_days);
    if (*ret == CONTACT_FUTURE)
        return FAIL(ERR_FIELD, "field at: not in the future");
    if (*ret == CONTACT_BEFORE_CASE)
        return FAIL(ERR_FIELD, "field at: before the first contact of this case");
    if (*ret == CONTACT_OLD && !in_text(a, "reason").n)
        return FAIL(ERR_FIELD, "field reason: why is it told only after so many days?");
    return OK;
}

/* Who called at a time that was not safe and writes down another one: what is told late takes a reason where
 * it would not be agreed now, and oversight hears of it. */
static enum err ask_late(struct act *a, struct id subject, const char *channel)
{
    enum may_contact may;
    TRY(registry_may_contact(a->tx->vault, a->tx->db, a->arena, a->pack, a->subject, subject, channel,
                             a->tx->now_us, &may));
    if (may == CONTACT_AGREED)
        return OK;
    if (!in_text(a, "reason").n)
        return FAIL(ERR_FIELD, "field reason: at this hour it would not be safe: why is it told late?");
    a->obligations |= OBLIGE_NOTIFY_OVERSIGHT;
    return OK;
}

/* Refused unless she agreed to it, or her life is in danger: then with a reason, and reviewed. */
static enum err ask_rule(struct act *a, struct id subject, const char *channel, int64_t at_us,
                         bool *ret_danger)
{
    enum may_contact may;
    *ret_danger = false;
    if (str_is(in_text(a, "direction"), "person_came"))
        return OK;
    TRY(registry_may_contact(a->tx->vault, a->tx->db, a->arena, a->pack, a->subject, subject, channel, at_us,
                             &may));
    if (may == CONTACT_AGREED)
        return OK;
    if (!in_bool(a, "danger_to_life"))
        return FAIL(ERR_STATE, "%s", may_contact_words(may));
    if (!in_text(a, "reason").n)
        return FAIL(ERR_FIELD, "field reason: required where a life is in danger");
    *ret_danger = true;
    a->obligations |= OBLIGE_NOTIFY_OVERSIGHT | OBLIGE_REVIEW;
    return OK;
}

enum err contact_log_body(struct act *a)
{
    struct buf note CLEANUP(buf_free) = {0}, reason CLEANUP(buf_free) = {0};
    struct id id = id_new(), subject = in_id(a, "subject");
    enum contact_time when;
    int64_t at_us;
    const char *channel;
    bool linked, danger;
    TRY(subject_linked(a->tx->db, subject, a->subject, &linked));
    if (!linked)
        return FAIL(ERR_FIELD, "field subject: nobody of this case");
    TRY(known_channel(a, &channel));
    TRY(asked_time(a, &at_us, &when));
    TRY(act_may(a, CLASS_IDENTITY));
    TRY(ask_rule(a, subject, channel, at_us, &danger));
    if (when != CONTACT_NOW && !danger && !str_is(in_text(a, "direction"), "person_came"))
        TRY(ask_late(a, subject, channel));
    TRY(seal_text(a, id, CT_NOTE, "note", &note));
    TRY(seal_text(a, id, CT_REASON, "reason", &reason));
    struct cell cells[CT_COUNT] = {
        [CT_ID] = cell_id(&id),
        [CT_CASE] = cell_id(&a->subject),
        [CT_SUBJECT] = cell_id(&subject),
        [CT_AGENCY] = cell_c(a->ctx->agency),
        [CT_ACCOUNT] = cell_id_or_null(&a->ctx->account),
        [CT_ROLE] = cell_int(a->ctx->role),
        [CT_DIRECTION] = cell_str(in_text(a, "direction")),
        [CT_CHANNEL] = cell_c(channel),
        [CT_OUTCOME] = cell_str(in_text(a, "outcome")),
        [CT_AT] = cell_int(at_us),
        [CT_RECORDED] = cell_int(a->tx->now_us),
        [CT_DANGER] = cell_int(danger),
        [CT_NOTE] = note.n ? cell_str(buf_view(&note)) : cell_null(),
        [CT_REASON] = reason.n ? cell_str(buf_view(&reason)) : cell_null(),
    };
    a->ret_id = id;
    return row_insert(a->tx, &TABLE_CONTACT, cells);
}
