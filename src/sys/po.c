/* SPDX-License-Identifier: Apache-2.0 */
/* Own reader instead of libintl: libintl keeps one locale for the process, cannot be asked for "the Burmese
 * text" by one thread and the Japanese by another, and wants compiled files in a fixed folder tree. */
#include "sys/po.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/limits.h"
#include "sys/os.h"
#include "sys/plural.h"

#include <strings.h>

struct header_field {
    const char *name, *value;
    struct header_field *next;
};

/* As read, before what is used is known. */
struct message {
    struct message *next, *same_hash;
    struct po_entry e;
    bool fuzzy;
};

struct po {
    struct arena *arena;
    struct plural plural;
    struct header_field *headers;
    struct message *first, *last;
    size_t nmessages;
    struct message **table; /* by hash of context and msgid; a power of two */
    size_t table_n;
    struct po_entry *entries;
    size_t nentries, ntranslated;
};

enum part { NO_PART, CONTEXT, MSGID, MSGID_PLURAL, MSGSTR };
struct reader {
    const char *file;
    struct po *po;
    int line;
    /* the message being read */
    enum part part;  /* the one that continues */
    struct buf text; /* of that part */
    bool has_text;   /* a string followed the keyword */
    int form;        /* of MSGSTR; -1 without an index */
    bool fuzzy;      /* a flag line stood before the next message */
    bool plain_msgstr;
    int nforms;
    const char *forms[PLURAL_FORMS_MAX];
    struct message *m;
};

#define BAD(r, ...) err_prefix(FAIL(ERR_BAD_DATA, __VA_ARGS__), "%s:%d", (r)->file, (r)->line)

static enum err arena_failed(const struct reader *r)
{
    return arena_err(r->po->arena);
}

/* ---- a finished message ---- */

static enum err part_end(struct reader *r)
{
    if (r->part == NO_PART)
        return OK;
    if (!r->has_text)
        return BAD(r, "a string is missing");
    TRY(buf_err(&r->text));
    struct str text = buf_view(&r->text);
    const char *copy = arena_cstr(r->po->arena, text);
    if (!copy)
        return arena_failed(r);
    if (r->part == CONTEXT)
        r->m->e.context = copy;
    else if (r->part == MSGID)
        r->m->e.msgid = copy;
    else if (r->part == MSGID_PLURAL)
        r->m->e.msgid_plural = copy;
    else
        r->forms[r->nforms++] = copy;
    r->part = NO_PART;
    return OK;
}

static enum err message_end(struct reader *r)
{
    TRY(part_end(r));
    struct message *m = r->m;
    if (!m)
        return OK;
    if (!m->e.msgid || r->nforms == 0)
        return BAD(r, "the entry is not finished: msgid and msgstr must both stand in it");
    if (m->e.msgid_plural && r->plain_msgstr)
        return BAD(r, "a plural entry needs msgstr[0]");
    if (!m->e.msgid_plural && !r->plain_msgstr)
        return BAD(r, "msgstr[] without msgid_plural");
    m->e.msgstr = r->forms[0];
    if (m->e.msgid_plural) {
        const char **forms = ARENA_ARRAY(r->po->arena, (size_t)r->nforms, const char *);
        if (!forms)
            return arena_failed(r);
        memcpy(forms, r->forms, (size_t)r->nforms * sizeof(*forms));
        m->e.forms = forms;
        m->e.nforms = r->nforms;
    }
    if (r->po->last)
        r->po->last->next = m;
    else
        r->po->first = m;
    r->po->last = m;
    r->po->nmessages++;
    r->m = NULL;
    return OK;
}

/* ---- lines ---- */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum err escape(struct reader *r, struct str *s)
{
    static const char from[] = "ntrabfv\\\"'?", to[] = "\n\t\r\a\b\f\v\\\"'?";
    char c = s->n > 0 ? *s->p : '\0';
    const char *at = c ? strchr(from, c) : NULL;
    if (at) {
        buf_char(&r->text, to[at - from]);
        *s = str_sub(*s, 1, SIZE_MAX);
        return OK;
    }
    int base = c == 'x' ? 16 : 8, most = c == 'x' ? 2 : 3, value = 0, used = 0;
    if (c == 'x')
        *s = str_sub(*s, 1, SIZE_MAX);
    while (used < most && s->n > 0 && hex_digit(*s->p) >= 0 && hex_digit(*s->p) < base) {
        value = value * base + hex_digit(*s->p);
        *s = str_sub(*s, 1, SIZE_MAX);
        used++;
    }
    if (used == 0 || value == 0 || value > 255)
        return BAD(r, "an escape in the string is not valid");
    buf_char(&r->text, (char)value);
    return OK;
}

