/* SPDX-License-Identifier: Apache-2.0 */
#include "screening/names/score.h"
#include "base/buf.h"

#include <math.h>
#include <string.h>

/* Written before they are read; too large to be zeroed for every pair of names. */
#define UNSET    __attribute__((uninitialized))
#define NOINLINE __attribute__((noinline))

/* How much speaks against, beside what speaks for. Set by hand between what a search over half of the open
 * sets found and what served all of them; none of these belongs to single names. tests/names measures them.
 */
static const struct {
    double alike_from, alike_power;      /* likeness under the first is none; how steeply credit falls */
    double joined;                       /* likeness taken off for words written apart on one side */
    double initial, truncated;           /* credit */
    double over_one, over_both, edit;    /* of a bit that is over on one side; on both; met but misspelled */
    double little;                       /* bits: with so few met all that speaks against counts twice */
    double over_patronymic, over_slight; /* share of a patronymic, of a title or particle left over */
    double read;                         /* likeness at most where one of them had to be read */
    double spelt;                        /* the same for alphabets that write what is said */
    double more_both;        /* by how much what is over on both sides grows with every ten bits that met */
    double other_number;     /* bits of a number that the other has not */
    double short_form;       /* credit */
    double other_characters; /* likeness at most of other Chinese characters that are read alike */
    double near_number;      /* likeness of another number */
    double abbreviation;     /* score of a word and the words whose first letters it has */
    double kana;             /* likeness at most by way of katakana */
    double bones;            /* likeness at most by consonants alone */
    double least_share;      /* of the bits of a word that is left where it may be read in many ways */
    double character;        /* bits at most of a Chinese or Korean character: they have few sounds */
} tuning = {0.635, 1.05, 0.02, 0.7,  0.9,  0.35, 1.5,  0.8,  9,    0.4, 0.5, 0.94,
            0.97,  0.3,  8,    0.85, 0.85, 0.8,  0.75, 0.93, 0.86, 0.5, 4.5};
/* Of the weight of a reading (0..255): halves how likely it is. */
#define WEIGHT_OF_A_BIT 15

/* ---- names made ready ---------------------------------------------------------------------------------- */

static bool in_script(const struct name_word *w, const char *a, const char *b)
{
    return w->script && (strcmp(w->script, a) == 0 || strcmp(w->script, b) == 0);
}

/* The readings of a word while they are put together: how each sounds and how likely it is. */
struct sounds {
    struct sound *of;
    float *likely;
    size_t n, room;
};

static void put_sound(struct sounds *s, struct str latin, enum sound_of of, unsigned weight)
{
    if (s->n == s->room)
        return;
    s->likely[s->n] = exp2f(((float)weight - 255) / WEIGHT_OF_A_BIT);
    sound_make(latin, of, &s->of[s->n++]);
}

/* Without the article, which others write apart. */
static struct str without_article(struct str latin)
{
    return latin.n > 4 && str_starts(latin, "al") ? str_sub(latin, 2, latin.n) : STR("");
}

/* Letters and digits, at least one of them a digit. What is read of such a word has lost the digit, and would
 * be another name (somc8ai: somcai). */
static bool has_digit(struct str latin)
{
    for (size_t i = 0; i < latin.n; i++)
        if (latin.p[i] >= '0' && latin.p[i] <= '9')
            return true;
    return false;
}

static bool first_of_kind(const struct name_word *w, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (w->readings[i].of == w->readings[at].of)
            return false;
    return true;
}

