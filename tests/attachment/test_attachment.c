/* SPDX-License-Identifier: Apache-2.0 */
/* Files of a case, over both databases: test_attachment sqlite | postgres. All content is synthetic. */
#include "attachment/attachment.h"
#include "base/alloc.h"
#include "base/env.h"
#include "base/limits.h"
#include "core/jobs.h"
#include "support/acts.h"
#include "sys/crypto.h"
#include "sys/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static const char *driver = "sqlite";
static struct store store;
static struct pack pack;

/* ---- Testland with files
 * ---------------------------------------------------------------------------------------- */

static _Atomic int64_t offset;
static int64_t shifted(void *user)
{
    struct timespec t;
    (void)user;
    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000 + offset;
}

static int setup(void **state)
{
    static struct env env = {.now_us = shifted};
    static const struct job_due jobs[] = {{"attachment.expire", attachment_expire_due}};
    static struct store_country country = {.pack = &pack,
                                           .synthetic = true,
                                           .actions = ATTACHMENT_ACTIONS,
                                           .views = ATTACHMENT_VIEWS,
                                           .jobs = jobs,
                                           .njobs = 1,
                                           .tables = attachment_tables};
    country.nactions = NATTACHMENT_ACTIONS;
    country.nviews = NATTACHMENT_VIEWS;
    pack = *store_pack();
    offset = 0;
    env_set(&env);
    *state = NULL;
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
    env_set(NULL);
    return 0;
}

/* ---- short ways
 * ------------------------------------------------------------------------------------------------- */

static struct str noise(struct arena *a, size_t n)
{
    char *p = arena_alloc(a, n + 1);
    assert_non_null(p);
    env_random(p, n);
    return (struct str){p, n};
}

static struct id begin(const struct ctx *who, struct id c, size_t bytes, const char *class)
{
    struct act_result r;
    char n[32];
    snprintf(n, sizeof n, "%zu", bytes);
    ACT_OK(who, "attachment.begin", id_nil(), &r, "case", text_of(c), "class", class, "declared",
           "not_sexual", "bytes", n, "title", "Synthetic letter", "file_name", "letter.txt");
    return r.id;
}

static enum err put(const struct ctx *who, struct id file, struct str all, size_t no)
{
    struct buf text CLEANUP(buf_free) = {0};
    struct str part = str_sub(all, no * ATTACHMENT_CHUNK_BYTES, ATTACHMENT_CHUNK_BYTES);
    char number[32];
    snprintf(number, sizeof number, "%zu", no);
    base64(&text, part.p, part.n);
    return ACT(who, "attachment.chunk", file, NULL, "no", number, "content", text.p);
}

static struct id upload(const struct ctx *who, struct id c, struct str all, const char *class)
{
    struct id file = begin(who, c, all.n, class);
    for (size_t no = 0; no * ATTACHMENT_CHUNK_BYTES < all.n; no++)
        assert_int_equal(put(who, file, all, no), OK);
    ACT_OK(who, "attachment.finish", file, NULL, NULL);
    return file;
}

static enum err look(const struct ctx *who, const char *view, struct id file, struct arena *a,
                     const struct attachment_content **ret)
{
    const struct view *v;
    enum err e = do_view(&store, who, view, file, a, &v, NULL);
    if (e == OK)
        *ret = v->model;
    return e;
}

static size_t listed(const struct ctx *who, struct id c, struct arena *a)
{
    const struct view *v;
    assert_int_equal(do_view(&store, who, "attachment.list", c, a, &v, NULL), OK);
    return ((const struct attachment_list *)v->model)->n;
}

/* As somebody who can write into the database, but has no keys, would. */
static void run_sql(const char *sql)
{
    struct db_config c = {.url = store.url, .vfs = store.config.vfs};
    struct db *db CLEANUP(db_cleanup) = NULL;
    assert_int_equal(db_open(&c, &db), OK);
    assert_int_equal(db_script(db, sql), OK);
}

/* ---- what comes in comes out
 * ------------------------------------------------------------------------------------ */

