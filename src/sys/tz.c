/* SPDX-License-Identifier: Apache-2.0 */
/* ICU's calendars belong to one thread and are slow to open. A zone is therefore read once into a table of
 * its changes up to the year 2500; searching it needs no lock. From about 2090 on every zone follows yearly
 * rules, and the Gregorian calendar repeats after 400 years of whole weeks, so a later time is looked up 400
 * years (or 800, ...) earlier. */
#include "sys/tz.h"
#include "base/alloc.h"

#include <pthread.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

#define DAY_S       INT64_C(86400)
#define CYCLE_S     (INT64_C(146097) * DAY_S) /* 400 years */
#define TABLE_END_S INT64_C(16725225600)      /* 2500-01-01 */
#define FIRST_S     INT64_C(-62135596800)     /* 0001-01-01 */
#define LAST_S      INT64_C(253402300799)     /* 9999-12-31 23:59:59 */

struct change {
    int64_t at_s;     /* UTC; from here on */
    int32_t offset_s; /* local time minus UTC */
};

struct tz {
    struct tz *next;
    char *name;
    size_t n;
    struct change *changes; /* by time; [0] is before everything */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct tz *zones;

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static void tz_free(struct tz **z)
{
    if (!*z)
        return;
    mem_free((*z)->name);
    mem_free((*z)->changes);
    mem_free(*z);
}

static enum err change_add(struct tz *z, size_t *room, int64_t at_s, int32_t offset_s)
{
    if (z->n > 0 && z->changes[z->n - 1].offset_s == offset_s)
        return OK; /* only the name of the zone changed */
    if (z->n == *room) {
        size_t more = *room ? 2 * *room : 64;
        struct change *larger = mem_resize(z->changes, more * sizeof(*larger));
        if (!larger)
            return mem_fail();
        z->changes = larger;
        *room = more;
    }
    z->changes[z->n++] = (struct change){at_s, offset_s};
    return OK;
}

static int32_t offset_at(UCalendar *c, double at_ms, UErrorCode *status)
{
    ucal_setMillis(c, at_ms, status);
    int32_t zone_ms = ucal_get(c, UCAL_ZONE_OFFSET, status), summer_ms = ucal_get(c, UCAL_DST_OFFSET, status);
    return (zone_ms + summer_ms) / 1000;
}

static enum err changes_read(struct tz *z, UCalendar *c)
{
    UErrorCode status = U_ZERO_ERROR;
    size_t room = 0;
    double at_ms = (double)(FIRST_S - DAY_S) * 1000;
    TRY(change_add(z, &room, INT64_MIN, offset_at(c, at_ms, &status)));
    while (U_SUCCESS(status)) {
        double next_ms;
        UBool more = ucal_getTimeZoneTransitionDate(c, UCAL_TZ_TRANSITION_NEXT, &next_ms, &status);
        if (U_FAILURE(status) || !more || next_ms >= (double)TABLE_END_S * 1000)
            break;
        if (next_ms <= at_ms) /* cannot be; it would never end */
            return FAIL(ERR_INTERNAL, "time zone table does not advance");
        at_ms = next_ms;
        TRY(change_add(z, &room, floor_div((int64_t)at_ms, 1000), offset_at(c, at_ms, &status)));
    }
    if (status == U_MEMORY_ALLOCATION_ERROR)
        return mem_fail();
    return U_SUCCESS(status) ? OK : FAIL(ERR_INTERNAL, "ICU: %s", u_errorName(status));
}

static enum err zone_read(const char *name, struct tz **ret)
{
    UChar id[64], canonical[64];
    UBool system = 0;
    UErrorCode status = U_ZERO_ERROR;
    if (strlen(name) >= sizeof(id) / sizeof(*id) || !str_utf8_ok(str_of(name)))
        return FAIL(ERR_CONFIG, "no such time zone");
    u_uastrcpy(id, name);
    /* ucal_open() silently takes an unknown name for UTC, so ask first. */
    ucal_getCanonicalTimeZoneID(id, -1, canonical, 64, &system, &status);
    if (status == U_MEMORY_ALLOCATION_ERROR)
        return mem_fail();
    if (U_FAILURE(status) || !system)
        return FAIL(ERR_CONFIG, "no such time zone");

