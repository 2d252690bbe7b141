/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/plural.h"

/* Operators of two characters get a letter. */
enum {
    OP_EQ = 'e',
    OP_NE = 'x',
    OP_LE = 'l',
    OP_GE = 'g',
    OP_AND = 'a',
    OP_OR = 'o',
    OP_N = 'n',
    OP_NUMBER = '#',
    OP_END = 0
};

struct reader {
    struct plural *out;
    struct str rest;
    int depth;
};

static void skip_space(struct reader *r)
{
    while (r->rest.n > 0 && (*r->rest.p == ' ' || *r->rest.p == '\t' || *r->rest.p == '\n'))
        r->rest = str_sub(r->rest, 1, SIZE_MAX);
}

static bool take(struct reader *r, const char *token)
{
    skip_space(r);
    if (!str_starts(r->rest, token))
        return false;
    r->rest = str_sub(r->rest, strlen(token), SIZE_MAX);
    return true;
}

static enum err node_add(struct reader *r, struct plural_node node, int *ret)
{
    if (r->out->nnodes == PLURAL_NODES)
        return FAIL(ERR_BAD_DATA, "the plural expression is too long");
    r->out->nodes[r->out->nnodes] = node;
    *ret = r->out->nnodes++;
    return OK;
}

static enum err condition(struct reader *r, int *ret);

static enum err number(struct reader *r, int *ret)
{
    size_t digits = 0;
    while (digits < r->rest.n && isdigit((unsigned char)r->rest.p[digits]))
        digits++;
    int64_t value;
    if (str_i64(str_sub(r->rest, 0, digits), 0, 1000000000, &value) != OK)
        return FAIL(ERR_BAD_DATA, "the plural expression is not valid");
    r->rest = str_sub(r->rest, digits, SIZE_MAX);
    return node_add(r, (struct plural_node){.op = OP_NUMBER, .number = (uint32_t)value}, ret);
}

static enum err unary(struct reader *r, int *ret)
{
    if (r->depth >= PLURAL_DEPTH)
        return FAIL(ERR_BAD_DATA, "the plural expression is nested too deep");
    r->depth++;
    enum err e;
    int a;
    if (take(r, "!")) {
        e = unary(r, &a);
        if (e == OK)
            e = node_add(r, (struct plural_node){.op = '!', .a = (uint8_t)a}, ret);
    } else if (take(r, "(")) {
        e = condition(r, ret);
        if (e == OK && !take(r, ")"))
            e = FAIL(ERR_BAD_DATA, "a bracket of the plural expression is not closed");
    } else if (take(r, "n")) {
        e = node_add(r, (struct plural_node){.op = OP_N}, ret);
    } else {
        e = number(r, ret);
    }
    r->depth--;
    return e;
}

/* The operators of each level, the longer ones first so that "<" does not take half of "<=". */
struct op {
    const char *token;
    uint8_t op;
};
static const struct op levels[][5] = {
    {{"||", OP_OR}},
    {{"&&", OP_AND}},
    {{"==", OP_EQ}, {"!=", OP_NE}},
    {{"<=", OP_LE}, {">=", OP_GE}, {"<", '<'}, {">", '>'}},
    {{"+", '+'}, {"-", '-'}},
    {{"*", '*'}, {"/", '/'}, {"%", '%'}},
};
enum { LEVELS = sizeof(levels) / sizeof(*levels) };

static uint8_t take_op(struct reader *r, int level)
{
    for (const struct op *o = levels[level]; o->token; o++)
        if (take(r, o->token))
            return o->op;
    return OP_END;
}

static enum err binary(struct reader *r, int level, int *ret)
{
    if (level == LEVELS)
        return unary(r, ret);
    int left, right;
    TRY(binary(r, level + 1, &left));
    for (uint8_t op; (op = take_op(r, level)) != OP_END;) {
        TRY(binary(r, level + 1, &right));
        TRY(node_add(r, (struct plural_node){.op = op, .a = (uint8_t)left, .b = (uint8_t)right}, &left));
    }
    *ret = left;
    return OK;
}

