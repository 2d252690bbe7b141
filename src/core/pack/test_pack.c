/* SPDX-License-Identifier: Apache-2.0 */
#include "base/testing.h"
#include "core/pack/testing_pack.h"
#include "sys/crypto.h"

#define JAPAN "pack/japan"

/* ---- the tiny pack ----------------------------------------------------------------------------------- */
static struct arena *shared_arena;
static const struct pack *tiny;

static void print(const struct pack_fault *faults, size_t n)
{
    CLEANUP(buf_free) struct buf b = {0};
    pack_print_faults(&b, faults, n);
    print_message("%s", b.p ? b.p : "");
}

static int load_tiny(void **state)
{
    (void)state;
    struct pack_fault *faults;
    size_t n;
    shared_arena = arena_new(0);
    enum err e = pack_load(TINY, shared_arena, &tiny, &faults, &n);
    print(faults, n);
    return e == OK ? 0 : -1;
}

static int free_tiny(void **state)
{
    (void)state;
    pack_free(tiny);
    arena_free(shared_arena);
    return 0;
}

static void head_of_the_pack(void **state)
{
    (void)state;
    assert_string_equal(tiny->id, "testland");
    assert_string_equal(tiny->title, "Testland");
    assert_string_equal(tiny->country, "XTL");
    assert_string_equal(tiny->version, "1");
    assert_string_equal(tiny->folder, TINY);
    assert_string_equal(tiny->time_zone, "Asia/Riyadh");
    assert_int_equal(tiny->min_cell, 3);
    assert_int_equal(tiny->nlanguages, 2);
    assert_string_equal(tiny->languages[0], "en");
    assert_int_equal(tiny->nstages, 3);
    assert_string_equal(tiny->stages[1].id, "reasonable_grounds");
    assert_false(tiny->stages[0].protects);
    assert_true(tiny->stages[1].protects && tiny->stages[2].protects);
    assert_int_equal(tiny->ndefinitions, 1);
    assert_string_equal(tiny->definitions[0].provision->id, "act_1");
    assert_string_equal(tiny->definitions[0].provision->law->id, "testland_act");
    assert_ptr_equal(tiny->definitions[0].means, pack_codes(tiny, "tip_means"));
    assert_int_equal(tiny->definitions[0].child_age, 18);
    assert_string_equal(tiny->programmes[0].source, "synthetic");
    assert_string_equal(tiny->sources[0].url, "");
    assert_string_equal(tiny->schemes[0].source, "plan_text");
}

static void agencies_and_offices(void **state)
{
    (void)state;
    assert_int_equal(tiny->nagencies, 4);
    const struct agency *police = pack_agency(tiny, "police"), *council = pack_agency(tiny, "council");
    const struct agency *border = pack_agency(tiny, "border");
    assert_string_equal(police->short_name, "Police");  /* the name, where none is given */
    assert_string_equal(police->evidence, "plan_text"); /* the source, where no evidence is given */
    assert_true(police->task_force);
    assert_string_equal(police->file, "agencies.yaml");
    assert_int_equal(police->line, 2);
    assert_string_equal(border->short_name, "Border");
    assert_string_equal(border->parent, "police");
    assert_string_equal(border->from, "2020-01-01");
    assert_string_equal(border->until, "");
    assert_true(council->group);
    assert_int_equal(council->nmembers, 2);
    assert_string_equal(council->members[1], "border");
    assert_null(pack_agency(tiny, "nobody"));
    assert_null(pack_agency(tiny, NULL));
    assert_null(pack_agency(NULL, "police"));

    const struct office *harbour = pack_office(tiny, "police_harbour");
    assert_ptr_equal(harbour->agency, police);
    assert_string_equal(harbour->parent, "police_north");
    assert_string_equal(harbour->prefecture, "01");
    assert_ptr_equal(tiny->jurisdictions[0].office, pack_office(tiny, "police_north"));
    assert_ptr_equal(tiny->jurisdictions[0].agency, police);

    const struct contact_point *line = &tiny->contact_points[0];
    assert_string_equal(line->number, "");
    assert_string_equal(line->channels, "phone;in_person");
    assert_string_equal(line->days, "mon;sun"); /* in the order of the week */
    assert_int_equal(line->open[0].days, 1 << 1 | 1 << 7);
    assert_int_equal(line->open[0].from_minute, 8 * 60 + 30);
    assert_int_equal(line->open[0].until_minute, 24 * 60);
    assert_string_equal(line->open[0].languages[0], "fr");
    assert_string_equal(line->lines[0].days, "mornings");
    assert_true(line->public_ok);
}

