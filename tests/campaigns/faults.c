/* SPDX-License-Identifier: Apache-2.0 */
/* faults - every allocation and every call to the disk of the write path fails once, alone or with all later
 * ones: a clear error, nothing half-done, and the same request goes through afterwards, once. Under
 * AddressSanitizer nothing leaks.
 *
 *     faults [STRIDE]     every STRIDE-th allocation; 7 unless told, 1 for all. Calls to the disk are always
 * all. */
#include "base/alloc.h"
#include "campaigns/raw.h"
#include "sys/faultvfs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static uint64_t stride = 7;
static struct store store;
static struct id case_, record_;

/* ---- the write path
 * --------------------------------------------------------------------------------------------- */

static struct id drawer_id;

static enum err drawer_body(struct act *a)
{
    struct compartment_id c;
    struct buf out CLEANUP(buf_free) = {0};
    struct place at = {&TABLE_META, id_new(), 2};
    TRY(vault_compartment(a->tx, COMPARTMENT_REPORT, "npa", &c));
    TRY(vault_seal(a->tx, c, CLASS_IDENTITY, at, STR("synthetic"), &out));
    a->ret_id = c.v;
    return OK;
}

static enum err shred_body(struct act *a)
{
    a->ret_id = a->subject;
    return vault_shred(a->tx, (struct compartment_id){a->subject});
}

static const struct action actions[] = {
    {.name = "test.drawer",
     .summary = "Drawer",
     .verb = VERB_CREATE,
     .object = OBJECT_CASE,
     .creates = true,
     .body = drawer_body},
    {.name = "test.shred",
     .summary = "Shred",
     .verb = VERB_CREATE,
     .object = OBJECT_CASE,
     .creates = true,
     .takes_id = true,
     .body = shred_body},
};

static struct ctx lead(struct id request)
{
    struct ctx c = officer("npa", ROLE_CASE_LEAD, 1);
    c.request_id = request;
    return c;
}

static enum err do_open(struct id request)
{
    struct ctx c = lead(request);
    return do_act(&store, &c, "case.open", id_nil(), NULL, "label", "TLP:RED", NULL);
}

static enum err do_create(struct id request)
{
    struct ctx c = lead(request);
    char text[33];
    id_text(case_, text);
    return do_act(&store, &c, "consultation.create", id_nil(), NULL, "case", text, "language", "my",
                  "contact", "synthetic", "injuries", "synthetic", NULL);
}

static enum err do_amend(struct id request)
{
    struct ctx c = lead(request);
    return do_act(&store, &c, "consultation.amend", record_, NULL, "language", "vi", "contact", "another",
                  NULL);
}

static enum err do_share(struct id request)
{
    struct ctx c = lead(request);
    return do_act(&store, &c, "case.share", case_, NULL, "agency", "isa", "relation", "recipient", "basis",
                  "consent", "class", "identity", NULL);
}

static enum err do_stage(struct id request)
{
    struct ctx c = lead(request);
    return do_act(&store, &c, "case.set_stage", case_, NULL, "stage", "suspicion", "reasons", "synthetic",
                  "review_route", "council", NULL);
}

static enum err do_shred(struct id request)
{
    struct ctx c = lead(request);
    return do_act(&store, &c, "test.shred", drawer_id, NULL, NULL);
}

static enum err do_show(struct id request)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx c = lead(request);
    const struct view *v;
    return a ? do_view(&store, &c, "case.show", case_, a, &v, NULL) : ERR_NO_MEMORY;
}

static enum err do_sequence(struct id request)
{
    (void)request;
    return door_sequence(store.door);
}

static const struct work_step {
    const char *name;
    enum err (*run)(struct id request);
} steps[] = {
    {"case.open", do_open},   {"record create", do_create}, {"record amend", do_amend},
    {"case.share", do_share}, {"case.set_stage", do_stage}, {"shred", do_shred},
    {"case.show", do_show},   {"sequence", do_sequence},
};

static void must(enum err e)
{
    if (e != OK)
        fail_msg("%s %s (%s)", err_row(e)->name, err_detail(), err_place());
}

static void make(void)
{
    struct store_country c = {.actions = actions, .nactions = sizeof actions / sizeof *actions};
    struct act_result r;
    struct ctx me = lead(id_nil());
    char text[33];
    c.pack = store_pack();
    assert_true(store_make_of(&store, "fault", &c));
    store.config.sequence_us = -1;
    store_open(&store);
    case_ = open_case(&store, &me);
    id_text(case_, text);
    must(do_act(&store, &me, "case.set_stage", case_, NULL, "stage", "presumed_victim", NULL));
    must(do_act(&store, &me, "consultation.create", id_nil(), &r, "case", text, "language", "my", "contact",
                "synthetic", NULL));
    record_ = r.id;
}

static void clean(const char *after)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new((size_t)256 << 20);
    struct audit_report r = verify(&store, STR(""), a);
    for (size_t i = 0; i < r.n && i < 3; i++)
        print_error("# after %s: %s: %s\n", after, r.findings[i].table, r.findings[i].what);
    assert_int_equal(r.total, 0);
}

