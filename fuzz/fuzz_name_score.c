/* SPDX-License-Identifier: Apache-2.0 */
/* Two names, a line each, any bytes: the score is in 0..1, the same both ways, 1 for a name with itself, and
 * says of every word that it met or is over. */
#include "fuzz.h"
#include "screening/names/score.h"

#include <math.h>

static bool ready(struct arena *a, struct str written, struct ready_name *ret)
{
    struct name name;
    return name_read(a, written, &name) == OK && name_ready(a, &name, NULL, ret) == OK;
}

static void each_word_once(const struct ready_name *x, const struct ready_name *y, const struct name_score *s)
{
    unsigned met_x = 0, met_y = 0;
    REQUIRE(s->n <= SCORE_WORDS);
    for (size_t i = 0; i < s->n; i++) {
        const struct word_pair *p = &s->pairs[i];
        unsigned of_x = ((1u << p->na) - 1) << p->a, of_y = ((1u << p->nb) - 1) << p->b;
        REQUIRE(!(met_x & of_x) && !(met_y & of_y) && p->likeness >= 0 && p->likeness <= 1 && p->bits >= 0);
        met_x |= of_x;
        met_y |= of_y;
    }
    REQUIRE((met_x | s->over_a) == (1u << x->n) - 1 && !(met_x & s->over_a));
    REQUIRE((met_y | s->over_b) == (1u << y->n) - 1 && !(met_y & s->over_b));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct str rest = {(const char *)data, size}, first = STR("");
    struct ready_name x, y;
    struct name_score s, back, own;
    struct str why;
    REQUIRE(a);
    str_cut(&rest, '\n', &first);
    if (ready(a, first, &x) && ready(a, rest, &y)) {
        name_score(&x, &y, &s);
        name_score(&y, &x, &back);
        name_score(&x, &x, &own);
        REQUIRE(isfinite(s.score) && s.score >= 0 && s.score <= 1 && s.score == back.score);
        REQUIRE(own.score == (x.n ? 1 : 0));
        each_word_once(&x, &y, &s);
        REQUIRE(name_score_explain(a, &x, &y, &s, &why) == OK);
        REQUIRE(str_find(why, '\t') < 0 && str_find(why, '\n') < 0);
    }
    arena_free(a);
    return 0;
}
