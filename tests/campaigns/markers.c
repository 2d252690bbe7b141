/* SPDX-License-Identifier: Apache-2.0 */
/* markers - 635 made-up texts in eight scripts go in by every way that takes personal data; then nothing of
 * them is on any disk: not in the database while it is open, nor after, nor in backups, nor in TMPDIR.
 *
 *     markers sqlite|postgres [SEED]            none is found, and the right officers read them back through
 *                                               the one door, but what is kept only to be compared
 *     markers sqlite|postgres control [SEED]    of a build with -Dsealing=false: the same search finds all
 *
 * PostgreSQL: AKARI_TEST_PG_DIR names the server's folder (tests/pg.sh), and this program may read it. */
#include "assessment/assessment.h"
#include "attachment/attachment.h"
#include "campaigns/made_up.h"
#include "campaigns/needles.h"
#include "core/account.h"
#include "core/backup.h"
#include "core/jobs.h"
#include "desk/desk.h"
#include "figures/figures.h"
#include "glass/glass.h"
#include "hold/hold.h"
#include "registry/registry.h"
#include "support/store.h"
#include "sys/crypto.h"

#include "base/env.h"
#include "sys/os.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#define MARKERS   635
#define SUBJECTS  30 /* 5 parts of a name, 2 identifiers, a note: 8 markers each */
#define VISITS    40 /* 3 fields of three classes each */
#define DECISIONS 30
#define ACCOUNTS  20 /* name and sign-in name */
#define GOOD_ROWS 25 /* 2 cells each */
#define BAD_ROWS  10
#define REPORTS   10 /* in words, where, how to reach the person, who told us; why it was closed */
#define LETTERS   5  /* notes that came while the keys were closed: the same three */
#define ENQUIRIES 5  /* who asked, about whom, the number, what was said */
#define OFFICERS \
    5 /* what a hand-over says, a contact, an assessment's reasons, a hold's, a file's, break-glass */

static const char *driver = "sqlite";
static bool control; /* nothing is sealed in this build */

static void must(enum err e)
{
    if (e != OK)
        fail_msg("%s %s (%s)", err_row(e)->name, err_detail(), err_place());
}

static struct str marks[MARKERS];
static const char *where[MARKERS];
static size_t planted;

/* The next marker, marked as synthetic. */
static const char *plant(struct arena *a, const char *place)
{
    assert_true(planted < MARKERS);
    where[planted] = place;
    char *text = arena_printf(a, "SYN %s", marks[planted++].p);
    assert_non_null(text);
    return text;
}

/* ---- a country with an import -----------------------------------------------------------------------------
 */

static const struct import_column columns[] = {
    {.column = "Language", .kind = "consultation", .field = "language", .role = "case"},
    {.column = "Contact", .kind = "consultation", .field = "contact", .role = "case"},
    {.column = "Injuries", .kind = "consultation", .field = "injuries", .role = "case"},
};
static const struct import_map map = {.id = "marked",
                                      .title = "Marked",
                                      .source = "test",
                                      .blank = "not_collected",
                                      .separator = ',',
                                      .columns = columns,
                                      .n = 3};

/* A step against a person that is held, and one sign, so that somebody can be looked at. */
static const struct kind_action removal_actions[] = {
    {.name = "create", .label = "Order", .verb = VERB_CREATE, .gate = GATE_VICTIM_SCREENING}};
static const char *const removal_states[] = {"planned"};
static const struct field removal_fields[] = {{.name = "ground",
                                               .label = "Ground",
                                               .type = FT_TEXT,
                                               .class = CLASS_ROUTING,
                                               .min = INT64_MIN,
                                               .max = INT64_MAX}};
static const struct sign one_sign = {.code = "CD01", .label = "Sign", .dimension = 0};

static struct {
    struct store store;
    struct pack pack;
    struct arena *arena;
    struct needles *needles;
    char top[64], tmp[80], data[80], keys[80], source[80], plain[80];
    struct id cases[SUBJECTS], decisions[DECISIONS], batch, officer;
    struct id asked[ENQUIRIES], reports[REPORTS + LETTERS], worked[OFFICERS], assessments[OFFICERS],
        files[OFFICERS], glasses[OFFICERS];
    struct ctx lead, deputy, police, doctor, second;
    struct kind kinds[3];
    struct entities entities;
} t;

