/* SPDX-License-Identifier: Apache-2.0 */
/* consent.c - what she agreed to, and the end of a share (plan 5(1)/a, invariants 6 and 8). Given consent
 * opens classes to one agency for one purpose; only the holder's lead writes it down. Whoever works in the
 * case takes it back on her word, and it counts from the next question on. */
#include "registry/own.h"

static const char *const how_words[] = {"written", "oral", "oral_with_interpreter", NULL};
static const char *const purpose_words[] = {"protection", "investigation", "screening",
                                            "inspection", "repatriation",  NULL};
const struct input_field CONSENT_GIVE_INPUTS[8] = {
    {.name = "subject", .label = "Person or organisation", .type = IN_ID, .required = true},
    {.name = "agency", .label = "Agency", .type = IN_TEXT, .required = true},
    {.name = "purpose", .label = "For what", .type = IN_WORD, .required = true, .words = purpose_words},
    {.name = "class", .label = "Field class", .type = IN_TEXT, .multi = true, .required = true},
    {.name = "until", .label = "Until", .type = IN_TIME},
    {.name = "how", .label = "How it was given", .type = IN_WORD, .required = true, .words = how_words},
    {.name = "language", .label = "In which language", .type = IN_TEXT, .required = true},
    {.name = "guardian", .label = "Given by the guardian", .type = IN_ID},
};
const struct input_field CONSENT_WITHDRAW_INPUTS[1] = {
    {.name = "consent", .label = "Consent", .type = IN_ID, .required = true}};
const struct input_field GRANT_END_INPUTS[1] = {
    {.name = "agency", .label = "Agency", .type = IN_TEXT, .required = true}};

static enum err person_of_case(struct act *a, const char *input, struct id *ret)
{
    struct cell s[SU_COUNT];
    bool linked;
    *ret = in_id(a, input);
    TRY(subject_linked(a->tx->db, *ret, a->subject, &linked));
    if (!linked)
        return FAIL(ERR_FIELD, "field %s: nobody of this case", input);
    TRY(row_get(a->tx->db, a->arena, &TABLE_SUBJECT, *ret, s));
    return s[SU_TYPE].i == SUBJECT_PERSON ? OK
                                          : FAIL(ERR_FIELD, "field %s: a person, not an organization", input);
}

/* A guardian may be an offender: who stands as one in this case agrees to nothing for a child. */
static enum err guardian_of(struct act *a, struct id child, struct id *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    *ret = id_nil();
    if (!in_given(a, "guardian"))
        return OK;
    TRY(person_of_case(a, "guardian", ret));
    if (id_eq(*ret, child))
        return FAIL(ERR_FIELD, "field guardian: somebody else than the person");
    TRY(db_prepare(a->tx->db, "SELECT role FROM case_role WHERE subject = ?1", &s));
    db_bind_id(s, 1, ret);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        char *role = arena_cstr(a->arena, db_text(s, 0));
        if (!role)
            return arena_err(a->arena);
        if (role_class(a->pack, role) == CLASS_SUSPECT)
            return FAIL(ERR_FIELD, "field guardian: suspected of an offence, and cannot agree for a child");
    }
}

static enum err known_language(struct act *a)
{
    const struct code_list *list = pack_codes(a->pack, "language");
    char *word = arena_cstr(a->arena, in_text(a, "language"));
    if (!word)
        return arena_err(a->arena);
    return !list || code_find(list, word) ? OK
                                          : FAIL(ERR_FIELD, "field language: not a code of list language");
}

static enum err known_agency(struct act *a, const char **ret)
{
    *ret = arena_cstr(a->arena, in_text(a, "agency"));
    if (!*ret)
        return arena_err(a->arena);
    return pack_agency(a->pack, *ret) ? OK : FAIL(ERR_FIELD, "field agency: not one of the pack");
}

