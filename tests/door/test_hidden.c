/* SPDX-License-Identifier: Apache-2.0 */
/* What lists, links and rows of a case tell of others, over both databases: test_hidden sqlite | postgres.
 * Who it could harm: a colleague who is curious counts what she may not see, or reaches into a case that is
 * not hers through one that is. */
#include "base/calendar.h"
#include "support/casework.h"

static void make_pack(void)
{
    pack = *store_pack();
}

/* ---- lists of cases --------------------------------------------------------------------------------------
 */

#define OTHERS 120

static bool is_hers(const struct id *hers, size_t n, struct id id)
{
    for (size_t i = 0; i < n; i++)
        if (id_eq(hers[i], id))
            return true;
    return false;
}

/* One page; only hers stand in it, in its cursors, too. */
static const struct case_list *one_page(const struct ctx *who, struct arena *a, const char *order,
                                        const struct id *hers, size_t n)
{
    const struct view *v;
    assert_int_equal(
        do_view(&store, who, "case.list", id_nil(), a, &v, "state", "open", "order", order, NULL), OK);
    const struct case_list *list = v->model;
    for (size_t i = 0; i < list->n; i++)
        assert_true(is_hers(hers, n, list->items[i].id));
    assert_true(id_is_nil(list->next) || is_hers(hers, n, list->next));
    assert_true(id_is_nil(list->prev) || is_hers(hers, n, list->prev));
    return list;
}

/* The oldest and one in the middle of many name her: they are the whole list, on one page, and nothing in it
 * tells that there are others. */
static void a_list_of_cases_tells_of_no_case_but_hers(void **state)
{
    static const char *const orders[] = {"opened", "urgency", "changed"};
    NEED_STORE(state);
    struct ctx lead = enrolled("npa", ROLE_CASE_LEAD), member = enrolled("npa", ROLE_CASE_MEMBER);
    struct id hers[2];
    for (size_t i = 0; i < OTHERS; i++) {
        struct id c = open_case(&store, &lead);
        ACT_OK(&lead, "consultation.create", id_nil(), NULL, "case", text_of(c), "language", "my");
        if (i == 0 || i == OTHERS / 2)
            hers[i != 0] = c;
    }
    for (size_t i = 0; i < 2; i++)
        assign(&lead, hers[i], &member);
    for (size_t o = 0; o < sizeof orders / sizeof *orders; o++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        const struct case_list *list = one_page(&member, a, orders[o], hers, 2);
        assert_int_equal(list->n, 2);
        assert_true(id_is_nil(list->next));
        assert_true(id_is_nil(list->prev));
        assert_int_equal(list->next_opened_us, 0);
    }
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    assert_int_equal(do_view(&store, &member, "clock.list", id_nil(), a, &v, NULL), OK);
    const struct clock_list *clocks = v->model; /* of her cases, and no deadline of another behind them */
    assert_int_equal(clocks->n, 2);
    for (size_t i = 0; i < clocks->n; i++)
        assert_true(is_hers(hers, 2, clocks->items[i].case_));
    assert_true(id_is_nil(clocks->next));
    assert_int_equal(clocks->next_due_us, 0);
}

/* A lead lists what names nobody, but not what is for named individuals: such cases between the others leave
 * no gap, no cursor and no page of their own. */
static void named_only_cases_leave_no_gap(void **state)
{
    NEED_STORE(state);
    struct ctx lead = enrolled("npa", ROLE_CASE_LEAD), other = enrolled("npa", ROLE_CASE_LEAD);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct id hers[60];
    struct act_result r;
    const struct view *v;
    size_t n = 0;
    for (size_t i = 0; i < 180; i++) {
        bool red = i % 3 != 0;
        ACT_OK(red ? &other : &lead, "case.open", id_nil(), &r, "label", red ? "TLP:RED" : "TLP:AMBER");
        if (!red)
            hers[n++] = r.id;
    }
    const struct case_list *first = one_page(&lead, a, "opened", hers, n);
    assert_int_equal(first->n, 50);
    assert_true(id_eq(first->next, first->items[49].id));
    char opened[28];
    utc_text(first->next_opened_us, opened);
    assert_int_equal(do_view(&store, &lead, "case.list", id_nil(), a, &v, "state", "open", "after",
                             text_of(first->next), "after_opened", opened, NULL),
                     OK);
    const struct case_list *second = v->model;
    assert_int_equal(second->n, 10);
    assert_true(id_is_nil(second->next));
    assert_true(id_eq(second->prev, second->items[0].id));
    utc_text(second->prev_opened_us, opened);
    assert_int_equal(do_view(&store, &lead, "case.list", id_nil(), a, &v, "state", "open", "after",
                             text_of(second->prev), "after_opened", opened, "back", "true", NULL),
                     OK);
    const struct case_list *back = v->model;
    assert_int_equal(back->n, 50);
    for (size_t i = 0; i < 50; i++)
        assert_true(id_eq(back->items[i].id, first->items[i].id));
    assert_true(id_is_nil(back->prev));
    assert_true(id_eq(back->next, back->items[49].id));
}