/* All readings that are compared as letters. bare: the script leaves vowels out. */
static void sounds_of(const struct name_word *w, struct str first, bool bare, struct sounds *ret)
{
    enum sound_of of = bare ? SOUND_VOWELLESS : SOUND_LETTERS;
    put_sound(ret, word_meaning(first), of, 255);
    if (has_digit(first))
        return;
    for (size_t i = 0; i < w->n; i++) /* few, and last in the list: before the letters fill the room */
        if (w->readings[i].of == READING_CONSONANTS)
            put_sound(ret, w->readings[i].latin, SOUND_VOWELLESS, w->readings[i].weight);
    for (int rest = 0; rest < 2;
         rest++) /* the likeliest of each kind before the others: each is a language */
        for (size_t i = 0; i < w->n; i++) {
            const struct name_token *t = &w->readings[i];
            if (t->of != READING_KATAKANA_SKELETON && t->of != READING_CONSONANTS &&
                !str_eq(t->latin, first) && rest == !first_of_kind(w, i))
                put_sound(ret, t->latin, of, t->weight);
        }
    struct str apart = bare ? without_article(first) : STR("");
    if (apart.n)
        put_sound(ret, apart, of, 255);
}

/* A word that may be read in several ways is met more easily by chance: what is told is less by the bits that
 * the reading takes to be chosen. Readings that differ in vowels alone are one. */
static void doubts_of(const struct sounds *s, float *ret)
{
    char bones[SCORE_READINGS][WORD_LETTERS];
    size_t n[SCORE_READINGS];
    for (size_t i = 0; i < s->n; i++)
        n[i] = sound_skeleton(&s->of[i], bones[i], sizeof bones[i]);
    for (size_t i = 0; i < s->n; i++) {
        float all = 0, like = 0;
        for (size_t k = 0; k < s->n; k++) {
            bool same = n[i] == n[k] && memcmp(bones[i], bones[k], n[i]) == 0;
            all += s->likely[k];
            like += same ? s->likely[k] : 0;
        }
        ret[i] = log2f(all / like);
    }
}

static void kana_of(const struct name_word *w, struct str first, struct sound *ret)
{
    char skeleton[NAME_LETTERS_MAX];
    for (size_t i = 0; i < w->n; i++)
        if (w->readings[i].of == READING_KATAKANA_SKELETON) {
            sound_make(w->readings[i].latin, SOUND_KANA, ret);
            return;
        }
    if (first.n > NAME_LETTERS_MAX)
        first.n = NAME_LETTERS_MAX;
    sound_make((struct str){skeleton, name_skeleton(first, skeleton)}, SOUND_KANA, ret);
}

/* Has the engine of readings given vowels (an article, a list of known names, proposals)? */
static bool lacks_vowels(const struct name_word *w)
{
    if (w->flags & WORD_PARTICLE)
        return false;
    for (size_t i = 0; i < w->n; i++)
        if (w->readings[i].of == READING_CONSONANTS)
            return false;
    return in_script(w, "Arab", "Hebr");
}

/* Short forms that are another word than the name: common knowledge of English, Spanish and Russian. */
static const char *const short_forms[][2] = {
    {"bill", "william"},      {"will", "william"},    {"bob", "robert"},       {"rob", "robert"},
    {"dick", "richard"},      {"rick", "richard"},    {"jim", "james"},        {"jack", "john"},
    {"mike", "michael"},      {"tom", "thomas"},      {"tony", "anthony"},     {"joe", "joseph"},
    {"ted", "theodore"},      {"ted", "edward"},      {"ed", "edward"},        {"ben", "benjamin"},
    {"dan", "daniel"},        {"dave", "david"},      {"steve", "stephen"},    {"steve", "steven"},
    {"chris", "christopher"}, {"nick", "nicholas"},   {"alex", "alexander"},   {"sam", "samuel"},
    {"tim", "timothy"},       {"matt", "matthew"},    {"andy", "andrew"},      {"greg", "gregory"},
    {"jeff", "jeffrey"},      {"ken", "kenneth"},     {"larry", "lawrence"},   {"ron", "ronald"},
    {"don", "donald"},        {"charlie", "charles"}, {"kate", "katherine"},   {"liz", "elizabeth"},
    {"beth", "elizabeth"},    {"betty", "elizabeth"}, {"meg", "margaret"},     {"sue", "susan"},
    {"pat", "patricia"},      {"jenny", "jennifer"},  {"pepe", "jose"},        {"paco", "francisco"},
    {"pancho", "francisco"},  {"lupe", "guadalupe"},  {"beto", "alberto"},     {"chuy", "jesus"},
    {"sasha", "aleksandr"},   {"sasha", "alexander"}, {"volodya", "vladimir"}, {"vova", "vladimir"},
    {"misha", "mikhail"},     {"dima", "dmitry"},     {"kolya", "nikolai"},    {"vanya", "ivan"},
    {"seryozha", "sergei"},   {"katya", "ekaterina"}, {"natasha", "natalia"},  {"tanya", "tatiana"},
    {"lena", "elena"},        {"masha", "maria"},     {"zhenya", "evgeny"},
};
_Static_assert(sizeof short_forms / sizeof *short_forms <= 64, "a bit each");