static const struct job_due due[] = {{"report.receive", .due_with = report_receive_due},
                                     {"enquiry.compare", enquiry_compare_due}};

static enum err tables(struct schema *s)
{
    TRY(assessment_tables(s));
    TRY(hold_tables(s));
    TRY(attachment_tables(s));
    TRY(desk_tables(s));
    return figures_tables(s);
}

static void take_all(struct store_country *c)
{
    static struct action actions[80];
    static struct view_decl views[60];
    static const struct {
        const struct action *a;
        const size_t *n;
    } all[] = {{FIGURES_ACTIONS, &NFIGURES_ACTIONS}, {ASSESSMENT_ACTIONS, &NASSESSMENT_ACTIONS},
               {HOLD_ACTIONS, &NHOLD_ACTIONS},       {ATTACHMENT_ACTIONS, &NATTACHMENT_ACTIONS},
               {DESK_ACTIONS, &NDESK_ACTIONS},       {GLASS_ACTIONS, &NGLASS_ACTIONS}};
    static const struct {
        const struct view_decl *v;
        const size_t *n;
    } looks[] = {{FIGURES_VIEWS, &NFIGURES_VIEWS}, {ASSESSMENT_VIEWS, &NASSESSMENT_VIEWS},
                 {HOLD_VIEWS, &NHOLD_VIEWS},       {ATTACHMENT_VIEWS, &NATTACHMENT_VIEWS},
                 {DESK_VIEWS, &NDESK_VIEWS},       {GLASS_VIEWS, &NGLASS_VIEWS}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        assert_true(c->nactions + *all[i].n <= sizeof actions / sizeof *actions);
        assert_true(c->nviews + *looks[i].n <= sizeof views / sizeof *views);
        for (size_t k = 0; k < *all[i].n; k++)
            actions[c->nactions++] = all[i].a[k];
        for (size_t k = 0; k < *looks[i].n; k++)
            views[c->nviews++] = looks[i].v[k];
    }
    c->actions = actions;
    c->views = views;
}

static void make_store(void)
{
    struct store_country c = {.synthetic = true,
                              .tables = tables,
                              .gates = &HOLD_GATES,
                              .jobs = due,
                              .njobs = 2,
                              .entities = &t.entities};
    take_all(&c);
    t.entities = REGISTRY_ENTITIES;
    t.entities.report = desk_report_object;
    t.pack = *store_pack();
    memcpy(t.kinds, t.pack.kinds, 2 * sizeof *t.kinds);
    t.kinds[2] = (struct kind){.id = "removal",
                               .title = "Removal",
                               .file = "test",
                               .attach = ATTACH_SUBJECT,
                               .states = removal_states,
                               .nstates = 1,
                               .fields = removal_fields,
                               .nfields = 1,
                               .actions = removal_actions,
                               .nactions = 1};
    t.pack.kinds = t.kinds;
    t.pack.nkinds = 3;
    t.pack.signs.list = &one_sign;
    t.pack.signs.n = 1;
    t.pack.imports = &map;
    t.pack.nimports = 1;
    c.pack = &t.pack;
    assert_true(store_blank_of(&t.store, driver, &c));
    must(door_create(&t.store.config, store_secret(), ARGON_DEMO));
    store_open(&t.store);
}

static int setup(void **state)
{
    snprintf(t.top, sizeof t.top, "/tmp/akari-markers-XXXXXX");
    if (!mkdtemp(t.top))
        return -1;
    snprintf(t.tmp, sizeof t.tmp, "%s/tmp", t.top);
    snprintf(t.data, sizeof t.data, "%s/data", t.top);
    snprintf(t.keys, sizeof t.keys, "%s/keys", t.top);
    snprintf(t.source, sizeof t.source, "%s/source.csv", t.top);
    snprintf(t.plain, sizeof t.plain, "%s/plain", t.top);
    must(dir_make(t.tmp, 0700));
    setenv("TMPDIR", t.tmp, 1);
    t.arena = arena_new((size_t)1 << 30);
    made_up(t.arena, marks, MARKERS);
    t.needles = needles_new(t.arena, marks, MARKERS);
    make_store();
    (void)state;
    return 0;
}

