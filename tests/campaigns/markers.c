/* SPDX-License-Identifier: Apache-2.0 */
/* markers - 500 made-up texts in eight scripts go in by every way that takes personal data; then nothing of
 * them is on any disk: not in the database while it is open, nor after, nor in backups, nor in TMPDIR.
 *
 *     markers sqlite|postgres [SEED]            none is found, and the right officer reads all 500 back
 * through the one door markers sqlite|postgres control [SEED]    of a build with -Dsealing=false: the same
 * search finds all 500
 *
 * PostgreSQL: AKARI_TEST_PG_DIR names the server's folder (tests/pg.sh), and this program may read it. */
#include "campaigns/needles.h"
#include "core/account.h"
#include "core/backup.h"
#include "figures/figures.h"
#include "registry/registry.h"
#include "support/store.h"

#include "base/env.h"
#include "sys/os.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#define MARKERS   500
#define SYLLABLES 8
#define SUBJECTS  30 /* 5 parts of a name, 2 identifiers, a note: 8 markers each */
#define VISITS    40 /* 3 fields of three classes each */
#define DECISIONS 30
#define ACCOUNTS  20 /* name and sign-in name */
#define GOOD_ROWS 25 /* 2 cells each */
#define BAD_ROWS  10

static const char *driver = "sqlite";
static bool control; /* nothing is sealed in this build */
static uint64_t seed = 20260401;

static uint64_t below(uint64_t n)
{
    uint64_t z = (seed += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % n;
}

static void must(enum err e)
{
    if (e != OK)
        fail_msg("%s %s (%s)", err_row(e)->name, err_detail(), err_place());
}

/* ---- made-up texts
 * ------------------------------------------------------------------------------------------- */

/* Letters and signs that normalising leaves as they are, separated by blanks. */
static const struct {
    const char *name, *starts, *ends;
} scripts[] = {
    {"Latin", "b d f g h k l m n p r s t v z", "a e i o u"},
    {"Japanese", "か き く け こ さ し す せ そ た ち つ て と な に ぬ ね の は ひ ふ へ ほ ま み む め も",
     "ん ら る ろ や"},
    {"Thai", "ก ข ค ง จ ช ซ ด ต ถ ท น บ ป ผ พ ม ย ร ล ว ส ห", "า ี ู ะ ุ"},
    {"Burmese", "က ခ ဂ င စ ဆ ဇ တ ထ ဒ န ပ ဖ ဗ မ ယ ရ လ ဝ သ ဟ", "ာ ိ ု ေ ီ"},
    {"Khmer", "ក ខ គ ឃ ង ច ឆ ជ ដ ត ថ ទ ធ ន ប ផ ព ភ ម យ រ ល វ ស ហ", "ា ិ ី ុ ូ"},
    {"Arabic", "ب ت ث ج ح خ د ذ ر ز س ش ص ض ط ظ ع غ ف ق ك ل م ن", "ا و ي"},
    {"Devanagari", "क ख ग घ च छ ज झ ट ठ त थ द ध न प फ ब भ म य र ल व श स ह", "ा ि ी ु े"},
    {"Cyrillic", "б в г д ж з к л м н п р с т ф х ц ч ш", "а е и о у"},
};
#define SCRIPTS (sizeof scripts / sizeof *scripts)

static struct str marks[MARKERS];
static const char *where[MARKERS];
static size_t planted;

/* Each place gets all of them in turn. */
static size_t script_of(size_t mark)
{
    return (mark + mark / SCRIPTS) % SCRIPTS;
}

static struct str one_of(const char *list)
{
    struct str rest = str_of(list), word, chosen = {0};
    uint64_t n = 1;
    for (const char *p = list; *p; p++)
        n += *p == ' ';
    for (uint64_t i = below(n) + 1; i > 0; i--)
        if (str_cut(&rest, ' ', &word))
            chosen = word;
    assert_true(chosen.n > 0);
    return chosen;
}

static void make_marks(struct arena *a)
{
    for (size_t i = 0; i < MARKERS; i++) {
        const char *text = "";
        for (int n = 0; n < SYLLABLES; n++) {
            struct str start = one_of(scripts[script_of(i)].starts), end = one_of(scripts[script_of(i)].ends);
            text = arena_printf(a, "%s%.*s%.*s", text, STR_FMT(start), STR_FMT(end));
            assert_non_null(text);
        }
        marks[i] = str_of(text);
    }
}

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

static struct {
    struct store store;
    struct pack pack;
    struct arena *arena;
    struct needles *needles;
    char top[64], tmp[80], data[80], keys[80], source[80], plain[80];
    struct id cases[SUBJECTS], decisions[DECISIONS], batch, officer;
} t;

static void make_store(void)
{
    struct store_country c = {.actions = FIGURES_ACTIONS,
                              .nactions = NFIGURES_ACTIONS,
                              .views = FIGURES_VIEWS,
                              .nviews = NFIGURES_VIEWS,
                              .synthetic = true};
    t.pack = *store_pack();
    t.pack.imports = &map;
    t.pack.nimports = 1;
    c.pack = &t.pack;
    assert_true(store_blank_of(&t.store, driver, &c));
    must(figures_tables(&t.store.schema));
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
    make_marks(t.arena);
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
            print_error("# found: %s (%s)\n", where[i], scripts[script_of(i)].name);
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
    print_message("# %s, read back through the door: %zu of %d\n", driver, needles_found(t.needles), MARKERS);
    for (size_t i = 0; i < MARKERS; i++)
        if (!needles_has(t.needles, i))
            print_error("# not read: %s (%s)\n", where[i], scripts[script_of(i)].name);
    assert_int_equal(needles_found(t.needles), MARKERS);
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
        seed = (uint64_t)n;
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
