/* SPDX-License-Identifier: Apache-2.0 */
/* search.find through the door, over both databases: finds by every form, follows what changes, and never
 * tells more than case.list and the classes of the viewer do. test_search sqlite | postgres. */
#include "base/calendar.h"
#include "base/env.h"
#include "core/account.h"
#include "support/acts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

static const char *driver = "sqlite";
static struct store store;

static int setup(void **state)
{
    static struct store_country country = {.synthetic = true};
    *state = NULL;
    country.pack = store_pack();
    if (store_make_of(&store, driver, &country)) {
        store_open(&store);
        *state = &store;
    }
    return 0;
}

static int teardown(void **state)
{
    if (*state)
        store_remove(&store);
    return 0;
}

static _Atomic int64_t ahead_us;
static int64_t ahead_now(void *user)
{
    struct timespec t;
    (void)user;
    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000 + ahead_us;
}

static struct id add_person(const struct ctx *who, struct id c)
{
    struct act_result r;
    ACT_OK(who, "subject.add", c, &r, "type", "person", "role", "presumed_victim");
    return r.id;
}

static const struct search_result *find(const struct ctx *who, const char *q, struct arena *a)
{
    const struct view *v;
    enum err e = do_view(&store, who, "search.find", id_nil(), a, &v, "q", q, NULL);
    if (e != OK)
        print_error("search.find: %s %s (%s)\n", err_row(e)->name, err_detail(), err_place());
    assert_int_equal(e, OK);
    return v->model;
}

static void found_once(const struct ctx *who, const char *q, enum search_why why, enum search_how how,
                       struct id c)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct search_result *m = find(who, q, a);
    if (m->n != 1)
        print_error("query found %zu\n", m->n);
    assert_int_equal(m->n, 1);
    assert_false(m->reading);
    assert_string_equal(search_why_word(m->items[0].why), search_why_word(why));
    assert_int_equal(m->items[0].how, how);
    assert_true(id_eq(m->items[0].case_.id, c));
}

static size_t how_many(const struct ctx *who, const char *q)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    return find(who, q, a)->n;
}

static void a_person_is_found_by_every_form(void **state)
{
    NEED_STORE(state);
    struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead), s = add_person(&lead, c);
    assert_int_equal(how_many(&lead, "nguyen"), 0);
    ACT_OK(&lead, "name.add", s, NULL, "case", text_of(c), "type", "legal", "full", "Nguyễn Thị Đào",
           "family", "Nguyễn", "given", "Thị Đào", "reading", "グエン・ティ・ダオ", "passport_form",
           "NGUYEN THI DAO");
    ACT_OK(&lead, "identifier.add", s, NULL, "case", text_of(c), "type", "phone", "value", "090-0000-1234");
    ACT_OK(&lead, "identifier.add", s, NULL, "case", text_of(c), "type", "passport", "value", "SYN 00417");
    found_once(&lead, "Nguyễn", WHY_FULL, HOW_EXACT, c);
    found_once(&lead, "nguyen thi", WHY_FULL, HOW_EXACT, c);
    found_once(&lead, "thi nguyen", WHY_FULL, HOW_EXACT, c); /* in any order */
    found_once(&lead, "NGUY", WHY_FULL, HOW_BEGINS, c);
    found_once(&lead, "nguyenthidao", WHY_FULL, HOW_EXACT, c);
    found_once(&lead, "nguyem", WHY_FULL, HOW_SIMILAR, c);
    found_once(&lead, "ぐえん", WHY_READING, HOW_EXACT, c);
    found_once(&lead, "ｸﾞｴﾝ ﾃｨ", WHY_READING, HOW_EXACT, c);
    found_once(&lead, "090 0000", WHY_PHONE, HOW_BEGINS, c);
    found_once(&lead, "09000001234", WHY_PHONE, HOW_EXACT, c);
    found_once(&lead, "syn 00417", WHY_DOCUMENT, HOW_EXACT, c);
    assert_int_equal(how_many(&lead, "SYN 0041"), 0); /* a document is found whole or not at all */
    assert_int_equal(how_many(&lead, "nguyen yamada"), 0);
    assert_int_equal(how_many(&lead, "x"), 0);
}

