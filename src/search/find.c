/* SPDX-License-Identifier: Apache-2.0 */
/* find.c - candidates for a query: whole words before beginnings before one wrong letter. Bounded work,
 * whatever is asked. */
#include "search/own.h"

/* ---- one letter -------------------------------------------------------------------------------------------
 */

static bool goes_on(struct str s, size_t at)
{
    return at < s.n && ((unsigned char)s.p[at] & 0xc0) == 0x80;
}

/* What differs between two words: without what they share before and behind, at letters. */
static void cut_shared(struct str *a, struct str *b)
{
    size_t from = 0, behind = 0;
    while (from < a->n && from < b->n && a->p[from] == b->p[from])
        from++;
    while (from > 0 && (goes_on(*a, from) || goes_on(*b, from)))
        from--;
    while (behind < a->n - from && behind < b->n - from && a->p[a->n - 1 - behind] == b->p[b->n - 1 - behind])
        behind++;
    while (behind > 0 && (goes_on(*a, a->n - behind) || goes_on(*b, b->n - behind)))
        behind--;
    *a = str_sub(*a, from, a->n - from - behind);
    *b = str_sub(*b, from, b->n - from - behind);
}

static bool swapped(struct str a, struct str b)
{
    size_t i = 0, k = 0;
    int32_t a0 = str_utf8_next(a, &i), a1 = str_utf8_next(a, &i), b0 = str_utf8_next(b, &k),
            b1 = str_utf8_next(b, &k);
    return i == a.n && k == b.n && a0 == b1 && a1 == b0;
}

bool one_letter_apart(struct str a, struct str b)
{
    if (a.n > b.n + 4 || b.n > a.n + 4)
        return false;
    cut_shared(&a, &b);
    size_t x = str_utf8_count(a), y = str_utf8_count(b);
    return (x <= 1 && y <= 1 && x + y > 0) || (x == 2 && y == 2 && swapped(a, b));
}

/* ---- a query ----------------------------------------------------------------------------------------------
 */

#define SIMILAR_LETTERS_MIN 5

struct search {
    const struct name_index *x;
    struct str words[QUERY_WORDS_MAX];
    size_t nwords;
    struct candidate *found;
    size_t n, walked;
    uint32_t *taken; /* subjects that are candidates already: open addressing, subject + 1 */
    bool more;
};
#define TAKEN_SLOTS 4096 /* four times CANDIDATES_MAX */

static bool begins(struct str s, struct str with)
{
    return s.n >= with.n && memcmp(s.p, with.p, with.n) == 0;
}

static bool may_be_similar(struct str word)
{
    return word.n >= SIMILAR_LETTERS_MIN && (word.p[0] < '0' || word.p[0] > '9') &&
           str_utf8_count(word) >= SIMILAR_LETTERS_MIN;
}

/* false: it was one already */
static bool take(struct search *s, uint32_t subject)
{
    for (size_t i = (subject * 2654435761u) & (TAKEN_SLOTS - 1);; i = (i + 1) & (TAKEN_SLOTS - 1)) {
        if (s->taken[i] == subject + 1)
            return false;
        if (s->taken[i])
            continue;
        s->taken[i] = subject + 1;
        return true;
    }
}

/* How the subject has this word, at best; -1: not at all. */
static int subject_has(const struct search *s, uint32_t subject, struct str word, bool similar)
{
    int best = -1;
    for (uint32_t i = subject_at(s->x, subject)->first; i != NONE; i = entry_at(s->x, i)->next_of_subject) {
        struct str text = word_text(word_at(s->x, entry_at(s->x, i)->word));
        int how = begins(text, word) ? text.n == word.n ? HOW_EXACT : HOW_BEGINS
                  : similar && may_be_similar(word) && one_letter_apart(text, word) ? HOW_SIMILAR
                                                                                    : -1;
        if (how >= 0 && (best < 0 || how < best))
            best = how;
    }
    return best;
}

static bool full(struct search *s)
{
    s->more |= s->n == CANDIDATES_MAX || s->walked >= WALK_MAX;
    return s->more;
}

/* The other words of the query decide with this one. */
static void consider(struct search *s, const struct entry *e, size_t driver, enum search_how how,
                     bool similar)
{
    int worst = (int)how;
    if (e->dead)
        return;
    for (size_t i = 0; i < s->nwords && worst >= 0; i++) {
        int other = i == driver ? worst : subject_has(s, e->subject, s->words[i], similar);
        worst = other < 0 ? -1 : other > worst ? other : worst;
    }
    if (worst < 0 || !take(s, e->subject))
        return;
    s->found[s->n++] = (struct candidate){.subject = subject_at(s->x, e->subject)->id,
                                          .row = e->row,
                                          .form = (enum search_why)e->form,
                                          .how = (enum search_how)worst};
}

