/* SPDX-License-Identifier: Apache-2.0 */
/* testing_edifact.h - a source in memory that gives its bytes in steps, once or many times over. */
#pragma once
#include "screening/edifact/edifact.h"

struct text_source {
    struct str s;
    size_t step;   /* most bytes a read; 0 = as many as asked for */
    int64_t times; /* how often the text comes again; 0 = never */
    size_t at;
};

static inline enum err text_give(void *user, char *p, size_t n, size_t *ret_n)
{
    struct text_source *from = user;
    if (from->at == from->s.n && from->times > 0) {
        from->times--;
        from->at = 0;
    }
    size_t k = from->s.n - from->at < n ? from->s.n - from->at : n;
    k = from->step && from->step < k ? from->step : k;
    if (k)
        memcpy(p, from->s.p + from->at, k);
    from->at += k;
    *ret_n = k;
    return OK;
}
