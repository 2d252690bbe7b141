/* SPDX-License-Identifier: Apache-2.0 */
/* lattice.c - the cheapest spellings of a word whose letters may be spelt in several ways, and the list they
 * end in. */
#include "screening/names/own.h"
#include <string.h>

#define ARC_PARTS 3

/* Next choice of "ph|p:8|f:60"; false at the end. */
static bool spec_next(const char **at, struct piece *ret)
{
    const char *p = *at;
    if (!p)
        return false;
    size_t n = strcspn(p, "|:");
    unsigned cost = 0;
    *ret = (struct piece){p, (uint16_t)n, 0};
    p += n;
    if (*p == ':')
        for (p++; *p >= '0' && *p <= '9'; p++)
            cost = cost * 10 + (unsigned)(*p - '0');
    ret->cost = (uint16_t)cost;
    *at = *p == '|' ? p + 1 : NULL;
    return true;
}

static bool same_comparison(enum reading_of a, enum reading_of b)
{
    return (a == READING_KATAKANA_SKELETON) == (b == READING_KATAKANA_SKELETON) &&
           (a == READING_CONSONANTS) == (b == READING_CONSONANTS);
}

static bool fits(struct collector *c, struct str latin, int cost)
{
    for (size_t i = 0; i < latin.n; i++)
        if (latin.p[i] < 'a' || latin.p[i] > 'z')
            return false;
    if (cost > COST_MAX || latin.n > NAME_LETTERS_MAX)
        c->more = true;
    return latin.n > 0 && latin.n <= NAME_LETTERS_MAX && cost <= COST_MAX;
}

static size_t lightest(const struct collector *c)
{
    size_t least = c->n - 1;
    for (size_t i = c->n; i-- > 0;)
        if (c->items[i].weight < c->items[least].weight)
            least = i;
    return least;
}

void collect(struct collector *c, struct str latin, struct str kana, int cost, enum reading_of of)
{
    if (c->err != OK || !fits(c, latin, cost))
        return;
    uint8_t weight = (uint8_t)(255 - (cost < 0 ? 0 : cost));
    for (size_t i = 0; i < c->n; i++) {
        struct name_token *t = &c->items[i];
        if (!same_comparison(t->of, of) || !str_eq(t->latin, latin))
            continue;
        if (weight > t->weight)
            *t = (struct name_token){t->latin, kana.n ? kana : t->kana, weight, of};
        return;
    }
    size_t place = c->n;
    if (c->n == READINGS_ROOM) { /* in the place of the least likely */
        c->more = true;
        place = lightest(c);
        if (c->items[place].weight >= weight)
            return;
    }
    struct str kept = arena_str(c->a, latin);
    if (!kept.p) {
        c->err = arena_err(c->a);
        return;
    }
    c->items[place] = (struct name_token){kept, kana, weight, of};
    c->n += place == c->n;
}

void collect_c(struct collector *c, const char *latin, int cost, enum reading_of of)
{
    collect(c, str_of(latin), (struct str){0}, cost, of);
}

void collect_spec(struct collector *c, const char *spec, int cost, enum reading_of of)
{
    struct piece piece;
    while (spec_next(&spec, &piece))
        collect(c, (struct str){piece.p, piece.n}, (struct str){0}, cost + piece.cost, of);
}

struct lattice lattice_new(struct arena *a, size_t n)
{
    struct lattice l = {.a = a, .n = n, .from = ARENA_ARRAY(a, n + 1, struct arc *)};
    if (!l.from)
        l.err = arena_err(a);
    return l;
}

/* Keeps the cheapest PIECES_MAX, in order of cost; among equals what came first. */
static bool keep_piece(struct piece *kept, size_t *n, struct piece piece)
{
    size_t at = *n;
    while (at > 0 && kept[at - 1].cost > piece.cost)
        at--;
    if (at == PIECES_MAX)
        return false;
    size_t last = *n < PIECES_MAX ? (*n)++ : PIECES_MAX - 1;
    memmove(&kept[at + 1], &kept[at], (last - at) * sizeof *kept);
    kept[at] = piece;
    return true;
}