static void calendars(void **state)
{
    (void)state;
    assert_int_equal(tiny->ncalendars, 2);
    const struct holiday_calendar *c = tiny->calendar;
    assert_string_equal(c->id, "offices");
    assert_int_equal(c->weekend, 1 << 5 | 1 << 6); /* Friday and Saturday, taken over */
    assert_int_equal(c->n, 5);
    assert_string_equal(c->items[0].name, "New Year");
    assert_string_equal(c->items[4].name, "Stocktaking");
    assert_true(c->items[4].closure);
    assert_true(c->substitute && !c->sandwiched);
    assert_int_equal(c->valid_until, 2040);
    assert_int_equal(c->items[1].nth, -1);
    assert_int_equal(c->items[1].weekday, 7);
    assert_int_equal(c->items[2].rule, HOL_EQUINOX_SPRING);
    assert_int_equal(c->items[3].once.month, 6);
    assert_int_equal(tiny->calendars[0].n, 4);
}

static void plan(void **state)
{
    (void)state;
    assert_string_equal(tiny->plan_id, "plan");
    assert_string_equal(tiny->plan_adopted, "2024-01-31");
    assert_int_equal(tiny->nmeasures, 1);
    assert_int_equal(tiny->nduties, 3);
    assert_int_equal(tiny->nitems, 1);
    const struct duty *a = pack_duty(tiny, "1(1)/a"), *preamble = pack_duty(tiny, "0/a");
    assert_null(preamble->measure);
    assert_ptr_equal(a->measure, &tiny->measures[0]);
    assert_string_equal(a->measure->chapter->id, "1");
    assert_string_equal(a->agencies_inferred[0], "border");
    assert_string_equal(a->systems[0], "Logbook");
    assert_string_equal(a->notify, "");
    assert_int_equal(a->nindicators, 6);
    assert_ptr_equal(pack_duty(tiny, "1(9)/b"), pack_duty(tiny, "1(1)/b")); /* by its other number */
    assert_null(pack_duty(tiny, "K24-01"));                                 /* an item is no duty */
    const struct indicator *share = &a->indicators[1];
    assert_int_equal(share->op, IND_SHARE);
    assert_int_equal(share->per, 100);
    assert_string_equal(share->of->field, "place");
    assert_int_equal(share->where->op, COND_ALL);
    assert_int_equal(share->where->n, 2);
    assert_int_equal(share->where->parts[1]->op, COND_NONE);
    assert_int_equal(share->where->parts[1]->parts[0]->op, COND_AT_MOST);
    assert_string_equal(a->indicators[0].by, "place");
    assert_null(a->indicators[0].where);
    assert_string_equal(preamble->indicators[0].unit, "meetings");
    assert_int_equal(tiny->nplanned_kinds, 1);
    assert_string_equal(tiny->planned_kinds[0], "referral");
    assert_string_equal(tiny->items[0].countries[0], "XTL");
}

