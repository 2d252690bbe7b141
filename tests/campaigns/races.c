/* SPDX-License-Identifier: Apache-2.0 */
/* races - everything that may happen at once happens at once, for ThreadSanitizer to watch: acts, batches,
 * looks, facts, leaves being placed, jobs, sign-ins, backups, the trail read from end to end. A race here is
 * an answer made of two people's rows, or a leaf that is never placed.
 *
 *     races sqlite|postgres [SECONDS]     2 unless told
 *
 * Without a sanitizer (the quick run) it says that nothing fails, nothing waits for ever and the trail holds.
 */
#include "base/testing.h"
#include "core/account.h"
#include "core/backup.h"
#include "core/facts.h"
#include "core/jobs.h"
#include "core/proposal.h"
#include "support/whole.h"

#include "base/env.h"

#include <dirent.h>
#include <pthread.h>
#include <unistd.h>

#define LOGINS    3
#define SYNTHETIC "synthetic words 7 long"

static const char *driver = "sqlite";
static int64_t seconds = 2;
static struct store store;
static struct ctx desk_lead, admin, second_admin; /* with accounts of their own */
static bool resting;
static uint64_t done[24]; /* by work: each must have been done */
static char folders[2][80];

/* What several at once may be told: nothing else. */
static bool expected(enum err e)
{
    return e == OK || e == ERR_VERSION || e == ERR_STATE;
}

static bool go_on(void)
{
    return !__atomic_load_n(&resting, __ATOMIC_RELAXED);
}

static void nap(int ms)
{
    struct timespec t = {0, ms * 1000000L};
    nanosleep(&t, NULL);
}

/* ---- works: each is one round; an error that nobody expects ends the thread and fails the test --------- */

static struct id made[64]; /* cases that are there, for those who look */
static uint64_t nmade;
static pthread_mutex_t made_lock = PTHREAD_MUTEX_INITIALIZER;

static void keep(struct id id)
{
    pthread_mutex_lock(&made_lock);
    made[nmade++ % 64] = id;
    pthread_mutex_unlock(&made_lock);
}

/* False, after a while, when there is none yet. */
static bool any_case(uint64_t turn, struct id *ret)
{
    pthread_mutex_lock(&made_lock);
    uint64_t n = nmade < 64 ? nmade : 64;
    if (n)
        *ret = made[turn % n];
    pthread_mutex_unlock(&made_lock);
    if (n == 0)
        nap(5);
    return n > 0;
}

static enum err open_and_fill(uint64_t turn)
{
    struct ctx c = officer("npa", ROLE_CASE_LEAD, 1);
    struct act_result r, s, t;
    char text[33];
    (void)turn;
    TRY(do_act(&store, &c, "case.open", id_nil(), &r, NULL));
    TRY(do_act(&store, &c, "subject.add", r.id, &s, "type", "person", "role", "presumed_victim", NULL));
    id_text(r.id, text);
    TRY(do_act(&store, &c, "consultation.create", id_nil(), &t, "case", text, "language", "my", "contact",
               "synthetic", NULL));
    TRY(do_act(&store, &c, "consultation.amend", t.id, &t, "language", "vi", NULL));
    char subject[33];
    id_text(s.id, subject);
    TRY(do_act(&store, &c, "person_profile.create", id_nil(), &t, "case", text, "subject", subject, "gender",
               "female", NULL));
    keep(r.id);
    return OK;
}

static enum err change_what_others_change(uint64_t turn)
{
    struct ctx c = officer("npa", ROLE_CASE_LEAD, 1);
    struct id id;
    if (!any_case(turn % 4, &id))
        return OK;
    enum err e = do_act(&store, &c, turn % 2 ? "case.close" : "case.reopen", id, NULL, NULL);
    return expected(e) ? OK : e;
}

static enum err batch(uint64_t turn)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx c = officer("isa", ROLE_CASE_LEAD, 2);
    struct act_request r[4];
    struct act_result ret[4];
    size_t failed;
    for (size_t i = 0; i < 4; i++)
        r[i] = (struct act_request){.ctx = &c, .action = "case.open", .expected_version = -1};
    if (turn % 4 == 0)
        r[3].action = "case.close"; /* of no case: all four are undone */
    enum err e = door_act_batch(store.door, r, 4, a, ret, &failed);
    return turn % 4 == 0 && e == ERR_NOT_FOUND ? OK : e;
}