static void every_size_comes_back(void **state)
{
    NEED_STORE(state);
    struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead);
    static const size_t sizes[] = {1,
                                   2,
                                   ATTACHMENT_CHUNK_BYTES - 1,
                                   ATTACHMENT_CHUNK_BYTES,
                                   ATTACHMENT_CHUNK_BYTES + 1,
                                   2 * ATTACHMENT_CHUNK_BYTES - 1,
                                   2 * ATTACHMENT_CHUNK_BYTES,
                                   3 * ATTACHMENT_CHUNK_BYTES + 12345};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        const struct attachment_content *m;
        struct str all = noise(a, sizes[i]);
        struct id file = upload(&lead, c, all, "identity");
        assert_int_equal(look(&lead, "attachment.download", file, a, &m), OK);
        assert_true(str_eq(m->bytes, all));
        assert_true(str_is(m->about.title, "Synthetic letter"));
        struct hash h = sha256(all, STR(""));
        char first[3];
        snprintf(first, sizeof first, "%02x", h.b[0]);
        assert_true(str_starts(m->about.sha256, first));
    }
}

static void nothing_is_seen_before_it_is_whole(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD),
               other = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead);
    const struct attachment_content *m;
    ACT_OK(&lead, "case.assign", c, NULL, "account", text_of(other.account));
    struct str all = noise(a, 2 * ATTACHMENT_CHUNK_BYTES);
    struct id file = begin(&lead, c, all.n, "identity");
    assert_int_equal(put(&lead, file, all, 0), OK);
    assert_int_equal(ACT(&lead, "attachment.finish", file, NULL, NULL), ERR_STATE);
    assert_int_equal(put(&lead, file, all, 0), ERR_CONSTRAINT); /* no part is written twice */
    assert_int_equal(put(&lead, file, all, 2), ERR_FIELD);
    assert_int_equal(put(&other, file, all, 1), ERR_NOT_FOUND); /* somebody else's is not there */
    assert_int_equal(ACT(&other, "attachment.finish", file, NULL, NULL), ERR_NOT_FOUND);
    assert_int_equal(listed(&lead, c, a), 0);
    assert_int_equal(look(&lead, "attachment.download", file, a, &m), ERR_NOT_FOUND);
    assert_int_equal(put(&lead, file, all, 1), OK);
    /* what the client says of the examination is thrown away */
    ACT_OK(&lead, "attachment.finish", file, NULL, "examined", "forged", "preview", "Zm9yZ2Vk");
    assert_int_equal(listed(&other, c, a), 1);
    assert_int_equal(look(&lead, "attachment.blurred", file, a, &m), ERR_STATE);
    assert_int_equal(ACT(&lead, "attachment.finish", file, NULL, NULL), ERR_NOT_FOUND);
}

/* Harm: a file hung on one record and on a stranger's id stands where nobody looks for it, and tells whoever
 * reads its row of a tie that is not there. */
static enum err begin_on(const struct ctx *who, struct id c, struct id record, struct id subject)
{
    return ACT(who, "attachment.begin", id_nil(), NULL, "case", text_of(c), "record", text_of(record),
               "subject", text_of(subject), "class", "identity", "declared", "not_sexual", "bytes", "1",
               "title", "Synthetic letter");
}

static void a_file_on_a_record_is_about_whom_the_record_is(void **state)
{
    NEED_STORE(state);
    struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead), d = open_case(&store, &lead);
    struct act_result one, two, stranger, hers, nobodys;
    ACT_OK(&lead, "subject.add", c, &one, "type", "person", "role", "presumed_victim");
    ACT_OK(&lead, "subject.add", c, &two, "type", "person", "role", "presumed_victim");
    ACT_OK(&lead, "subject.add", d, &stranger, "type", "person", "role", "presumed_victim");
    ACT_OK(&lead, "person_profile.create", id_nil(), &hers, "case", text_of(c), "subject", text_of(one.id));
    ACT_OK(&lead, "consultation.create", id_nil(), &nobodys, "case", text_of(c), "language", "vi");
    const struct id wrong[] = {two.id, stranger.id, id_new(), c};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(begin_on(&lead, c, hers.id, wrong[i]), ERR_NOT_FOUND);
    for (size_t i = 1; i < 4; i++)
        assert_int_equal(begin_on(&lead, c, nobodys.id, wrong[i]), ERR_NOT_FOUND);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM attachment"), 0);
    assert_int_equal(begin_on(&lead, c, hers.id, one.id), OK);
    assert_int_equal(begin_on(&lead, c, nobodys.id, two.id), OK);
}

