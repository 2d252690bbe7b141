/* SPDX-License-Identifier: Apache-2.0 */
/* latin.c - Latin letters: marks taken off, and spelt out as passports do (ICAO 9303-3, section 6, and what
 * is usual beside it). */
#include "screening/names/own.h"
#include "sys/text.h"

static const struct rule LETTERS[] = {
    {"ä", "a|ae:10"}, {"ö", "o|oe:10"},     {"ü", "u|ue:10"},
    {"å", "a|aa:15"}, {"ø", "o|oe:10"},     {"æ", "ae|a:40"},
    {"œ", "oe|o:40"}, {"þ", "th"},          {"ð", "d|dh:20|th:40"},
    {"đ", "d|dj:50"}, {"ł", "l"},           {"ı", "i"},
    {"ñ", "n|nh:90"}, {"ğ", "g|:40|gh:40"}, {"ş", "s|sh:10"},
    {"ș", "s|sh:20"}, {"ç", "c|ch:20"},     {"č", "c|ch:10"},
    {"ć", "c|ch:20"}, {"š", "s|sh:10"},     {"ž", "z|zh:15"},
    {"ț", "t|ts:20"}, {"ţ", "t|ts:20"},     {"ə", "a|e:5"},
    {"ŋ", "ng"},      {"ħ", "h"},           {"ŧ", "t"},
    {"ĸ", "k"},       {"ɛ", "e"},           {"ɔ", "o"},
    {"ƒ", "f"},       {"ɓ", "b"},           {"ɗ", "d"},
    {"ƙ", "k"},       {"ƴ", "y"},           {"ǝ", "e|a:20"},
    {"ɨ", "i"},       {"ʉ", "u"},           {"ƀ", "b"},
    {"ɖ", "d"},
};
#define COUNT(a) (sizeof(a) / sizeof *(a))

struct short_form {
    const char *written, *means;
};
/* Short for something longer, as passports of several countries print them. */
static const struct short_form SHORT_FORMS[] = {
    {"mohd", "mohamad|muhammad:5|mohammad:5|mohamed:5"},
    {"muhd", "muhammad|muhamad:5"},
    {"mhd", "muhammad|mohammad:5"},
    {"md", "muhammad|mohammad:5"},
    {"mohm", "mohammed"},
    {"abd", "abdul"},
    {"abdul", "abd"},
    {"abdel", "abd"},
    {"abdal", "abd"},
    {"abdol", "abd"},
    {"abdur", "abd"},
    {"abdoul", "abd"},
    {"abdool", "abd"},
    {"abdus", "abd"},
    {"abdu", "abd"},
    {"abou", "abu"},
    {"aboo", "abu"},
    {"ma", "maria:20"},
    {"wm", "william"},
    {"geo", "george"},
    {"jos", "joseph:20"},
    {"chas", "charles"},
    {"kh", "khatun:20"},
};

static bool is_plain(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < 'a' || s.p[i] > 'z')
            return false;
    return true;
}

static void short_forms(struct collector *c, struct str plain)
{
    for (size_t i = 0; i < COUNT(SHORT_FORMS); i++)
        if (str_is(plain, SHORT_FORMS[i].written))
            collect_spec(c, SHORT_FORMS[i].means, 30, READING_SPELT_OUT);
}

/* Its letter without marks; "" where there is none. */
static enum err bare(struct arena *a, struct str letter, const char **ret)
{
    struct str folded;
    TRY(text_search_fold(a, letter, &folded));
    *ret = is_plain(folded) ? folded.p : "";
    return OK;
}

static enum err marked(struct reader *r, struct str s)
{
    struct lattice l = lattice_new(r->a, s.n);
    size_t before = r->c.n;
    for (size_t at = 0; at < s.n;) {
        size_t from = at, i = 0;
        str_utf8_next(s, &at);
        struct str letter = str_sub(s, from, at - from);
        const char *plain;
        while (i < COUNT(LETTERS) && !str_is(letter, LETTERS[i].from))
            i++;
        if (i < COUNT(LETTERS)) {
            lattice_arc(&l, from, at, 0, LETTERS[i].to, NULL, NULL);
            continue;
        }
        TRY(bare(r->a, letter, &plain));
        if (!*plain)
            r->word->flags |= WORD_UNREAD;
        lattice_arc(&l, from, at, 0, plain, NULL, NULL);
    }
    lattice_collect(&l, &r->c, 0, READING_SPELT_OUT);
    if (before == 0 && r->c.n)
        r->c.items[0].of = READING_AS_WRITTEN;
    return OK;
}

enum err read_latin(struct reader *r)
{
    struct str s = r->word->written;
    if (!is_plain(s))
        return marked(r, s);
    collect(&r->c, s, (struct str){0}, 0, READING_AS_WRITTEN);
    short_forms(&r->c, s);
    return OK;
}
