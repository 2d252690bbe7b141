/* SPDX-License-Identifier: Apache-2.0 */
/* pack_decode.c - YAML maps into structs, by tables of keys (struct form, struct key). */
#include "base/buf.h"
#include "core/pack/impl.h"

#define LIST_MOST 2000 /* entries of one list of words, unless the key says another number */
#define TEXT_MOST 4096 /* bytes of one text */
#define WORD_MOST 63

static void *member(const struct key *k, void *record)
{
    return (char *)record + k->at;
}

static void set_count(const struct key *k, void *record, size_t n)
{
    *(size_t *)((char *)record + k->n_at) = n;
}

const struct yaml *given(const struct yaml *map, const char *key)
{
    const struct yaml *y = yaml_get(map, key);
    return y && y->type != YAML_NULL ? y : NULL;
}

enum err decode_text(struct load *l, struct str s, const char **ret)
{
    if (!s.n) {
        *ret = "";
        return OK;
    }
    const char *copy = arena_cstr(l->keep, s);
    if (!copy)
        return arena_err(l->keep);
    *ret = copy;
    return OK;
}

enum err text_add(struct load *l, struct str s, const struct yaml *at)
{
    if (!s.n)
        return OK;
    struct name *n;
    bool fresh;
    TRY(name_add(l, (struct name){.space = NAME_TEXT, .word = s, .file = at->file, .line = at->line}, &n,
                 &fresh));
    int before = strcmp(at->file, n->file);
    if (before < 0 || (before == 0 && at->line < n->line)) { /* the first place in the order of the files */
        n->file = at->file;
        n->line = at->line;
    }
    return OK;
}

const void *decode_owner(const struct load *l, const struct form *f)
{
    for (int i = l->depth - 1; i >= 0; i--)
        if (l->stack[i].form == f)
            return l->stack[i].record;
    return NULL;
}

uint32_t decode_scope(const struct load *l, enum space s)
{
    for (int i = l->depth - 1; i >= 0; i--)
        if (l->stack[i].form->opens & SPACE(s))
            return l->stack[i].scope;
    return 0;
}

/* ---- words ------------------------------------------------------------------------------------------- */
static bool one_of(char c, const char *more)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c && strchr(more, c));
}

#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool shaped(struct str s, size_t most, const char *first_more, bool first_digit, const char *more)
{
    if (!s.n || s.n > most || !one_of(s.p[0], first_more) || (!first_digit && s.p[0] >= '0' && s.p[0] <= '9'))
        return false;
    for (size_t i = 1; i < s.n; i++)
        if (!one_of(s.p[i], more))
            return false;
    return true;
}

bool word_shaped(enum shape shape, struct str s)
{
    switch (shape) {
    case SHAPE_ID:
        return shaped(s, WORD_MOST, "", true, "_-");
    case SHAPE_NAME:
        return shaped(s, WORD_MOST, "", false, "_");
    case SHAPE_CODE:
        return shaped(s, WORD_MOST, CAPITALS, true, CAPITALS "_.+-");
    case SHAPE_DUTY:
        return s.n && (s.p[0] == 'K' || (s.p[0] >= '0' && s.p[0] <= '9')) &&
               shaped(s, 31, "K", true, CAPITALS "()/-");
    default:
        return true;
    }
}

static const char *shape_rule(enum shape shape)
{
    switch (shape) {
    case SHAPE_ID:
        return "an id: a-z, 0-9, _ and -, at most 63";
    case SHAPE_NAME:
        return "a name: a letter a-z, then a-z, 0-9 and _, at most 63";
    case SHAPE_CODE:
        return "a code: letters, digits, _ . + and -, at most 63";
    default:
        return "a duty id, as \"3(1)/a\"";
    }
}

static enum err list_of_words(struct load *l, const struct words *w, bool not_none, const char **ret)
{
    CLEANUP(buf_free) struct buf b = {.limit = 1024};
    for (size_t i = not_none; i < w->n; i++)
        if (w->list[i])
            buf_printf(&b, "%s%s", b.n ? ", " : "", w->list[i]);
    struct str s;
    TRY(buf_take(&b, l->scratch, &s));
    *ret = s.p;
    return OK;
}