static void another_hash_is_refused(void **state)
{
    NEED_STORE(state);
    struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead), file = begin(&lead, c, 5, "identity");
    assert_int_equal(put(&lead, file, STR("hello"), 0), OK);
    assert_int_equal(ACT(&lead, "attachment.finish", file, NULL, "sha256",
                         "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
                     ERR_BAD_DATA);
    ACT_OK(&lead, "attachment.finish", file, NULL, "sha256",
           "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
}

static void what_is_never_finished_goes(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead);
    struct str all = noise(a, 2 * ATTACHMENT_CHUNK_BYTES);
    struct id kept = upload(&lead, c, all, "identity"), file = begin(&lead, c, all.n, "identity");
    const struct attachment_content *m;
    int done;
    assert_int_equal(put(&lead, file, all, 0), OK);
    offset += INT64_C(1000000) * (ATTACHMENT_UPLOAD_S - 60);
    assert_int_equal(jobs_run(store.door, NULL, NULL, NULL, &done), OK);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM attachment_chunk"), 3);
    offset += INT64_C(1000000) * 120;
    assert_int_equal(jobs_run(store.door, NULL, NULL, NULL, &done), OK);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM attachment_chunk"), 2);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM attachment"), 1);
    assert_int_equal(look(&lead, "attachment.download", kept, a, &m), OK);
    assert_int_equal(ACT(&lead, "attachment.expire", id_nil(), NULL, NULL), ERR_DENIED);
}

static void there_is_room_for_so_many(void **state)
{
    NEED_STORE(state);
    struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead);
    for (int i = 0; i < ATTACHMENT_UPLOADS_MAX; i++)
        begin(&lead, c, 1, "identity");
    assert_int_equal(ACT(&lead, "attachment.begin", id_nil(), NULL, "case", text_of(c), "class", "identity",
                         "declared", "not_sexual", "bytes", "1", "title", "One more"),
                     ERR_LIMIT);
    assert_int_equal(ACT(&lead, "attachment.begin", id_nil(), NULL, "case", text_of(c), "class", "identity",
                         "declared", "not_sexual", "bytes", "26214401", "title", "Too large"),
                     ERR_FIELD);
}

/* ---- who writes into the database without keys
 * ------------------------------------------------------------------------- */

static const char *const forgeries[] = {
    /* two chunks change places */
    ("UPDATE attachment_chunk SET no = 100 + no WHERE no < 2; UPDATE attachment_chunk SET no = 101 - no "
     "WHERE "
     "no >= 100"),
    /* the last one is gone, and the row says so */
    "DELETE FROM attachment_chunk WHERE no = 2",
    "DELETE FROM attachment_chunk WHERE no = 2; UPDATE attachment SET chunks = 2, bytes = 524288",
    /* one says it is another's */
    "DELETE FROM attachment_chunk WHERE no = 1; UPDATE attachment_chunk SET no = 1 WHERE no = 2",
    "UPDATE attachment SET bytes = bytes - 1",
};

static void chunks_hold_their_place(void **state)
{
    NEED_STORE(state);
    for (size_t i = 0; i < sizeof forgeries / sizeof *forgeries; i++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
        struct id c = open_case(&store, &lead);
        const struct attachment_content *m;
        struct str all = noise(a, 2 * ATTACHMENT_CHUNK_BYTES + 7);
        struct id file = upload(&lead, c, all, "identity");
        assert_int_equal(look(&lead, "attachment.check", file, a, &m), OK);
        assert_true(m->checked_us > 0);
        run_sql(forgeries[i]);
        assert_int_equal(look(&lead, "attachment.download", file, a, &m), ERR_CRYPTO);
        assert_int_equal(look(&lead, "attachment.check", file, a, &m), ERR_CRYPTO);
        assert_true(verify(&store, STR(""), a).total > 0); /* the trail names it too */
        teardown(state);
        setup(state);
    }
}