static int remove_one(const char *path, const struct stat *s, int what, struct FTW *f)
{
    (void)s;
    (void)what;
    (void)f;
    return remove(path);
}

static int teardown(void **state)
{
    (void)state;
    store_remove(&t.store);
    nftw(t.top, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    arena_free(t.arena);
    return 0;
}

/* ---- planted ----------------------------------------------------------------------------------------------
 */

static void plant_person(size_t i)
{
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    struct act_result person;
    char text[33], person_text[33];
    t.cases[i] = open_case(&t.store, &lead);
    id_text(t.cases[i], text);
    must(do_act(&t.store, &lead, "subject.add", t.cases[i], &person, "type", "person", "role",
                i % 5 ? "presumed_victim" : "recruiter", NULL));
    must(do_act(&t.store, &lead, "name.add", person.id, NULL, "case", text, "type", "legal", "full",
                plant(t.arena, "name, full"), "family", plant(t.arena, "name, family"), "given",
                plant(t.arena, "name, given"), "reading", plant(t.arena, "name, reading"), "passport_form",
                plant(t.arena, "name, passport form"), NULL));
    must(do_act(&t.store, &lead, "identifier.add", person.id, NULL, "case", text, "type", "passport", "value",
                plant(t.arena, "identifier, passport"), NULL));
    must(do_act(&t.store, &lead, "identifier.add", person.id, NULL, "case", text, "type", "messenger",
                "value", plant(t.arena, "identifier, messenger"), NULL));
    id_text(person.id, person_text);
    must(do_act(&t.store, &lead, "person_profile.create", id_nil(), NULL, "case", text, "subject",
                person_text, "note", plant(t.arena, "profile, note"), NULL));
}

static void plant_visit(size_t i)
{
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    char text[33];
    id_text(t.cases[i % SUBJECTS], text);
    must(do_act(&t.store, &lead, "consultation.create", id_nil(), NULL, "case", text, "language",
                plant(t.arena, "record, routing"), "contact", plant(t.arena, "record, identity"), "injuries",
                plant(t.arena, "record, health"), NULL));
}

static void plant_decision(size_t i)
{
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    struct act_result r;
    must(do_act(&t.store, &lead, "case.set_stage", t.cases[i % SUBJECTS], &r, "stage", "presumed_victim",
                "reasons", plant(t.arena, "decision, reasons"), NULL));
    t.decisions[i] = r.id;
}

static void plant_account(void)
{
    struct ctx system = ctx_system();
    struct act_result r;
    system.agency = "npa";
    must(do_act(&t.store, &system, "account.create", id_nil(), &r, "login",
                plant(t.arena, "account, sign-in name"), "name", plant(t.arena, "account, name"), "password",
                "correct horse battery", "role", "case_lead", "purpose", "protection", NULL));
    t.officer = r.id;
}

/* Rows that cannot be taken in (no language) are kept with their cells. */
static void plant_import(void)
{
    struct ctx system = ctx_system();
    struct import_report r;
    const char *file = "Language,Contact,Injuries\r\n";
    for (size_t i = 0; i < GOOD_ROWS + BAD_ROWS; i++) {
        bool good = i < GOOD_ROWS;
        const char *contact = plant(t.arena, good ? "import, cell" : "import, cell of a bad row"),
                   *injuries = plant(t.arena, good ? "import, cell" : "import, cell of a bad row");
        file = arena_printf(t.arena, "%s%s,%s,%s\r\n", file, good ? "my" : "", contact, injuries);
        assert_non_null(file);
    }
    must(file_write_atomic(t.source, 0600, str_of(file)));
    system.agency = "npa";
    must(figures_import(t.store.door, &system, "marked", t.source, false, true, NULL, NULL, &r));
    assert_int_equal(r.imported, GOOD_ROWS);
    assert_int_equal(r.failed, BAD_ROWS);
    assert_int_equal(unlink(t.source), 0); /* the officer's own file */
    t.batch = r.batch;
}

/* ---- planted: what is written from the first contact on
 * --------------------------------------------------------
 */

#define OFFICE_CODE "ABCD-0123-EFG1"

static void plant_reports(void)
{
    for (size_t i = 0; i < REPORTS; i++) {
        struct act_result r;
        must(do_act(&t.store, &t.police, "report.create", id_nil(), &r, "danger", i % 2 ? "yes" : "no",
                    "what", plant(t.arena, "report, in words"), "place", plant(t.arena, "report, where"),
                    "person_detail", plant(t.arena, "report, how to reach"), "sender_detail",
                    plant(t.arena, "report, who told us"), NULL));
        t.reports[i] = r.id;
        must(do_act(&t.store, &t.police, "report.take", r.id, NULL, NULL));
        must(do_act(&t.store, &t.police, "report.close", r.id, NULL, "outcome", "acted", "reason",
                    plant(t.arena, "report, why closed"), NULL));
    }
}

/* The keys are closed when they are written. */
static void plant_letters(void)
{
    struct ctx nobody = {.agency = "", .role = ROLE_ANONYMOUS, .assurance = 1, .lang = "en"},
               admin = officer("npa", ROLE_SYSTEM_ADMIN, 9);
    admin.purpose = PURPOSE_ADMINISTRATION;
    must(do_act(&t.store, &admin, "office.issue_code", id_nil(), NULL, "agency", "ngo", "code", OFFICE_CODE,
                NULL));
    vault_lock(door_vault(t.store.door));
    for (size_t i = 0; i < LETTERS; i++) {
        struct act_result r;
        char receipt[40];
        snprintf(receipt, sizeof receipt, "0000-1111-2222-3333-4444-%04zu", i);
        must(do_act(&t.store, &nobody, "report.send", id_nil(), &r, "code", OFFICE_CODE, "receipt", receipt,
                    "danger", "no", "what", plant(t.arena, "letter, in words"), "person_detail",
                    plant(t.arena, "letter, how to reach"), "sender_detail",
                    plant(t.arena, "letter, who told us"), NULL));
        t.reports[REPORTS + i] = r.id;
    }
}

/* Somebody asks a desk about a person of a case, by her name. */
static void plant_enquiry(size_t i)
{
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    const char *name = plant(t.arena, "enquiry, about whom");
    struct act_result person;
    char text[33];
    t.asked[i] = open_case(&t.store, &lead);
    id_text(t.asked[i], text);
    must(do_act(&t.store, &lead, "subject.add", t.asked[i], &person, "type", "person", "role",
                "presumed_victim", NULL));
    must(do_act(&t.store, &lead, "name.add", person.id, NULL, "case", text, "type", "legal", "full", name,
                NULL));
    must(do_act(&t.store, &lead, "enquiry.note", id_nil(), NULL, "as", "employer", "asker",
                plant(t.arena, "enquiry, who asked"), "about", name, "number",
                plant(t.arena, "enquiry, number"), "said", plant(t.arena, "enquiry, what was said"), NULL));
}

static struct id plant_file(const char *in_case)
{
    struct buf content CLEANUP(buf_free) = {0};
    struct act_result r;
    char bytes[32];
    const char *text = plant(t.arena, "file, its content");
    snprintf(bytes, sizeof bytes, "%zu", strlen(text));
    base64(&content, text, strlen(text));
    must(do_act(&t.store, &t.lead, "attachment.begin", id_nil(), &r, "case", in_case, "class", "identity",
                "declared", "not_sexual", "bytes", bytes, "title", plant(t.arena, "file, title"),
                "description", plant(t.arena, "file, description"), "file_name", plant(t.arena, "file, name"),
                NULL));
    must(do_act(&t.store, &t.lead, "attachment.chunk", r.id, NULL, "no", "0", "content", content.p, NULL));
    must(do_act(&t.store, &t.lead, "attachment.finish", r.id, NULL, NULL));
    return r.id;
}

/* A step against her is held, and her shelter says no in words. */
static void plant_hold(const char *in_case, const char *her)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    enum err e = do_act(&t.store, &t.police, "removal.create", id_nil(), NULL, "case", in_case, "subject",
                        her, "ground", "synthetic", NULL);
    assert_int_equal(e, ERR_HELD);
    must(do_view(&t.store, &t.lead, "hold.list", id_nil(), a, &v, "case", in_case, NULL));
    const struct hold_list *list = v->model;
    assert_int_equal(list->n, 1);
    must(do_act(&t.store, &t.lead, "hold.decide", list->items[0].id, NULL, "decision", "refused", "reasons",
                plant(t.arena, "hold, reasons"), "review_route", plant(t.arena, "hold, review"), NULL));
}