/* ---- rows of another case --------------------------------------------------------------------------------
 */

static struct id role_in(const struct ctx *who, struct id c, struct id subject, size_t *ret_open)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    struct id found = id_nil();
    assert_int_equal(do_view(&store, who, "subject.show", subject, a, &v, "case", text_of(c), NULL), OK);
    const struct subject_file *f = v->model;
    *ret_open = 0;
    for (size_t i = 0; i < f->ncases; i++)
        for (size_t k = 0; k < f->cases[i].nroles && id_eq(f->cases[i].id, c); k++) {
            found = f->cases[i].roles[k].id;
            *ret_open += !f->cases[i].roles[k].until_us;
        }
    return found;
}

/* An officer with two open roles of a person in her own case ends no role in a case that is not hers. */
static void a_role_ends_in_its_own_case_only(void **state)
{
    NEED_STORE(state);
    struct ctx lead = enrolled("npa", ROLE_CASE_LEAD), member = enrolled("npa", ROLE_CASE_MEMBER);
    struct id here = open_case(&store, &lead), there = open_case(&store, &lead);
    struct id subject = add_subject(&lead, here, "presumed_victim");
    size_t open;
    ACT_OK(&lead, "subject.bring", there, NULL, "subject", text_of(subject), "from", text_of(here), "role",
           "presumed_victim");
    ACT_OK(&lead, "subject.set_role", subject, NULL, "case", text_of(here), "role", "presumed_victim");
    assign(&lead, here, &member);
    struct id row = role_in(&lead, there, subject, &open);
    assert_int_equal(open, 1);
    assert_int_equal(
        ACT(&member, "subject.end_role", subject, NULL, "case", text_of(here), "row", text_of(row)),
        ERR_NOT_FOUND);
    assert_int_equal(
        ACT(&lead, "subject.end_role", subject, NULL, "case", text_of(here), "row", text_of(row)),
        ERR_NOT_FOUND);
    assert_true(id_eq(role_in(&lead, there, subject, &open), row));
    assert_int_equal(open, 1);
    row = role_in(&lead, here, subject, &open);
    assert_int_equal(open, 2);
    ACT_OK(&lead, "subject.end_role", subject, NULL, "case", text_of(here), "row", text_of(row));
}

/* ---- who is named
 * ------------------------------------------------------------------------------------------
 */

/* Named a hundred times is named once: a hand-over takes all of it. */
static void who_was_named_often_leaves_at_once(void **state)
{
    NEED_STORE(state);
    struct ctx lead = enrolled("npa", ROLE_CASE_LEAD), deputy = enrolled("npa", ROLE_CASE_LEAD);
    struct ctx member = enrolled("npa", ROLE_CASE_MEMBER), next = enrolled("npa", ROLE_CASE_MEMBER);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    struct id c = open_case(&store, &lead);
    for (int i = 0; i < 70; i++)
        assign(&lead, c, &member);
    assert_int_equal(do_view(&store, &member, "case.show", c, a, &v, NULL), OK);
    ACT_OK(&lead, "case.reassign", c, NULL, "from", text_of(member.account), "account",
           text_of(next.account));
    assert_int_not_equal(do_view(&store, &member, "case.show", c, a, &v, NULL), OK);
    assert_int_equal(do_view(&store, &next, "case.show", c, a, &v, NULL), OK);
    (void)deputy;
}

/* The hand-over of one officer is not ended by that of another: both deputies take what was handed to them.
 */