static void the_index_follows(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD),
               other = enrolled_officer(&store, "isa", ROLE_CASE_LEAD);
    struct search_stats stats;
    struct id c = open_case(&store, &lead), s = add_person(&lead, c);
    ACT_OK(&lead, "name.add", s, NULL, "case", text_of(c), "type", "legal", "full", "Synthetica Person");
    assert_int_equal(how_many(&lead, "synthetica"), 1);
    ACT_OK(&lead, "name.add", s, NULL, "case", text_of(c), "type", "alias", "full", "Mira");
    assert_int_equal(how_many(&lead, "mira"), 1);
    assert_int_equal(how_many(&lead, "mira person"), 1); /* words of two names of hers */
    assert_int_equal(how_many(&other, "mira"), 0);
    ACT_OK(&lead, "case.share", c, NULL, "agency", "isa", "relation", "recipient", "basis", "consent",
           "class", "identity");
    ACT_OK(&other, "case.assign", c, NULL, "account", text_of(other.account));
    assert_int_equal(how_many(&other, "mira"), 1);
    assert_int_equal(search_stats(store.door, &stats), OK);
    assert_true(stats.ready && stats.bytes > 0 && stats.subjects >= 2);
    assert_string_equal(find(&other, "mira", a)->items[0].case_.agency, "ngo");
    store_close(&store); /* and is read in again */
    store_open(&store);
    assert_int_equal(how_many(&lead, "mira"), 1);
}

/* What she was shared with for routing only: the case may be listed, the name may not be told, nor that it is
 * hers. */
static void a_name_is_not_found_by_who_may_not_read_it(void **state)
{
    NEED_STORE(state);
    struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    static const enum role roles[] = {ROLE_SYSTEM_ADMIN, ROLE_STATISTICS_OFFICER, ROLE_SHELTER_WORKER,
                                      ROLE_OVERSIGHT,    ROLE_PROGRAMME_MANAGER,  ROLE_ANALYST};
    struct id c = open_case(&store, &lead), s = add_person(&lead, c);
    ACT_OK(&lead, "name.add", s, NULL, "case", text_of(c), "type", "legal", "full", "Synthetica Person");
    assert_int_equal(how_many(&lead, "synthetica"), 1);
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        struct ctx who = enrolled_officer(&store, "ngo", roles[i]);
        const struct view *v;
        enum err e = do_view(&store, &who, "search.find", id_nil(), a, &v, "q", "synthetica", NULL);
        assert_true(e == ERR_DENIED || (e == OK && ((const struct search_result *)v->model)->n == 0));
    }
}

static size_t words_known(void)
{
    struct search_stats stats;
    assert_int_equal(search_stats(store.door, &stats), OK);
    return stats.words;
}

/* An agency that had part in a case once has nothing of her in its index: neither an answer nor its time, nor
 * "there is more", can tell of her. Ended by hand, and by time alone. */
static void whose_part_has_ended_keeps_no_name(void **state)
{
    NEED_STORE(state);
    static const struct env env = {.now_us = ahead_now};
    char until[28];
    env_set(&env);
    struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD),
               other = enrolled_officer(&store, "isa", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead), s = add_person(&lead, c);
    ACT_OK(&lead, "name.add", s, NULL, "case", text_of(c), "type", "legal", "full", "Synthetica Person");
    assert_int_equal(how_many(&lead, "synthetica"), 1);
    size_t own = words_known();
    ACT_OK(&lead, "case.share", c, NULL, "agency", "isa", "relation", "recipient", "basis", "consent",
           "class", "identity");
    assert_int_equal(how_many(&other, "synthetica"), 0); /* nobody is named there yet, and it is read in */
    assert_int_equal(words_known(), 2 * own);
    ACT_OK(&lead, "grant.end", c, NULL, "agency", "isa");
    assert_int_equal(how_many(&other, "synthetica"), 0);
    assert_int_equal(words_known(), own);
    utc_text(env_now_us() + 3600 * INT64_C(1000000), until);
    ACT_OK(&lead, "case.share", c, NULL, "agency", "isa", "relation", "recipient", "basis", "consent",
           "class", "identity", "until", until);
    assert_int_equal(how_many(&other, "synthetica"), 0);
    assert_int_equal(words_known(), 2 * own);
    ahead_us = 3601 * INT64_C(1000000);
    assert_int_equal(how_many(&other, "synthetica"), 0);
    assert_int_equal(words_known(), own);
    env_set(NULL);
}

/* ---- property: never a case that the list would hide
 * -------------------------------------------------------- */

