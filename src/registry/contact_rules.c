/* SPDX-License-Identifier: Apache-2.0 */
/* contact_rules.c - the safe-contact rule (plan 3(3)): pure. None means none; a time that cannot be read is
 * no permission; what nobody asked her is not agreed. */
#include "registry/own.h"

/* Which channels a safe way of contact (code list safe_contact) opens. What is not here opens none. */
static const struct {
    const char *way, *channels[3];
} ways[] = {{"phone_at_times", {"phone", "three_way_call", NULL}},
            {"sns", {"sns_chat", NULL, NULL}},
            {"email", {"email", NULL, NULL}},
            {"through_agency", {"agency", NULL, NULL}}};

static bool opens(const char *way, const char *channel)
{
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        for (size_t k = 0; strcmp(ways[i].way, way) == 0 && k < 3 && ways[i].channels[k]; k++)
            if (strcmp(ways[i].channels[k], channel) == 0)
                return true;
    return false;
}

/* "7:05", "20.00", full-width too: minutes since midnight, and what stands behind it. */
static bool clock_time(struct str *s, int *ret)
{
    int part[2] = {0, 0};
    for (int i = 0; i < 2; i++) {
        size_t n = 0;
        while (n < 2 && n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
            part[i] = part[i] * 10 + (s->p[n++] - '0');
        if (n == 0 || (i == 1 && n != 2))
            return false;
        *s = str_sub(*s, n, s->n);
        if (i == 0 && (s->n == 0 || (s->p[0] != ':' && s->p[0] != '.')))
            return false;
        if (i == 0)
            *s = str_sub(*s, 1, s->n);
    }
    *ret = part[0] * 60 + part[1];
    return part[0] < 24 ? part[1] < 60 : *ret == 24 * 60;
}

/* A dash as people type it: hyphen, dashes, tildes of Japanese keyboards. */
static bool dash(struct str *s)
{
    static const char *const dashes[] = {
        "-", "~", "\xe2\x80\x93", "\xe2\x80\x94", "\xe2\x80\x92", "\xe3\x80\x9c", "\xef\xbd\x9e"};
    *s = str_trim(*s);
    for (size_t i = 0; i < sizeof dashes / sizeof *dashes; i++)
        if (str_starts(*s, dashes[i])) {
            *s = str_trim(str_sub(*s, strlen(dashes[i]), s->n));
            return true;
        }
    return false;
}

bool contact_times(struct str text, struct contact_window ret[CONTACT_WINDOWS_MAX], size_t *ret_n)
{
    size_t n = 0;
    struct str rest = str_trim(text);
    while (rest.n) {
        struct contact_window w;
        if (n == CONTACT_WINDOWS_MAX || !clock_time(&rest, &w.from) || !dash(&rest) ||
            !clock_time(&rest, &w.until) || w.from == w.until)
            return false;
        ret[n++] = w;
        rest = str_trim(rest);
        while (rest.n && (rest.p[0] == ',' || rest.p[0] == ';' || rest.p[0] == ' '))
            rest = str_sub(rest, 1, rest.n);
    }
    *ret_n = n;
    return n > 0;
}

static bool within(const struct contact_window *w, int minute)
{
    return w->from < w->until ? minute >= w->from && minute < w->until
                              : minute >= w->from || minute < w->until; /* over midnight */
}

enum may_contact contact_rule(const struct contact_wish *w, const char *channel, int minute_of_day)
{
    struct contact_window windows[CONTACT_WINDOWS_MAX];
    size_t n;
    if (!*w->way)
        return CONTACT_NOT_ASKED;
    if (strcmp(w->way, "none") == 0)
        return CONTACT_NEVER;
    if (!opens(w->way, channel))
        return CONTACT_OTHER_WAY;
    if (!w->times.n)
        return CONTACT_AGREED;
    if (!contact_times(w->times, windows, &n))
        return CONTACT_TIMES_UNREAD;
    for (size_t i = 0; i < n; i++)
        if (within(&windows[i], minute_of_day))
            return CONTACT_AGREED;
    return CONTACT_OTHER_TIME;
}

#define MINUTE_US INT64_C(60000000)
#define FRESH_US  (15 * MINUTE_US)

enum contact_time contact_time(int64_t at_us, int64_t now_us, int64_t first_us, int days)
{
    if (at_us > now_us + MINUTE_US)
        return CONTACT_FUTURE;
    if (at_us < first_us)
        return CONTACT_BEFORE_CASE;
    if (now_us - at_us <= FRESH_US)
        return CONTACT_NOW;
    return now_us - at_us > days * 24 * 60 * MINUTE_US ? CONTACT_OLD : CONTACT_LATE;
}

const char *may_contact_words(enum may_contact m)
{
    switch (m) {
    case CONTACT_AGREED:
        return "agreed with the person";
    case CONTACT_NEVER:
        return "the person asked for no contact at all, and will come back";
    case CONTACT_OTHER_WAY:
        return "not a way that the person said is safe";
    case CONTACT_OTHER_TIME:
        return "not a time that the person said is safe";
    case CONTACT_TIMES_UNREAD:
        return "the safe times are words: read them before anything goes out";
    case CONTACT_NOT_ASKED:
        break;
    }
    return "nobody has asked the person what is safe";
}