/* The rows in which a word is the short form, and those in which it is the name. */
static void short_form_rows(struct str written, struct ready_word *ret)
{
    for (size_t i = 0; i < sizeof short_forms / sizeof *short_forms; i++) {
        ret->short_rows |= (uint64_t)str_is(written, short_forms[i][0]) << i;
        ret->long_rows |= (uint64_t)str_is(written, short_forms[i][1]) << i;
    }
}

static enum err ready_word(struct arena *a, const struct name_word *w, const struct name_frequencies *f,
                           struct ready_word *ret)
{
    size_t room = w->n + 2 < SCORE_READINGS ? w->n + 2 : SCORE_READINGS;
    struct sound *sounds = ARENA_ARRAY(a, room + 1, struct sound);
    float likely[SCORE_READINGS], *doubt = ARENA_ARRAY(a, room, float);
    struct sounds made = {.of = sounds, .likely = likely, .room = room};
    struct str first = word_plain(w);
    if (!sounds || !doubt)
        return arena_err(a);
    sounds_of(w, first, lacks_vowels(w), &made);
    doubts_of(&made, doubt);
    kana_of(w, first, &sounds[room]);
    enum word_kind kind = word_kind_of(word_meaning(first));
    *ret = (struct ready_word){.readings = sounds,
                               .doubt = doubt,
                               .kana = &sounds[room],
                               .n = (uint8_t)made.n,
                               .kind = (uint8_t)kind,
                               .written = w->written,
                               .truncated = w->flags & WORD_TRUNCATED,
                               .latin = in_script(w, "Latn", "Zyyy"),
                               .spelt = in_script(w, "Latn", "Zyyy") || in_script(w, "Cyrl", "Grek") ||
                                        in_script(w, "Armn", "Geor"),
                               .han = in_script(w, "Hani", "Hani"),
                               .is_kana = in_script(w, "Kana", "Hira")};
    ret->weight = word_weight(f, word_meaning(first), &sounds[0], kind);
    if (in_script(w, "Hani", "Hang"))
        ret->weight = fmin(ret->weight, tuning.character * (double)(w->written.n / 3));
    short_form_rows(w->written, ret);
    return OK;
}

/* A. B. C. are one word: an abbreviation, not a person's initials. */
enum { ABBREVIATION = 3 };
static enum err abbreviation(struct arena *a, const struct name *name, size_t i, size_t n,
                             const struct name_frequencies *f, struct ready_word *ret)
{
    struct buf letters CLEANUP(buf_free) = {0};
    struct name_token token = {.weight = 255, .of = READING_AS_WRITTEN};
    struct name_word word = {.readings = &token, .n = 1, .script = "Latn"};
    for (size_t k = 0; k < n; k++)
        buf_str(&letters, name->words[i + k].written);
    TRY(buf_take(&letters, a, &token.latin));
    word.written = token.latin;
    return ready_word(a, &word, f, ret);
}

static size_t initials_at(const struct name *name, size_t i)
{
    size_t n = 0;
    while (i + n < name->n && name->words[i + n].written.n == 1 && word_plain(&name->words[i + n]).n == 1)
        n++;
    return n;
}

/* The word that goes first when there are too many: the one that tells least. */
static size_t least(const struct ready_name *name)
{
    size_t at = 0;
    for (size_t i = 1; i < name->n; i++)
        if (name->words[i].weight <= name->words[at].weight)
            at = i;
    return at;
}