/* Asked by one, confirmed by another, and ended. */
static struct id plant_glass(struct id c)
{
    struct act_result r;
    must(do_act(&t.store, &t.doctor, "glass.ask", c, &r, "reason", "danger_to_life", "words",
                plant(t.arena, "break-glass, reason"), NULL));
    assert_true(r.waits);
    must(do_act(&t.store, &t.second, "proposal.confirm", r.id, &r, NULL));
    must(do_act(&t.store, &t.doctor, "glass.close", r.id, NULL, NULL));
    return r.id;
}

static void plant_work(size_t i)
{
    struct act_result r;
    char text[33], her[33], deputy[33];
    struct id c = t.worked[i] = open_case(&t.store, &t.lead);
    id_text(c, text);
    id_text(t.deputy.account, deputy);
    must(do_act(&t.store, &t.lead, "subject.add", c, &r, "type", "person", "role", "presumed_victim", NULL));
    id_text(r.id, her);
    must(do_act(&t.store, &t.lead, "case.share", c, NULL, "agency", "npa", "relation", "recipient", "basis",
                "consent", "class", "identity", NULL));
    must(do_act(&t.store, &t.lead, "contact.log", c, NULL, "subject", her, "direction", "person_came",
                "channel", "phone", "outcome", "reached", "note", plant(t.arena, "contact, note"), NULL));
    must(do_act(&t.store, &t.lead, "assessment.start", id_nil(), &r, "case", text, "subject", her, "form",
                "indicators", NULL));
    t.assessments[i] = r.id;
    must(do_act(&t.store, &t.lead, "assessment.answer", r.id, NULL, "answer", "CD01=no", NULL));
    must(do_act(&t.store, &t.lead, "assessment.finish", r.id, NULL, "outcome", "negative", "reasons",
                plant(t.arena, "assessment, reasons"), NULL));
    must(do_act(&t.store, &t.lead, "case.set_stage", c, NULL, "stage", "presumed_victim", NULL));
    t.files[i] = plant_file(text);
    t.glasses[i] = plant_glass(c);
    id_text(t.police.account, deputy);
    must(do_act(&t.store, &t.police, "case.assign", c, NULL, "account", deputy, NULL));
    plant_hold(text, her);
    id_text(t.deputy.account, deputy);
    must(do_act(&t.store, &t.lead, "case.assign", c, NULL, "account", deputy, NULL));
    must(do_act(&t.store, &t.lead, "case.hand_over", c, NULL, "account", deputy, "note",
                plant(t.arena, "hand-over, note"), NULL));
}