/* ---- faults
 * ------------------------------------------------------------------------------------------------------- */

struct fault {
    const char *name;
    enum err kind;
    bool memory, sticky;
};

static void plant(const struct fault *f, uint64_t nth)
{
    if (f->memory)
        mem_inject(nth, f->sticky);
    else
        faultvfs_fail_at(nth, f->kind, f->sticky);
}

static bool took_place(const struct fault *f, uint64_t nth)
{
    return f->memory ? mem_calls() >= nth : faultvfs_faults() > 0;
}

static void unplant(void)
{
    mem_inject(0, false);
    faultvfs_fail_at(0, OK, false);
}

static bool is_clear(enum err e, const struct fault *f)
{
    if (f->memory)
        return e == OK || e == ERR_NO_MEMORY || e == ERR_BUSY;
    /* what SQLite makes of a disk that fails while it opens or recovers */
    return e == OK || e == ERR_IO || e == ERR_DISK_FULL || e == ERR_READ_ONLY || e == ERR_DATABASE ||
           e == ERR_CONFIG || e == ERR_RETRY;
}

static size_t one_step(const struct work_step *step, const struct fault *f, size_t *failures)
{
    struct ctx me = lead(id_nil());
    struct act_result r;
    size_t tried = 0;
    uint64_t by = f->memory ? stride : 1;
    for (uint64_t nth = 1;; nth += by) {
        struct id request = id_new();
        if (step->run == do_shred) {
            must(do_act(&store, &me, "test.drawer", id_nil(), &r, NULL));
            drawer_id = r.id;
        }
        if (step->run == do_sequence)
            must(do_open(id_new())); /* a leaf that waits */
        err_clear();
        plant(f, nth);
        enum err e = step->run(request);
        bool hit = took_place(f, nth);
        unplant();
        tried++;
        *failures += e != OK;
        if (!is_clear(e, f) || (e != OK && !*err_detail()))
            fail_msg("%s, %s at %d: %s (%s) at %s", step->name, f->name, (int)nth, err_row(e)->name,
                     err_detail(), err_place());
        e = step->run(request); /* it goes through now, or has */
        if (e != OK)
            fail_msg("%s after %s at %d: %s (%s) at %s", step->name, f->name, (int)nth, err_row(e)->name,
                     err_detail(), err_place());
        if (tried % 40 == 0)
            clean(step->name);
        if (!hit)
            break;
    }
    return tried;
}

static void nothing_twice(void)
{
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM request WHERE action = 'case.open'"),
                     count_rows(&store, "SELECT count(*) FROM case_file"));
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM request WHERE action LIKE 'consultation.%'"),
                     count_rows(&store, "SELECT count(*) FROM record_version"));
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM request WHERE action = 'case.share'"),
                     count_rows(&store, "SELECT count(*) FROM outbox WHERE event = 'case.shared'"));
}

static void all_steps(const struct fault *f)
{
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        size_t failures = 0;
        make();
        size_t tried = one_step(&steps[i], f, &failures);
        print_message("# %-15s %-30s %5zu places, %5zu failed\n", steps[i].name, f->name, tried, failures);
        must(door_sequence(store.door));
        clean(steps[i].name);
        nothing_twice();
        store_close(&store); /* and it opens again */
        store_open(&store);
        clean(steps[i].name);
        store_remove(&store);
        assert_true(failures > 0);
    }
}

static void one_allocation_fails(void **state)
{
    (void)state;
    all_steps(&(struct fault){.name = "an allocation", .memory = true});
}

static void all_later_allocations_fail(void **state)
{
    (void)state;
    all_steps(&(struct fault){.name = "allocations from there on", .memory = true, .sticky = true});
}

static void one_disk_call_fails(void **state)
{
    (void)state;
    all_steps(&(struct fault){.name = "a call to the disk", .kind = ERR_IO});
}

static void all_later_disk_calls_fail(void **state)
{
    (void)state;
    all_steps(&(struct fault){.name = "calls to the disk from there on", .kind = ERR_IO, .sticky = true});
}

static void the_disk_is_full(void **state)
{
    (void)state;
    all_steps(&(struct fault){.name = "the disk is full", .kind = ERR_DISK_FULL, .sticky = true});
}

static void the_disk_is_read_only(void **state)
{
    (void)state;
    all_steps(&(struct fault){.name = "the disk is read-only", .kind = ERR_READ_ONLY, .sticky = true});
}

int main(int argc, char **argv)
{
    int64_t n;
    if (argc > 1 && str_i64(str_of(argv[1]), 1, 1000000, &n) == OK)
        stride = (uint64_t)n;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_allocation_fails), cmocka_unit_test(all_later_allocations_fail),
        cmocka_unit_test(one_disk_call_fails),  cmocka_unit_test(all_later_disk_calls_fail),
        cmocka_unit_test(the_disk_is_full),     cmocka_unit_test(the_disk_is_read_only),
    };
    return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