static void put_word(struct ready_name *name, struct ready_word w)
{
    if (name->n == SCORE_WORDS) {
        size_t gone = least(name);
        name->left_out++;
        if (w.weight <= name->words[gone].weight)
            return;
        memmove(&name->words[gone], &name->words[gone + 1], (name->n - gone - 1) * sizeof w);
        name->n--;
    }
    name->words[name->n++] = w;
}

static enum err join_words(struct arena *a, struct ready_name *name)
{
    for (size_t i = 0; i + 1 < name->n; i++) {
        struct ready_word *w = &name->words[i];
        struct sound *both = ARENA_ARRAY(a, 2, struct sound);
        if (!both)
            return arena_err(a);
        sound_joined(&w->readings[0], &w[1].readings[0], &both[0]);
        w->joined[0] = &both[0];
        if (i + 2 == name->n)
            continue;
        sound_joined(&both[0], &w[2].readings[0], &both[1]);
        w->joined[1] = &both[1];
    }
    return OK;
}

enum err name_ready(struct arena *a, const struct name *name, const struct name_frequencies *f,
                    struct ready_name *ret)
{
    size_t room = name->n < SCORE_WORDS ? name->n : SCORE_WORDS;
    struct ready_name made = {.words = ARENA_ARRAY(a, room + 1, struct ready_word)};
    if (!made.words)
        return arena_err(a);
    for (size_t i = 0; i < name->n; i++) {
        struct ready_word w;
        size_t initials = initials_at(name, i);
        if (!word_plain(&name->words[i]).n)
            continue;
        if (initials >= ABBREVIATION) {
            TRY(abbreviation(a, name, i, initials, f, &w));
            i += initials - 1;
        } else {
            TRY(ready_word(a, &name->words[i], f, &w));
        }
        if (w.n && w.readings[0].n)
            put_word(&made, w);
    }
    TRY(join_words(a, &made));
    *ret = made;
    return OK;
}

/* ---- one word and another ------------------------------------------------------------------------------ */

struct meeting {
    double credit, bits, likeness; /* credit 0..1, bits it tells if met */
    uint8_t how;
};

static double credit_of(double likeness)
{
    if (likeness >= 1)
        return 1;
    double over = (likeness - tuning.alike_from) / (1 - tuning.alike_from);
    return over <= 0 ? 0 : pow(over, tuning.alike_power);
}

static double least_of(double a, double b)
{
    return a < b ? a : b;
}

static bool begins_alike(const struct sound *a, const struct sound *b)
{
    size_t n = a->n < b->n ? a->n : b->n;
    return n && memcmp(a->letters, b->letters, n) == 0;
}

static struct meeting meet_initial(const struct ready_word *a, const struct ready_word *b)
{
    bool met = false;
    for (size_t i = 0; i < a->n; i++)
        for (size_t k = 0; k < b->n; k++)
            met = met || begins_alike(&a->readings[i], &b->readings[k]);
    double credit = a->kind == b->kind && met ? 1 : tuning.initial;
    return (struct meeting){met ? credit : 0, least_of(a->weight, b->weight), met ? credit : 0, MET_INITIAL};
}

/* The most that two words can be alike for how they are written: what had to be read is not certain, and
 * other Chinese characters of one sound are another name. */
static double written_most(const struct ready_word *a, const struct ready_word *b, double doubt)
{
    bool likely = doubt < 1; /* than all other readings together */
    if (str_eq(a->written, b->written) || (a->latin && b->latin && likely))
        return 1;
    if (a->han && b->han)
        return tuning.other_characters;
    return a->spelt && b->spelt && likely ? tuning.spelt : tuning.read;
}

/* Consonants alone are the other's only, whatever vowels it has. */
static double likeness_of(const struct sound *a, const struct sound *b)
{
    double like = sound_likeness(a, b);
    return a->of == b->of ? like : least_of(like, tuning.bones);
}

static double bits_told(double bits, double doubt)
{
    return fmax(bits - doubt, tuning.least_share * bits);
}

