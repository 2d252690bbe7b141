/* SPDX-License-Identifier: Apache-2.0 */
/* backup_own.h - what a backup file looks like; shared by backup.c and backup_file.c only.
 *
 * A stream file (sys/crypto.h) whose header, in the clear, is text: five sorts of lines, LF behind each, in
 * this order:
 *
 *     akari backup 1
 *     content data                         or keys
 *     at 2026-11-22T00:12:37.123456Z
 *     nonce HEX                            16 bytes; with the root key it gives the key of the stream
 *     root NAME COST SALT WRAPPED          how a passphrase or key file opens the root; one line for each
 *
 * and whose content is, for each table, T number(2) name length(1) name columns(2), then for each row R and
 * its cells: 0 = NULL, 1 number(8), 2 length(4) bytes. At the end E rows(8). Big-endian. Tables come in an
 * order in which no row refers to a later table. A table may have more columns when it is read: those are
 * NULL. */
#pragma once
#include "core/backup.h"

#define BACKUP_TABLE_NAME_MAX 63

struct backup_header {
    bool keys;
    int64_t at_us;
    uint8_t nonce[16];
    const struct root_wrap *wraps;
    size_t nwraps;
};
enum err backup_header_write(const struct backup_header *h, struct buf *out) NODISCARD;
enum err backup_header_read(struct str s, struct arena *a,
                            struct backup_header *ret) NODISCARD; /* ERR_CRYPTO when malformed */

enum err backup_table_write(const struct table *t, struct buf *out) NODISCARD;
enum err backup_row_write(const struct table *t, const struct cell *cells, struct buf *out) NODISCARD;
void backup_end_write(int64_t rows, struct buf *out);

/* Reads from anything. */
typedef enum err backup_source(void *user, void *p, size_t n, size_t *ret_n);
struct backup_reader {
    backup_source *source;
    void *user;
    const struct schema *schema;
    const struct table *table;
    size_t ncolumns; /* of the present table: the first ones of its columns */
    int64_t rows;
};
/* The next row in cells (TABLE_COLUMNS_MAX), slices in the arena; r->table says of which table. *ret_row
 * false at the end. ERR_CRYPTO when malformed, ERR_UNSUPPORTED for a table or a column that this program does
 * not have. */
enum err backup_row_read(struct backup_reader *r, struct arena *a, struct cell *ret_cells,
                         bool *ret_row) NODISCARD;

/* Time of a file name "PREFIX-YYYYMMDDThhmmssZ-XXXX.akb", or of what a crash left of one; false for any
 * other. */
bool backup_name_time(const char *name, const char *prefix, int64_t *ret_us);