static enum err look(uint64_t turn)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx c = officer("npa", ROLE_CASE_LEAD, 1);
    const struct view *v;
    struct id id;
    if (turn % 3 == 0)
        return do_view(&store, &c, "case.list", id_nil(), a, &v, NULL);
    if (turn % 3 == 1)
        return do_view(&store, &c, "clock.list", id_nil(), a, &v, NULL);
    return any_case(turn, &id) ? do_view(&store, &c, "case.show", id, a, &v, NULL) : OK;
}

static enum err be_refused(uint64_t turn)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx c = officer("ngo", ROLE_ANALYST, 3);
    const struct view *v;
    struct id id;
    if (!any_case(turn, &id))
        return OK;
    enum err e = do_view(&store, &c, "case.show", id, a, &v, NULL);
    return e == ERR_NOT_FOUND || e == ERR_DENIED ? OK : e == OK ? ERR_INTERNAL : e;
}

/* A file in two of its parts' time, a group, a paper: all in a case of this thread's own. */
static enum err fill_a_file(uint64_t turn)
{
    static struct id mine;
    struct act_result r;
    char text[33];
    if (turn % 16 == 0) {
        TRY(do_act(&store, &desk_lead, "case.open", id_nil(), &r, NULL));
        mine = r.id;
        TRY(do_act(&store, &desk_lead, "group.open", mine, NULL, NULL));
    }
    id_text(mine, text);
    struct id file;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    TRY(whole_file(&store, &desk_lead, text, &file));
    TRY(do_view(&store, &desk_lead, "attachment.download", file, a, &v, NULL));
    return do_view(&store, &desk_lead, "attachment.list", mine, a, &v, NULL);
}

static enum err first_contact(uint64_t turn)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct act_result r;
    const struct view *v;
    TRY(do_act(&store, &desk_lead, "report.create", id_nil(), &r, "danger", turn % 2 ? "yes" : "no", "what",
               "Synthetic.", NULL));
    TRY(do_act(&store, &desk_lead, "report.take", r.id, NULL, NULL));
    TRY(do_view(&store, &desk_lead, "report.show", r.id, a, &v, NULL));
    return do_act(&store, &desk_lead, "enquiry.note", id_nil(), NULL, "as", "family", "number", "SYN 00417",
                  NULL);
}

static struct id asked_for;
static pthread_mutex_t asked_lock = PTHREAD_MUTEX_INITIALIZER;

static enum err propose(uint64_t turn)
{
    struct act_result r;
    (void)turn;
    TRY(do_act(&store, &admin, "account.add_role", desk_lead.account, &r, "role", "analyst", "purpose",
               "statistics", NULL));
    pthread_mutex_lock(&asked_lock);
    asked_for = r.id;
    pthread_mutex_unlock(&asked_lock);
    enum err e = turn % 3 ? OK : do_act(&store, &admin, "proposal.withdraw", r.id, NULL, NULL);
    return expected(e) ? OK : e;
}

/* Who asked withdraws while the other declines: one of both is told that it is settled. */
static enum err decline(uint64_t turn)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    (void)turn;
    pthread_mutex_lock(&asked_lock);
    struct id id = asked_for;
    pthread_mutex_unlock(&asked_lock);
    TRY(do_view(&store, &second_admin, "proposal.list", id_nil(), a, &v, NULL));
    if (id_is_nil(id))
        return OK;
    enum err e = do_act(&store, &second_admin, "proposal.decline", id, NULL, "reason", "not as agreed", NULL);
    return expected(e) ? OK : e;
}

static enum err count(uint64_t turn)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct fact_count *counts;
    struct facts *f;
    size_t n;
    TRY(facts_of(store.door, &f));
    if (turn % 8)
        return facts_count(f, "gender", NULL, 0, a, &counts, &n);
    TRY(facts_load(store.door, 0, &f)); /* a watch that comes and goes */
    enum err e = facts_count(f, "gender", NULL, 0, a, &counts, &n);
    facts_free(f);
    return e;
}