static enum err wrong_word(struct load *l, const char *key, const struct yaml *y, const struct words *w,
                           bool not_none)
{
    struct guess g = guess_of(y->text);
    for (size_t i = not_none; i < w->n; i++)
        if (w->list[i])
            guess_offer(&g, w->list[i]);
    if (g.best)
        return fault_add(&l->faults, AT_FAULT(y), "\"%s\": unknown word \"%s\" (did you mean \"%s\"?)", key,
                         y->text.p, g.best);
    const char *all;
    TRY(list_of_words(l, w, not_none, &all));
    return fault_add(&l->faults, AT_FAULT(y), "\"%s\": unknown word \"%s\"; one of %s", key, y->text.p, all);
}

enum err decode_word(struct load *l, const char *key, const struct yaml *y, const struct words *w,
                     bool not_none, int *ret_index)
{
    *ret_index = -1;
    if (y->type != YAML_SCALAR)
        return fault_add(&l->faults, AT_FAULT(y), "\"%s\" must be a word", key);
    for (size_t i = not_none; i < w->n; i++)
        if (w->list[i] && str_is(y->text, w->list[i])) {
            *ret_index = (int)i;
            return OK;
        }
    return wrong_word(l, key, y, w, not_none);
}

/* ---- scalars ----------------------------------------------------------------------------------------- */
static enum err define(struct load *l, const struct key *k, const struct yaml *y)
{
    struct frame *f = &l->stack[l->depth - 1];
    struct name *n;
    bool fresh;
    TRY(name_add(l,
                 (struct name){.space = k->space,
                               .scope = decode_scope(l, k->space),
                               .inner = f->scope,
                               .word = y->text,
                               .object = f->record,
                               .file = y->file,
                               .line = y->line},
                 &n, &fresh));
    if (fresh)
        return OK;
    return fault_add(&l->faults, AT_FAULT(y), "%s \"%s\" stands already at %s:%d", space_word(k->space),
                     y->text.p, n->file, n->line);
}

static enum err refer(struct load *l, const struct key *k, const struct yaml *y, const void **slot)
{
    return ref_add(l, (struct ref){.space = k->space,
                                   .or_space = k->or_space,
                                   .scope = k->list ? 0 : decode_scope(l, k->space),
                                   .list = k->list,
                                   .key = k->name,
                                   .word = y->text,
                                   .slot = slot,
                                   .at = y});
}

/* What a scalar of any text shape must be; *ret_ok false after a fault. */
static enum err check_text(struct load *l, const struct key *k, const struct yaml *y, bool *ret_ok)
{
    *ret_ok = false;
    if (y->type != YAML_SCALAR)
        return fault_add(&l->faults, AT_FAULT(y), "\"%s\" must be a text", k->name);
    if (!y->text.n && (k->flags & KEY_REQUIRED) && !(k->flags & KEY_BLANK_OK))
        return fault_add(&l->faults, AT_FAULT(y), "\"%s\" is empty", k->name);
    if (y->text.n > TEXT_MOST)
        return fault_add(&l->faults, AT_FAULT(y), "\"%s\" is longer than %d bytes", k->name, TEXT_MOST);
    struct date d;
    if (k->shape == SHAPE_DAY && y->text.n && date_parse(y->text, &d) != OK)
        return fault_add(&l->faults, AT_FAULT(y), "\"%s\": \"%s\" is no date YYYY-MM-DD", k->name, y->text.p);
    if (y->text.n && !word_shaped(k->shape, y->text))
        return fault_add(&l->faults, AT_FAULT(y), "\"%s\": \"%s\" is not %s", k->name, y->text.p,
                         shape_rule(k->shape));
    int index = 0;
    if (k->words && y->text.n)
        TRY(decode_word(l, k->name, y, k->words, k->flags & KEY_NOT_NONE, &index));
    *ret_ok = index >= 0;
    return OK;
}

static enum err read_text(struct load *l, const struct key *k, const struct yaml *y, const char **ret)
{
    bool ok;
    TRY(check_text(l, k, y, &ok));
    if (!ok)
        return OK;
    if ((k->flags & KEY_ELSE) && *ret && **ret)
        return k->flags & KEY_REFERS ? refer(l, k, y, NULL) : OK;
    TRY(decode_text(l, y->text, ret));
    if (k->shape == SHAPE_TEXT)
        TRY(text_add(l, y->text, y));
    if (k->flags & KEY_DEFINES)
        TRY(define(l, k, y));
    if (k->flags & KEY_REFERS)
        TRY(refer(l, k, y, NULL));
    return OK;
}