static void a_changed_byte_is_found(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead), file = upload(&lead, c, noise(a, 400000), "identity");
    const struct attachment_content *m;
    run_sql(store.postgres
                ? "UPDATE attachment_chunk SET body = set_byte(body, 5000, get_byte(body, 5000) # 1) "
                  "WHERE no = 0"
                : "UPDATE attachment_chunk SET body = CAST(substr(body, 1, 5000) || "
                  "char((unicode(substr(hex(substr(body, 5001, 1)), 1, 1)) & 7) + 1) || "
                  "substr(body, 5002) AS BLOB) WHERE no = 0");
    assert_int_equal(look(&lead, "attachment.download", file, a, &m), ERR_CRYPTO);
}

static void a_chunk_of_another_file_is_refused(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead), one = upload(&lead, c, noise(a, 100), "identity"),
              two = upload(&lead, c, noise(a, 100), "identity");
    const struct attachment_content *m;
    run_sql("UPDATE attachment_chunk SET no = 9 WHERE attachment = (SELECT attachment FROM attachment_chunk "
            "ORDER BY attachment LIMIT 1); "
            "UPDATE attachment_chunk SET attachment = (SELECT attachment FROM attachment_chunk ORDER BY "
            "attachment LIMIT 1) WHERE no = 0");
    int refused = look(&lead, "attachment.download", one, a, &m) == ERR_CRYPTO;
    refused += look(&lead, "attachment.download", two, a, &m) == ERR_CRYPTO;
    assert_int_equal(refused, 2);
}

/* ---- who may see it
 * ---------------------------------------------------------------------------------------------- */

/* Harm it prevents: a member of the case without need for her health papers sees them because they came as a
 * file. */
static void a_class_holds_for_files(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD),
               member = enrolled_officer(&store, "ngo", ROLE_CASE_MEMBER);
    struct id c = open_case(&store, &lead);
    const struct attachment_content *m;
    const struct view *v;
    ACT_OK(&lead, "case.assign", c, NULL, "account", text_of(member.account));
    struct id health = upload(&lead, c, STR("synthetic diagnosis"), "health"),
              place = upload(&lead, c, STR("synthetic address"), "location"),
              source = upload(&lead, c, STR("synthetic informant"), "source");
    assert_int_equal(do_view(&store, &member, "attachment.show", health, a, &v, NULL), OK);
    const struct attachment_model *shown = v->model;
    assert_true(shown->masked && shown->title.n == 0 && shown->bytes == 0 && !*shown->type);
    assert_int_equal(look(&member, "attachment.download", health, a, &m), ERR_DENIED);
    assert_int_equal(look(&lead, "attachment.download", health, a, &m), OK);
    /* concealed: not there, neither for the lead nor in her list (invariant 7) */
    assert_int_equal(do_view(&store, &lead, "attachment.show", place, a, &v, NULL), ERR_NOT_FOUND);
    assert_int_equal(look(&lead, "attachment.download", place, a, &m), ERR_NOT_FOUND);
    assert_int_equal(do_view(&store, &member, "attachment.show", source, a, &v, NULL), ERR_NOT_FOUND);
    assert_int_equal(listed(&lead, c, a), 2);   /* health, source */
    assert_int_equal(listed(&member, c, a), 1); /* health, masked */
}

static void a_stranger_finds_nothing(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD),
               stranger = enrolled_officer(&store, "isa", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead), file = upload(&lead, c, STR("synthetic"), "identity");
    static const char *const views[] = {"attachment.show",     "attachment.blurred", "attachment.look",
                                        "attachment.download", "attachment.check",   "attachment.who_looked"};
    for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
        const struct view *v;
        assert_int_equal(do_view(&store, &stranger, views[i], file, a, &v, NULL), ERR_NOT_FOUND);
        assert_int_equal(do_view(&store, &stranger, views[i], id_new(), a, &v, NULL), ERR_NOT_FOUND);
    }
    assert_int_equal(ACT(&stranger, "attachment.begin", id_nil(), NULL, "case", text_of(c), "class",
                         "identity", "declared", "not_sexual", "bytes", "1", "title", "x"),
                     ERR_NOT_FOUND);
    assert_int_equal(ACT(&stranger, "attachment.hold_image", file, NULL, NULL), ERR_NOT_FOUND);
    assert_int_equal(ACT(&stranger, "attachment.withdraw_image", file, NULL, NULL), ERR_NOT_FOUND);
}

