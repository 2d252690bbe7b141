/* SPDX-License-Identifier: Apache-2.0 */
/* explain.c - why two names have the score they have, word by word. */
#include "base/buf.h"
#include "screening/names/score.h"

/* What would break a line or a column is a space. */
static void put_written(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        buf_char(b, (unsigned char)s.p[i] < ' ' ? ' ' : s.p[i]);
}

static void put_words(struct buf *b, const struct ready_name *name, size_t from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_char(b, '+');
        put_written(b, name->words[from + i].written);
    }
}

static void put_pair(struct buf *b, const struct ready_name *x, const struct ready_name *y,
                     const struct word_pair *p)
{
    static const char *const how[] = {[MET_EQUAL] = "",
                                      [MET_ALIKE] = "",
                                      [MET_JOINED] = " written apart",
                                      [MET_INITIAL] = " initial",
                                      [MET_TRUNCATED] = " cut off",
                                      [MET_SHORT_FORM] = " short form",
                                      [MET_ABBREVIATION] = " abbreviation"};
    put_words(b, x, p->a, p->na);
    buf_c(b, p->how == MET_EQUAL ? " = " : " ~ ");
    put_words(b, y, p->b, p->nb);
    if (p->how != MET_EQUAL)
        buf_printf(b, " %.2f", p->likeness);
    buf_printf(b, "%s (%.1f bits)", how[p->how], p->bits);
}

static void put_over(struct buf *b, const struct ready_name *name, unsigned over, const char *what)
{
    bool first = true;
    for (size_t i = 0; i < name->n; i++) {
        if (!(over & 1u << i))
            continue;
        if (first)
            buf_printf(b, "%s%s", b->n ? "; " : "", what);
        first = false;
        buf_char(b, ' ');
        put_written(b, name->words[i].written);
    }
}

enum err name_score_explain(struct arena *a, const struct ready_name *x, const struct ready_name *y,
                            const struct name_score *score, struct str *ret)
{
    struct buf b = {0};
    for (size_t i = 0; i < score->n; i++) {
        if (i)
            buf_c(&b, "; ");
        put_pair(&b, x, y, &score->pairs[i]);
    }
    put_over(&b, x, score->over_a, "only in the first:");
    put_over(&b, y, score->over_b, "only in the second:");
    if (x->left_out + y->left_out)
        buf_printf(&b, "%swords not compared: %zu", b.n ? "; " : "", x->left_out + y->left_out);
    return buf_take(&b, a, ret);
}