static void enrol(void)
{
    t.lead = enrolled_officer(&t.store, "ngo", ROLE_CASE_LEAD);
    t.deputy = enrolled_officer(&t.store, "ngo", ROLE_CASE_LEAD);
    t.police = enrolled_officer(&t.store, "npa", ROLE_CASE_LEAD);
    t.doctor = enrolled_officer(&t.store, "npa", ROLE_CASE_LEAD);
    t.second = enrolled_officer(&t.store, "npa", ROLE_HEALTH);
}

static void run_jobs(void)
{
    int done;
    must(jobs_run(t.store.door, NULL, NULL, NULL, &done));
}

static void plant_all(void)
{
    for (size_t i = 0; i < SUBJECTS; i++)
        plant_person(i);
    for (size_t i = 0; i < VISITS; i++)
        plant_visit(i);
    for (size_t i = 0; i < DECISIONS; i++)
        plant_decision(i);
    for (size_t i = 0; i < ACCOUNTS; i++)
        plant_account();
    plant_import();
    enrol();
    plant_reports();
    for (size_t i = 0; i < ENQUIRIES; i++)
        plant_enquiry(i);
    for (size_t i = 0; i < OFFICERS; i++)
        plant_work(i);
    plant_letters();
    must(door_sequence(t.store.door));
    assert_int_equal(planted, MARKERS);
}