/* The rest of a line: strings, white space between them. */
static enum err strings(struct reader *r, struct str s)
{
    for (s = str_trim(s); s.n > 0; s = str_trim(s)) {
        if (*s.p != '"')
            return BAD(r, "a string in double quotes was expected");
        if (r->part == NO_PART)
            return BAD(r, "a string without a keyword");
        s = str_sub(s, 1, SIZE_MAX);
        while (s.n > 0 && *s.p != '"') {
            char c = *s.p;
            s = str_sub(s, 1, SIZE_MAX);
            if (c == '\\')
                TRY(escape(r, &s));
            else
                buf_char(&r->text, c);
        }
        if (s.n == 0)
            return BAD(r, "the string does not end on its line");
        s = str_sub(s, 1, SIZE_MAX);
        r->has_text = true;
    }
    return OK;
}

static enum err message_begin(struct reader *r)
{
    TRY(message_end(r));
    r->m = ARENA_NEW(r->po->arena, struct message);
    if (!r->m)
        return arena_failed(r);
    r->m->e.line = r->line;
    r->m->fuzzy = r->fuzzy;
    r->fuzzy = r->plain_msgstr = false;
    r->nforms = 0;
    return OK;
}

/* msgctxt and msgid begin a message, unless msgid follows msgctxt. */
static enum err part_begin(struct reader *r, enum part part)
{
    bool follows = part == MSGID && r->m && r->m->e.context && !r->m->e.msgid;
    if (part == CONTEXT || (part == MSGID && !follows))
        TRY(message_begin(r));
    if (part == MSGID_PLURAL && (!r->m || !r->m->e.msgid || r->m->e.msgid_plural || r->nforms > 0))
        return BAD(r, "msgid_plural must follow msgid");
    if (part == MSGSTR && (!r->m || !r->m->e.msgid))
        return BAD(r, "msgstr must follow msgid");
    r->part = part;
    r->has_text = false;
    buf_clear(&r->text);
    return OK;
}

/* "[2]" behind msgstr; *s moves behind it. */
static enum err form_index(struct reader *r, struct str *s)
{
    struct str rest = str_trim(*s);
    if (rest.n == 0 || *rest.p != '[') {
        if (r->nforms > 0)
            return BAD(r, "msgstr stands twice");
        r->plain_msgstr = true;
        return OK;
    }
    ptrdiff_t end = str_find(rest, ']');
    int64_t n;
    if (r->plain_msgstr || end < 0 ||
        str_i64(str_trim(str_sub(rest, 1, (size_t)end - 1)), 0, PLURAL_FORMS_MAX - 1, &n) != OK ||
        n != r->nforms)
        return BAD(r, "msgstr[] must count from 0, at most to %d", PLURAL_FORMS_MAX - 1);
    *s = str_sub(rest, (size_t)end + 1, SIZE_MAX);
    return OK;
}

static enum err keyword(struct reader *r, struct str s)
{
    static const struct {
        const char *word;
        enum part part;
    } words[] = {{"msgctxt", CONTEXT}, {"msgid_plural", MSGID_PLURAL}, {"msgid", MSGID}, {"msgstr", MSGSTR}};
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        size_t n = strlen(words[i].word);
        if (!str_starts(s, words[i].word) || (s.n > n && !strchr(" \t\"[", s.p[n])))
            continue;
        s = str_sub(s, n, SIZE_MAX);
        TRY(part_end(r));
        TRY(part_begin(r, words[i].part));
        if (words[i].part == MSGSTR)
            TRY(form_index(r, &s));
        return strings(r, s);
    }
    return BAD(r, "msgctxt, msgid, msgid_plural, msgstr or a string was expected");
}

