/* SPDX-License-Identifier: Apache-2.0 */
/* named.c - what the index of names (search/) asks the registry: names and telephones of a subject as the
 * system reads them, and the same for a viewer, whom the policy is asked about. */
#include "registry/own.h"
#include "sys/text.h"

/* ---- for the index ------------------------------------------------------------------------------------- */

static const char *const forms[] = {"full", "family", "given", "reading", "passport_form"};

static enum err add_text(struct arena *a, struct registry_named *m, struct id row, const char *form,
                         struct str text)
{
    if (m->n == REGISTRY_TEXTS_MAX || !text.n)
        return OK;
    if (!m->texts)
        m->texts = ARENA_ARRAY(a, REGISTRY_TEXTS_MAX, struct registry_text);
    if (!m->texts)
        return arena_err(a);
    m->texts[m->n++] = (struct registry_text){row, form, text};
    return OK;
}

static enum err add_name(struct arena *a, struct registry_named *m, struct id row, struct str body)
{
    struct pair *p;
    size_t n;
    TRY(record_body_parse(body, a, &p, &n));
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++)
        for (size_t i = 0; i < n; i++)
            if (str_is(p[i].name, forms[f]) && p[i].state == VALUE_GIVEN)
                TRY(add_text(a, m, row, forms[f], p[i].value));
    return OK;
}

/* The sealed rows of one table. ERR_SHREDDED: her keys are gone, and so is all of it. */
static enum err add_sealed(struct vault *v, struct db *db, struct arena *a, const struct table *t, int column,
                           const char *sql, struct registry_named *m)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    int64_t now_us = INT64_MAX / 2;
    const char *owner = m->holder;
    TRY(db_prepare(db, sql, &s));
    db_bind_id(s, 1, &m->subject);
    for (;;) {
        struct id row_id;
        struct str plain;
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        TRY(db_id(s, 0, &row_id));
        TRY(vault_open(v, db, owner, (struct compartment_id){m->compartment}, (enum field_class)db_i64(s, 1),
                       now_us, (struct place){t, row_id, column}, db_blob(s, 2), a, &plain));
        if (t == &TABLE_NAME)
            TRY(add_name(a, m, row_id, plain));
        else
            TRY(add_text(a, m, row_id, "phone", plain));
    }
}

/* Who has part in a case of hers today: what an agency had part in once is not in its index any more. */
static enum err add_agencies(struct db *db, struct arena *a, int64_t now_us, struct registry_named *m)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(
        db,
        "SELECT c.agency FROM case_role r JOIN case_file c ON c.id = r.case_id WHERE r.subject = ?1 "
        "UNION SELECT g.agency FROM case_role r JOIN access_grant g ON g.case_id = r.case_id WHERE "
        "r.subject = ?1 AND g.from_us <= ?3 AND (g.until_us IS NULL OR g.until_us > ?3) ORDER BY 1 LIMIT ?2",
        &s));
    db_bind_id(s, 1, &m->subject);
    db_bind_i64(s, 2, REGISTRY_AGENCIES_MAX);
    db_bind_i64(s, 3, now_us);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        m->agencies[m->nagencies] = arena_cstr(a, db_text(s, 0));
        if (!m->agencies[m->nagencies])
            return arena_err(a);
        m->nagencies++;
    }
}

enum err registry_named(struct vault *v, struct db *db, struct arena *a, struct id subject, int64_t now_us,
                        struct registry_named *ret)
{
    struct cell c[SU_COUNT];
    TRY(row_get(db, a, &TABLE_SUBJECT, subject, c));
    *ret = (struct registry_named){
        .subject = subject, .compartment = cell_get_id(&c[SU_COMPARTMENT]), .holder = c[SU_AGENCY].s.p};
    TRY(vault_owner(db, a, (struct compartment_id){ret->compartment}, &ret->holder));
    TRY(add_agencies(db, a, now_us, ret));
    enum err e = add_sealed(v, db, a, &TABLE_NAME, NA_BODY,
                            "SELECT id, class, body FROM name WHERE subject = ?1 ORDER BY from_us, id", ret);
    if (e == OK)
        e = add_sealed(
            v, db, a, &TABLE_IDENTIFIER, IT_VALUE,
            "SELECT id, class, value FROM identifier WHERE subject = ?1 AND type = 'phone' ORDER BY "
            "from_us, id",
            ret);
    if (e == ERR_SHREDDED || e == ERR_SEALED) {
        err_clear();
        ret->n = 0;
        e = OK;
    }
    return e;
}

/* Ids that a query with one id parameter gives. */
static enum err ids_of(struct db *db, const char *sql, struct id key, struct buf *out)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(db, sql, &s));
    db_bind_id(s, 1, &key);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return buf_err(out);
        buf_str(out, db_blob(s, 0));
    }
}