static void kinds(void **state)
{
    (void)state;
    const struct kind *k = pack_kind(tiny, "visit");
    assert_int_equal(k->attach, ATTACH_CASE);
    assert_true(k->once);
    assert_int_equal(k->nstates, 3);
    assert_string_equal(k->states[2], "closed");
    assert_string_equal(k->state_labels[2], "Closed");
    const struct field *place = kind_field(k, "place"), *people = kind_field(k, "people");
    assert_int_equal(place->type, FT_CODE);
    assert_ptr_equal(place->codes, pack_codes(tiny, "place"));
    assert_int_equal(place->class, CLASS_ROUTING);
    assert_true(place->required && place->indexed);
    assert_string_equal(place->fact, "first_place");
    assert_int_equal(place->line, 12);
    assert_null(people->fact);
    assert_int_equal(people->min, 0);
    assert_int_equal(people->max, 500);
    assert_true(place->min == INT64_MIN && place->max == INT64_MAX);
    assert_string_equal(kind_field(k, "left")->not_before, "came");
    assert_int_equal(kind_field(k, "story")->when->op, COND_ANY);
    assert_null(kind_field(k, "plaice"));
    assert_null(kind_field(NULL, "place"));
    for (size_t i = 0; i < k->nfields; i++)
        assert_ptr_equal(kind_field(k, k->fields[i].name), &k->fields[i]);
    struct kind by_hand = {.fields = k->fields, .nfields = k->nfields};
    assert_ptr_equal(kind_field(&by_hand, "people"), people);
    assert_null(kind_field(&by_hand, "plaice"));

    const struct kind_action *create = kind_action(k, "create"), *amend = kind_action(k, "amend"),
                             *shut = kind_action(k, "close");
    assert_ptr_equal(create, &k->actions[0]);
    assert_int_equal(create->verb, VERB_CREATE);
    assert_int_equal(create->nfrom, 0);
    assert_string_equal(create->to, "open");
    assert_int_equal(create->nfields, k->nfields);
    assert_int_equal(create->roles, 1u << ROLE_INTAKE_COUNSELLOR | 1u << ROLE_CASE_LEAD);
    assert_int_equal(create->purposes, 1u << PURPOSE_PROTECTION);
    assert_int_equal(amend->verb, VERB_UPDATE);
    assert_int_equal(amend->nfrom, 3); /* every state is written out */
    assert_null(amend->to);
    assert_null(amend->notice);
    assert_int_equal(shut->verb, VERB_CLOSE);
    assert_string_equal(shut->require[0], "outcome");
    assert_null(kind_action(k, "open"));

    const struct clock_rule *answer = &k->clocks[0], *follow = &k->clocks[1];
    assert_int_equal(answer->due_hours, 24);
    assert_int_equal(answer->due_working_days, 0);
    assert_int_equal(answer->warn_hours, 4);
    assert_string_equal(answer->then_starts, "follow_up");
    assert_int_equal(answer->when->op, COND_IS);
    assert_string_equal(answer->authority, "police");
    assert_string_equal(follow->start, "clock");
    assert_int_equal(follow->due_working_days, 5);
    assert_null(follow->then_starts);
}

/* Invariant 3: a step is marked in the pack, and an action without a mark has none. */
static void gates(void **state)
{
    (void)state;
    static char yaml[] =
        "id: step\ntitle: \"Visit\"\nattach: [subject]\nduties: [\"1(1)/a\"]\n"
        "states:\n  - {name: open, label: \"Open\"}\n  - {name: closed, label: \"Closed\"}\n"
        "fields:\n  - {name: place, label: \"Place\", type: code, codes: place, class: routing}\n"
        "actions:\n"
        "  - {name: create, label: \"Record a visit\", to: open, roles: [health], purposes: [protection], "
        "fields: all, gate: victim_screening_after}\n"
        "  - {name: amend, label: \"Correct\", roles: [health], purposes: [protection]}\n"
        "  - {name: close, label: \"Close\", verb: close, to: closed, roles: [health], purposes: "
        "[protection], gate: victim_screening}\n";
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct test_files f;
    const struct pack *p = NULL;
    struct pack_fault *faults;
    size_t n;
    assert_int_equal(kind_action(pack_kind(tiny, "visit"), "close")->gate, GATE_NONE);
    assert_ok(test_files_read(&f, a, TINY));
    f.list[f.n++] = (struct pack_file){.name = "kinds/step.yaml", .text = str_of(yaml)};
    assert_ok(test_files_load(&f, a, &p, &faults, &n));
    const struct kind *k = pack_kind(p, "step");
    assert_int_equal(kind_action(k, "create")->gate, GATE_VICTIM_SCREENING_AFTER);
    assert_int_equal(kind_action(k, "amend")->gate, GATE_NONE);
    assert_int_equal(kind_action(k, "close")->gate, GATE_VICTIM_SCREENING);
    assert_string_equal(gate_word(GATE_NONE), "none");
    assert_string_equal(gate_word(GATE_VICTIM_SCREENING_AFTER), "victim_screening_after");
    pack_free(p);
}