enum err consent_give_body(struct act *a)
{
    struct id id = id_new(), subject, guardian;
    const char *agency;
    uint32_t classes;
    int64_t until = 0;
    TRY(person_of_case(a, "subject", &subject));
    TRY(guardian_of(a, subject, &guardian));
    TRY(known_agency(a, &agency));
    TRY(known_language(a));
    if (in_given(a, "until"))
        TRY(utc_parse(in_text(a, "until"), &until));
    if (until && until <= a->tx->now_us)
        return FAIL(ERR_FIELD, "field until: in the future");
    TRY(case_shared_classes(a, BASIS_CONSENT, &classes));
    char *purpose = arena_cstr(a->arena, in_text(a, "purpose"));
    if (!purpose)
        return arena_err(a->arena);
    struct cell cells[CN_COUNT] = {
        [CN_ID] = cell_id(&id),
        [CN_CASE] = cell_id(&a->subject),
        [CN_SUBJECT] = cell_id(&subject),
        [CN_AGENCY] = cell_c(agency),
        [CN_CLASSES] = cell_int(classes),
        [CN_PURPOSE] = cell_int(purpose_find(purpose)),
        [CN_BASIS] = cell_int(BASIS_CONSENT),
        [CN_GIVEN] = cell_int(a->tx->now_us),
        [CN_UNTIL] = until ? cell_int(until) : cell_null(),
        [CN_WITHDRAWN] = cell_null(),
        [CN_HOW] = cell_str(in_text(a, "how")),
        [CN_LANGUAGE] = cell_str(in_text(a, "language")),
        [CN_RECORDED_BY] = cell_id_or_null(&a->ctx->account),
        [CN_WITHDRAWN_BY] = cell_null(),
        [CN_GUARDIAN] = cell_id_or_null(&guardian),
    };
    a->ret_id = id;
    return row_insert(a->tx, &TABLE_CONSENT, cells);
}

/* ---- taking back ------------------------------------------------------------------------------------------
 */

#define OPEN_MAX 400 /* grants, or consents, of one agency to one case, open today */
#define OPEN_GRANTS                                                                                     \
    "SELECT id FROM access_grant WHERE case_id = ?1 AND agency = ?2 AND (until_us IS NULL OR until_us " \
    "> ?3) ORDER BY id"
#define OPEN_CONSENTS                                                                                      \
    "SELECT id FROM consent WHERE case_id = ?1 AND agency = ?2 AND withdrawn_us IS NULL AND (until_us IS " \
    "NULL OR until_us > ?3) ORDER BY id"

static enum err open_ids(struct act *a, const char *sql, const char *agency, struct id *ret, size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    *ret_n = 0;
    TRY(db_prepare(a->tx->db, sql, &s));
    db_bind_id(s, 1, &a->subject);
    db_bind_text(s, 2, str_of(agency));
    db_bind_i64(s, 3, a->tx->now_us);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        if (*ret_n == OPEN_MAX)
            return FAIL(ERR_LIMIT, "more than %d of this case", OPEN_MAX);
        TRY(db_id(s, 0, &ret[(*ret_n)++]));
    }
}

static enum err end_grant(struct act *a, struct cell *g)
{
    int64_t from = g[AG_FROM].i, now = a->tx->now_us;
    g[AG_UNTIL] = cell_int(from > now ? from : now);
    return row_update(a->tx, &TABLE_ACCESS_GRANT, g, -1);
}

/* A share that rested on consent keeps the relation and loses the classes: what a colleague shared "with her
 * consent" is not open longer than she wants. Of another purpose than the one taken back it stays. */
static enum err weaken_grant(struct act *a, struct id id, uint32_t classes, int64_t purpose)
{
    struct cell g[AG_COUNT];
    TRY(row_get(a->tx->db, a->arena, &TABLE_ACCESS_GRANT, id, g));
    bool other_purpose = g[AG_PURPOSE].kind != CELL_NULL && g[AG_PURPOSE].i != purpose;
    if (g[AG_BASIS].i != BASIS_CONSENT || (purpose != PURPOSE_NONE && other_purpose))
        return OK;
    uint32_t all = (1u << CLASS_COUNT) - 2;
    uint32_t left = (g[AG_CLASSES].kind == CELL_NULL ? all : (uint32_t)g[AG_CLASSES].i) & ~classes;
    struct id account = cell_get_id(&g[AG_ACCOUNT]);
    struct grant_row kept = {.agency = g[AG_AGENCY].s.p,
                             .account = account,
                             .relation = (enum relation)g[AG_RELATION].i,
                             .basis = left ? BASIS_CONSENT : BASIS_NONE,
                             .from_us = g[AG_FROM].i > a->tx->now_us ? g[AG_FROM].i : a->tx->now_us,
                             .until_us = g[AG_UNTIL].kind == CELL_NULL ? 0 : g[AG_UNTIL].i,
                             .classes = left,
                             .purpose = g[AG_PURPOSE].kind == CELL_NULL ? PURPOSE_NONE
                                                                        : (enum purpose)g[AG_PURPOSE].i};
    TRY(end_grant(a, g));
    return grant_insert(a, a->subject, &kept);
}