static bool put_together(struct lattice *l, struct piece a, struct piece b, struct piece *ret)
{
    if (!a.n || !b.n) {
        *ret = (struct piece){a.n ? a.p : b.p, (uint16_t)(a.n + b.n), (uint16_t)(a.cost + b.cost)};
        return true;
    }
    char *text = arena_alloc(l->a, (size_t)a.n + b.n);
    if (!text) {
        l->err = arena_err(l->a);
        return false;
    }
    memcpy(text, a.p, a.n);
    memcpy(text + a.n, b.p, b.n);
    *ret = (struct piece){text, (uint16_t)(a.n + b.n), (uint16_t)(a.cost + b.cost)};
    return true;
}

/* kept x spec -> kept. */
static bool multiply(struct lattice *l, struct piece *kept, size_t *n, const char *spec)
{
    struct piece product[PIECES_MAX + 1], choice, both;
    size_t made = 0;
    for (size_t i = 0; i < *n; i++)
        for (const char *at = spec; spec_next(&at, &choice);) {
            if (made == PIECES_MAX && kept[i].cost + choice.cost >= product[made - 1].cost)
                continue;
            if (!put_together(l, kept[i], choice, &both))
                return false;
            keep_piece(product, &made, both);
        }
    memcpy(kept, product, made * sizeof *kept);
    *n = made;
    return true;
}

void lattice_arc(struct lattice *l, size_t from, size_t to, int cost, const char *first, const char *second,
                 const char *third)
{
    const char *parts[ARC_PARTS] = {first, second, third};
    struct piece kept[PIECES_MAX + 1] = {{"", 0, 0}};
    size_t n = 1;
    if (l->err != OK || to > l->n || from >= to)
        return;
    for (size_t i = 0; i < ARC_PARTS; i++)
        if (parts[i] && !multiply(l, kept, &n, parts[i]))
            return;
    struct arc *arc = arena_alloc(l->a, sizeof *arc + n * sizeof *kept);
    if (!arc) {
        l->err = arena_err(l->a);
        return;
    }
    for (size_t i = 0; i < n; i++)
        kept[i].cost = (uint16_t)(kept[i].cost + cost);
    *arc = (struct arc){.to = (uint16_t)to, .n = (uint16_t)n};
    memcpy(arc->pieces, kept, n * sizeof *kept);
    struct arc **end = &l->from[from];
    while (*end)
        end = &(*end)->next;
    *end = arc;
}

/* A way up to some place: the way before it and one piece more. */
struct step {
    const struct step *before;
    struct piece piece;
    uint64_t hash;
    uint16_t cost, length;
};
struct place {
    struct step steps[PATHS_MAX];
    size_t n;
};

