/* SPDX-License-Identifier: Apache-2.0 */
#include "core/schema.h"

#include "base/alloc.h"
#include "core/account.h"
#include "core/audit.h"
#include "core/clock.h"
#include "core/door.h"
#include "core/jobs.h"
#include "core/notice.h"
#include "core/proposal.h"
#include "core/record.h"
#include "core/vault.h"
#include "core/witness.h"

enum err schema_add(struct schema *s, const struct table *t)
{
    if (s->n == SCHEMA_TABLES_MAX)
        return FAIL(ERR_LIMIT, "more than %d tables", SCHEMA_TABLES_MAX);
    const struct table *other = schema_number(s, t->no);
    if (!other)
        other = schema_find(s, t->name);
    if (other)
        return FAIL(ERR_INTERNAL, "tables %s (%u) and %s (%u) have the same name or number", other->name,
                    other->no, t->name, t->no);
    s->tables[s->n++] = t;
    return OK;
}

void schema_core(struct schema *s)
{
    static const struct table *const core[] = {
        &TABLE_META,         &TABLE_AUDIT_LEAF,   &TABLE_AUDIT_SEQ,       &TABLE_AUDIT_CHECKPOINT,
        &TABLE_KEYRING,      &TABLE_COMPARTMENT,  &TABLE_COMPARTMENT_KEY, &TABLE_BLIND_INDEX,
        &TABLE_REQUEST,      &TABLE_ACCESS_GRANT, &TABLE_CONSENT,         &TABLE_BREAK_GLASS,
        &TABLE_OUTBOX,       &TABLE_RECORD,       &TABLE_RECORD_VERSION,  &TABLE_CLOCK,
        &TABLE_CLOCK_CHANGE, &TABLE_ACCOUNT,      &TABLE_ACCOUNT_ROLE,    &TABLE_ROSTER,
        &TABLE_SESSION,      &TABLE_JOB_LOCK,     &TABLE_PROPOSAL,        &TABLE_NOTICE,
        &TABLE_FACTOR,       &TABLE_CHALLENGE,    &TABLE_WITNESS_NOTE,
    };
    s->n = 0;
    for (size_t i = 0; i < sizeof core / sizeof *core; i++)
        s->tables[s->n++] = core[i];
}

const struct table *schema_find(const struct schema *s, const char *name)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->tables[i]->name, name) == 0)
            return s->tables[i];
    return NULL;
}

const struct table *schema_number(const struct schema *s, uint16_t no)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->tables[i]->no == no)
            return s->tables[i];
    return NULL;
}

enum err schema_create(struct db *db, const struct schema *s)
{
    for (size_t i = 0; i < s->n; i++)
        TRY(table_create(db, s->tables[i]));
    return OK;
}

int64_t schema_version(const struct schema *s)
{
    int64_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        n += (int64_t)s->tables[i]->ncolumns;
    return n;
}

static enum err version_of(struct db *db, int64_t *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool row;
    TRY(db_prepare(db, "SELECT value FROM meta WHERE name = 'schema'", &s));
    TRY(db_step(s, &row));
    if (!row || str_i64(db_text(s, 0), 1, INT32_MAX, ret) != OK)
        return FAIL(ERR_SCHEMA, "the meta row \"schema\" is no number");
    return OK;
}

static enum err look_for_meta(struct db *db, struct arena *a, bool *ret)
{
    const char **names;
    size_t n;
    TRY(db_tables(db, a, &names, &n));
    *ret = false;
    for (size_t i = 0; i < n && !*ret; i++)
        *ret = strcmp(names[i], TABLE_META.name) == 0;
    return OK;
}

enum err schema_mend(struct db *db, const struct schema *s, bool look_only, size_t *ret_n, bool *ret_earlier)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const char **indexes;
    size_t n, done = 0;
    int64_t version = 0;
    bool made;
    if (!a)
        return mem_fail();
    TRY(look_for_meta(db, a, &made));
    if (made) {
        TRY(version_of(db, &version));
        if (version > schema_version(s))
            return FAIL(ERR_SCHEMA, "the store has version %lld, this program knows %lld", (long long)version,
                        (long long)schema_version(s));
        TRY(db_indexes(db, a, &indexes, &n));
        for (size_t i = 0; i < s->n; i++)
            TRY(table_mend(db, a, s->tables[i], indexes, n, look_only, &done));
    }
    *ret_n = done;
    *ret_earlier = made && version < schema_version(s);
    return OK;
}