static void codes(void **state)
{
    (void)state;
    const struct code_list *place = pack_codes(tiny, "place"), *language = pack_codes(tiny, "language");
    assert_int_equal(place->n, 3);
    assert_string_equal(code_find(place, "street")->label, "Street");
    assert_string_equal(code_find(place, "street")->broader, "outside");
    assert_null(code_find(place, "office")->broader);
    assert_true(code_find(place, "office")->verified);   /* as its list */
    assert_false(code_find(place, "outside")->verified); /* it says so itself */
    assert_true(code_find(language, "tl-old")->verified);
    assert_false(code_find(language, "fr")->verified);
    assert_string_equal(code_find(language, "tl-old")->until, "1950-12-31");
    assert_null(code_find(place, "stree"));
    assert_null(code_find(NULL, "street"));
    struct code_list by_hand = {.codes = place->codes, .n = place->n};
    assert_ptr_equal(code_find(&by_hand, "street"), code_find(place, "street"));
    assert_null(code_find(&by_hand, "stree"));
    /* Coming in: exact, else the first of the file. */
    assert_string_equal(code_by_crosswalk(place, "partner", "Bureau")->code, "office");
    assert_string_equal(code_by_crosswalk(place, "partner", "Outdoors")->code, "street");
    assert_null(code_by_crosswalk(place, "partner", "outdoors"));
    assert_null(code_by_crosswalk(place, "other", "Bureau"));
    /* Going out. */
    assert_string_equal(code_crosswalk(code_find(place, "office"), "partner")->code, "Bureau");
    assert_int_equal(code_crosswalk(code_find(place, "outside"), "partner")->match, MATCH_BROADER);
    assert_null(code_crosswalk(code_find(language, "fr"), "partner"));
}

static void imports(void **state)
{
    (void)state;
    const struct import_map *m = pack_import(tiny, "partner");
    assert_int_equal(m->n, 3);
    assert_int_equal(m->separator, ',');
    assert_int_equal(m->multi_separator, ';');
    assert_string_equal(m->blank, "not_collected");
    assert_ptr_equal(m->columns[0].codes, pack_codes(tiny, "place"));
    assert_string_equal(m->columns[0].scheme, "partner");
    assert_true(m->columns[1].multi);
    assert_null(m->columns[2].codes);
    assert_string_equal(m->columns[2].column, "How many");
}

static void stories(void **state)
{
    (void)state;
    const struct scenario *s = &tiny->scenarios[0];
    assert_int_equal(tiny->nscenarios, 1);
    assert_int_equal(s->now_us, INT64_C(1707112800) * 1000000); /* 09:00 at +03:00 */
    const struct scenario_actor *counsellor = scenario_actor(s, "counsellor"),
                                *stranger = scenario_actor(s, "stranger");
    assert_int_equal(counsellor->role, ROLE_INTAKE_COUNSELLOR);
    assert_int_equal(counsellor->assurance, 2);
    assert_string_equal(counsellor->member[0], "case1");
    assert_int_equal(stranger->assurance, 1);
    assert_null(scenario_actor(s, "nobody"));
    assert_int_equal(s->nsteps, 7);
    const struct scenario_step *create = &s->steps[1], *wait = &s->steps[4], *clock = &s->steps[5];
    assert_int_equal(create->part, PART_GIVEN);
    assert_int_equal(create->does, DOES_ACTION);
    assert_ptr_equal(create->actor, counsellor);
    assert_string_equal(create->action, "visit.create");
    assert_string_equal(create->on, "case1");
    assert_string_equal(create->as, "visit1");
    assert_int_equal(create->ninput, 3);
    assert_string_equal(create->input[1].name, "language");
    assert_true(create->input[1].list);
    assert_string_equal(create->input[1].values[1], "en");
    assert_int_equal(create->expect.verdict, VERDICT_ALLOW);
    assert_int_equal(create->expect.reason, -1);
    assert_int_equal(create->expect.error, OK);
    assert_int_equal(create->expect.fields[0].seen, SEEN_VALUE);
    assert_int_equal(create->expect.fields[1].seen, SEEN_ABSENT);
    assert_int_equal(s->steps[2].expect.reason, REASON_FIREWALL);
    assert_int_equal(s->steps[3].expect.error, ERR_STATE);
    assert_int_equal(wait->does, DOES_WAIT);
    assert_int_equal(wait->wait_hours, 20);
    assert_int_equal(clock->does, DOES_CHECK);
    assert_string_equal(clock->check.clock, "answer");
    assert_string_equal(clock->check.mark, "warn");
    assert_int_equal(clock->check.audit, -1);
    assert_int_equal(s->steps[6].check.audit, 3);
}

static void texts(void **state)
{
    (void)state;
    assert_string_equal(pack_text(tiny, "fr", "Street"), "Rue");
    assert_string_equal(pack_text(tiny, "fr-CA", "Street"), "Rue");
    assert_string_equal(pack_text(tiny, "en", "Street"), "Street");
    assert_string_equal(pack_text(tiny, "xx", "Street"), "Street");
    assert_string_equal(pack_text(tiny, NULL, "Street"), "Street");
    assert_string_equal(pack_text(tiny, "fr", "No such text"), "No such text");
    assert_string_equal(pack_text(tiny, "fr", ""), "");
    assert_string_equal(pack_text(tiny, "fr", NULL), "");
    assert_string_equal(pack_text(NULL, "fr", "Street"), "Street");
    assert_false(pack_text_reviewed(tiny, "fr"));
    assert_true(pack_text_reviewed(tiny, "en"));
    assert_false(pack_text_reviewed(tiny, "xx"));
}