/* The readings that are most alike. */
static double best_readings(const struct ready_word *a, const struct ready_word *b, double *ret_doubt)
{
    double best = 0;
    *ret_doubt = 0;
    for (size_t i = 0; i < a->n; i++)
        for (size_t k = 0; k < b->n; k++) {
            double like = likeness_of(&a->readings[i], &b->readings[k]), doubt = a->doubt[i] + b->doubt[k];
            if (like > best || (like == best && doubt < *ret_doubt)) {
                best = like;
                *ret_doubt = doubt;
            }
        }
    return best;
}

static struct meeting meet(const struct ready_word *a, const struct ready_word *b)
{
    struct meeting m = {.bits = least_of(a->weight, b->weight), .how = MET_ALIKE};
    double doubt;
    if (a->kind == KIND_INITIAL || b->kind == KIND_INITIAL)
        return meet_initial(a, b);
    m.likeness = best_readings(a, b, &doubt);
    if (!str_eq(a->written, b->written))
        m.bits = bits_told(m.bits, doubt);
    if (a->is_kana != b->is_kana && m.likeness < tuning.kana)
        m.likeness = fmax(m.likeness, tuning.kana * sound_likeness(a->kana, b->kana));
    if ((a->kind == KIND_NUMBER || b->kind == KIND_NUMBER) && m.likeness < 1)
        m.likeness = a->kind == b->kind ? tuning.near_number : 0;
    if (m.likeness >= 0.9)
        m.likeness = least_of(m.likeness, written_most(a, b, doubt));
    m.credit = credit_of(m.likeness);
    if (m.likeness >= 1)
        m.how = MET_EQUAL;
    if ((a->truncated || b->truncated) && m.credit < tuning.truncated &&
        begins_alike(&a->readings[0], &b->readings[0]))
        m = (struct meeting){tuning.truncated, m.bits, tuning.truncated, MET_TRUNCATED};
    if (((a->short_rows & b->long_rows) | (a->long_rows & b->short_rows)) && m.credit < tuning.short_form)
        m = (struct meeting){tuning.short_form, m.bits, tuning.short_form, MET_SHORT_FORM};
    return m;
}

/* ---- the best meeting of all words --------------------------------------------------------------------- */

/* How many words of each side meet. */
enum { SPANS = 6 };
static const struct {
    uint8_t a, b;
} spans[SPANS] = {{1, 1}, {1, 2}, {2, 1}, {1, 3}, {3, 1}, {2, 2}};

struct table {
    struct meeting of[SPANS][SCORE_WORDS][SCORE_WORDS];
};

static bool all_latin(const struct ready_word *w, size_t n)
{
    bool latin = true;
    for (size_t i = 0; i < n; i++)
        latin = latin && w[i].latin;
    return latin;
}

/* Several words as they stand, one word by the reading that is most alike. */
static void best_spans(const struct ready_word *a, size_t na, const struct ready_word *b, size_t nb,
                       struct meeting *m)
{
    size_t of_a = na > 1 ? 1 : a->n, of_b = nb > 1 ? 1 : b->n;
    double doubt = 0;
    for (size_t i = 0; i < of_a; i++)
        for (size_t k = 0; k < of_b; k++) {
            const struct sound *x = na > 1 ? a->joined[na - 2] : &a->readings[i],
                               *y = nb > 1 ? b->joined[nb - 2] : &b->readings[k];
            double like = likeness_of(x, y);
            if (like <= m->likeness)
                continue;
            m->likeness = like;
            doubt = (na > 1 ? 0 : a->doubt[i]) + (nb > 1 ? 0 : b->doubt[k]);
        }
    m->bits = bits_told(m->bits, doubt);
    if (!all_latin(a, na) || !all_latin(b, nb))
        m->likeness = least_of(m->likeness, tuning.read);
}