/* ---- searched ---------------------------------------------------------------------------------------------
 */

static void whole_store(void)
{
    char path[256];
    if (t.store.postgres) {
        snprintf(path, sizeof path, "%s/data", getenv("AKARI_TEST_PG_DIR"));
        needles_folder(t.needles, path);
    } else {
        needles_folder(t.needles, t.store.dir);
    }
}

static void report(const char *what)
{
    print_message("# %s, %s: %zu of %d found in %llu bytes%s%s\n", driver, what, needles_found(t.needles),
                  MARKERS, (unsigned long long)needles_searched(t.needles),
                  *needles_first(t.needles) ? ", first in " : "", needles_first(t.needles));
    for (size_t i = 0, shown = 0; !control && i < MARKERS && shown < 10; i++)
        if (needles_has(t.needles, i)) {
            print_error("# found: %s (%s)\n", where[i], made_up_script(i));
            shown++;
        }
}

/* Nothing; in the control build all of it, so that we know the search looks at the right places. */
static void search_store(const char *what)
{
    needles_forget(t.needles);
    whole_store();
    report(what);
    assert_true(needles_searched(t.needles) > 50000);
    assert_int_equal(needles_found(t.needles), control ? MARKERS : 0);
}

static void search_folder(const char *what, const char *folder, bool files)
{
    needles_forget(t.needles);
    needles_folder(t.needles, folder);
    report(what);
    assert_true(!files || needles_searched(t.needles) > 0);
    assert_int_equal(needles_found(t.needles), 0);
}

/* PostgreSQL writes its pages to disk when it likes: now. */
static void flush_server(void)
{
    struct db_config c = {.url = t.store.url};
    struct db *db CLEANUP(db_cleanup) = NULL;
    if (!t.store.postgres)
        return;
    must(db_open(&c, &db));
    must(db_script(db, "CHECKPOINT"));
}

/* ---- read back --------------------------------------------------------------------------------------------
 */

static void saw(const struct shown *s)
{
    needles_bytes(t.needles, s->text.p, s->text.n);
}

static void read_records(const struct ctx *c, const struct record_model *r, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        const struct view *v;
        must(do_view(&t.store, c, arena_printf(a, "%s.show", r[i].kind->id), r[i].id, a, &v, NULL));
        const struct record_model *m = v->model;
        for (size_t j = 0; j < m->n; j++)
            for (size_t k = 0; k < m->values[j].n; k++)
                needles_bytes(t.needles, m->values[j].values[k].p, m->values[j].values[k].n);
    }
}

static void read_case(const struct ctx *c, struct id id)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    must(do_view(&t.store, c, "case.show", id, a, &v, NULL));
    const struct case_model *m = v->model;
    read_records(c, m->records, m->nrecords);
    for (size_t i = 0; i < m->nsubjects; i++) {
        const struct subject_model *s = &m->subjects[i];
        read_records(c, s->records, s->nrecords);
        for (size_t j = 0; j < s->nidentifiers; j++)
            saw(&s->identifiers[j].value);
        for (size_t j = 0; j < s->nnames; j++) {
            const struct name_model *n = &s->names[j];
            const struct shown *parts[] = {&n->full, &n->family, &n->given, &n->reading, &n->passport_form};
            for (size_t k = 0; k < 5; k++)
                saw(parts[k]);
        }
    }
}

static void read_accounts(void)
{
    struct ctx admin = officer("npa", ROLE_SYSTEM_ADMIN, 9);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    admin.purpose = PURPOSE_ADMINISTRATION;
    admin.assurance = 3;
    must(do_view(&t.store, &admin, "account.list", id_nil(), a, &v, NULL));
    const struct account_list *list = v->model;
    for (size_t i = 0; i < list->n; i++) {
        saw(&list->items[i].name);
        saw(&list->items[i].login);
    }
}