/* ---- conditions -------------------------------------------------------------------------------------- */
struct answers {
    const char *field, *value;
};

static const char *answer(void *user, const char *field)
{
    const struct answers *a = user;
    return strcmp(a->field, field) == 0 ? a->value : "";
}

static void conditions(void **state)
{
    (void)state;
    static const struct {
        enum cond_op op;
        const char *values[2];
        const char *given;
        bool holds;
    } rows[] = {
        {COND_IS, {"a"}, "a", true},
        {COND_IS, {"a"}, "b", false},
        {COND_IS, {"a"}, "", false},
        {COND_IS, {"a"}, "b;a", true}, /* several values: contains */
        {COND_IS, {"a"}, "b;aa;ab", false},
        {COND_IS, {"b;a"}, "b;a", true},
        {COND_NOT, {"a"}, "b", true},
        {COND_NOT, {"a"}, "a", false},
        {COND_NOT, {"a"}, "b;a", false},
        {COND_NOT, {"a"}, "", false}, /* not asked is no "no" */
        {COND_IN, {"a", "c"}, "c", true},
        {COND_IN, {"a", "c"}, "b", false},
        {COND_IN, {"a", "c"}, "b;c", true},
        {COND_IN, {"a", "c"}, "", false},
        {COND_AT_LEAST, {"9"}, "10", true}, /* numbers, not texts */
        {COND_AT_LEAST, {"9"}, "9", true},
        {COND_AT_LEAST, {"9"}, "8", false},
        {COND_AT_LEAST, {"-5"}, "-10", false},
        {COND_AT_LEAST, {"9"}, "", false},
        {COND_AT_LEAST, {"9"}, "many", false},
        {COND_AT_MOST, {"9"}, "10", false},
        {COND_AT_MOST, {"2024-02-28"}, "2024-02-29", false},
        {COND_AT_MOST, {"2024-03-01"}, "2024-02-29", true},
        {COND_AT_LEAST, {"2024-03-01"}, "2024-02-30", false},                          /* no such day */
        {COND_AT_LEAST, {"2024-03-01T00:00:00Z"}, "2024-03-01T02:00:00+03:00", false}, /* one hour before */
        {COND_AT_LEAST, {"2024-03-01T00:00:00Z"}, "2024-03-01T03:00:00+03:00", true},
        {COND_AT_LEAST,
         {"2024-03-01"},
         "2024-03-01T00:00:00Z",
         false}, /* a day and a moment are not compared */
        {COND_GIVEN, {"true"}, "x", true},
        {COND_GIVEN, {"true"}, "", false},
        {COND_GIVEN, {"false"}, "", true},
        {COND_GIVEN, {"false"}, "x", false},
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        struct condition c = {
            .op = rows[i].op, .field = "f", .values = rows[i].values, .n = rows[i].values[1] ? 2 : 1};
        struct answers a = {"f", rows[i].given};
        if (condition_holds(&c, answer, &a) != rows[i].holds)
            fail_msg("row %zu: op %d of \"%s\" with \"%s\"", i, rows[i].op, rows[i].given, rows[i].values[0]);
    }
    assert_true(condition_holds(NULL, answer, NULL));
    struct condition nothing = {.op = COND_IS, .field = "f"};
    assert_false(condition_holds(&nothing, answer, &(struct answers){"f", ""}));
}

static void conditions_of_conditions(void **state)
{
    (void)state;
    const char *const x[] = {"x"}, *const y[] = {"y"};
    struct condition is_x = {.op = COND_IS, .field = "f", .values = x, .n = 1},
                     is_y = {.op = COND_IS, .field = "f", .values = y, .n = 1};
    const struct condition *const both[] = {&is_x, &is_y};
    struct answers only_x = {"f", "x"}, x_and_y = {"f", "x;y"}, neither = {"f", "z"};
    static const struct {
        enum cond_op op;
        bool only_x, x_and_y, neither;
    } rows[] = {
        {COND_ALL, false, true, false}, {COND_ANY, true, true, false}, {COND_NONE, false, false, true}};
    for (size_t i = 0; i < LEN(rows); i++) {
        struct condition c = {.op = rows[i].op, .parts = both, .n = 2};
        assert_int_equal(condition_holds(&c, answer, &only_x), rows[i].only_x);
        assert_int_equal(condition_holds(&c, answer, &x_and_y), rows[i].x_and_y);
        assert_int_equal(condition_holds(&c, answer, &neither), rows[i].neither);
    }
}