/* Words written apart on one side, as one. */
static struct meeting meet_joined(const struct ready_word *a, size_t na, const struct ready_word *b,
                                  size_t nb)
{
    struct meeting m = {.how = MET_JOINED};
    double bits_a = 0, bits_b = 0;
    for (size_t i = 0; i < na; i++) {
        bits_a += a[i].weight;
        if (a[i].kind == KIND_INITIAL || a[i].kind == KIND_NUMBER)
            return m;
    }
    for (size_t i = 0; i < nb; i++) {
        bits_b += b[i].weight;
        if (b[i].kind == KIND_INITIAL || b[i].kind == KIND_NUMBER)
            return m;
    }
    m.bits = least_of(bits_a, bits_b); /* never more than either side tells: a name meets itself best */
    best_spans(a, na, b, nb, &m);
    m.likeness = fmax(m.likeness - tuning.joined, 0);
    m.credit = credit_of(m.likeness);
    return m;
}

static bool fill(const struct ready_name *a, const struct ready_name *b, struct table *t)
{
    bool any = false;
    for (size_t s = 0; s < SPANS; s++)
        for (size_t i = 0; i + spans[s].a <= a->n; i++)
            for (size_t k = 0; k + spans[s].b <= b->n; k++) {
                const struct ready_word *x = &a->words[i], *y = &b->words[k];
                struct meeting *m = &t->of[s][i][k];
                *m = s ? meet_joined(x, spans[s].a, y, spans[s].b) : meet(x, y);
                any = any || m->credit > 0;
            }
    return any;
}

enum { SKIP = SPANS };
struct best {
    double bits[SCORE_WORDS + 1][1 << SCORE_WORDS]; /* from word i of a on, with these of b taken */
    uint8_t step[SCORE_WORDS][1 << SCORE_WORDS], with[SCORE_WORDS][1 << SCORE_WORDS];
};

static unsigned words_from(size_t k, size_t n)
{
    return ((1u << n) - 1) << k;
}

static void best_from(struct best *x, const struct table *t, size_t na, size_t nb, size_t i, unsigned taken)
{
    x->bits[i][taken] = x->bits[i + 1][taken];
    x->step[i][taken] = SKIP;
    for (size_t s = 0; s < SPANS; s++)
        for (size_t k = 0; k + spans[s].b <= nb && i + spans[s].a <= na; k++) {
            const struct meeting *m = &t->of[s][i][k];
            unsigned these = words_from(k, spans[s].b);
            if ((taken & these) || m->credit <= 0)
                continue;
            double bits = m->credit * m->bits + x->bits[i + spans[s].a][taken | these];
            if (bits > x->bits[i][taken]) {
                x->bits[i][taken] = bits;
                x->step[i][taken] = (uint8_t)s;
                x->with[i][taken] = (uint8_t)k;
            }
        }
}

static double left_over(const struct ready_name *name, unsigned met, uint16_t *ret_over, double *numbers)
{
    double bits = 0;
    *ret_over = 0;
    for (size_t i = 0; i < name->n; i++) {
        const struct ready_word *w = &name->words[i];
        if (met & 1u << i)
            continue;
        *ret_over |= (uint16_t)(1u << i);
        *numbers += w->kind == KIND_NUMBER ? tuning.other_number : 0;
        bits += w->kind == KIND_PATRONYMIC                          ? tuning.over_patronymic * w->weight
                : w->kind == KIND_PARTICLE || w->kind == KIND_TITLE ? tuning.over_slight * w->weight
                                                                    : w->weight;
    }
    return bits;
}

static void trace(const struct ready_name *a, const struct ready_name *b, const struct best *x,
                  const struct table *t, struct name_score *ret)
{
    unsigned taken = 0, met_a = 0;
    double edits = 0, numbers = 0;
    for (size_t i = 0; i < a->n;) {
        size_t s = x->step[i][taken], k = x->with[i][taken];
        if (s == SKIP) {
            i++;
            continue;
        }
        const struct meeting *m = &t->of[s][i][k];
        ret->pairs[ret->n++] = (struct word_pair){(uint8_t)i, spans[s].a,  (uint8_t)k,         spans[s].b,
                                                  m->how,     m->likeness, m->credit * m->bits};
        ret->met_bits += m->credit * m->bits;
        edits += (1 - m->credit) * m->bits;
        met_a |= words_from(i, spans[s].a);
        taken |= words_from(k, spans[s].b);
        i += spans[s].a;
    }
    double over_a = left_over(a, met_a, &ret->over_a, &numbers),
           over_b = left_over(b, taken, &ret->over_b, &numbers);
    double both = least_of(over_a, over_b), one = over_a + over_b - 2 * both;
    ret->against_bits = tuning.over_one * one + tuning.edit * edits + numbers +
                        both * (tuning.over_both + tuning.more_both * ret->met_bits / 10);
}