    struct tz *z CLEANUP(tz_free) = mem_alloc(sizeof(*z));
    if (!z)
        return mem_fail();
    z->name = mem_strdup(name);
    if (!z->name)
        return mem_fail();
    UCalendar *c = ucal_open(id, -1, "en_US", UCAL_GREGORIAN, &status);
    if (U_FAILURE(status))
        return mem_fail();
    enum err e = changes_read(z, c);
    ucal_close(c);
    TRY(e);
    *ret = z;
    z = NULL;
    return OK;
}

static enum err find_locked(const char *name, const struct tz **ret)
{
    for (struct tz *z = zones; z; z = z->next) {
        if (strcmp(z->name, name) != 0)
            continue;
        *ret = z;
        return OK;
    }
    struct tz *made;
    TRY(zone_read(name, &made));
    made->next = zones;
    zones = made;
    *ret = made;
    return OK;
}

enum err tz_find(const char *iana_name, const struct tz **ret)
{
    pthread_mutex_lock(&lock);
    enum err e = find_locked(iana_name, ret);
    pthread_mutex_unlock(&lock);
    return e;
}

/* Index of the last change at or before at_s. */
static size_t change_at(const struct tz *z, int64_t at_s)
{
    size_t low = 0, high = z->n;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (z->changes[middle].at_s <= at_s)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* How far a time after the table is moved back to lie in its last 400 years. */
static int64_t cycles_back_s(int64_t at_s)
{
    int64_t last = TABLE_END_S - 30 * DAY_S; /* a wall time near the end still has the changes around it */
    return at_s < last ? 0 : ((at_s - last) / CYCLE_S + 1) * CYCLE_S;
}

struct local tz_local(const struct tz *z, int64_t utc_us)
{
    int64_t utc_s = floor_div(utc_us, 1000000);
    utc_s = utc_s < FIRST_S - DAY_S ? FIRST_S - DAY_S : utc_s > LAST_S + DAY_S ? LAST_S + DAY_S : utc_s;
    int64_t local_s = utc_s + z->changes[change_at(z, utc_s - cycles_back_s(utc_s))].offset_s;
    local_s = local_s < FIRST_S ? FIRST_S : local_s > LAST_S ? LAST_S : local_s;
    int64_t day = floor_div(local_s, DAY_S);
    return (struct local){date_from_days((int32_t)day), (int)(local_s - day * DAY_S)};
}

int64_t tz_utc(const struct tz *z, struct date d, int second_of_day)
{
    int64_t wall_s = date_days(d) * DAY_S + second_of_day, back_s = cycles_back_s(wall_s);
    int64_t utc_s = 0;
    wall_s -= back_s;
    /* Offsets are below 26 hours: start two days early, take the first stretch that shows this wall time. */
    for (size_t i = change_at(z, wall_s - 2 * DAY_S); i < z->n; i++) {
        int64_t end_s = i + 1 < z->n ? z->changes[i + 1].at_s : INT64_MAX;
        utc_s = wall_s - z->changes[i].offset_s;
        if (utc_s < end_s && utc_s >= z->changes[i].at_s)
            break;
        /* Past this stretch by the old offset and before the next one by the new: in the gap. The old offset
         * gives the time after the change that is as much later as the gap is long. */
        if (utc_s >= end_s && wall_s - z->changes[i + 1].offset_s < end_s)
            break;
    }
    return (utc_s + back_s) * 1000000;
}

static bool same_clock(const struct tz *a, const struct tz *b, int64_t at_us)
{
    int64_t at_s = floor_div(at_us, 1000000);
    int64_t in_table_s = at_s - cycles_back_s(at_s);
    return a->changes[change_at(a, in_table_s)].offset_s == b->changes[change_at(b, in_table_s)].offset_s;
}

static enum err one_clock(UEnumeration *names, int64_t at_us, const struct tz **ret)
{
    const struct tz *found = NULL;
    UErrorCode status = U_ZERO_ERROR;
    const char *name;
    while ((name = uenum_next(names, NULL, &status))) {
        const struct tz *z;
        TRY(tz_find(name, &z));
        if (found && !same_clock(found, z, at_us))
            return OK;
        found = z;
    }
    if (U_FAILURE(status))
        return mem_fail();
    *ret = found;
    return OK;
}

enum err tz_of_country(const char *alpha2, int64_t at_us, const struct tz **ret)
{
    UErrorCode status = U_ZERO_ERROR;
    *ret = NULL;
    if (strlen(alpha2) != 2)
        return OK;
    UEnumeration *names =
        ucal_openTimeZoneIDEnumeration(UCAL_ZONE_TYPE_CANONICAL_LOCATION, alpha2, NULL, &status);
    if (status == U_MEMORY_ALLOCATION_ERROR)
        return mem_fail();
    if (U_FAILURE(status))
        return OK; /* no such country */
    enum err e = one_clock(names, at_us, ret);
    uenum_close(names);
    return e;
}