static void two_hand_overs_wait_side_by_side(void **state)
{
    NEED_STORE(state);
    struct ctx a = enrolled("npa", ROLE_CASE_LEAD), b = enrolled("npa", ROLE_CASE_LEAD),
               c = enrolled("npa", ROLE_CASE_LEAD), d = enrolled("npa", ROLE_CASE_LEAD);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    struct id in = open_case(&store, &a);
    assign(&a, in, &c);
    ACT_OK(&a, "case.hand_over", in, NULL, "account", text_of(b.account), "note", "Synthetic note of one.");
    ACT_OK(&c, "case.hand_over", in, NULL, "account", text_of(d.account), "note", "Synthetic note of two.");
    assert_int_equal(do_view(&store, &a, "case.file", in, arena, &v, NULL), OK);
    const struct case_file *f = v->model;
    assert_non_null(f->handover);
    assert_true(id_eq(f->handover->from, a.account)); /* her own stands before others' */
    ACT_OK(&b, "case.take", in, NULL, NULL);
    ACT_OK(&d, "case.take", in, NULL, NULL);
    assert_int_not_equal(do_view(&store, &a, "case.show", in, arena, &v, NULL), OK);
    assert_int_not_equal(do_view(&store, &c, "case.show", in, arena, &v, NULL), OK);
    assert_int_equal(do_view(&store, &b, "case.show", in, arena, &v, NULL), OK);
    assert_int_equal(do_view(&store, &d, "case.show", in, arena, &v, NULL), OK);
}

/* An officer who leaves for good does not come back by an absence that was written down before. */
static void who_is_taken_off_a_case_does_not_come_back(void **state)
{
    NEED_STORE(state);
    struct ctx a = enrolled("npa", ROLE_CASE_LEAD), b = enrolled("npa", ROLE_CASE_LEAD);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    struct id in = open_case(&store, &a);
    char until[28];
    utc_text(shifted(NULL) + INT64_C(3600000000), until);
    ACT_OK(&a, "case.hand_over", in, NULL, "account", text_of(b.account), "note", "Synthetic.", "until",
           until);
    ACT_OK(&b, "case.take", in, NULL, NULL);
    ACT_OK(&b, "case.reassign", in, NULL, "from", text_of(a.account), "account", text_of(b.account));
    offset = INT64_C(2) * 3600 * 1000000;
    assert_int_not_equal(do_view(&store, &a, "case.show", in, arena, &v, NULL), OK);
}

/* Who asks on behalf of a page is told which answers must leave on an even step, and waits once for all. What
 * was hidden from her, what never was and what she may see are told apart by nothing else. */
static void a_page_is_told_to_leave_evenly(void **state)
{
    NEED_STORE(state);
    struct ctx lead = enrolled("npa", ROLE_CASE_LEAD), other = enrolled("isa", ROLE_CASE_LEAD);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new(0);
    struct id in = open_case(&store, &lead), never = id_new();
    const struct {
        const struct ctx *who;
        const char *view;
        struct id id;
        enum err e;
        bool even;
    } asked[] = {{&other, "case.show", in, ERR_NOT_FOUND, true},
                 {&other, "case.show", never, ERR_NOT_FOUND, true},
                 {&other, "case.list", id_nil(), OK, true},
                 {&lead, "roster.list", id_nil(), OK, false}};
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        bool even = false;
        const struct view *v;
        struct view_request r = {
            .ctx = asked[i].who, .view = asked[i].view, .subject = asked[i].id, .even = &even};
        assert_int_equal(door_view(store.door, &r, arena, &v), asked[i].e);
        err_clear();
        assert_int_equal(even, asked[i].even);
    }
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {T(a_list_of_cases_tells_of_no_case_but_hers),
                                       T(named_only_cases_leave_no_gap),
                                       T(a_role_ends_in_its_own_case_only),
                                       T(who_was_named_often_leaves_at_once),
                                       T(two_hand_overs_wait_side_by_side),
                                       T(who_is_taken_off_a_case_does_not_come_back),
                                       T(a_page_is_told_to_leave_evenly)};
    if (argc > 1)
        driver = argv[1];
    return store_can(driver) ? cmocka_run_group_tests(tests, NULL, NULL) : 0;
}
