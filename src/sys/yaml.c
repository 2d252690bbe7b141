/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/yaml.h"
#include "base/limits.h"
#include "sys/os.h"

#include <yaml.h>

/* A list or map being read. Children are chained first and become arrays when it ends, because an arena
 * cannot grow one. */
struct child {
    struct child *before;
    struct str key;
    int key_line;
    struct yaml *value;
};
struct frame {
    struct yaml *node;
    struct child *last;
    bool has_key; /* a map's key was read, its value is next */
    struct str key;
    int key_line;
};
struct reader {
    yaml_parser_t parser;
    struct arena *arena;
    const char *file;
    struct frame stack[YAML_MAX_DEPTH];
    int depth;
    int nodes;
    struct yaml *root;
    bool document;
};

#define BAD(r, mark, ...) bad((r), (mark), FAIL(ERR_BAD_YAML, __VA_ARGS__))

static enum err bad(const struct reader *r, yaml_mark_t mark, enum err e)
{
    return err_prefix(e, "%s:%zu", r->file, mark.line + 1);
}

static enum err parser_err(const struct reader *r)
{
    const yaml_parser_t *p = &r->parser;
    if (p->error == YAML_MEMORY_ERROR)
        return FAIL(ERR_NO_MEMORY, "%s: reading YAML", r->file);
    /* The library's words are constants; they never quote the file. */
    return BAD(r, p->problem_mark, "%s", p->problem ? p->problem : "not valid");
}

static enum err node_new(struct reader *r, enum yaml_type type, yaml_mark_t mark, struct yaml **ret)
{
    if (++r->nodes > YAML_MAX_NODES)
        return BAD(r, mark, "more than %d values", YAML_MAX_NODES);
    struct yaml *y = ARENA_NEW(r->arena, struct yaml);
    if (!y)
        return arena_err(r->arena);
    y->type = type;
    y->file = r->file;
    y->line = (int)mark.line + 1;
    y->column = (int)mark.column + 1;
    *ret = y;
    return OK;
}

static enum err place(struct reader *r, struct yaml *y)
{
    if (r->depth == 0) {
        r->root = y;
        return OK;
    }
    struct frame *f = &r->stack[r->depth - 1];
    struct child *c = ARENA_NEW(r->arena, struct child);
    if (!c)
        return arena_err(r->arena);
    *c = (struct child){f->last, f->key, f->key_line, y};
    f->last = c;
    f->node->n++;
    f->has_key = false;
    return OK;
}

static bool awaits_key(const struct reader *r)
{
    return r->depth > 0 && r->stack[r->depth - 1].node->type == YAML_MAP && !r->stack[r->depth - 1].has_key;
}

/* Anchors and tags of a scalar, list or map. */
static enum err plain_only(const struct reader *r, const yaml_event_t *e, const yaml_char_t *anchor,
                           const yaml_char_t *tag)
{
    if (anchor)
        return BAD(r, e->start_mark, "anchors are not used here");
    if (tag)
        return BAD(r, e->start_mark, "tags are not used here");
    return OK;
}

static enum err open_node(struct reader *r, const yaml_event_t *e, enum yaml_type type)
{
    if (awaits_key(r))
        return BAD(r, e->start_mark, "a key must be plain text");
    if (r->depth == YAML_MAX_DEPTH)
        return BAD(r, e->start_mark, "nested deeper than %d", YAML_MAX_DEPTH);
    struct yaml *y;
    TRY(node_new(r, type, e->start_mark, &y));
    TRY(place(r, y));
    r->stack[r->depth++] = (struct frame){.node = y};
    return OK;
}

struct key_at {
    struct str key;
    size_t i;
};

static int by_key(const void *a, const void *b)
{
    const struct key_at *x = a, *y = b;
    int c = str_cmp(x->key, y->key);
    return c ? c : (x->i > y->i) - (x->i < y->i);
}

/* Sorted, not compared each with each: a map of 400,000 keys is still read at once. */
static enum err keys_differ(struct reader *r, const struct yaml *map)
{
    struct key_at *sorted = ARENA_ARRAY(r->arena, map->n, struct key_at);
    if (!sorted)
        return arena_err(r->arena);
    for (size_t i = 0; i < map->n; i++)
        sorted[i] = (struct key_at){map->keys[i], i};
    qsort(sorted, map->n, sizeof(*sorted), by_key);
    size_t first = map->n;
    for (size_t i = 1; i < map->n; i++)
        if (str_eq(sorted[i - 1].key, sorted[i].key) && sorted[i].i < first)
            first = sorted[i].i;
    if (first == map->n)
        return OK;
    return BAD(r, ((yaml_mark_t){.line = (size_t)map->key_lines[first] - 1}),
               "the key stands twice in this map");
}