static uint64_t seed = 20260417;
static unsigned pick(unsigned n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % n;
}

static bool listed(const struct ctx *who, struct id c, const char *which, const char *value)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    assert_int_equal(do_view(&store, who, "case.list", id_nil(), a, &v, which, value, NULL), OK);
    const struct case_list *list = v->model;
    for (size_t i = 0; i < list->n; i++)
        if (id_eq(list->items[i].id, c))
            return true;
    return false;
}

static void what_the_list_hides_is_not_found(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    static const char *const names[] = {"Anna Lee", "Annabel Kim", "Anton Park", "Bela Anders"};
    static const char *const labels[] = {"TLP:AMBER", "TLP:RED", "TLP:AMBER+STRICT"};
    static const char *const agencies[] = {"npa", "isa", "ngo"};
    struct ctx leads[3], colleagues[3];
    size_t found = 0, hidden = 0;
    for (int i = 0; i < 3; i++) {
        leads[i] = enrolled_officer(&store, agencies[i], ROLE_CASE_LEAD);
        colleagues[i] = enrolled_officer(&store, agencies[i], pick(2) ? ROLE_CASE_LEAD : ROLE_CASE_MEMBER);
    }
    for (int i = 0; i < 24; i++) {
        unsigned of = pick(3), with = pick(3);
        struct act_result r;
        ACT_OK(&leads[of], "case.open", id_nil(), &r, "label", labels[pick(3)]);
        struct id c = r.id, s = add_person(&leads[of], c);
        ACT_OK(&leads[of], "name.add", s, NULL, "case", text_of(c), "type", "legal", "full", names[pick(4)]);
        if (with != of && pick(2))
            ACT_OK(&leads[of], "case.share", c, NULL, "agency", agencies[with], "relation",
                   pick(2) ? "recipient" : "copy", "basis", "consent", "class",
                   pick(2) ? "identity" : "health");
    }
    for (int i = 0; i < 6; i++) {
        const struct ctx *who = i < 3 ? &leads[i] : &colleagues[i - 3];
        const struct search_result *m = find(who, "an", a);
        for (size_t k = 0; k < m->n; k++) {
            struct id c = m->items[k].case_.id;
            assert_true(listed(who, c, "state", "open") || listed(who, c, "shared", "true"));
            assert_true(m->items[k].name.text.n > 0);
        }
        found += m->n;
        hidden += 24 - m->n;
    }
    assert_true(found > 20 && hidden > 20); /* the property was about something */
}

static void a_number_is_found_by_its_beginning(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD),
               other = enrolled_officer(&store, "isa", ROLE_CASE_LEAD);
    char year[8], running[8];
    struct id first = open_case(&store, &lead);
    const struct search_result *m = find(&lead, "2", a);
    assert_true(m->shorter && m->n == 0);
    m = find(&lead, "20", a);
    assert_int_equal(m->n, 0); /* two digits are a running number */
    for (int i = 0; i < SEARCH_HITS_MAX + 2; i++)
        open_case(&store, &lead);
    m = find(&lead, "000001", a);
    assert_int_equal(m->n, 1);
    assert_true(id_eq(m->items[0].case_.id, first) && m->items[0].how == HOW_EXACT);
    snprintf(year, sizeof year, "%.5s", m->items[0].case_.number);
    snprintf(running, sizeof running, "%d", 1);
    m = find(&lead, year, a);
    assert_int_equal(m->n, SEARCH_HITS_MAX);
    assert_true(m->more && m->items[0].why == WHY_NUMBER && m->items[0].how == HOW_BEGINS);
    m = find(&other, year, a);
    assert_int_equal(m->n, 0);
    assert_false(m->more);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_person_is_found_by_every_form, setup, teardown),
        cmocka_unit_test_setup_teardown(the_index_follows, setup, teardown),
        cmocka_unit_test_setup_teardown(a_name_is_not_found_by_who_may_not_read_it, setup, teardown),
        cmocka_unit_test_setup_teardown(what_the_list_hides_is_not_found, setup, teardown),
        cmocka_unit_test_setup_teardown(whose_part_has_ended_keeps_no_name, setup, teardown),
        cmocka_unit_test_setup_teardown(a_number_is_found_by_its_beginning, setup, teardown),
    };
    if (argc > 1)
        driver = argv[1];
    if (!store_can(driver))
        return 0;
    return cmocka_run_group_tests_name("search", tests, NULL, NULL);
}