static enum err condition(struct reader *r, int *ret)
{
    int test, yes, no;
    if (r->depth >= PLURAL_DEPTH)
        return FAIL(ERR_BAD_DATA, "the plural expression is nested too deep");
    TRY(binary(r, 0, &test));
    *ret = test;
    if (!take(r, "?"))
        return OK;
    r->depth++;
    TRY(condition(r, &yes));
    if (!take(r, ":"))
        return FAIL(ERR_BAD_DATA, "the plural expression lacks a colon");
    TRY(condition(r, &no));
    r->depth--;
    return node_add(r, (struct plural_node){'?', (uint8_t)test, (uint8_t)yes, (uint8_t)no, 0}, ret);
}

struct value {
    unsigned long v;
    bool bad; /* divided by zero */
};

static struct value evaluate(const struct plural *p, int at, unsigned long n)
{
    const struct plural_node *x = &p->nodes[at];
    if (x->op == OP_N)
        return (struct value){n, false};
    if (x->op == OP_NUMBER)
        return (struct value){x->number, false};
    struct value a = evaluate(p, x->a, n);
    if (a.bad || (x->op == OP_AND && !a.v) || (x->op == OP_OR && a.v))
        return (struct value){a.v != 0, a.bad};
    if (x->op == '!')
        return (struct value){!a.v, false};
    if (x->op == '?')
        return evaluate(p, a.v ? x->b : x->c, n);
    struct value b = evaluate(p, x->b, n);
    if (b.bad)
        return b;
    switch (x->op) {
    case OP_OR:
    case OP_AND:
        return (struct value){b.v != 0, false};
    case OP_EQ:
        return (struct value){a.v == b.v, false};
    case OP_NE:
        return (struct value){a.v != b.v, false};
    case OP_LE:
        return (struct value){a.v <= b.v, false};
    case OP_GE:
        return (struct value){a.v >= b.v, false};
    case '<':
        return (struct value){a.v < b.v, false};
    case '>':
        return (struct value){a.v > b.v, false};
    case '+':
        return (struct value){a.v + b.v, false};
    case '-':
        return (struct value){a.v - b.v, false};
    case '*':
        return (struct value){a.v * b.v, false};
    case '/':
        return b.v ? (struct value){a.v / b.v, false} : (struct value){0, true};
    default:
        return b.v ? (struct value){a.v % b.v, false} : (struct value){0, true};
    }
}

int plural_form(const struct plural *p, unsigned long n)
{
    struct value v = evaluate(p, p->root, n);
    return v.bad || v.v >= (unsigned long)p->nforms ? 0 : (int)v.v;
}

static enum err every_form_there(const struct plural *p)
{
    for (unsigned long n = 0; n <= 1000; n++) {
        struct value v = evaluate(p, p->root, n);
        if (v.bad)
            return FAIL(ERR_BAD_DATA, "the plural expression divides by zero");
        if (v.v >= (unsigned long)p->nforms)
            return FAIL(ERR_BAD_DATA, "the plural expression gives a form over nplurals");
    }
    return OK;
}

static enum err parse_all(struct str header, struct plural *p)
{
    struct reader r = {.out = p, .rest = header};
    if (!take(&r, "nplurals") || !take(&r, "="))
        return FAIL(ERR_BAD_DATA, "Plural-Forms lacks nplurals=");
    int forms_at;
    skip_space(&r);
    TRY(number(&r, &forms_at));
    uint32_t forms = p->nodes[forms_at].number;
    if (forms < 1 || forms > PLURAL_FORMS_MAX)
        return FAIL(ERR_BAD_DATA, "nplurals must be 1 to %d", PLURAL_FORMS_MAX);
    p->nforms = (int)forms;
    if (!take(&r, ";") || !take(&r, "plural") || !take(&r, "="))
        return FAIL(ERR_BAD_DATA, "Plural-Forms lacks plural=");
    TRY(condition(&r, &p->root));
    take(&r, ";");
    skip_space(&r);
    if (r.rest.n > 0)
        return FAIL(ERR_BAD_DATA, "the plural expression is not valid");
    return every_form_there(p);
}

enum err plural_parse(struct str header, struct plural *ret)
{
    struct plural p = {0};
    TRY(parse_all(header, &p));
    *ret = p;
    return OK;
}

void plural_germanic(struct plural *ret)
{
    *ret = (struct plural){
        .nforms = 2,
        .nnodes = 3,
        .root = 2,
        .nodes = {{.op = OP_N}, {.op = OP_NUMBER, .number = 1}, {.op = OP_NE, .a = 0, .b = 1}}};
}