enum err registry_subjects_of_change(struct db *db, unsigned table, struct id row, struct buf *ret_subjects)
{
    if (table == TABLE_SUBJECT.no)
        buf_bytes(ret_subjects, row.b, sizeof row.b);
    else if (table == TABLE_NAME.no)
        TRY(ids_of(db, "SELECT subject FROM name WHERE id = ?1", row, ret_subjects));
    else if (table == TABLE_IDENTIFIER.no)
        TRY(ids_of(db, "SELECT subject FROM identifier WHERE id = ?1", row, ret_subjects));
    else if (table == TABLE_CASE_ROLE.no)
        TRY(ids_of(db, "SELECT subject FROM case_role WHERE id = ?1", row, ret_subjects));
    else if (table == TABLE_ACCESS_GRANT.no)
        TRY(ids_of(
            db,
            "SELECT r.subject FROM access_grant g JOIN case_role r ON r.case_id = g.case_id WHERE g.id = "
            "?1",
            row, ret_subjects));
    return buf_err(ret_subjects);
}

enum err registry_subjects_by_time(struct db *db, int64_t after_us, int64_t now_us, struct buf *ret_subjects)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(db,
                   "SELECT r.subject FROM access_grant g JOIN case_role r ON r.case_id = g.case_id WHERE "
                   "(g.until_us > ?1 AND g.until_us <= ?2) UNION SELECT r.subject FROM access_grant g JOIN "
                   "case_role r ON r.case_id = g.case_id WHERE g.from_us > ?1 AND g.from_us <= ?2",
                   &s));
    db_bind_i64(s, 1, after_us);
    db_bind_i64(s, 2, now_us);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return buf_err(ret_subjects);
        buf_str(ret_subjects, db_blob(s, 0));
    }
}

enum err registry_next_by_time(struct db *db, int64_t now_us, int64_t *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool row;
    TRY(db_prepare(
        db,
        "SELECT min(t.at_us) FROM (SELECT min(until_us) AS at_us FROM access_grant WHERE until_us > ?1 "
        "UNION ALL SELECT min(from_us) AS at_us FROM access_grant WHERE from_us > ?1) t",
        &s));
    db_bind_i64(s, 1, now_us);
    TRY(db_step(s, &row));
    *ret = row && !db_null(s, 0) ? db_i64(s, 0) : INT64_MAX;
    return OK;
}

enum err registry_subject_page(struct db *db, struct id after, size_t max, struct id *ret, size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    *ret_n = 0;
    TRY(db_prepare(db, "SELECT id FROM subject WHERE id > ?1 ORDER BY id LIMIT ?2", &s));
    db_bind_id(s, 1, &after);
    db_bind_i64(s, 2, (int64_t)max);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        TRY(db_id(s, 0, &ret[*ret_n]));
        ++*ret_n;
    }
}

/* ---- for a viewer -------------------------------------------------------------------------------------- */

enum err registry_cases_of(struct view *v, struct id subject, size_t max, struct id *ret, size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    *ret_n = 0;
    TRY(db_prepare(
        v->db,
        "SELECT c.id FROM (SELECT DISTINCT r.case_id FROM case_role r WHERE r.subject = ?1) f CROSS "
        "JOIN case_file c WHERE c.id = f.case_id ORDER BY c.opened_us DESC, c.id DESC LIMIT ?2",
        &s));
    db_bind_id(s, 1, &subject);
    db_bind_i64(s, 2, (int64_t)max);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        TRY(db_id(s, 0, &ret[*ret_n]));
        ++*ret_n;
    }
}

enum err registry_shown(struct view *v, struct id subject, struct id case_, struct id row, const char *form,
                        struct shown *ret)
{
    struct cell c[TABLE_COLUMNS_MAX];
    struct object o;
    bool phone = strcmp(form, "phone") == 0;
    const struct table *t = phone ? &TABLE_IDENTIFIER : &TABLE_NAME;
    *ret = (struct shown){.text = STR(""), .verdict = VERDICT_CONCEAL, .reason = REASON_CLASS};
    enum err e = REGISTRY_ENTITIES.subject(v->db, v->arena, subject, (struct case_id){case_}, &o);
    if (e == OK)
        e = row_get(v->db, v->arena, t, row, c);
    if (e == ERR_NOT_FOUND) {
        err_clear();
        return OK;
    }
    TRY(e);
    o.found = true;
    if (view_decide(v, &o, CLASS_NONE).verdict != VERDICT_ALLOW)
        return OK;
    if (phone)
        return view_unseal(v, &o, (enum field_class)c[IT_CLASS].i, (struct place){t, row, IT_VALUE},
                           c[IT_VALUE].s, ret);
    struct pair *p;
    size_t n;
    TRY(view_unseal(v, &o, (enum field_class)c[NA_CLASS].i, (struct place){t, row, NA_BODY}, c[NA_BODY].s,
                    ret));
    if (ret->verdict != VERDICT_ALLOW)
        return OK;
    TRY(record_body_parse(ret->text, v->arena, &p, &n));
    ret->text = STR("");
    for (size_t i = 0; i < n; i++)
        if (str_is(p[i].name, "full"))
            ret->text = p[i].value;
    return OK;
}

enum err registry_identifier_rows(struct view *v, struct id subject, const char *type, struct id *ret,
                                  size_t max, size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    *ret_n = 0;
    TRY(db_prepare(v->db,
                   "SELECT id FROM identifier WHERE subject = ?1 AND type = ?2 ORDER BY from_us, id LIMIT ?3",
                   &s));
    db_bind_id(s, 1, &subject);
    db_bind_text(s, 2, str_of(type));
    db_bind_i64(s, 3, (int64_t)max);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        TRY(db_id(s, 0, &ret[*ret_n]));
        ++*ret_n;
    }
}