static enum err read_number(struct load *l, const struct key *k, const struct yaml *y, int64_t *ret)
{
    int64_t v;
    int64_t least = k->least || k->most ? k->least : INT64_MIN,
            most = k->least || k->most ? k->most : INT64_MAX;
    if (k->shape == SHAPE_INT && !k->least && !k->most)
        least = INT32_MIN, most = INT32_MAX;
    if (y->type != YAML_SCALAR || str_i64(y->text, INT64_MIN, INT64_MAX, &v) != OK)
        return fault_add(&l->faults, AT_FAULT(y), "\"%s\" must be a whole number", k->name);
    if (v < least || v > most)
        return fault_add(&l->faults, AT_FAULT(y), "\"%s\" must be between %lld and %lld", k->name,
                         (long long)least, (long long)most);
    *ret = v;
    return OK;
}

static enum err read_bool(struct load *l, const struct key *k, const struct yaml *y, bool *ret)
{
    bool yes = str_is(y->text, "true"), no = str_is(y->text, "false");
    if (y->type != YAML_SCALAR || y->quoted || (!yes && !no))
        return fault_add(&l->faults, AT_FAULT(y), "\"%s\" must be true or false, not quoted", k->name);
    *ret = yes;
    return OK;
}

static enum err read_date(struct load *l, const struct key *k, const struct yaml *y, struct date *ret)
{
    if (y->type != YAML_SCALAR || date_parse(y->text, ret) != OK)
        return fault_add(&l->faults, AT_FAULT(y), "\"%s\" must be a date YYYY-MM-DD", k->name);
    return OK;
}

static enum err read_time(struct load *l, const struct key *k, const struct yaml *y, int64_t *ret)
{
    if (y->type != YAML_SCALAR || utc_parse(y->text, ret) != OK)
        return fault_add(&l->faults, AT_FAULT(y), "\"%s\" must be a time with offset (RFC 3339)", k->name);
    return OK;
}

static enum err read_byte(struct load *l, const struct key *k, const struct yaml *y, char *ret)
{
    if (y->type != YAML_SCALAR || y->text.n != 1 || (y->text.p[0] < ' ' && y->text.p[0] != '\t') ||
        y->text.p[0] > '~' || y->text.p[0] == '"')
        return fault_add(&l->faults, AT_FAULT(y), "\"%s\" must be one ASCII character", k->name);
    *ret = y->text.p[0];
    return OK;
}

/* ---- lists ------------------------------------------------------------------------------------------- */
static enum err check_list(struct load *l, const struct key *k, const struct yaml *y, bool *ret_ok)
{
    size_t most = k->flags & KEY_LIST || !k->form ? LIST_MOST : YAML_MAX_NODES;
    if (k->most)
        most = (size_t)k->most;
    *ret_ok = false;
    if (y->type != YAML_LIST)
        return fault_add(&l->faults, AT_FAULT(y), "\"%s\" must be a list", k->name);
    if ((k->flags & KEY_SOME) && !y->n)
        return fault_add(&l->faults, AT_FAULT(y), "\"%s\" must have at least one entry", k->name);
    if (y->n > most)
        return fault_add(&l->faults, AT_FAULT(y), "\"%s\" has more than %zu entries", k->name, most);
    *ret_ok = true;
    return OK;
}

static enum err stands_twice(struct load *l, const struct key *k, const struct yaml *y, size_t i, bool *ret)
{
    *ret = false;
    for (size_t j = 0; j < i && !*ret; j++)
        *ret = y->items[j]->type == YAML_SCALAR && str_eq(y->items[j]->text, y->items[i]->text);
    return *ret ? fault_add(&l->faults, AT_FAULT(y->items[i]), "\"%s\": \"%s\" stands twice", k->name,
                            y->items[i]->text.p)
                : OK;
}

static enum err join(struct load *l, const char *const *list, size_t n, const char **ret)
{
    CLEANUP(buf_free) struct buf b = {0};
    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "%s%s", i ? ";" : "", list[i]);
    struct str s;
    TRY(buf_take(&b, l->keep, &s));
    *ret = s.n ? s.p : "";
    return OK;
}