static enum err place(uint64_t turn)
{
    (void)turn;
    (void)door_stats(store.door);
    nap(2);
    return door_sequence(store.door);
}

static enum err take(void *user, struct id id, struct str event, struct id about, struct str payload)
{
    (void)id, (void)event, (void)about, (void)payload;
    __atomic_add_fetch((uint64_t *)user, 1, __ATOMIC_RELAXED);
    return OK;
}

static enum err work_off(uint64_t turn)
{
    static uint64_t taken;
    struct jobs *j;
    int n;
    if (turn % 2)
        return jobs_run(store.door, take, &taken, NULL, &n);
    TRY(jobs_start(store.door, take, &taken, NULL, &j));
    nap(2);
    jobs_stop(j);
    return OK;
}

static enum err come_and_go(uint64_t turn)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct session s;
    struct session_choice choices[SESSION_CHOICES_MAX];
    char login[16], token[44];
    size_t n;
    snprintf(login, sizeof login, "racer%u", (unsigned)(turn % LOGINS));
    enum err e = account_sign_in(store.door, str_of(login), STR(SYNTHETIC), -1, -1, a, token);
    if (e == ERR_BUSY || e == ERR_CREDENTIALS) /* too many at once; or it waits after wrong words */
        return OK;
    TRY(e);
    TRY(account_session(store.door, str_of(token), &s));
    TRY(account_choices(store.door, &s, choices, &n));
    return account_sign_out(store.door, str_of(token));
}

static enum err guess(uint64_t turn)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    char login[16], token[44];
    snprintf(login, sizeof login, "nobody%u", (unsigned)(turn % 200));
    enum err e = account_sign_in(store.door, str_of(login), STR("a wrong synthetic word"), -1, -1, a, token);
    nap(5);
    return e == ERR_CREDENTIALS || e == ERR_BUSY ? OK : e == OK ? ERR_INTERNAL : e;
}

static enum err copy_away(uint64_t turn)
{
    struct backup_report r;
    (void)turn;
    nap(50);
    TRY(backup_make(store.door, folders[0], folders[1], &r));
    unlink(r.data_file);
    unlink(r.key_file);
    return OK;
}

static enum err read_the_trail(uint64_t turn)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new((size_t)256 << 20);
    struct audit_report r;
    struct db *db;
    (void)turn;
    nap(50);
    TRY(door_reader(store.door, &db));
    enum err e = audit_verify(db, &store.schema, door_vault(store.door), STR(""), a, &r);
    door_reader_done(store.door, db);
    return e == OK && r.total ? FAIL(ERR_INTERNAL, "%s: %s", r.findings[0].table, r.findings[0].what) : e;
}

/* With the keys open another unlock changes nothing: whoever sends a wrong key must not close them for all.
 */
static enum err unlock_again(uint64_t turn)
{
    static const struct unlock wrong = {
        .key_file = {"ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", 64}};
    nap(2);
    return door_unlock(store.door, turn % 2 ? &wrong : store_secret());
}

typedef enum err work(uint64_t turn);
static const struct {
    work *work;
    const char *name;
} works[] = {{open_and_fill, "open"},  {open_and_fill, "open"}, {change_what_others_change, "change"},
             {batch, "batch"},         {look, "look"},          {look, "look"},
             {be_refused, "refused"},  {count, "count"},        {count, "count"},
             {place, "place"},         {work_off, "jobs"},      {come_and_go, "sessions"},
             {guess, "guess"},         {copy_away, "backup"},   {read_the_trail, "trail"},
             {unlock_again, "unlock"}, {fill_a_file, "files"},  {first_contact, "first contact"},
             {propose, "proposals"},   {decline, "declined"}};
#define WORKS (sizeof works / sizeof *works)