static void each_look_leaves_a_leaf(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead), file = upload(&lead, c, STR("synthetic"), "identity");
    const struct attachment_content *m;
    const struct view *v;
    assert_int_equal(look(&lead, "attachment.download", file, a, &m), OK);
    assert_int_equal(look(&lead, "attachment.check", file, a, &m), OK);
    assert_int_equal(look(&lead, "attachment.look", file, a, &m), ERR_STATE); /* text is no picture */
    assert_int_equal(do_view(&store, &lead, "attachment.who_looked", file, a, &v, NULL), OK);
    const struct lookers *who = v->model;
    int looks = 0;
    for (size_t i = 0; i < who->n; i++)
        looks += strcmp(who->items[i].action, "attachment.download") == 0 ||
                 strcmp(who->items[i].action, "attachment.look") == 0;
    assert_int_equal(looks, 2);
    /* and on the page of the case: its files are part of it */
    assert_int_equal(do_view(&store, &lead, "case.who_looked", c, a, &v, NULL), OK);
    who = v->model;
    for (size_t i = looks = 0; i < who->n; i++)
        looks += strcmp(who->items[i].action, "attachment.download") == 0;
    assert_int_equal(looks, 1);
}

/* Harm it prevents: a copy leaves to an agency that was given part in the case, and the one that answers for
 * the person never hears of it. */
static void the_owner_hears_of_a_download_by_others(void **state)
{
    NEED_STORE(state);
    static const char told[] =
        "SELECT count(*) FROM outbox WHERE event = 'oblige.notify_owner' AND payload = 'attachment.download'";
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD),
               other = enrolled_officer(&store, "isa", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead), file = upload(&lead, c, STR("synthetic"), "identity");
    const struct attachment_content *m;
    const struct view *v;
    ACT_OK(&lead, "case.share", c, NULL, "agency", "isa", "relation", "recipient", "basis", "legal", "class",
           "identity");
    ACT_OK(&other, "case.take", c, NULL, NULL);
    assert_int_equal(look(&lead, "attachment.download", file, a, &m), OK);
    assert_int_equal(count_rows(&store, told), 0);
    assert_int_equal(do_view(&store, &other, "attachment.show", file, a, &v, NULL), OK);
    assert_int_equal(count_rows(&store, told), 0);
    assert_int_equal(look(&other, "attachment.download", file, a, &m), OK);
    assert_int_equal(count_rows(&store, told), 1);
}

/* ---- keys that are gone
 * ------------------------------------------------------------------------------------------ */

static const char SECRET[] = "SYNTHETIC-MARKER-7f3a91c2-of-a-file";

static bool holds(const char *name, const char *needle)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    char path[128];
    struct str all;
    snprintf(path, sizeof path, "%s/%s", store.dir, name);
    if (!path_exists(path))
        return false;
    assert_int_equal(file_read(path, 60u << 20, a, &all), OK);
    return memmem(all.p, all.n, needle, strlen(needle)) != NULL;
}

static void nothing_is_in_the_clear_on_disk(void)
{
    if (store.postgres)
        return;
    assert_false(holds("akari.db", SECRET));
    assert_false(holds("akari.db-wal", SECRET));
}

/* Invariant 10, the image half: what was found later is destroyed by two people, and what the police need
 * stays. */
static void a_sexual_image_is_destroyed_by_two(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD),
               second = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead), other, file = upload(&lead, c, str_of(SECRET), "sexual_violence");
    const struct attachment_content *m;
    const struct view *v;
    struct act_result r;
    ACT_OK(&lead, "case.assign", c, NULL, "account", text_of(second.account));
    other = upload(&lead, c, STR("synthetic letter"), "identity");
    nothing_is_in_the_clear_on_disk();
    ACT_OK(&lead, "attachment.hold_image", file, NULL, NULL); /* one officer hides it at once */
    assert_int_equal(look(&lead, "attachment.download", file, a, &m), ERR_STATE);
    assert_int_equal(look(&second, "attachment.look", file, a, &m), ERR_STATE);
    ACT_OK(&lead, "attachment.withdraw_image", file, &r, "evidence", "SYN-2026-17");
    assert_true(r.waits);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM attachment_chunk"), 2);
    assert_int_equal(ACT(&lead, "proposal.confirm", r.id, NULL, NULL), ERR_DENIED);
    ACT_OK(&second, "proposal.confirm", r.id, NULL, NULL);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM attachment_chunk"), 1);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM attachment WHERE file_key IS NULL"), 1);
    assert_int_equal(look(&lead, "attachment.download", file, a, &m), ERR_STATE);
    assert_int_equal(do_view(&store, &lead, "attachment.show", file, a, &v, NULL), OK);
    const struct attachment_model *left = v->model;
    assert_int_equal(left->state, ATTACHMENT_WITHDRAWN);
    assert_int_equal(left->sha256.n, 64);
    assert_true(str_is(left->evidence, "SYN-2026-17"));
    assert_int_equal(left->title.n, 0);
    assert_int_equal(look(&lead, "attachment.download", other, a, &m), OK); /* that one stays */
    assert_int_equal(ACT(&lead, "attachment.hold_image", file, NULL, NULL), ERR_STATE);
    nothing_is_in_the_clear_on_disk();
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