static uint64_t hash_on(uint64_t hash, struct piece piece)
{
    for (size_t i = 0; i < piece.n; i++)
        hash = (hash ^ (unsigned char)piece.p[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static void arrive(struct lattice *l, struct place *place, struct step step)
{
    for (size_t i = 0; i < place->n; i++)
        if (place->steps[i].hash == step.hash && place->steps[i].length == step.length) {
            if (place->steps[i].cost <= step.cost)
                return;
            memmove(&place->steps[i], &place->steps[i + 1], (place->n - i - 1) * sizeof step);
            place->n--;
            break;
        }
    size_t at = place->n;
    while (at > 0 && place->steps[at - 1].cost > step.cost)
        at--;
    if (place->n == PATHS_MAX)
        l->more = true;
    if (at == PATHS_MAX)
        return;
    size_t last = place->n < PATHS_MAX ? place->n++ : PATHS_MAX - 1;
    memmove(&place->steps[at + 1], &place->steps[at], (last - at) * sizeof step);
    place->steps[at] = step;
}

static void follow(struct lattice *l, struct place *places, size_t from)
{
    for (const struct arc *arc = l->from[from]; arc; arc = arc->next)
        for (size_t i = 0; i < places[from].n; i++) {
            const struct step *before = &places[from].steps[i];
            for (size_t k = 0; k < arc->n; k++) {
                struct piece piece = arc->pieces[k];
                unsigned cost = (unsigned)before->cost + piece.cost;
                if (cost > 4 * COST_MAX || before->length + piece.n > NAME_LETTERS_MAX * 3) {
                    l->more = true;
                    continue;
                }
                arrive(l, &places[arc->to],
                       (struct step){before, piece, hash_on(before->hash, piece), (uint16_t)cost,
                                     (uint16_t)(before->length + piece.n)});
            }
        }
}

static struct str spelt(struct arena *a, const struct step *step)
{
    char *text = arena_alloc(a, (size_t)step->length + 1);
    size_t at = step->length;
    for (const struct step *s = step; text && s->before; s = s->before) {
        at -= s->piece.n;
        memcpy(text + at, s->piece.p, s->piece.n);
    }
    return (struct str){text, step->length};
}

enum err lattice_ways(struct lattice *l, struct way **ret, size_t *ret_n)
{
    if (l->err != OK)
        return l->err;
    struct place *places = ARENA_ARRAY(l->a, l->n + 1, struct place);
    if (!places)
        return arena_err(l->a);
    places[0].steps[0] = (struct step){.hash = UINT64_C(0xcbf29ce484222325)};
    places[0].n = 1;
    for (size_t i = 0; i < l->n; i++)
        follow(l, places, i);
    struct place *end = &places[l->n];
    struct way *ways = ARENA_ARRAY(l->a, end->n + 1, struct way);
    if (!ways)
        return arena_err(l->a);
    for (size_t i = 0; i < end->n; i++) {
        ways[i] = (struct way){spelt(l->a, &end->steps[i]), end->steps[i].cost};
        if (!ways[i].text.p)
            return arena_err(l->a);
    }
    *ret = ways;
    *ret_n = end->n;
    return OK;
}

/* The cheapest way is the measure of the others: a long word is not less likely than a short one. */
void lattice_collect(struct lattice *l, struct collector *c, int cost, enum reading_of of)
{
    struct way *ways;
    size_t n;
    enum err err = lattice_ways(l, &ways, &n);
    if (err != OK) {
        c->err = err;
        return;
    }
    c->more = c->more || l->more;
    for (size_t i = 0; i < n; i++)
        collect(c, ways[i].text, (struct str){0}, cost + ways[i].cost - ways[0].cost, of);
}

enum err letters_of(struct arena *a, struct str s, struct letters *ret)
{
    int32_t *p = ARENA_ARRAY(a, s.n + 1, int32_t);
    size_t n = 0;
    if (!p)
        return arena_err(a);
    for (size_t at = 0; at < s.n;)
        p[n++] = str_utf8_next(s, &at);
    *ret = (struct letters){p, n};
    return OK;
}

/* Does the rule fit at this byte? *ret_n: how many bytes it takes. */
static bool rule_fits(const struct rule *rule, struct str word, size_t at, size_t *ret_n)
{
    const char *from = rule->from;
    if (*from == '^') {
        if (at > 0)
            return false;
        from++;
    }
    size_t n = strlen(from);
    bool end = n > 1 && from[n - 1] == '$';
    n -= end;
    if (word.n - at < n || memcmp(word.p + at, from, n) != 0 || (end && at + n != word.n))
        return false;
    *ret_n = n;
    return true;
}

#define COST_UNKNOWN 40

bool rules_read(const struct rule *rules, size_t n, struct str word, struct lattice *l)
{
    bool all = true;
    for (size_t at = 0, taken; at < word.n; at += taken) {
        size_t i = 0;
        taken = 0;
        while (i < n && !rule_fits(&rules[i], word, at, &taken))
            i++;
        if (i < n) {
            lattice_arc(l, at, at + taken, 0, rules[i].to, NULL, NULL);
            continue;
        }
        size_t next = at;
        (void)str_utf8_next(word, &next);
        all = false;
        taken = next - at;
        lattice_arc(l, at, next, COST_UNKNOWN, "", NULL, NULL);
    }
    return all;
}