/* Which of two names is taken first, whatever they were given as: so that the answer is symmetric. */
static int order_of(const struct ready_name *a, const struct ready_name *b)
{
    if (a->n != b->n)
        return a->n < b->n ? 1 : -1; /* the shorter one is the one whose words are a mask */
    for (size_t i = 0; i < a->n; i++) {
        int order = str_cmp(a->words[i].written, b->words[i].written);
        if (order)
            return order;
    }
    return 0;
}

static NOINLINE void best_meeting(const struct ready_name *a, const struct ready_name *b,
                                  const struct table *t, struct name_score *ret)
{
    struct best x UNSET;
    unsigned masks = 1u << b->n;
    for (unsigned taken = 0; taken < masks; taken++)
        x.bits[a->n][taken] = 0;
    for (size_t i = a->n; i-- > 0;)
        for (unsigned taken = 0; taken < masks; taken++)
            best_from(&x, t, a->n, b->n, i, taken);
    trace(a, b, &x, t, ret);
}

static void turn(struct name_score *s)
{
    uint16_t over = s->over_a;
    s->over_a = s->over_b;
    s->over_b = over;
    for (size_t i = 0; i < s->n; i++) {
        struct word_pair p = s->pairs[i];
        s->pairs[i].a = p.b, s->pairs[i].na = p.nb;
        s->pairs[i].b = p.a, s->pairs[i].nb = p.na;
    }
}

/* Is a's one word made of the first letters of b's words, all or without the particles? */
static bool abbreviates(const struct ready_name *a, const struct ready_name *b)
{
    struct str word = a->n == 1 ? a->words[0].written : STR("");
    size_t all = 0, strong = 0;
    bool as_all = word.n == b->n, as_strong = true;
    if (word.n < ABBREVIATION || !a->words[0].latin)
        return false;
    for (size_t i = 0; i < b->n; i++) {
        char first = b->words[i].readings[0].letters[0];
        as_all = as_all && word.p[all++] == first;
        if (b->words[i].kind == KIND_PARTICLE)
            continue;
        as_strong = as_strong && strong < word.n && word.p[strong] == first;
        strong++;
    }
    return as_all || (as_strong && strong == word.n);
}

static bool abbreviation_met(const struct ready_name *a, const struct ready_name *b, struct name_score *ret)
{
    if (!abbreviates(a, b) && !abbreviates(b, a))
        return false;
    ret->pairs[0] =
        (struct word_pair){0, (uint8_t)a->n, 0, (uint8_t)b->n, MET_ABBREVIATION, tuning.abbreviation, 0};
    ret->n = 1;
    ret->over_a = ret->over_b = 0;
    ret->score = tuning.abbreviation;
    return true;
}

void name_score(const struct ready_name *a, const struct ready_name *b, struct name_score *ret)
{
    struct table t UNSET;
    bool turned = order_of(a, b) > 0;
    const struct ready_name *x = turned ? b : a, *y = turned ? a : b;
    ret->score = ret->met_bits = ret->against_bits = 0;
    ret->n = 0;
    ret->over_a = (uint16_t)((1u << a->n) - 1);
    ret->over_b = (uint16_t)((1u << b->n) - 1);
    if (abbreviation_met(a, b, ret) || !fill(x, y, &t))
        return;
    best_meeting(x, y, &t, ret);
    if (turned)
        turn(ret);
    double met = ret->met_bits, against = ret->against_bits;
    double score = met <= 0 ? 0 : met / (met + against * (1 + tuning.little / met));
    ret->score = nearbyint(score * 1e6) / 1e6; /* sums in another order of words differ in the last bits */
}
