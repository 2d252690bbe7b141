/* SPDX-License-Identifier: Apache-2.0 */
/* faults - every allocation and every call to the disk of the write path fails once, alone or with all later
 * ones: a clear error, nothing half-done, and the same request goes through afterwards, once. Under
 * AddressSanitizer nothing leaks.
 *
 *     faults [STRIDE]     every STRIDE-th allocation; 7 unless told, 1 for all. Calls to the disk are always
 * all. */
#include "base/alloc.h"
#include "campaigns/raw.h"
#include "support/whole.h"
#include "sys/faultvfs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static uint64_t stride = 7;
static struct store store;
static struct id case_, record_, person_, group_, file_;
static struct ctx lead_, admin_; /* with accounts of their own */

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
    struct ctx c = lead_;
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

static enum err do_begin(struct id request)
{
    struct ctx c = lead(request);
    char text[33];
    id_text(case_, text);
    return do_act(&store, &c, "attachment.begin", id_nil(), NULL, "case", text, "class", "identity",
                  "declared", "not_sexual", "bytes", "9", "title", "Synthetic letter", NULL);
}

static enum err do_chunk(struct id request)
{
    struct ctx c = lead(request);
    return do_act(&store, &c, "attachment.chunk", file_, NULL, "no", "0", "content", "c3ludGhldGlj", NULL);
}

static enum err do_finish(struct id request)
{
    struct ctx c = lead(request);
    return do_act(&store, &c, "attachment.finish", file_, NULL, NULL);
}

static enum err do_abandon(struct id request)
{
    struct ctx c = lead(request);
    return do_act(&store, &c, "attachment.abandon", file_, NULL, NULL);
}

static enum err do_fact(struct id request)
{
    struct ctx c = lead(request);
    char text[33];
    id_text(group_, text);
    return do_act(&store, &c, "group.set_fact", case_, NULL, "group", text, "what", "employer", "value",
                  "Synthetic Works", NULL);
}

static enum err do_contact(struct id request)
{
    struct ctx c = lead(request);
    char text[33];
    id_text(person_, text);
    return do_act(&store, &c, "contact.log", case_, NULL, "subject", text, "direction", "person_came",
                  "channel", "visit", "outcome", "reached", "note", "synthetic", NULL);
}

static enum err do_report(struct id request)
{
    struct ctx c = lead(request);
    return do_act(&store, &c, "report.create", id_nil(), NULL, "danger", "yes", "what", "Synthetic.", NULL);
}

static enum err do_enquiry(struct id request)
{
    struct ctx c = lead(request);
    return do_act(&store, &c, "enquiry.note", id_nil(), NULL, "as", "family", "number", "SYN 00417", NULL);
}