static void a_declared_image_is_never_begun(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead);
    const struct attachment_content *m;
    struct act_result r;
    const struct view *v;
    assert_int_equal(ACT(&lead, "attachment.begin", id_nil(), NULL, "case", text_of(c), "class",
                         "sexual_violence", "declared", "sexual", "bytes", "10", "title", "x"),
                     ERR_STATE);
    assert_int_equal(ACT(&lead, "attachment.begin", id_nil(), NULL, "case", text_of(c), "class",
                         "sexual_violence", "bytes", "10", "title", "x"),
                     ERR_FIELD);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM attachment"), 0);
    assert_int_equal(ACT(&lead, "attachment.refer_image", id_nil(), NULL, "case", text_of(c), "class",
                         "sexual_violence", "address", "https://synthetic.example/1", "sha256",
                         "not a hash, but sixty-four characters of something else, as it is.."),
                     ERR_FIELD);
    ACT_OK(&lead, "attachment.refer_image", id_nil(), &r, "case", text_of(c), "class", "sexual_violence",
           "address", "https://synthetic.example/1", "evidence", "SYN-1");
    assert_int_equal(do_view(&store, &lead, "attachment.show", r.id, a, &v, NULL), OK);
    const struct attachment_model *kept = v->model;
    assert_int_equal(kept->state, ATTACHMENT_REFERRED);
    assert_true(str_is(kept->address, "https://synthetic.example/1") && str_is(kept->evidence, "SYN-1"));
    assert_int_equal(look(&lead, "attachment.download", r.id, a, &m), ERR_STATE);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM outbox WHERE event = 'attachment.image'"), 1);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM attachment_chunk"), 0);
    /* the event names nobody and nothing */
    assert_int_equal(
        count_rows(&store, "SELECT count(*) FROM outbox WHERE event = 'attachment.image' AND payload <> ''"),
        0);
}

/* ---- a crash in the middle
 * --------------------------------------------------------------------------------------- */

/* The process dies between two parts: nothing of it is to be seen afterwards, and all else is whole. */
static void a_crash_leaves_nothing_half(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead);
    struct str all = noise(a, 8 * ATTACHMENT_CHUNK_BYTES);
    const struct attachment_content *m;
    struct id before = upload(&lead, c, str_sub(all, 0, 70000), "identity");
    for (int round = 0; round < 6; round++) {
        store_close(&store);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            store_open(&store);
            struct id file = begin(&lead, c, all.n, "identity");
            for (size_t no = 0; no < 8; no++) {
                if (put(&lead, file, all, no) != OK)
                    _exit(3);
                if ((int)no == round)
                    kill(getpid(), SIGKILL);
            }
            _exit(4);
        }
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        store_open(&store);
        assert_int_equal(listed(&lead, c, a), 1);
    }
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM attachment WHERE state = 0"), 6);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM attachment_chunk"), 1 + 1 + 2 + 3 + 4 + 5 + 6);
    assert_int_equal(look(&lead, "attachment.download", before, a, &m), OK);
    offset += INT64_C(1000000) * (ATTACHMENT_UPLOAD_S + 60);
    int done;
    assert_int_equal(jobs_run(store.door, NULL, NULL, NULL, &done), OK);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM attachment_chunk"), 1);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

/* ---- streams: nobody tells the length beforehand
 * ------------------------------------------------------------------ */