/* Cases of the import are seen by whoever the agency assigns. */
static void read_imported(const struct ctx *c)
{
    struct ctx named = *c;
    struct registry_case page[GOOD_ROWS + 1];
    struct db *db;
    char source[64], text[33];
    size_t n;
    id_text(t.batch, text);
    snprintf(source, sizeof source, "import %s", text);
    must(door_reader(t.store.door, &db));
    enum err e = registry_imported_page(db, source, 0, INT64_MAX, GOOD_ROWS + 1, page, &n);
    door_reader_done(t.store.door, db);
    must(e);
    assert_int_equal(n, GOOD_ROWS);
    named.account = t.officer;
    id_text(t.officer, text);
    for (size_t i = 0; i < n; i++) {
        must(do_act(&t.store, c, "case.assign", page[i].id, NULL, "account", text, NULL));
        read_case(&named, page[i].id);
    }
}

/* Why the stage was decided so. */
static void read_decisions(const struct ctx *c)
{
    for (size_t i = 0; i < SUBJECTS; i++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        const struct view *v;
        must(do_view(&t.store, c, "decision.list", t.cases[i], a, &v, NULL));
        const struct decision_list *list = v->model;
        for (size_t k = 0; k < list->n; k++) {
            saw(&list->items[k].reasons);
            saw(&list->items[k].review);
        }
    }
}

/* A person who could not be taken in from a file is still found. */
static void read_failed(const struct ctx *c)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    must(do_view(&t.store, c, "import.failed", t.batch, a, &v, NULL));
    const struct import_failed *m = v->model;
    assert_int_equal(m->n, BAD_ROWS);
    assert_int_equal(m->next, 0);
    for (size_t i = 0; i < m->n; i++)
        for (size_t k = 0; k < m->items[i].ncells; k++)
            saw(&m->items[i].cells[k].value);
}

/* What a desk and the officers wrote. */
static void read_reports(void)
{
    for (size_t i = 0; i < REPORTS + LETTERS; i++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        const struct view *v;
        if (i >= REPORTS)
            must(do_act(&t.store, &t.police, "report.take", t.reports[i], NULL, NULL));
        must(do_view(&t.store, &t.police, "report.show", t.reports[i], a, &v, NULL));
        const struct report_model *m = v->model;
        for (size_t j = 0; j < m->n; j++)
            for (size_t k = 0; k < m->values[j].n; k++)
                needles_bytes(t.needles, m->values[j].values[k].p, m->values[j].values[k].n);
        saw(&m->closing);
    }
}

static void read_work(size_t i)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    must(do_view(&t.store, &t.lead, "case.file", t.worked[i], a, &v, NULL));
    const struct case_file *f = v->model;
    for (size_t k = 0; k < f->ncontacts; k++)
        saw(&f->contacts[k].note);
    if (f->handover)
        saw(&f->handover->note);
    must(do_view(&t.store, &t.lead, "assessment.show", t.assessments[i], a, &v, NULL));
    const struct assessment_model *m = v->model;
    for (size_t k = 0; k < m->nversions; k++)
        saw(&m->versions[k].reasons);
    must(do_view(&t.store, &t.lead, "attachment.download", t.files[i], a, &v, NULL));
    const struct attachment_content *file = v->model;
    needles_bytes(t.needles, file->bytes.p, file->bytes.n);
    const struct str told[] = {file->about.title, file->about.description, file->about.file_name};
    for (size_t k = 0; k < 3; k++)
        needles_bytes(t.needles, told[k].p, told[k].n);
    must(do_view(&t.store, &t.lead, "glass.show", t.glasses[i], a, &v, NULL));
    saw(&((const struct glass_model *)v->model)->words);
}

static void read_holds(void)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    must(do_view(&t.store, &t.lead, "hold.list", id_nil(), a, &v, NULL));
    const struct hold_list *list = v->model;
    for (size_t i = 0; i < list->n; i++) {
        saw(&list->items[i].reasons);
        saw(&list->items[i].review);
    }
}