static void walk(struct search *s, uint32_t word, size_t driver, enum search_how how, bool similar)
{
    for (uint32_t i = word_at(s->x, word)->first; i != NONE && !full(s);
         i = entry_at(s->x, i)->next_of_word) {
        s->walked++;
        consider(s, entry_at(s->x, i), driver, how, similar);
    }
}

/* How many entries the words that begin so have, at most `enough`. */
static size_t weight(const struct search *s, struct str word, size_t enough)
{
    size_t n = 0;
    for (size_t i = word_place(s->x, word); i < s->x->norder && n < enough; i++) {
        const struct word *w = word_at(s->x, s->x->order[i]);
        if (!begins(word_text(w), word))
            break;
        n += w->live + 1;
    }
    return n;
}

/* The word that fewest have leads; the others are looked up at who has it. */
static size_t rarest(const struct search *s)
{
    size_t best = 0, fewest = SIZE_MAX;
    for (size_t i = 0; i < s->nwords && s->nwords > 1; i++) {
        size_t n = weight(s, s->words[i], fewest < 20000 ? fewest : 20000);
        if (n < fewest) {
            fewest = n;
            best = i;
        }
    }
    return best;
}

/* Words in their order: the whole word itself stands before all that begin with it. */
static void search_beginnings(struct search *s)
{
    size_t driver = rarest(s);
    struct str word = s->words[driver];
    for (size_t i = word_place(s->x, word); i < s->x->norder && !full(s); i++) {
        const struct word *w = word_at(s->x, s->x->order[i]);
        if (!begins(word_text(w), word))
            return;
        s->walked++;
        walk(s, s->x->order[i], driver, w->n == word.n ? HOW_EXACT : HOW_BEGINS, false);
    }
}

/* Every word is compared: a few nanoseconds each, for most differ in length or in two letters. */
static void search_similar(struct search *s)
{
    for (size_t d = 0; d < s->nwords; d++) {
        if (!may_be_similar(s->words[d]))
            continue;
        for (size_t i = 0; i < s->x->norder && !full(s); i++) {
            struct str text = word_text(word_at(s->x, s->x->order[i]));
            if (one_letter_apart(text, s->words[d]))
                walk(s, s->x->order[i], d, HOW_SIMILAR, true);
        }
    }
}

static void split(struct search *s, struct str folded)
{
    struct str word;
    s->nwords = 0;
    while (s->nwords < QUERY_WORDS_MAX && str_cut(&folded, ' ', &word))
        if (word.n)
            s->words[s->nwords++] = word;
}

static void sort_by_how(struct candidate *list, struct candidate *sorted, size_t n)
{
    size_t to = 0;
    for (int how = HOW_EXACT; how <= HOW_SIMILAR; how++)
        for (size_t i = 0; i < n; i++)
            if ((int)list[i].how == how)
                sorted[to++] = list[i];
}

/* The same letters without their spaces: as many write a name that has two parts. */
static enum err joined(struct arena *a, struct str folded, struct str *ret)
{
    char *p = arena_cstr(a, folded);
    size_t n = 0;
    if (!p)
        return arena_err(a);
    for (size_t i = 0; i < folded.n; i++)
        if (folded.p[i] != ' ')
            p[n++] = folded.p[i];
    p[n] = '\0';
    *ret = (struct str){p, n};
    return OK;
}

enum err name_index_find(const struct name_index *x, struct str folded, struct arena *a,
                         struct candidate **ret, size_t *ret_n, bool *ret_more)
{
    struct search s = {.x = x};
    struct str whole;
    s.found = ARENA_ARRAY(a, CANDIDATES_MAX, struct candidate);
    s.taken = ARENA_ARRAY(a, TAKEN_SLOTS, uint32_t);
    *ret = ARENA_ARRAY(a, CANDIDATES_MAX, struct candidate);
    *ret_n = 0;
    *ret_more = false;
    if (!s.found || !s.taken || !*ret)
        return arena_err(a);
    TRY(joined(a, folded, &whole));
    split(&s, folded);
    if (!s.nwords || !x->sorted)
        return OK;
    search_beginnings(&s);
    if (s.nwords > 1) {
        struct search one = s;
        one.words[0] = whole;
        one.nwords = 1;
        search_beginnings(&one);
        s.n = one.n;
        s.more = one.more;
        s.walked = one.walked;
    }
    search_similar(&s);
    sort_by_how(s.found, *ret, s.n);
    *ret_n = s.n;
    *ret_more = s.more;
    return OK;
}
