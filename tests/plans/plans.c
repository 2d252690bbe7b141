/* SPDX-License-Identifier: Apache-2.0 */
#include "plans/plans.h"

#include "base/alloc.h"

#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct plan_query seen[PLANS_MAX];
static size_t nseen;
static bool failed, watching; /* a writer may still be in a statement when nobody wants to know any more */

static void count(void *user, const char *sql)
{
    size_t i = 0;
    (void)user;
    pthread_mutex_lock(&lock);
    if (!watching) {
        pthread_mutex_unlock(&lock);
        return;
    }
    while (i < nseen && strcmp(seen[i].sql, sql) != 0)
        i++;
    if (i == nseen && nseen < PLANS_MAX) {
        char *copy = mem_strdup(sql);
        failed |= !copy;
        if (copy)
            seen[nseen++] = (struct plan_query){copy, 0};
    }
    failed |= i == PLANS_MAX;
    if (i < nseen)
        seen[i].runs++;
    pthread_mutex_unlock(&lock);
}

static void forget(void)
{
    for (size_t i = 0; i < nseen; i++)
        mem_free((void *)(uintptr_t)seen[i].sql);
    nseen = 0;
}

void plans_watch(void)
{
    pthread_mutex_lock(&lock);
    forget();
    failed = false;
    watching = true;
    pthread_mutex_unlock(&lock);
    db_observe(count, NULL);
}

static int by_runs(const void *a, const void *b)
{
    const struct plan_query *x = a, *y = b;
    return x->runs > y->runs ? -1 : x->runs < y->runs;
}

enum err plans_unwatch(const struct plan_query **ret, size_t *ret_n)
{
    db_observe(NULL, NULL);
    pthread_mutex_lock(&lock);
    watching = false;
    pthread_mutex_unlock(&lock);
    qsort(seen, nseen, sizeof *seen, by_runs);
    *ret = seen;
    *ret_n = nseen;
    return failed ? FAIL(ERR_LIMIT, "not all statements were counted") : OK;
}

static void name_of(const char *p, char ret[64])
{
    snprintf(ret, 64, "%.*s", (int)strcspn(p, " \n"), p);
}

/* EXPLAIN QUERY PLAN: a line a table, SEARCH where a condition picks a part of it. */
static bool sqlite_scans(const char *sql, const char *plan, char ret[64])
{
    bool ends_early = strstr(sql, " LIMIT ") && !strstr(sql, " WHERE ") && !strstr(plan, "TEMP B-TREE");
    for (const char *line = plan; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        if (strncmp(line, "SCAN ", 5) == 0 && strncmp(line, "SCAN CONSTANT ROW", 17) != 0 && line[5] != '(') {
            name_of(line + 5, ret);
            return !ends_early;
        }
    return false;
}

/* EXPLAIN: a node a line, its conditions on the lines below it. An index that is read in order under a LIMIT
 * ends early. */
static bool postgres_scans(const char *plan, char ret[64])
{
    bool limited = strstr(plan, "Limit") && !strstr(plan, "Filter:") && !strstr(plan, "Sort");
    const char *unconditional = NULL;
    for (const char *line = plan; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        char text[300];
        snprintf(text, sizeof text, "%.*s", (int)strcspn(line, "\n"), line);
        const char *on = strstr(text, " on "), *index = strstr(text, "Index ");
        if (strstr(text, "Index Cond:"))
            unconditional = NULL;
        bool node = on && strstr(text, "Scan") && (strstr(text, "->") || line == plan);
        if (unconditional && node)
            break;
        if (node && strstr(text, "Seq Scan on ")) {
            name_of(on + 4, ret);
            return true;
        }
        if (node && index && !limited)
            unconditional = line;
    }
    if (unconditional)
        name_of(strstr(unconditional, " on ") + 4, ret);
    return unconditional != NULL;
}

/* A list that is made first, of all that one name finds; SQLite puts what it reads on the next line. */
static bool sqlite_gathers(const char *plan)
{
    for (const char *at = strstr(plan, "LIST SUBQUERY"); at; at = strstr(at + 1, "LIST SUBQUERY")) {
        const char *reads = strchr(at, '\n');
        char line[200];
        snprintf(line, sizeof line, "%.*s", reads ? (int)strcspn(reads + 1, "\n") : 0,
                 reads ? reads + 1 : "");
        if (strstr(line, " access_grant_") && (strstr(line, "(account=?)") || strstr(line, "(agency=?)")))
            return true;
    }
    return false;
}

/* An index that is asked for one name alone, for a hash that is filled first. */
static bool postgres_gathers(const char *plan)
{
    return strstr(plan, "hashed SubPlan") && strstr(plan, " on access_grant") &&
           (strstr(plan, "Index Cond: (account = $") || strstr(plan, "Index Cond: (agency = $"));
}

bool plan_gathers_grants(enum db_kind kind, const char *plan)
{
    return kind == DB_SQLITE ? sqlite_gathers(plan) : postgres_gathers(plan);
}

bool plan_scans(enum db_kind kind, const char *sql, const char *plan, char ret_what[64])
{
    return kind == DB_SQLITE ? sqlite_scans(sql, plan, ret_what) : postgres_scans(plan, ret_what);
}