/* The body is rehearsed and undone, and what was asked is kept sealed. */
static enum err do_propose(struct id request)
{
    struct ctx c = admin_;
    c.request_id = request;
    return do_act(&store, &c, "account.add_role", lead_.account, NULL, "role", "analyst", "purpose",
                  "statistics", NULL);
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

/* ---- what a step needs anew each time ------------------------------------------------------------------ */

static void must(enum err e)
{
    if (e != OK)
        fail_msg("%s %s (%s)", err_row(e)->name, err_detail(), err_place());
}

static void new_drawer(void)
{
    struct ctx me = lead(id_nil());
    struct act_result r;
    must(do_act(&store, &me, "test.drawer", id_nil(), &r, NULL));
    drawer_id = r.id;
}

static void new_file(void)
{
    struct ctx me = lead(id_nil());
    struct act_result r;
    char text[33];
    if (!id_is_nil(file_)) /* a person has room for so many at once */
        (void)do_act(&store, &me, "attachment.abandon", file_, NULL, NULL);
    id_text(case_, text);
    must(do_act(&store, &me, "attachment.begin", id_nil(), &r, "case", text, "class", "identity", "declared",
                "not_sexual", "bytes", "9", "title", "Synthetic letter", NULL));
    file_ = r.id;
}

static void new_whole_file(void)
{
    new_file();
    must(do_chunk(id_new()));
}

/* What the step before it began is given up: there is room for so many. */
static void no_file(void)
{
    struct ctx me = lead(id_nil());
    struct db *db;
    struct stmt *s;
    struct id begun;
    bool row;
    must(door_reader(store.door, &db));
    must(db_prepare(db, "SELECT id FROM attachment", &s));
    must(db_step(s, &row));
    if (row)
        must(db_id(s, 0, &begun));
    db_reset(s);
    door_reader_done(store.door, db);
    if (row)
        must(do_act(&store, &me, "attachment.abandon", begun, NULL, NULL));
}

static void new_leaf(void)
{
    must(do_open(id_new())); /* it waits for its place */
}

static const struct work_step {
    const char *name;
    enum err (*run)(struct id request);
    void (*before)(void);
    bool seldom; /* in the quick run under two faults only */
} steps[] = {
    {"case.open", do_open},
    {"record create", do_create},
    {"record amend", do_amend},
    {"case.share", do_share},
    {"case.set_stage", do_stage},
    {"shred", do_shred, new_drawer},
    {"case.show", do_show},
    {"sequence", do_sequence, new_leaf},
    {"file begin", do_begin, no_file, true},
    {"file chunk", do_chunk, new_file, true},
    {"file finish", do_finish, new_whole_file, true},
    {"file abandon", do_abandon, new_whole_file, true},
    {"group fact", do_fact, NULL, true},
    {"contact log", do_contact, NULL, true},
    {"report", do_report, NULL, true},
    {"enquiry", do_enquiry, NULL, true},
    {"proposal", do_propose, NULL, true},
};

static void make(void)
{
    struct store_country c = {.actions = actions,
                              .nactions = sizeof actions / sizeof *actions,
                              .pack = store_pack(),
                              .synthetic = true};
    struct act_result r;
    char text[33];
    file_ = id_nil();
    whole_country(&c);
    assert_true(store_make_of(&store, "fault", &c));
    store.config.sequence_us = -1;
    store_open(&store);
    lead_ = enrolled_officer(&store, "npa", ROLE_CASE_LEAD);
    admin_ = enrolled_officer(&store, "npa", ROLE_SYSTEM_ADMIN);
    admin_.purpose = PURPOSE_ADMINISTRATION;
    struct ctx me = lead(id_nil());
    case_ = open_case(&store, &me);
    id_text(case_, text);
    must(do_act(&store, &me, "case.set_stage", case_, NULL, "stage", "presumed_victim", NULL));
    must(do_act(&store, &me, "consultation.create", id_nil(), &r, "case", text, "language", "my", "contact",
                "synthetic", NULL));
    record_ = r.id;
    must(do_act(&store, &me, "subject.add", case_, &r, "type", "person", "role", "presumed_victim", NULL));
    person_ = r.id;
    must(do_act(&store, &me, "group.open", case_, &r, NULL));
    group_ = r.id;
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
    size_t tried = 0;
    uint64_t by = f->memory ? stride : 1;
    for (uint64_t nth = 1;; nth += by) {
        struct id request = id_new();
        if (step->before)
            step->before();
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
    static const char *const pairs[][2] = {
        {"SELECT count(*) FROM request WHERE action = 'report.create'", "SELECT count(*) FROM report"},
        {"SELECT count(*) FROM request WHERE action = 'enquiry.note'", "SELECT count(*) FROM enquiry"},
        {"SELECT count(*) FROM request WHERE action = 'contact.log'", "SELECT count(*) FROM contact"},
        {"SELECT count(*) FROM request WHERE action = 'group.open'", "SELECT count(*) FROM case_group"},
        {"SELECT count(*) FROM request WHERE action = 'account.add_role'", "SELECT count(*) FROM proposal"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_int_equal(count_rows(&store, pairs[i][0]), count_rows(&store, pairs[i][1]));
    /* a file that is whole has all its parts, and no part is without its file */
    assert_int_equal(count_rows(&store,
                                "SELECT count(*) FROM attachment_chunk WHERE attachment NOT IN (SELECT id "
                                "FROM attachment)"),
                     0);
}

static void all_steps(const struct fault *f)
{
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        size_t failures = 0;
        if (steps[i].seldom && stride > 1 && (f->memory ? f->sticky : f->kind != ERR_DISK_FULL))
            continue;
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