static void *labour(void *arg)
{
    uintptr_t me = (uintptr_t)arg;
    for (uint64_t turn = 0; go_on(); turn++) {
        enum err e = works[me].work(turn);
        if (e != OK) {
            printf("# %s: %s %s (%s)\n", works[me].name, err_row(e)->name, err_detail(), err_place());
            return arg ? arg : (void *)WORKS;
        }
        __atomic_add_fetch(&done[me], 1, __ATOMIC_RELAXED);
    }
    return NULL;
}

/* ---- the tests ----------------------------------------------------------------------------------------- */

static void enrol(void)
{
    struct ctx system = ctx_system();
    system.agency = "npa";
    for (int i = 0; i < LOGINS; i++) {
        char login[16];
        snprintf(login, sizeof login, "racer%d", i);
        assert_ok(do_act(&store, &system, "account.create", id_nil(), NULL, "login", login, "name",
                         "Officer Synthetic", "password", SYNTHETIC, "role", "case_lead", "purpose",
                         "protection", NULL));
    }
}

static bool everybody_had_a_turn(void)
{
    for (size_t i = 0; i < WORKS; i++)
        if (__atomic_load_n(&done[i], __ATOMIC_RELAXED) == 0)
            return false;
    return true;
}

static void all_at_once(void **state)
{
    (void)state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new((size_t)256 << 20);
    pthread_t threads[WORKS];
    int wrong = 0;
    enrol();
    assert_true(WORKS <= sizeof done / sizeof *done);
    for (uintptr_t i = 0; i < WORKS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, labour, (void *)i), 0);
    struct timespec t = {seconds, 0};
    nanosleep(&t, NULL);
    for (int i = 0; i < 600 && !everybody_had_a_turn(); i++) /* a slow machine */
        nap(100);
    __atomic_store_n(&resting, true, __ATOMIC_RELAXED);
    for (size_t i = 0; i < WORKS; i++) {
        void *failed;
        pthread_join(threads[i], &failed);
        wrong += failed != NULL;
    }
    for (size_t i = 0; i < WORKS; i++)
        print_message("# %s %llu\n", works[i].name, (unsigned long long)done[i]);
    assert_int_equal(wrong, 0);
    assert_true(everybody_had_a_turn());
    assert_ok(door_sequence(store.door));
    assert_int_equal(verify(&store, STR(""), a).total, 0);
    /* settled once each: by who withdrew or by who declined */
    assert_int_equal(
        count_rows(&store, "SELECT count(*) FROM proposal WHERE state = 0 AND settled_us IS NOT NULL"), 0);
    assert_int_equal(
        count_rows(&store, "SELECT count(*) FROM proposal WHERE state <> 0 AND asked IS NOT NULL"), 0);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM outbox WHERE event IN ('proposal.declined', "
                                        "'proposal.withdrawn')"),
                     count_rows(&store, "SELECT count(*) FROM proposal WHERE state <> 0"));
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM attachment WHERE finished_us IS NOT NULL"),
                     count_rows(&store, "SELECT count(*) FROM attachment_chunk"));
}

static void make_folders(void)
{
    for (int i = 0; i < 2; i++) {
        snprintf(folders[i], sizeof folders[i], "/tmp/akari-races-XXXXXX");
        assert_non_null(mkdtemp(folders[i]));
    }
}

static int setup(void **state)
{
    struct store_country c = {.pack = store_pack(), .synthetic = true};
    (void)state;
    make_folders();
    whole_country(&c);
    assert_true(store_make_of(&store, driver, &c));
    store.config.sequence_us = 2000;
    store_open(&store);
    desk_lead = enrolled_officer(&store, "npa", ROLE_CASE_LEAD);
    admin = enrolled_officer(&store, "npa", ROLE_SYSTEM_ADMIN);
    second_admin = enrolled_officer(&store, "npa", ROLE_SYSTEM_ADMIN);
    admin.purpose = second_admin.purpose = PURPOSE_ADMINISTRATION;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++)
        rmdir(folders[i]);
    store_remove(&store);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 1)
        driver = argv[1];
    if (argc > 2 && str_i64(str_of(argv[2]), 1, 3600, &seconds) != OK)
        return 64;
    if (!store_can(driver))
        return 0;
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_at_once)};
    return cmocka_run_group_tests_name("races", tests, setup, teardown);
}
