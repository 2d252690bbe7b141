/* SPDX-License-Identifier: Apache-2.0 */
/* Backup files: the header, which anybody can change, and the rows behind it. What was read is written and
 * read again the same. */
#include "core/backup/own.h"
#include "fuzz.h"

static void header(struct str text)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct buf again CLEANUP(buf_free) = {0};
    struct backup_header h, h2;
    enum err e = backup_header_read(text, a, &h);
    REQUIRE(e == OK || e == ERR_CRYPTO || e == ERR_UNSUPPORTED);
    if (e != OK)
        return;
    REQUIRE(backup_header_write(&h, &again) == OK);
    REQUIRE(backup_header_read(buf_view(&again), a, &h2) == OK);
    REQUIRE(h.keys == h2.keys && h.at_us == h2.at_us && h.nwraps == h2.nwraps);
    REQUIRE(memcmp(h.nonce, h2.nonce, sizeof h.nonce) == 0);
    for (size_t i = 0; i < h.nwraps; i++)
        REQUIRE(h.wraps[i].cost == h2.wraps[i].cost && str_eq(h.wraps[i].salt, h2.wraps[i].salt) &&
                str_eq(h.wraps[i].wrapped, h2.wraps[i].wrapped));
}

static enum err give(void *user, void *p, size_t n, size_t *ret_n)
{
    struct str *left = user;
    *ret_n = left->n < n ? left->n : n;
    if (*ret_n)
        memcpy(p, left->p, *ret_n);
    *left = str_sub(*left, *ret_n, left->n);
    return OK;
}

static size_t rows(struct str text, const struct schema *schema, struct buf *again, enum err *ret_err)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(128 << 20);
    struct backup_reader r = {.source = give, .user = &text, .schema = schema};
    const struct table *last = NULL;
    struct cell cells[TABLE_COLUMNS_MAX];
    bool row = true;
    while (row) {
        arena_reset(a);
        *ret_err = backup_row_read(&r, a, cells, &row);
        if (*ret_err != OK)
            return 0;
        if (row && r.table != last)
            REQUIRE(backup_table_write(r.table, again) == OK);
        if (row)
            REQUIRE(backup_row_write(r.table, cells, again) == OK);
        last = r.table;
    }
    backup_end_write(r.rows, again);
    return (size_t)r.rows;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct buf again CLEANUP(buf_free) = {0}, third CLEANUP(buf_free) = {0};
    struct schema schema;
    int64_t at;
    enum err e, e2;
    char name[64] = {0};
    schema_core(&schema);
    header(text);
    if (size)
        memcpy(name, data, size < sizeof name ? size : sizeof name - 1);
    (void)backup_name_time(name, "keys", &at);
    size_t n = rows(text, &schema, &again, &e);
    REQUIRE(e == OK || e == ERR_CRYPTO || e == ERR_UNSUPPORTED || e == ERR_LIMIT);
    if (e == OK)
        REQUIRE(rows(buf_view(&again), &schema, &third, &e2) == n && e2 == OK &&
                str_eq(buf_view(&again), buf_view(&third)));
    return 0;
}
