/* SPDX-License-Identifier: Apache-2.0 */
/* period.c - in which month or year what a record tells of happened. Pure. */
#include "core/record.h"

const char *record_moment_field(const struct kind *k)
{
    for (size_t i = 0; i < k->nfields; i++) {
        const struct field *f = &k->fields[i];
        if (f->required && !f->when && f->class == CLASS_ROUTING &&
            (f->type == FT_TIME || f->type == FT_DATE))
            return f->name;
    }
    return "created_at";
}

bool record_period(const char *moment, bool by_year, const struct tz *tz, char ret[8])
{
    struct str s = str_of(moment);
    struct date d;
    int64_t us;
    ret[0] = '\0';
    if (s.n == 10) {
        if (date_parse(s, &d) != OK)
            return err_clear(), false;
    } else {
        if (s.n == 0 || utc_parse(s, &us) != OK)
            return err_clear(), false;
        d = tz_local(tz, us).date;
    }
    if (by_year)
        snprintf(ret, 8, "%04u", (unsigned)d.year % 10000);
    else
        snprintf(ret, 8, "%04u-%02u", (unsigned)d.year % 10000, (unsigned)d.month % 100);
    return true;
}