static struct id begin_stream(const struct ctx *who, struct id c)
{
    struct act_result r;
    ACT_OK(who, "attachment.begin", id_nil(), &r, "case", text_of(c), "class", "identity", "declared",
           "not_sexual", "title", "Synthetic letter", "file_name", "letter.txt");
    return r.id;
}

static enum err put_next(const struct ctx *who, struct id file, struct str part, size_t no, bool last)
{
    struct buf text CLEANUP(buf_free) = {0};
    char number[32];
    snprintf(number, sizeof number, "%zu", no);
    base64(&text, part.p, part.n);
    return ACT(who, "attachment.chunk", file, NULL, "no", number, "content", text.p, "last",
               last ? "yes" : "no");
}

static enum err put_stream(const struct ctx *who, struct id file, struct str all)
{
    for (size_t no = 0, at = 0; at < all.n; no++, at += ATTACHMENT_CHUNK_BYTES)
        TRY(put_next(who, file, str_sub(all, at, ATTACHMENT_CHUNK_BYTES), no,
                     at + ATTACHMENT_CHUNK_BYTES >= all.n));
    return OK;
}

#define NOTHING_OF_IT()                                                                                \
    do {                                                                                               \
        assert_int_equal(count_rows(&store, "SELECT count(*) FROM attachment WHERE state = 0"), 0);    \
        assert_int_equal(count_rows(&store, "SELECT count(*) FROM attachment_chunk c LEFT JOIN "       \
                                            "attachment a ON a.id = c.attachment WHERE a.id IS NULL"), \
                         0);                                                                           \
    } while (0)

static void a_stream_comes_back(void **state)
{
    NEED_STORE(state);
    static const size_t sizes[] = {1, ATTACHMENT_CHUNK_BYTES - 1, ATTACHMENT_CHUNK_BYTES,
                                   ATTACHMENT_CHUNK_BYTES + 1, 3 * ATTACHMENT_CHUNK_BYTES};
    struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        const struct attachment_content *m;
        struct str all = noise(a, sizes[i]);
        struct id file = begin_stream(&lead, c);
        assert_int_equal(put_stream(&lead, file, all), OK);
        ACT_OK(&lead, "attachment.finish", file, NULL, NULL);
        assert_int_equal(look(&lead, "attachment.download", file, a, &m), OK);
        assert_true(str_eq(m->bytes, all));
        assert_int_equal(m->about.bytes, sizes[i]);
    }
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

static void a_stream_has_its_order_and_its_end(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD),
               other = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead), file = begin_stream(&lead, c);
    struct str part = noise(a, ATTACHMENT_CHUNK_BYTES), small = str_sub(part, 0, 10);
    assert_int_equal(ACT(&lead, "attachment.finish", file, NULL, NULL), ERR_STATE); /* nothing came */
    assert_int_equal(put_next(&lead, file, part, 1, false), ERR_FIELD);
    assert_int_equal(put_next(&lead, file, small, 0, false), ERR_FIELD);
    assert_int_equal(put_next(&other, file, part, 0, false), ERR_NOT_FOUND);
    assert_int_equal(put_next(&lead, file, part, 0, false), OK);
    assert_int_equal(put_next(&lead, file, part, 0, false), ERR_FIELD);
    assert_int_equal(ACT(&lead, "attachment.finish", file, NULL, NULL), ERR_STATE); /* no last part */
    assert_int_equal(put_next(&lead, file, small, 1, true), OK);
    struct id twice = begin_stream(&lead, c);
    assert_int_equal(put_next(&lead, twice, part, 0, true), OK);
    assert_int_equal(put_next(&lead, twice, part, 1, true), OK); /* goes in, and makes both worthless */
    assert_int_equal(ACT(&lead, "attachment.finish", twice, NULL, NULL), ERR_STATE);
    ACT_OK(&lead, "attachment.finish", file, NULL, NULL);
    assert_int_equal(put_next(&lead, file, small, 2, true), ERR_NOT_FOUND);
}