/* Who asked about her, the people of her case read. */
static void read_enquiry(const struct ctx *c, struct id id)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    must(do_view(&t.store, c, "enquiry.of_case", id, a, &v, NULL));
    const struct enquiry_list *list = v->model;
    assert_int_equal(list->n, 1);
    saw(&list->items[0].asker);
    read_case(c, id);
}

/* The number that was asked for and what was answered are kept for the comparison and for its review, until
 * the pack's days are over: no view shows them. */
static bool nobody_reads(size_t i)
{
    return strcmp(where[i], "enquiry, number") == 0 || strcmp(where[i], "enquiry, what was said") == 0;
}

static void read_back(void)
{
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    needles_forget(t.needles);
    for (size_t i = 0; i < SUBJECTS; i++)
        read_case(&lead, t.cases[i]);
    read_imported(&lead);
    read_accounts();
    read_decisions(&lead);
    read_failed(&lead);
    read_reports();
    read_holds();
    for (size_t i = 0; i < OFFICERS; i++)
        read_work(i);
    for (size_t i = 0; i < ENQUIRIES; i++)
        read_enquiry(&lead, t.asked[i]);
    print_message("# %s, read back through the door: %zu of %d\n", driver, needles_found(t.needles), MARKERS);
    size_t unread = 0;
    for (size_t i = 0; i < MARKERS; i++)
        if (nobody_reads(i))
            unread++;
        else if (!needles_has(t.needles, i))
            print_error("# not read: %s (%s)\n", where[i], made_up_script(i));
    assert_int_equal(needles_found(t.needles), MARKERS - unread);
}

/* ---- the cases
 * ---------------------------------------------------------------------------------------------- */

static void the_search_finds_what_is_there(void **state)
{
    (void)state;
    for (int form = 0; form < NEEDLE_FORMS; form++) {
        struct buf all CLEANUP(buf_free) = {0};
        for (size_t i = 0; i < MARKERS; i++) {
            buf_str(&all, needle_form(t.arena, marks[i], form));
            buf_char(&all, '\n');
        }
        assert_int_equal(buf_err(&all), OK);
        must(file_write_atomic(t.plain, 0600, buf_view(&all)));
        needles_forget(t.needles);
        needles_file(t.needles, t.plain);
        assert_int_equal(needles_found_as(t.needles, form), MARKERS);
        assert_int_equal(unlink(t.plain), 0);
    }
    print_message("# control: %d of %d found in a plain file, in each of %d forms\n", MARKERS, MARKERS,
                  NEEDLE_FORMS);
}

static void nothing_is_on_the_disk(void **state)
{
    struct backup_report r;
    (void)state;
    plant_all();
    flush_server();
    if (!control) /* letters are sealed to a public key in every build */
        search_store("while the keys are closed");
    must(door_unlock(t.store.door, store_secret()));
    run_jobs();
    flush_server();
    search_store("while it is open");
    if (control)
        return;
    must(backup_make(t.store.door, t.data, t.keys, &r));
    search_folder("backup of data", t.data, true);
    search_folder("backup of keys", t.keys, true);
    read_back();
    search_folder("TMPDIR", t.tmp, false);
    search_store("after it was read");
    store_close(&t.store);
    flush_server();
    search_store("after it was closed");
    store_open(&t.store);
}

int main(int argc, char **argv)
{
    int64_t n;
    int at = 2;
    driver = argc > 1 ? argv[1] : driver;
    if (argc > at && strcmp(argv[at], "control") == 0) {
        control = true;
        at++;
    }
    if (argc > at && str_i64(str_of(argv[at]), 0, INT64_MAX, &n) == OK)
        made_up_seed((uint64_t)n);
    if (!store_can(driver))
        return 0;
    if (strcmp(driver, "postgres") == 0 && !getenv("AKARI_TEST_PG_DIR")) {
        puts("1..0 # SKIP AKARI_TEST_PG_DIR names no server's folder");
        return 0;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_search_finds_what_is_there),
                                       cmocka_unit_test(nothing_is_on_the_disk)};
    return cmocka_run_group_tests_name("markers", tests, setup, teardown);
}