/* "#, fuzzy, c-format" */
static enum err comment(struct reader *r, struct str s)
{
    if (r->m && (r->nforms > 0 || r->part == MSGSTR))
        TRY(message_end(r));
    else if (r->m)
        return BAD(r, "a comment inside an entry");
    if (!str_starts(s, "#,"))
        return OK;
    struct str rest = str_sub(s, 2, SIZE_MAX), flag;
    while (str_cut(&rest, ',', &flag))
        r->fuzzy |= str_is(str_trim(flag), "fuzzy");
    return OK;
}

static enum err lines(struct reader *r, struct str text)
{
    struct str line;
    for (r->line = 1; str_cut(&text, '\n', &line); r->line++) {
        line = str_trim(line);
        if (line.n == 0)
            continue;
        if (!str_utf8_ok(line))
            return BAD(r, "not UTF-8, or a NUL");
        if (str_starts(line, "#~"))
            r->fuzzy = false; /* a flag before an obsolete entry was that entry's */
        if (*line.p == '#')
            TRY(comment(r, line));
        else
            TRY(*line.p == '"' ? strings(r, line) : keyword(r, line));
    }
    return message_end(r);
}

/* ---- the whole file ---- */

static size_t slot_of(const struct po *po, const char *context, const char *msgid)
{
    uint64_t h = str_hash(str_of(msgid)) + (context ? 3 * str_hash(str_of(context)) + 1 : 0);
    return (size_t)(h ^ h >> 32) & (po->table_n - 1);
}

static struct message *find(const struct po *po, const char *context, const char *msgid)
{
    for (struct message *m = po->table[slot_of(po, context, msgid)]; m; m = m->same_hash) {
        bool same_context =
            context && m->e.context ? strcmp(context, m->e.context) == 0 : context == m->e.context;
        if (same_context && strcmp(msgid, m->e.msgid) == 0)
            return m;
    }
    return NULL;
}

static enum err table_make(struct reader *r)
{
    struct po *po = r->po;
    po->table_n = 16;
    while (po->table_n < 2 * po->nmessages)
        po->table_n *= 2;
    po->table = ARENA_ARRAY(po->arena, po->table_n, struct message *);
    if (!po->table)
        return arena_failed(r);
    for (struct message *m = po->first; m; m = m->next) {
        r->line = m->e.line;
        if (find(po, m->e.context, m->e.msgid))
            return BAD(r, "the message stands twice");
        struct message **slot = &po->table[slot_of(po, m->e.context, m->e.msgid)];
        m->same_hash = *slot;
        *slot = m;
    }
    return OK;
}

static enum err headers_read(struct reader *r, const struct message *m)
{
    struct str rest = str_of(m->e.msgstr), line;
    struct header_field **end = &r->po->headers;
    while (str_cut(&rest, '\n', &line)) {
        ptrdiff_t colon = str_find(line, ':');
        if (colon <= 0)
            continue;
        struct header_field *f = ARENA_NEW(r->po->arena, struct header_field);
        if (!f)
            return arena_failed(r);
        f->name = arena_cstr(r->po->arena, str_trim(str_sub(line, 0, (size_t)colon)));
        f->value = arena_cstr(r->po->arena, str_trim(str_sub(line, (size_t)colon + 1, SIZE_MAX)));
        if (!f->name || !f->value)
            return arena_failed(r);
        *end = f;
        end = &f->next;
    }
    return OK;
}

static enum err header_use(struct reader *r)
{
    const struct message *m = find(r->po, NULL, "");
    r->line = m ? m->e.line : 1;
    if (m)
        TRY(headers_read(r, m));
    const char *type = po_header(r->po, "Content-Type"), *plural = po_header(r->po, "Plural-Forms");
    const char *charset = type ? strstr(type, "charset=") : NULL;
    if (charset && strcasecmp(charset + 8, "UTF-8") != 0 && strcmp(charset + 8, "CHARSET") != 0)
        return BAD(r, "the charset must be UTF-8");
    plural_germanic(&r->po->plural);
    if (!plural)
        return OK;
    enum err e = plural_parse(str_of(plural), &r->po->plural);
    return e == OK ? OK : err_prefix(e, "%s:%d", r->file, r->line);
}