enum err consent_withdraw_body(struct act *a)
{
    struct cell c[CN_COUNT];
    struct id *grants = ARENA_ARRAY(a->arena, OPEN_MAX, struct id);
    size_t n;
    if (!grants)
        return arena_err(a->arena);
    TRY(row_named(a, &TABLE_CONSENT, "consent", "consent", c));
    if (!id_eq(cell_get_id(&c[CN_CASE]), a->subject))
        return FAIL(ERR_NOT_FOUND, "consent");
    if (c[CN_WITHDRAWN].kind != CELL_NULL)
        return FAIL(ERR_STATE, "the consent was withdrawn already");
    c[CN_WITHDRAWN] = cell_int(a->tx->now_us);
    c[CN_WITHDRAWN_BY] = cell_id_or_null(&a->ctx->account);
    TRY(row_update(a->tx, &TABLE_CONSENT, c, a->expected_version));
    TRY(open_ids(a, OPEN_GRANTS, c[CN_AGENCY].s.p, grants, &n));
    for (size_t i = 0; i < n; i++)
        TRY(weaken_grant(a, grants[i], (uint32_t)c[CN_CLASSES].i, c[CN_PURPOSE].i));
    a->ret_id = cell_get_id(&c[CN_ID]);
    a->ret_version = c[CN_VERSION].i;
    return OK;
}

/* ---- grant.end --------------------------------------------------------------------------------------------
 */

/* Persons of this case that the agency has no part in through another one. */
#define CLOSED_SUBJECTS                                                                                    \
    "SELECT DISTINCT s.compartment FROM case_role r JOIN subject s ON s.id = r.subject WHERE r.case_id = " \
    "?1 AND NOT EXISTS (SELECT 1 FROM case_role o JOIN access_grant g ON g.case_id = o.case_id WHERE "     \
    "o.subject = r.subject AND o.case_id <> ?1 AND g.agency = ?2 AND (g.until_us IS NULL OR g.until_us > " \
    "?3))"

static enum err revoke_subjects(struct act *a, const char *agency)
{
    struct buf found CLEANUP(buf_free) = {0};
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(a->tx->db, CLOSED_SUBJECTS, &s));
    db_bind_id(s, 1, &a->subject);
    db_bind_text(s, 2, str_of(agency));
    db_bind_i64(s, 3, a->tx->now_us);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        buf_str(&found, db_blob(s, 0));
    }
    TRY(buf_err(&found));
    for (size_t i = 0; i + sizeof(struct id) <= found.n; i += sizeof(struct id)) {
        struct compartment_id c;
        const char *owner;
        memcpy(c.v.b, found.p + i, sizeof c.v.b);
        TRY(vault_owner(a->tx->db, a->arena, c, &owner));
        if (strcmp(owner, agency) != 0)
            TRY(vault_revoke(a->tx, c, agency));
    }
    return OK;
}

/* What she agreed to for this share ends with it, or a new share of another day would open at once what she
 * was asked about another time. Her consent was not withdrawn: it says until when it counted. */
static enum err end_consents(struct act *a, const char *agency)
{
    struct id *consents = ARENA_ARRAY(a->arena, OPEN_MAX, struct id);
    size_t n;
    if (!consents)
        return arena_err(a->arena);
    TRY(open_ids(a, OPEN_CONSENTS, agency, consents, &n));
    for (size_t i = 0; i < n; i++) {
        struct cell c[CN_COUNT];
        TRY(row_get(a->tx->db, a->arena, &TABLE_CONSENT, consents[i], c));
        c[CN_UNTIL] = cell_int(a->tx->now_us);
        TRY(row_update(a->tx, &TABLE_CONSENT, c, -1));
    }
    return OK;
}

enum err grant_end_body(struct act *a)
{
    struct id *grants = ARENA_ARRAY(a->arena, OPEN_MAX, struct id);
    const char *agency;
    size_t n;
    if (!grants)
        return arena_err(a->arena);
    TRY(known_agency(a, &agency));
    if (strcmp(agency, a->object.owner) == 0)
        return FAIL(ERR_FIELD, "field agency: the holder's own part does not end");
    TRY(open_ids(a, OPEN_GRANTS, agency, grants, &n));
    if (n == 0)
        return FAIL(ERR_STATE, "this agency has no part in the case today");
    for (size_t i = 0; i < n; i++) {
        struct cell g[AG_COUNT];
        TRY(row_get(a->tx->db, a->arena, &TABLE_ACCESS_GRANT, grants[i], g));
        TRY(end_grant(a, g));
    }
    TRY(vault_revoke(a->tx, a->object.compartment, agency));
    TRY(revoke_subjects(a, agency));
    TRY(end_consents(a, agency));
    a->ret_id = a->subject;
    return OK;
}