/* Who has the database makes a stream shorter: the last part that is left is not the last. */
static void a_stream_cut_short_is_refused(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead), file = begin_stream(&lead, c);
    struct db_config config = {.url = store.url};
    struct db *db CLEANUP(db_cleanup) = NULL;
    const struct attachment_content *m;
    assert_int_equal(put_stream(&lead, file, noise(a, 3 * ATTACHMENT_CHUNK_BYTES)), OK);
    ACT_OK(&lead, "attachment.finish", file, NULL, NULL);
    assert_int_equal(look(&lead, "attachment.download", file, a, &m), OK);
    assert_int_equal(db_open(&config, &db), OK);
    assert_int_equal(db_script(db,
                               "DELETE FROM attachment_chunk WHERE no = 2; UPDATE attachment SET chunks = "
                               "2, bytes = 524288"),
                     OK);
    assert_int_equal(look(&lead, "attachment.download", file, a, &m), ERR_CRYPTO);
    assert_int_equal(verify(&store, STR(""), a).total, 2);
}

static void who_gives_up_leaves_nothing(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD),
               other = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead), file = begin_stream(&lead, c);
    int64_t wraps = count_rows(&store, "SELECT count(*) FROM compartment_key");
    assert_int_equal(put_next(&lead, file, noise(a, ATTACHMENT_CHUNK_BYTES), 0, false), OK);
    assert_int_equal(ACT(&other, "attachment.abandon", file, NULL, NULL), ERR_NOT_FOUND);
    assert_int_equal(ACT(&other, "attachment.abandon", id_new(), NULL, NULL), ERR_NOT_FOUND);
    ACT_OK(&lead, "attachment.abandon", file, NULL, NULL);
    NOTHING_OF_IT();
    assert_true(count_rows(&store, "SELECT count(*) FROM compartment_key") < wraps);
    struct id kept = upload(&lead, c, STR("synthetic"), "identity"); /* what is whole is no upload any more */
    assert_int_equal(ACT(&lead, "attachment.abandon", kept, NULL, NULL), ERR_NOT_FOUND);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

/* The power goes while a form is read: after the next start nothing is left of the file, as soon as it is
 * certain that nobody sends any more; one that still moves stays. */
static void a_stream_that_stops_is_gone_after_the_next_start(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead);
    struct str all = noise(a, 3 * ATTACHMENT_CHUNK_BYTES);
    int done;
    store_close(&store);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        store_open(&store);
        struct id file = begin_stream(&lead, c);
        bool ok = put_next(&lead, file, str_sub(all, 0, ATTACHMENT_CHUNK_BYTES), 0, false) == OK;
        kill(getpid(), ok ? SIGKILL : SIGTERM);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    store_open(&store);
    assert_int_equal(listed(&lead, c, a), 0);
    struct id moves = begin_stream(&lead, c);
    offset += INT64_C(1000000) * (ATTACHMENT_STREAM_S - 20);
    assert_int_equal(put_next(&lead, moves, str_sub(all, 0, ATTACHMENT_CHUNK_BYTES), 0, false), OK);
    offset += INT64_C(1000000) * 30;
    assert_int_equal(jobs_run(store.door, NULL, NULL, NULL, &done), OK);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM attachment"), 1);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM attachment_chunk"), 1);
    offset += INT64_C(1000000) * ATTACHMENT_STREAM_S;
    assert_int_equal(jobs_run(store.door, NULL, NULL, NULL, &done), OK);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM attachment"), 0);
    NOTHING_OF_IT();
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        driver = argv[1];
    if (!store_can(driver))
        return 0;
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(every_size_comes_back),
        T(nothing_is_seen_before_it_is_whole),
        T(a_file_on_a_record_is_about_whom_the_record_is),
        T(another_hash_is_refused),
        T(what_is_never_finished_goes),
        T(there_is_room_for_so_many),
        T(chunks_hold_their_place),
        T(a_changed_byte_is_found),
        T(a_chunk_of_another_file_is_refused),
        T(a_class_holds_for_files),
        T(a_stranger_finds_nothing),
        T(each_look_leaves_a_leaf),
        T(the_owner_hears_of_a_download_by_others),
        T(a_sexual_image_is_destroyed_by_two),
        T(a_declared_image_is_never_begun),
        T(a_crash_leaves_nothing_half),
        T(a_stream_comes_back),
        T(a_stream_has_its_order_and_its_end),
        T(a_stream_cut_short_is_refused),
        T(who_gives_up_leaves_nothing),
        T(a_stream_that_stops_is_gone_after_the_next_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