static enum err entries_make(struct reader *r)
{
    struct po *po = r->po;
    po->entries = ARENA_ARRAY(po->arena, po->nmessages + 1, struct po_entry);
    if (!po->entries)
        return arena_failed(r);
    for (const struct message *m = po->first; m; m = m->next) {
        r->line = m->e.line;
        if (!str_utf8_ok(str_of(m->e.msgid)) || !str_utf8_ok(str_of(m->e.context)))
            return BAD(r, "an escape makes the string invalid UTF-8");
        bool translated = *m->e.msgstr;
        if (!m->fuzzy && m->e.nforms > 0 && m->e.nforms != po->plural.nforms &&
            (translated || m->e.nforms > po->plural.nforms))
            return BAD(r, "the entry has %d plural forms, the header says %d", m->e.nforms,
                       po->plural.nforms);
        for (int i = 0; i < (m->e.nforms ? m->e.nforms : 1); i++)
            if (!str_utf8_ok(str_of(m->e.nforms ? m->e.forms[i] : m->e.msgstr)))
                return BAD(r, "an escape makes the string invalid UTF-8");
        if (m->fuzzy || (!*m->e.msgid && !m->e.context))
            continue;
        po->entries[po->nentries++] = m->e;
        po->ntranslated += translated;
    }
    return OK;
}

static enum err read_whole(struct reader *r, struct str text)
{
    if (str_starts(text, "\xef\xbb\xbf"))
        text = str_sub(text, 3, SIZE_MAX);
    TRY(lines(r, text));
    TRY(table_make(r));
    TRY(header_use(r));
    return entries_make(r);
}

enum err po_parse(const char *shown_as, struct str text, struct po **ret)
{
    if (text.n > PO_MAX_BYTES)
        return FAIL(ERR_LIMIT, "%s: larger than %u bytes", shown_as, PO_MAX_BYTES);
    struct po *po = mem_alloc(sizeof(*po));
    if (!po)
        return mem_fail();
    po->arena = arena_new(0);
    struct reader r = {.file = shown_as, .po = po};
    enum err e = po->arena ? read_whole(&r, text) : mem_fail();
    buf_free(&r.text);
    if (e != OK) {
        po_free(po);
        return e;
    }
    *ret = po;
    return OK;
}

enum err po_load(const char *path, struct po **ret)
{
    CLEANUP(arena_cleanup) struct arena *a = arena_new(PO_MAX_BYTES + 4096);
    if (!a)
        return mem_fail();
    struct str text;
    TRY(file_read(path, PO_MAX_BYTES, a, &text));
    return po_parse(path, text, ret);
}

void po_free(struct po *po)
{
    if (!po)
        return;
    arena_free(po->arena);
    mem_free(po);
}

void po_cleanup(struct po **po)
{
    po_free(*po);
    *po = NULL;
}

static const char *not_empty(const char *s)
{
    return *s ? s : NULL;
}

static const struct message *find_used(const struct po *po, const char *context, const char *msgid)
{
    const struct message *m = *msgid || context ? find(po, context, msgid) : NULL;
    return m && !m->fuzzy ? m : NULL;
}

const char *po_text(const struct po *po, const char *context, const char *msgid)
{
    const struct message *m = find_used(po, context, msgid);
    return m ? not_empty(m->e.msgstr) : NULL;
}

const char *po_plural(const struct po *po, const char *context, const char *msgid, unsigned long n)
{
    const struct message *m = find_used(po, context, msgid);
    if (!m || m->e.nforms == 0)
        return m ? not_empty(m->e.msgstr) : NULL;
    int form = plural_form(&po->plural, n);
    return form < m->e.nforms ? not_empty(m->e.forms[form]) : NULL;
}

const char *po_header(const struct po *po, const char *field)
{
    for (const struct header_field *f = po->headers; f; f = f->next)
        if (strcasecmp(f->name, field) == 0)
            return f->value;
    return NULL;
}

size_t po_count(const struct po *po)
{
    return po->ntranslated;
}

const struct po_entry *po_entries(const struct po *po, size_t *ret_n)
{
    *ret_n = po->nentries;
    return po->entries;
}