static enum err close_node(struct reader *r)
{
    struct frame *f = &r->stack[--r->depth];
    struct yaml *y = f->node;
    if (y->n == 0)
        return OK;
    y->items = ARENA_ARRAY(r->arena, y->n, struct yaml *);
    if (!y->items)
        return arena_err(r->arena);
    if (y->type == YAML_MAP) {
        y->keys = ARENA_ARRAY(r->arena, y->n, struct str);
        y->key_lines = y->keys ? ARENA_ARRAY(r->arena, y->n, int) : NULL;
        if (!y->key_lines)
            return arena_err(r->arena);
    }
    size_t i = y->n;
    for (struct child *c = f->last; c; c = c->before) {
        y->items[--i] = c->value;
        if (y->type != YAML_MAP)
            continue;
        y->keys[i] = c->key;
        y->key_lines[i] = c->key_line;
    }
    return y->type == YAML_MAP && y->n > 1 ? keys_differ(r, y) : OK;
}

static bool is_null(struct str s)
{
    return s.n == 0 || str_is(s, "~") || str_is(s, "null");
}

static enum err scalar(struct reader *r, const yaml_event_t *e)
{
    struct str s = {(const char *)e->data.scalar.value, e->data.scalar.length};
    bool quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    TRY(plain_only(r, e, e->data.scalar.anchor, e->data.scalar.tag));
    if (!str_utf8_ok(s))
        return BAD(r, e->start_mark, "an escape gives a NUL or what is not a character");
    struct str copy = arena_str(r->arena, s);
    if (!copy.p)
        return arena_err(r->arena);

    if (awaits_key(r)) {
        struct frame *f = &r->stack[r->depth - 1];
        if (!quoted && is_null(s))
            return BAD(r, e->start_mark, "a key is missing");
        if (!quoted && str_is(s, "<<"))
            return BAD(r, e->start_mark, "merge keys are not used here");
        f->has_key = true;
        f->key = copy;
        f->key_line = (int)e->start_mark.line + 1;
        return OK;
    }
    struct yaml *y;
    TRY(node_new(r, !quoted && is_null(s) ? YAML_NULL : YAML_SCALAR, e->start_mark, &y));
    y->quoted = quoted;
    y->text = copy;
    return place(r, y);
}

static enum err document_start(struct reader *r, const yaml_event_t *e)
{
    if (r->document)
        return BAD(r, e->start_mark, "more than one document");
    if (e->data.document_start.tag_directives.start != e->data.document_start.tag_directives.end)
        return BAD(r, e->start_mark, "tags are not used here");
    r->document = true;
    return OK;
}

static enum err take_event(struct reader *r, const yaml_event_t *e)
{
    switch (e->type) {
    case YAML_DOCUMENT_START_EVENT:
        return document_start(r, e);
    case YAML_ALIAS_EVENT:
        return BAD(r, e->start_mark, "aliases are not used here");
    case YAML_SCALAR_EVENT:
        return scalar(r, e);
    case YAML_SEQUENCE_START_EVENT:
        TRY(plain_only(r, e, e->data.sequence_start.anchor, e->data.sequence_start.tag));
        return open_node(r, e, YAML_LIST);
    case YAML_MAPPING_START_EVENT:
        TRY(plain_only(r, e, e->data.mapping_start.anchor, e->data.mapping_start.tag));
        return open_node(r, e, YAML_MAP);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return close_node(r);
    default:
        return OK;
    }
}

static enum err read_all(struct reader *r)
{
    for (bool end = false; !end;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&r->parser, &event))
            return parser_err(r);
        enum err e = take_event(r, &event);
        end = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
        TRY(e);
    }
    return OK;
}

static size_t bad_utf8_line(struct str text)
{
    size_t line = 1;
    struct str rest = text, head;
    for (; str_cut(&rest, '\n', &head) && str_utf8_ok(head); line++)
        ;
    return line;
}

enum err yaml_parse(struct arena *a, const char *file, struct str text, struct yaml **ret)
{
    if (text.n > YAML_MAX_BYTES)
        return FAIL(ERR_LIMIT, "%s: larger than %u bytes", file, YAML_MAX_BYTES);
    if (!str_utf8_ok(text))
        return FAIL(ERR_BAD_YAML, "%s:%zu: not UTF-8, or a NUL", file, bad_utf8_line(text));

    struct reader r = {.arena = a};
    r.file = arena_cstr(a, str_of(file)); /* nodes point to it */
    if (!r.file)
        return arena_err(a);
    if (!yaml_parser_initialize(&r.parser))
        return FAIL(ERR_NO_MEMORY, "%s: reading YAML", file);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)(text.p ? text.p : ""), text.n);
    enum err e = read_all(&r);
    yaml_parser_delete(&r.parser);
    TRY(e);
    if (!r.root)
        TRY(node_new(&r, YAML_NULL, (yaml_mark_t){0}, &r.root)); /* an empty file */
    *ret = r.root;
    return OK;
}

enum err yaml_load(struct arena *a, const char *path, const char *shown_as, struct yaml **ret)
{
    struct str text;
    TRY(file_read(path, YAML_MAX_BYTES, a, &text));
    return yaml_parse(a, shown_as, text, ret);
}

const struct yaml *yaml_get(const struct yaml *map, const char *key)
{
    if (!map || map->type != YAML_MAP)
        return NULL;
    for (size_t i = 0; i < map->n; i++)
        if (str_is(map->keys[i], key))
            return map->items[i];
    return NULL;
}