/* ---- digest ------------------------------------------------------------------------------------------ */
static void digest_of(struct test_files *f, uint8_t ret[32])
{
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct pack_fault *faults;
    const struct pack *p = NULL;
    size_t n;
    assert_ok(test_files_load(f, a, &p, &faults, &n));
    memcpy(ret, p->digest, 32);
    pack_free(p);
}

static void digest(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct test_files f;
    uint8_t first[32], second[32];
    assert_ok(test_files_read(&f, a, TINY));
    digest_of(&f, first);
    digest_of(&f, second);
    assert_memory_equal(first, second, 32);

    CLEANUP(buf_free) struct buf b = {0}; /* as docs/pack-format.md section 15 says */
    for (size_t i = 0; i < f.n; i++) {
        buf_bytes(&b, f.list[i].name, strlen(f.list[i].name) + 1);
        buf_be64(&b, f.list[i].text.n);
        buf_str(&b, f.list[i].text);
    }
    struct hash h = sha256(buf_view(&b), STR(""));
    assert_memory_equal(first, h.b, 32);

    struct pack_file *import = test_file(&f, "imports/partner.yaml");
    import->text =
        arena_str(a, (struct str){arena_printf(a, "%s# more\n", import->text.p), import->text.n + 7});
    digest_of(&f, second);
    assert_memory_not_equal(first, second, 32);
}

/* ---- indicators -------------------------------------------------------------------------------------- */
static void indicators(void **state)
{
    (void)state;
    const struct signs *s = &tiny->signs;
    assert_int_equal(s->n, 2);
    assert_int_equal(s->nprofiles, PROFILE_COUNT);
    assert_int_equal(s->ndimensions, DIMENSION_COUNT);
    const struct sign *one = sign_find(s, STR("DR01")), *other = sign_find(s, STR("EX01"));
    assert_int_equal(one->strength.of[PROFILE_ADULT_LABOUR], STRENGTH_STRONG);
    assert_int_equal(one->known_by, KNOWN_BY_DOCUMENT | KNOWN_BY_ASKING);
    assert_string_equal(one->ground.of[PROFILE_ADULT_SEXUAL]->id, "read");    /* its own */
    assert_string_equal(one->ground.of[PROFILE_CHILD_SEXUAL]->id, "guessed"); /* of the profile */
    assert_int_equal(other->strength.of[PROFILE_ADULT_LABOUR], STRENGTH_NONE);
    assert_null(other->ground.of[PROFILE_ADULT_LABOUR]);
    assert_true(s->prompts[1].context);
    assert_int_equal(s->questions[0].counts, COUNTS_SUSPICION);
    assert_null(sign_find(s, STR("G01")));
}

/* ---- Japan ------------------------------------------------------------------------------------------- */
static void japan(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    const struct pack *p = NULL;
    struct pack_fault *faults;
    size_t n;
    enum err e = pack_load(JAPAN, a, &p, &faults, &n);
    print(faults, n);
    assert_int_equal(n, 0);
    assert_ok(e);
    assert_int_equal(p->nmeasures, 62);
    assert_int_equal(p->nduties, 123);
    assert_int_equal(p->nitems, 40);
    assert_string_equal(p->country, "JPN");
    assert_true(arena_used(p->arena) < (8u << 20)); /* what stays in memory */
    for (size_t i = 0; i < p->nduties; i++)
        assert_ptr_equal(pack_duty(p, p->duties[i].id), &p->duties[i]);
    pack_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(head_of_the_pack),
        cmocka_unit_test(agencies_and_offices),
        cmocka_unit_test(calendars),
        cmocka_unit_test(plan),
        cmocka_unit_test(kinds),
        cmocka_unit_test(gates),
        cmocka_unit_test(codes),
        cmocka_unit_test(imports),
        cmocka_unit_test(stories),
        cmocka_unit_test(texts),
        cmocka_unit_test(conditions),
        cmocka_unit_test(conditions_of_conditions),
        cmocka_unit_test(digest),
        cmocka_unit_test(indicators),
        cmocka_unit_test(japan),
    };
    return cmocka_run_group_tests(tests, load_tiny, free_tiny);
}
