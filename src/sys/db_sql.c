/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/db_internal.h"

struct token {
    const char *name;
    const char *sqlite, *postgres; /* in a statement */
    const char *postgres_script;   /* in DDL, where it differs */
};
static const struct token tokens[] = {
    {"ID", "BLOB", "BYTEA", NULL},
    {"BLOB", "BLOB", "BYTEA", NULL},
    {"INT", "INTEGER", "BIGINT", NULL},
    {"TEXT", "TEXT", "TEXT", "TEXT COLLATE \"C\""}, /* CAST(x AS {TEXT}) takes no collation */
    {"STRICT", "STRICT", "", NULL},
};

struct scan {
    enum db_kind kind;
    enum db_text what;
    const char *p;
    struct buf *out;
    int params;
};

static enum err unclosed(const char *what)
{
    return FAIL(ERR_INTERNAL, "SQL: %s without end", what);
}

/* 'text' or "name"; a doubled quote stands for itself. */
static enum err copy_quoted(struct scan *s)
{
    char quote = *s->p;
    const char *from = s->p++;
    for (;; s->p++) {
        if (!*s->p)
            return unclosed("a quote");
        if (*s->p != quote)
            continue;
        if (s->p[1] != quote)
            break;
        s->p++;
    }
    s->p++;
    buf_bytes(s->out, from, (size_t)(s->p - from));
    return OK;
}

/* The body of a PostgreSQL function: $$ ... $$ or $word$ ... $word$. */
static enum err copy_dollar_quoted(struct scan *s)
{
    const char *from = s->p, *p = s->p + 1;
    while (isalpha((unsigned char)*p) || *p == '_')
        p++;
    if (s->kind != DB_POSTGRES || *p != '$')
        return FAIL(ERR_INTERNAL, "SQL: parameters are written ?N");
    struct str mark = {from, (size_t)(p + 1 - from)};
    const char *end = memmem(p + 1, strlen(p + 1), mark.p, mark.n);
    if (!end)
        return unclosed("a dollar quote");
    s->p = end + mark.n;
    buf_bytes(s->out, from, (size_t)(s->p - from));
    return OK;
}

/* Comments are left out: SQLite and PostgreSQL do not agree on nested ones. */
static enum err skip_comment(struct scan *s)
{
    if (*s->p == '-') {
        while (*s->p && *s->p != '\n')
            s->p++;
        return OK;
    }
    const char *end = strstr(s->p + 2, "*/"), *inner = strstr(s->p + 2, "/*");
    if (!end)
        return unclosed("a comment");
    if (inner && inner < end)
        return FAIL(ERR_INTERNAL, "SQL: nested comments are not portable");
    s->p = end + 2;
    buf_char(s->out, ' ');
    return OK;
}

static enum err copy_parameter(struct scan *s)
{
    int n = 0;
    if (s->what == DB_TEXT_SCRIPT)
        return FAIL(ERR_INTERNAL, "SQL: a script takes no parameters");
    for (s->p++; isdigit((unsigned char)*s->p) && n <= DB_MAX_PARAMS; s->p++)
        n = n * 10 + (*s->p - '0');
    if (n < 1 || n > DB_MAX_PARAMS)
        return FAIL(ERR_INTERNAL, "SQL: parameters are written ?1 to ?%d", DB_MAX_PARAMS);
    if (n > s->params)
        s->params = n;
    buf_printf(s->out, "%c%d", s->kind == DB_POSTGRES ? '$' : '?', n);
    return OK;
}

static enum err copy_token(struct scan *s)
{
    const char *end = strchr(s->p, '}');
    if (!end)
        return unclosed("a {TOKEN}");
    struct str name = {s->p + 1, (size_t)(end - s->p - 1)};
    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++) {
        const struct token *t = &tokens[i];
        if (!str_is(name, t->name))
            continue;
        bool ddl = s->what == DB_TEXT_SCRIPT && t->postgres_script;
        buf_c(s->out, s->kind == DB_SQLITE ? t->sqlite : ddl ? t->postgres_script : t->postgres);
        s->p = end + 1;
        return OK;
    }
    /* lint-ok personal: a part of constant SQL */
    return FAIL(ERR_INTERNAL, "SQL: unknown token {%.*s}", STR_FMT(name));
}

static enum err copy_next(struct scan *s)
{
    switch (*s->p) {
    case '\'':
    case '"':
        return copy_quoted(s);
    case '$':
        return copy_dollar_quoted(s);
    case '?':
        return copy_parameter(s);
    case '{':
        return copy_token(s);
    case '-':
    case '/':
        if (s->p[1] == (*s->p == '-' ? '-' : '*'))
            return skip_comment(s);
        break;
    default:
        break;
    }
    buf_char(s->out, *s->p++);
    return OK;
}

enum err db_translate(enum db_kind kind, enum db_text what, const char *sql, struct buf *out, int *ret_params)
{
    struct scan s = {.kind = kind, .what = what, .p = sql, .out = out};
    out->limit = DB_MAX_SQL_BYTES;
    while (*s.p)
        TRY(copy_next(&s));
    TRY(buf_err(out));
    if (ret_params)
        *ret_params = s.params;
    return OK;
}
