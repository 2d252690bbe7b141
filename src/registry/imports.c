/* SPDX-License-Identifier: Apache-2.0 */
/* imports.c - cases that came from a file: undoing them, and walking all cases in the order of an export. */
#include "registry/own.h"

#define UNDO_MAX 200

/* Another agency was let into the case c, or wrote into it: its keys are not the importer's to destroy alone.
 */
#define OTHERS_WORK                                                                                        \
    "(EXISTS (SELECT g.id FROM access_grant g WHERE g.case_id = c.id AND g.agency <> c.agency) OR EXISTS " \
    "(SELECT x.id FROM record x WHERE x.case_id = c.id AND x.agency <> c.agency))"

static enum err collect(struct tx *tx, struct stmt *s, struct id **ret, size_t *ret_n)
{
    struct buf found CLEANUP(buf_free) = {0};
    struct str all;
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        buf_str(&found, db_blob(s, 0));
    }
    *ret_n = found.n / sizeof(struct id);
    TRY(buf_take(&found, tx->arena, &all));
    *ret = (struct id *)(uintptr_t)all.p;
    return OK;
}

/* Compartments of those who stand in no case but those of this import that go: who is in another case stays.
 */
static enum err only_here(struct tx *tx, struct id case_, const char *source, struct id **ret, size_t *ret_n)
{
    struct stmt *s;
    TRY(db_prepare(tx->db,
                   "SELECT DISTINCT s.compartment FROM case_role r JOIN subject s ON s.id = r.subject JOIN "
                   "compartment k ON k.id = s.compartment "
                   "WHERE r.case_id = ?1 AND k.shredded_us IS NULL AND NOT EXISTS (SELECT o.id FROM "
                   "case_role o JOIN case_file c ON c.id = o.case_id "
                   "WHERE o.subject = r.subject AND (c.source IS NULL OR c.source <> ?2 OR " OTHERS_WORK "))",
                   &s));
    db_bind_id(s, 1, &case_);
    db_bind_text(s, 2, str_of(source));
    return collect(tx, s, ret, ret_n);
}

static enum err undo_one(struct act *a, struct id case_, const char *source)
{
    struct cell c[CA_COUNT];
    struct id *compartments;
    size_t n;
    TRY(only_here(a->tx, case_, source, &compartments, &n));
    for (size_t i = 0; i < n; i++)
        TRY(vault_shred(a->tx, (struct compartment_id){compartments[i]}));
    TRY(case_load(a->tx->db, a->arena, case_, c));
    TRY(vault_shred(a->tx, (struct compartment_id){cell_get_id(&c[CA_COMPARTMENT])}));
    TRY(groups_without(a, case_));
    if (str_is(c[CA_STATE].s, "closed"))
        return OK;
    c[CA_STATE] = cell_c("closed");
    c[CA_CLOSED] = cell_int(a->tx->now_us);
    return row_update(a->tx, &TABLE_CASE, c, -1);
}

enum err registry_undo_imported(struct act *a, const char *source, size_t max, size_t *ret_n)
{
    struct stmt *s;
    struct id *cases;
    size_t n;
    if (max > UNDO_MAX)
        return FAIL(ERR_LIMIT, "at most %d cases at once", UNDO_MAX);
    TRY(db_prepare(a->tx->db,
                   "SELECT c.id FROM case_file c JOIN compartment k ON k.id = c.compartment WHERE c.source = "
                   "?1 AND k.shredded_us IS NULL AND NOT " OTHERS_WORK " ORDER BY c.source_row LIMIT ?2",
                   &s));
    db_bind_text(s, 1, str_of(source));
    db_bind_i64(s, 2, (int64_t)max);
    TRY(collect(a->tx, s, &cases, &n));
    for (size_t i = 0; i < n; i++)
        TRY(undo_one(a, cases[i], source));
    *ret_n = n;
    return OK;
}

enum err registry_kept_imported(struct db *db, const char *source, int64_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool row;
    TRY(db_prepare(db,
                   "SELECT count(*) FROM case_file c JOIN compartment k ON k.id = c.compartment WHERE "
                   "c.source = ?1 AND k.shredded_us IS NULL AND " OTHERS_WORK,
                   &s));
    db_bind_text(s, 1, str_of(source));
    TRY(db_step(s, &row));
    *ret_n = db_i64(s, 0);
    return OK;
}

static enum err page(struct stmt *s, struct registry_case *ret, size_t *ret_n)
{
    size_t n = 0;
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        ret[n].source_row = db_i64(s, 1);
        struct str number = db_text(s, 2);
        snprintf(ret[n].number, sizeof ret[n].number, "%.*s", STR_FMT(number));
        enum err e = db_id(s, 0, &ret[n++].id);
        if (e != OK) {
            db_reset(s);
            return e;
        }
    }
    *ret_n = n;
    return OK;
}

enum err registry_imported_page(struct db *db, const char *source, int64_t after_row, int64_t opened_until_us,
                                size_t max, struct registry_case *ret, size_t *ret_n)
{
    struct stmt *s;
    TRY(db_prepare(db,
                   "SELECT id, source_row, number FROM case_file WHERE source = ?1 AND source_row > ?2 AND "
                   "opened_us <= ?4 ORDER BY source_row LIMIT ?3",
                   &s));
    db_bind_text(s, 1, str_of(source));
    db_bind_i64(s, 2, after_row);
    db_bind_i64(s, 3, (int64_t)max);
    db_bind_i64(s, 4, opened_until_us);
    return page(s, ret, ret_n);
}

enum err registry_own_page(struct db *db, const struct registry_case *after, int64_t opened_until_us,
                           size_t max, struct registry_case *ret, size_t *ret_n)
{
    struct stmt *s;
    TRY(db_prepare(db,
                   "SELECT id, 0, number FROM case_file WHERE (number > ?1 OR (number = ?1 AND id > ?2)) AND "
                   "source IS NULL AND opened_us <= ?4 ORDER BY number, id LIMIT ?3",
                   &s));
    db_bind_text(s, 1, str_of(after->number));
    db_bind_id(s, 2, &after->id);
    db_bind_i64(s, 3, (int64_t)max);
    db_bind_i64(s, 4, opened_until_us);
    return page(s, ret, ret_n);
}

enum err registry_role_in(struct db *db, struct id case_, struct id subject, const char *role, bool *ret)
{
    struct stmt *s;
    TRY(db_prepare(db, "SELECT id FROM case_role WHERE case_id = ?1 AND subject = ?2 AND role = ?3 LIMIT 1",
                   &s));
    db_bind_id(s, 1, &case_);
    db_bind_id(s, 2, &subject);
    db_bind_text(s, 3, str_of(role));
    TRY(db_step(s, ret));
    if (*ret)
        db_reset(s);
    return OK;
}
