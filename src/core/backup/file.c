/* SPDX-License-Identifier: Apache-2.0 */
/* backup_file.c - the form of backup files; no I/O of its own. */
#include "base/calendar.h"
#include "base/limits.h"
#include "core/backup/own.h"

/* ---- header ----------------------------------------------------------------------------------------- */

enum err backup_header_write(const struct backup_header *h, struct buf *out)
{
    char at[28];
    utc_text(h->at_us, at);
    buf_printf(out, "akari backup 1\ncontent %s\nat %s\nnonce ", h->keys ? "keys" : "data", at);
    buf_hex(out, h->nonce, sizeof h->nonce);
    buf_char(out, '\n');
    for (size_t i = 0; i < h->nwraps; i++) {
        const struct root_wrap *w = &h->wraps[i];
        buf_printf(out, "root %s %lld ", w->name, (long long)w->cost);
        buf_hex(out, w->salt.p, w->salt.n);
        buf_char(out, ' ');
        buf_hex(out, w->wrapped.p, w->wrapped.n);
        buf_char(out, '\n');
    }
    return buf_err(out);
}

static enum err malformed(const char *what)
{
    return FAIL(ERR_CRYPTO, "the header of the backup is damaged: %s", what);
}

/* "WORD rest" -> rest. */
static bool take_line(struct str *text, const char *word, struct str *ret)
{
    struct str line;
    size_t n = strlen(word);
    ptrdiff_t end = str_find(*text, '\n');
    if (end < 0)
        return false;
    line = str_sub(*text, 0, (size_t)end);
    if (!str_starts(line, word) || line.n < n + 2 || line.p[n] != ' ')
        return false;
    *ret = str_sub(line, n + 1, line.n);
    *text = str_sub(*text, (size_t)end + 1, text->n);
    return true;
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum err take_hex(struct str hex, struct arena *a, struct str *ret)
{
    char *p = arena_alloc(a, hex.n / 2 + 1);
    if (!p)
        return arena_err(a);
    if (hex.n == 0 || hex.n % 2)
        return malformed("hexadecimal digits in pairs");
    for (size_t i = 0; i < hex.n; i += 2) {
        int high = digit(hex.p[i]), low = digit(hex.p[i + 1]);
        if (high < 0 || low < 0)
            return malformed("hexadecimal digits");
        p[i / 2] = (char)(high * 16 + low);
    }
    *ret = (struct str){p, hex.n / 2};
    return OK;
}

static bool name_ok(struct str name)
{
    for (size_t i = 0; i < name.n; i++)
        if (!(name.p[i] >= 'a' && name.p[i] <= 'z') && name.p[i] != '/')
            return false;
    return name.n > 0 && name.n < 64;
}

static enum err take_wrap(struct str line, struct arena *a, struct root_wrap *ret)
{
    struct str name, cost, salt;
    if (!str_cut(&line, ' ', &name) || !str_cut(&line, ' ', &cost) || !str_cut(&line, ' ', &salt) ||
        !name_ok(name))
        return malformed("a line of the root key");
    if (str_i64(cost, 0, ARGON_DEMO, &ret->cost) != OK)
        return malformed("a cost");
    ret->name = arena_cstr(a, name);
    if (!ret->name)
        return arena_err(a);
    TRY(take_hex(salt, a, &ret->salt));
    return take_hex(line, a, &ret->wrapped);
}

#define WRAPS_MAX 8

enum err backup_header_read(struct str s, struct arena *a, struct backup_header *ret)
{
    struct backup_header h = {0};
    struct str line, nonce;
    struct root_wrap *wraps = ARENA_ARRAY(a, WRAPS_MAX, struct root_wrap);
    if (!wraps)
        return arena_err(a);
    if (!take_line(&s, "akari backup", &line))
        return FAIL(ERR_CRYPTO, "this is no backup");
    if (!str_is(line, "1"))
        return FAIL(ERR_UNSUPPORTED, "a backup of another version of the program");
    if (!take_line(&s, "content", &line) || (!str_is(line, "data") && !str_is(line, "keys")))
        return malformed("its content");
    h.keys = str_is(line, "keys");
    if (!take_line(&s, "at", &line) || utc_parse(line, &h.at_us) != OK)
        return malformed("its time");
    if (!take_line(&s, "nonce", &line))
        return malformed("its random number");
    TRY(take_hex(line, a, &nonce));
    if (nonce.n != sizeof h.nonce)
        return malformed("the length of its random number");
    memcpy(h.nonce, nonce.p, sizeof h.nonce);
    for (; h.nwraps < WRAPS_MAX && take_line(&s, "root", &line); h.nwraps++)
        TRY(take_wrap(line, a, &wraps[h.nwraps]));
    if (s.n || !h.nwraps)
        return malformed("its last lines");
    h.wraps = wraps;
    *ret = h;
    return OK;
}

/* ---- rows, out -------------------------------------------------------------------------------------- */

enum err backup_table_write(const struct table *t, struct buf *out)
{
    size_t n = strlen(t->name);
    if (n > BACKUP_TABLE_NAME_MAX)
        return FAIL(ERR_INTERNAL, "table %s: its name is too long", t->name);
    buf_char(out, 'T');
    buf_be16(out, t->no);
    buf_u8(out, (uint8_t)n);
    buf_bytes(out, t->name, n);
    buf_be16(out, (uint16_t)t->ncolumns);
    return buf_err(out);
}

enum err backup_row_write(const struct table *t, const struct cell *cells, struct buf *out)
{
    buf_char(out, 'R');
    for (size_t i = 0; i < t->ncolumns; i++) {
        buf_u8(out, (uint8_t)cells[i].kind);
        if (cells[i].kind == CELL_INT) {
            buf_be64(out, (uint64_t)cells[i].i);
        } else if (cells[i].kind == CELL_BYTES) {
            buf_be32(out, (uint32_t)cells[i].s.n);
            buf_str(out, cells[i].s);
        }
    }
    return buf_err(out);
}

void backup_end_write(int64_t rows, struct buf *out)
{
    buf_char(out, 'E');
    buf_be64(out, (uint64_t)rows);
}

/* ---- rows, in --------------------------------------------------------------------------------------- */

static enum err read_bytes(struct backup_reader *r, void *p, size_t n)
{
    size_t got;
    TRY(r->source(r->user, p, n, &got));
    return got == n ? OK : FAIL(ERR_CRYPTO, "the backup ends in the middle of a row");
}

static enum err read_number(struct backup_reader *r, size_t bytes, uint64_t *ret)
{
    uint8_t b[8];
    uint64_t v = 0;
    TRY(read_bytes(r, b, bytes));
    for (size_t i = 0; i < bytes; i++)
        v = v << 8 | b[i];
    *ret = v;
    return OK;
}

static enum err read_table(struct backup_reader *r)
{
    uint64_t no, n, columns;
    char name[BACKUP_TABLE_NAME_MAX + 1] = {0};
    TRY(read_number(r, 2, &no));
    TRY(read_number(r, 1, &n));
    if (n == 0 || n > BACKUP_TABLE_NAME_MAX)
        return FAIL(ERR_CRYPTO, "the backup has a table without a name");
    TRY(read_bytes(r, name, n));
    TRY(read_number(r, 2, &columns));
    const struct table *t = schema_number(r->schema, (uint16_t)no);
    if (!t || strcmp(t->name, name) != 0)
        return FAIL(ERR_UNSUPPORTED, "the backup has table number %llu, which this program does not have",
                    (unsigned long long)no);
    if (columns == 0 || columns > t->ncolumns)
        return FAIL(ERR_UNSUPPORTED, "table %s has %llu columns in the backup, %zu here", t->name,
                    (unsigned long long)columns, t->ncolumns);
    r->table = t;
    r->ncolumns = columns;
    return OK;
}

static enum err read_cell(struct backup_reader *r, struct arena *a, struct cell *ret)
{
    uint64_t kind, v;
    TRY(read_number(r, 1, &kind));
    if (kind == CELL_NULL) {
        *ret = cell_null();
        return OK;
    }
    if (kind == CELL_INT) {
        TRY(read_number(r, 8, &v));
        *ret = cell_int((int64_t)v);
        return OK;
    }
    if (kind != CELL_BYTES)
        return FAIL(ERR_CRYPTO, "the backup has a value of no sort");
    TRY(read_number(r, 4, &v));
    if (v > DB_MAX_VALUE_BYTES)
        return FAIL(ERR_CRYPTO, "the backup has a value that is too long");
    char *p = arena_alloc(a, v + 1);
    if (!p)
        return arena_err(a);
    TRY(read_bytes(r, p, v));
    *ret = cell_str((struct str){p, v});
    return OK;
}

static enum err read_end(struct backup_reader *r)
{
    uint64_t rows;
    uint8_t more;
    size_t n;
    TRY(read_number(r, 8, &rows));
    TRY(r->source(r->user, &more, 1, &n));
    if (n || rows != (uint64_t)r->rows)
        return FAIL(ERR_CRYPTO, "the backup does not end where it says");
    return OK;
}

enum err backup_row_read(struct backup_reader *r, struct arena *a, struct cell *ret_cells, bool *ret_row)
{
    for (;;) {
        uint64_t what;
        TRY(read_number(r, 1, &what));
        *ret_row = what == 'R';
        if (what == 'E')
            return read_end(r);
        if (what == 'R' && r->table)
            break;
        if (what != 'T')
            return FAIL(ERR_CRYPTO, "the backup has a part of no sort");
        TRY(read_table(r));
    }
    for (size_t i = 0; i < r->ncolumns; i++)
        TRY(read_cell(r, a, &ret_cells[i]));
    for (size_t i = r->ncolumns; i < r->table->ncolumns; i++)
        ret_cells[i] = cell_null();
    r->rows++;
    return OK;
}

/* ---- names ------------------------------------------------------------------------------------------ */

/* The form: 0 stands for a digit, x for a hexadecimal one. */
static bool like(const char *s, const char *form)
{
    for (; *form; s++, form++)
        if (*form == '0' ? !(*s >= '0' && *s <= '9') : *form == 'x' ? digit(*s) < 0 : *s != *form)
            return false;
    return *s == '\0' || strncmp(s, ".tmp-", 5) == 0;
}

bool backup_name_time(const char *name, const char *prefix, int64_t *ret_us)
{
    size_t n = strlen(prefix);
    char utc[32];
    if (strncmp(name, prefix, n) != 0 || !like(name + n, "-00000000T000000Z-xxxx.akb"))
        return false;
    const char *p = name + n + 1;
    snprintf(utc, sizeof utc, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", p, p + 4, p + 6, p + 9, p + 11, p + 13);
    bool ok = utc_parse(str_of(utc), ret_us) == OK;
    if (!ok)
        err_clear();
    return ok;
}