/* Entries with a fault are left out. */
enum err decode_texts(struct load *l, const struct key *k, const struct yaml *y, void *record)
{
    bool ok, twice;
    struct key entry = *k;
    entry.flags |= KEY_REQUIRED; /* an entry is never empty */
    entry.flags &= ~(unsigned)(KEY_BLANK_OK | KEY_ELSE);
    TRY(check_list(l, k, y, &ok));
    if (!ok || !y->n)
        return OK;
    const char **list = ARENA_ARRAY(l->keep, y->n, const char *);
    if (!list)
        return arena_err(l->keep);
    size_t n = 0;
    for (size_t i = 0; i < y->n; i++) {
        TRY(stands_twice(l, k, y, i, &twice));
        if (!twice)
            TRY(read_text(l, &entry, y->items[i], &list[n]));
        n += !twice && list[n];
    }
    if (k->flags & KEY_JOINED)
        return join(l, list, n, member(k, record));
    *(const char *const **)member(k, record) = list;
    set_count(k, record, n);
    return OK;
}

static enum err read_bits(struct load *l, const struct key *k, const struct yaml *y, uint32_t *ret)
{
    bool ok;
    TRY(check_list(l, k, y, &ok));
    for (size_t i = 0; ok && i < y->n; i++) {
        int index;
        TRY(decode_word(l, k->name, y->items[i], k->words, k->flags & KEY_NOT_NONE, &index));
        if (index >= 0 && (*ret & 1u << index))
            TRY(fault_add(&l->faults, AT_FAULT(y->items[i]), "\"%s\": \"%s\" stands twice", k->name,
                          y->items[i]->text.p));
        if (index >= 0)
            *ret |= 1u << index;
    }
    return OK;
}

enum err table_reserve(struct load *l, enum table_id id, size_t size, size_t cap)
{
    struct table *t = &l->tables[id];
    *t = (struct table){NULL, size, 0, cap};
    t->rows = cap ? arena_array(l->keep, cap, size) : NULL;
    return cap && !t->rows ? arena_err(l->keep) : OK;
}

/* Rows of a table were counted before, over all files. */
static enum err read_rows(struct load *l, const struct key *k, const struct yaml *y)
{
    struct table *t = &l->tables[k->table - 1];
    for (size_t i = 0; i < y->n; i++) {
        bool is_map;
        if (t->n >= t->cap)
            return FAIL(ERR_INTERNAL, "a table of the pack was counted wrong");
        TRY(decode_map(l, k->form, y->items[i], t->rows + t->n * t->size, &is_map));
        t->n += is_map;
    }
    return OK;
}

static enum err read_list(struct load *l, const struct key *k, const struct yaml *y, void *record)
{
    bool ok;
    TRY(check_list(l, k, y, &ok));
    if (!ok || !y->n)
        return OK;
    if (k->table)
        return read_rows(l, k, y);
    char *rows = arena_array(l->keep, y->n, k->form->size);
    if (!rows)
        return arena_err(l->keep);
    size_t n = 0;
    for (size_t i = 0; i < y->n; i++) {
        bool is_map;
        TRY(decode_map(l, k->form, y->items[i], rows + n * k->form->size, &is_map));
        n += is_map;
    }
    *(const void **)member(k, record) = rows;
    set_count(k, record, n);
    return OK;
}

/* ---- maps -------------------------------------------------------------------------------------------- */
static enum err read_enum(struct load *l, const struct key *k, const struct yaml *y, void *record)
{
    int index;
    TRY(decode_word(l, k->name, y, k->words, k->flags & KEY_NOT_NONE, &index));
    *(int *)member(k, record) = index >= 0 ? index : WORD_UNKNOWN;
    return OK;
}

static enum err read_link(struct load *l, const struct key *k, const struct yaml *y, void *record)
{
    struct key word = *k;
    bool ok;
    word.shape = k->space == NAME_CHAPTER ? SHAPE_PLAIN : SHAPE_ID;
    TRY(check_text(l, &word, y, &ok));
    return ok ? refer(l, k, y, member(k, record)) : OK;
}

static enum err read_value(struct load *l, const struct key *k, const struct yaml *y, void *record)
{
    void *m = member(k, record);
    bool is_map;
    int64_t number = k->otherwise;
    if (k->flags & KEY_LIST)
        return decode_texts(l, k, y, record);
    switch (k->shape) {
    case SHAPE_BOOL:
        return read_bool(l, k, y, m);
    case SHAPE_INT:
        TRY(read_number(l, k, y, &number));
        *(int *)m = (int)number;
        return OK;
    case SHAPE_I64:
        return read_number(l, k, y, m);
    case SHAPE_BYTE:
        return read_byte(l, k, y, m);
    case SHAPE_DATE:
        return read_date(l, k, y, m);
    case SHAPE_TIME:
        return read_time(l, k, y, m);
    case SHAPE_ENUM:
        return read_enum(l, k, y, record);
    case SHAPE_BITS:
        return read_bits(l, k, y, m);
    case SHAPE_LINK:
        return read_link(l, k, y, record);
    case SHAPE_LIST:
        return read_list(l, k, y, record);
    case SHAPE_MAP:
        return decode_map(l, k->form, y, m, &is_map);
    case SHAPE_READ:
        return k->read(l, k, y, record);
    default:
        return read_text(l, k, y, m);
    }
}

static bool is_text(enum shape s)
{
    return s <= SHAPE_DAY;
}

/* Before anything is read, so that a faulty value leaves the default behind and never an unset pointer. */
static void set_default(const struct key *k, void *record)
{
    void *m = member(k, record);
    if (k->shape == SHAPE_INT || k->shape == SHAPE_ENUM)
        *(int *)m = (int)k->otherwise;
    else if (k->shape == SHAPE_I64)
        *(int64_t *)m = k->otherwise;
    else if (k->shape == SHAPE_BOOL)
        *(bool *)m = k->otherwise;
    else if (k->shape == SHAPE_BYTE)
        *(char *)m = (char)k->otherwise;
    else if (is_text(k->shape) && (!(k->flags & KEY_LIST) || k->flags & KEY_JOINED) &&
             !(k->flags & (KEY_NULL | KEY_ELSE)))
        *(const char **)m = "";
}

static enum err unknown_key(struct load *l, const struct form *f, const struct yaml *y, size_t i)
{
    struct guess g = guess_of(y->keys[i]);
    for (size_t k = 0; k < f->nkeys; k++)
        guess_offer(&g, f->keys[k].name);
    const char *hint = guess_words(&g, l->scratch);
    if (!hint)
        return arena_err(l->scratch);
    return fault_add(&l->faults, y->file, y->key_lines[i], "%s has no key \"%.*s\"%s", f->what,
                     STR_FMT(y->keys[i]), hint);
}

static bool knows_key(const struct form *f, struct str key)
{
    for (size_t k = 0; k < f->nkeys; k++)
        if (str_is(key, f->keys[k].name))
            return true;
    return false;
}

static enum err read_keys(struct load *l, const struct form *f, const struct yaml *y, void *record)
{
    for (size_t i = 0; i < y->n; i++)
        if (!knows_key(f, y->keys[i]))
            TRY(unknown_key(l, f, y, i));
    for (size_t i = 0; i < f->nkeys; i++) {
        const struct key *k = &f->keys[i];
        const struct yaml *value = given(y, k->name);
        if (k->shape != SHAPE_READ)
            set_default(k, record);
        if (value)
            TRY(read_value(l, k, value, record));
        else if (k->flags & KEY_REQUIRED)
            TRY(fault_add(&l->faults, AT_FAULT(y), "%s needs \"%s\"", f->what, k->name));
    }
    if (f->one_of[0] && !given(y, f->one_of[0]) && !given(y, f->one_of[1]))
        return fault_add(&l->faults, AT_FAULT(y), "%s needs \"%s\" or \"%s\"", f->what, f->one_of[0],
                         f->one_of[1]);
    return OK;
}

static enum err check_later(struct load *l, const struct form *f, const struct yaml *y, void *record)
{
    struct deferred *d = ARENA_NEW(l->scratch, struct deferred);
    if (!d)
        return arena_err(l->scratch);
    *d = (struct deferred){f, y, record, l->depth ? l->stack[l->depth - 1].record : NULL, NULL};
    *(l->last_check ? &l->last_check->next : &l->checks) = d;
    l->last_check = d;
    return OK;
}

enum err decode_map(struct load *l, const struct form *f, const struct yaml *y, void *record,
                    bool *ret_is_map)
{
    *ret_is_map = y->type == YAML_MAP;
    if (!*ret_is_map)
        return fault_add(&l->faults, AT_FAULT(y), "%s must be a map", f->what);
    memset(record, 0, f->size);
    if (f->check)
        TRY(check_later(l, f, y, record));
    if (f->line_at)
        *(int *)((char *)record + f->line_at - 1) = y->line;
    if (f->file_at)
        TRY(decode_text(l, str_of(y->file), (const char **)((char *)record + f->file_at - 1)));
    /* The tables nest less deep than YAML may, so that the stack always has room. */
    l->stack[l->depth++] = (struct frame){f, record, f->opens ? ++l->scopes : 0};
    enum err e = read_keys(l, f, y, record);
    if (e == OK && f->done)
        e = f->done(l, y, record);
    l->depth--;
    return e;
}
