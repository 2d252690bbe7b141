/* SPDX-License-Identifier: Apache-2.0 */
/* The pack of Japan: it loads without a fault, holds all of the plan, and keeps its promises. */
#include "base/csv.h"
#include "base/testing.h"
#include "core/record.h"
#include <stdio.h>

static struct arena *faults_arena;
static const struct pack *japan;

static int load(void **state)
{
    (void)state;
    const char *folder = getenv("AKARI_PACK_JAPAN");
    struct pack_fault *faults = NULL;
    size_t n = 0;
    faults_arena = arena_new(0);
    if (!folder || !faults_arena)
        return -1;
    enum err e = pack_load(folder, faults_arena, &japan, &faults, &n);
    for (size_t i = 0; i < n; i++)
        print_message("# %s:%d: %s\n", faults[i].file, faults[i].line, faults[i].what);
    return e == OK ? 0 : -1;
}

static int drop(void **state)
{
    (void)state;
    pack_free(japan);
    arena_free(faults_arena);
    return 0;
}

/* ---- the plan ---------------------------------------------------------------------------------------- */
static void holds_the_whole_plan(void **state)
{
    (void)state;
    assert_int_equal(japan->nmeasures, 62);
    assert_int_equal(japan->nduties, 123);
    assert_int_equal(japan->nitems, 40);
    assert_int_equal(japan->nchapters, 6);
    size_t preamble = 0;
    for (size_t i = 0; i < japan->nduties; i++) {
        const struct duty *d = &japan->duties[i];
        preamble += !d->measure;
        if (!d->nindicators || !*d->quote || !*d->capability || !d->nagencies)
            fail_msg("%s: without indicator, quote, capability or agency", d->id);
    }
    assert_int_equal(preamble, 5);
    for (size_t i = 0; i < japan->nitems; i++)
        if (!japan->items[i].nindicators)
            fail_msg("%s: without indicator", japan->items[i].id);
}

/* The body of the plan numbers 6(3)(iv) as "(vi)". */
static void misnumbered_measure_has_an_alias(void **state)
{
    (void)state;
    const struct duty *d = pack_duty(japan, "6(3)(iv)/a");
    assert_non_null(d);
    assert_string_equal(d->alias, "6(3)(vi)/a");
    assert_string_equal(d->measure->alias, "6(3)(vi)");
}

static void task_force_has_seven_members(void **state)
{
    (void)state;
    size_t n = 0;
    for (size_t i = 0; i < japan->nagencies; i++)
        n += japan->agencies[i].task_force;
    assert_int_equal(n, 7);
    const struct agency *a = pack_agency(japan, "task_force");
    assert_non_null(a);
    assert_int_equal(a->nmembers, 7);
    for (size_t i = 0; i < a->nmembers; i++)
        assert_true(pack_agency(japan, a->members[i])->task_force);
}

/* ---- who, where ------------------------------------------------------------------------------------------
 */
static void every_prefecture_has_its_immigration_office(void **state)
{
    (void)state;
    const struct code_list *prefectures = pack_codes(japan, "prefecture");
    assert_int_equal(prefectures->n, 47);
    assert_int_equal(japan->njurisdictions, 47);
    for (size_t i = 0; i < prefectures->n; i++) {
        size_t found = 0;
        for (size_t j = 0; j < japan->njurisdictions; j++)
            found += strcmp(japan->jurisdictions[j].prefecture, prefectures->codes[i].code) == 0;
        assert_int_equal(found, 1);
    }
}

/* No line reaches the public whose number nobody has seen at a source. */
static void unsourced_lines_are_not_public(void **state)
{
    (void)state;
    static const char *const kept_back[] = {"otit-th", "otit-km", "otit-my", "189", "houterasu"};
    size_t public_lines = 0;
    assert_int_equal(japan->ncontact_points, 22);
    for (size_t i = 0; i < japan->ncontact_points; i++) {
        const struct contact_point *c = &japan->contact_points[i];
        public_lines += c->public_ok;
        assert_false(c->public_ok && !c->verified);
        for (size_t j = 0; j < sizeof kept_back / sizeof *kept_back; j++)
            assert_false(c->public_ok && strcmp(c->id, kept_back[j]) == 0);
    }
    assert_int_equal(public_lines, 17);
}

/* ---- kinds ------------------------------------------------------------------------------------------------
 */
static bool countable(enum field_class class)
{
    struct policy_question q = {.role = ROLE_STATISTICS_OFFICER,
                                .verb = VERB_TALLY,
                                .object = OBJECT_RECORD,
                                .purpose = PURPOSE_STATISTICS,
                                .class = class,
                                .label = LABEL_AMBER,
                                .assurance = 2};
    struct policy_answer a = policy_decide(&q);
    return a.verdict == VERDICT_ALLOW || (a.obligations & OBLIGE_GENERALISE);
}

/* A fact that the statistics officer may not count would stay empty in every figure. */
static void facts_can_be_counted(void **state)
{
    (void)state;
    size_t facts = 0;
    for (size_t i = 0; i < japan->nkinds; i++) {
        const struct kind *k = &japan->kinds[i];
        for (size_t j = 0; j < k->nfields; j++) {
            if (!k->fields[j].fact)
                continue;
            facts++;
            if (!countable(k->fields[j].class))
                fail_msg("%s.%s: class %s cannot be counted", k->id, k->fields[j].name,
                         class_word(k->fields[j].class));
        }
    }
    assert_true(facts >= 16);
}

/* A form of forty questions in one piece is not filled in on an old phone. */
static void questions_stand_in_sections(void **state)
{
    (void)state;
    for (size_t i = 0; i < japan->nkinds; i++) {
        const struct kind *k = &japan->kinds[i];
        const struct section *last = NULL;
        size_t begun = 0, most = 0;
        assert_true(k->nsections > 0);
        for (size_t j = 0; j < k->nfields; j++) {
            const struct section *s = kind_section(k, &k->fields[j]);
            assert_non_null(s);
            begun += s != last;
            most = s == last ? most + 1 : 1;
            last = s;
            if (most > 19)
                fail_msg("%s: %zu questions under \"%s\"", k->id, most, s->label);
        }
        assert_int_equal(begun, k->nsections);
        for (size_t s = 0; s < k->nsections; s++)
            assert_string_not_equal(pack_text(japan, "ja", k->sections[s].label), k->sections[s].label);
    }
}

/* Whoever may create a record may fill in what it requires: no required field of a class that none of its
 * purposes reaches. */
static void required_fields_can_be_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < japan->nkinds; i++) {
        const struct kind *k = &japan->kinds[i];
        const struct kind_action *create = &k->actions[0];
        for (size_t j = 0; j < k->nfields; j++) {
            bool may = !k->fields[j].required;
            for (size_t f = 0; f < create->nfields && !may; f++)
                may = strcmp(create->fields[f], k->fields[j].name) == 0;
            if (!may && !k->fields[j].when)
                fail_msg("%s.%s is required and cannot be set at create", k->id, k->fields[j].name);
        }
    }
}

#define P(n, v)                     \
    {                               \
        STR(n), STR(v), VALUE_GIVEN \
    }
#define TALK                                                                                 \
    P("received_at", "2026-11-24T08:50:00+09:00"), P("channel", "phone"), P("desk", "otit"), \
        P("urgency", "soon"), P("language", "vi"), P("safe_contact", "none"), P("wishes", "only_talk")

static enum err answer(const struct pair *pairs, size_t n)
{
    const struct kind *k = pack_kind(japan, "consultation");
    assert_non_null(k);
    const struct kind_action *a = kind_action(k, "answer");
    assert_non_null(a);
    return record_validate(japan, k, a, pairs, n, (struct date){2026, 11, 24});
}

/* Plan 3(1)/d: what could not be met keeps its reason; what was not asked is not missing. */
static void unmet_language_needs_a_reason(void **state)
{
    (void)state;
    const struct pair met[] = {TALK, P("staff_gender_wish", "no_preference"), P("language_met", "yes"),
                               P("answered_at", "2026-11-24T09:00:00+09:00")};
    assert_ok(answer(met, sizeof met / sizeof *met));
    const struct pair unmet[] = {TALK, P("staff_gender_wish", "no_preference"), P("language_met", "no"),
                                 P("answered_at", "2026-11-24T09:00:00+09:00"),
                                 P("language_unmet_reason", "no_interpreter")};
    size_t n = sizeof unmet / sizeof *unmet;
    assert_ok(answer(unmet, n));
    assert_fails(answer(unmet, n - 1), ERR_FIELD);
    const struct pair wish[] = {TALK, P("staff_gender_wish", "female"), P("language_met", "yes"),
                                P("answered_at", "2026-11-24T09:00:00+09:00"), P("staff_gender_met", "yes")};
    assert_ok(answer(wish, sizeof wish / sizeof *wish));
    assert_fails(answer(wish, sizeof wish / sizeof *wish - 1), ERR_FIELD);
}

/* ---- CTDC
 * -------------------------------------------------------------------------------------------------- */
/* Each part of a cell goes in and comes out again as it was. */
static void goes_round(const struct import_map *map, size_t column, struct str cell)
{
    const struct import_column *c = &map->columns[column];
    const struct field *f = kind_field(pack_kind(japan, c->kind), c->field);
    struct str part = cell, rest = {0};
    if (!cell.n)
        return;
    if (c->multi) {
        rest = cell;
        assert_true(str_cut(&rest, map->multi_separator, &part));
    }
    do {
        char foreign[128];
        assert_true(part.n < sizeof foreign);
        memcpy(foreign, part.p, part.n);
        foreign[part.n] = '\0';
        const struct code *code = code_by_crosswalk(f->codes, c->scheme, foreign);
        if (!code)
            fail_msg("%s: \"%s\" does not come in", c->column, foreign);
        const struct crosswalk *back = code_crosswalk(code, c->scheme);
        if (!back || strcmp(back->code, foreign) != 0)
            fail_msg("%s: \"%s\" goes out as \"%s\"", c->column, foreign, back ? back->code : "");
    } while (str_cut(&rest, map->multi_separator, &part));
}

static void ctdc_columns_are_facts(void **state)
{
    (void)state;
    static const char *const facts[][2] = {
        {"yearRegister", "year_registered"},
        {"gender", "gender"},
        {"majorityStatus", "majority_status"},
        {"isForcedLabour", "forced_labour"},
        {"isSexualExploit", "sexual_exploitation"},
        {"UN_COO_Region", "region_of_origin"},
        {"UN_COE_Region", "region_of_exploitation"},
        {"IP_Exploiter", "perpetrator_exploiter"},
        {"IP_Gender", "perpetrator_gender"},
        {"IP_ageBroad", "perpetrator_age_band"},
        {"IP_citizen_UNRegion", "perpetrator_region"},
        {"IP_Relation", "perpetrator_relation"},
        {"IP_PayMoney", "perpetrator_pays_money"},
        {"IP_RecruiterBroker", "perpetrator_recruiter_broker"},
        {"IP_TransactionProcess", "perpetrator_transaction"},
        {"IP_ControlAbuseKidnap", "perpetrator_control_abuse"},
    };
    const struct import_map *map = pack_import(japan, "ctdc");
    assert_non_null(map);
    assert_int_equal(map->n, 16);
    for (size_t i = 0; i < map->n; i++) {
        const struct field *f = kind_field(pack_kind(japan, map->columns[i].kind), map->columns[i].field);
        assert_string_equal(map->columns[i].column, facts[i][0]);
        assert_string_equal(f->fact, facts[i][1]);
        assert_true(map->columns[i].multi == (f->type == FT_CODES));
    }
    static const char *const row[] = {"2014-2018",
                                      "Female",
                                      "Minor",
                                      "1",
                                      "1",
                                      "Americas/Oceania",
                                      "Asia",
                                      "1",
                                      "Female;Male",
                                      "0--29;48+",
                                      "Africa;Americas/Oceania",
                                      "FamilyIntimatePartner;StrangerUnknownOther",
                                      "No;Yes",
                                      "1",
                                      "1",
                                      ""};
    for (size_t i = 0; i < map->n; i++)
        goes_round(map, i, str_of(row[i]));
    const struct code *female = code_find(pack_codes(japan, "gender"), "female");
    assert_string_equal(female->label, "Female");
}

static enum err read_file(void *user, char *p, size_t n, size_t *ret_n)
{
    *ret_n = fread(p, 1, n, user);
    return OK;
}

/* Every cell of the file itself, where it is at hand. */
static void ctdc_file_goes_round(void **state)
{
    (void)state;
    char path[4096];
    const char *shared = getenv("AKARI_SHARED"), *root = getenv("AKARI_ROOT");
    snprintf(path, sizeof path, "%s%s/samples/figures/CTDC_VPsynthetic_condensed.csv",
             shared && *shared ? shared : root, shared && *shared ? "" : "/../shared");
    FILE *file = fopen(path, "rb");
    if (!file)
        skip_because("the published CTDC file is not here (AKARI_SHARED names the folder)");
    const struct import_map *map = pack_import(japan, "ctdc");
    struct csv *csv = NULL;
    assert_ok(csv_new(read_file, file, &csv));
    const struct str *cells;
    size_t n, rows = 0;
    bool more = true;
    assert_ok(csv_next(csv, &cells, &n, &more));
    assert_int_equal(n, map->n);
    for (size_t i = 0; i < n; i++)
        assert_str(cells[i], map->columns[i].column);
    for (;; rows++) {
        assert_ok(csv_next(csv, &cells, &n, &more));
        if (!more)
            break;
        assert_int_equal(n, map->n);
        for (size_t i = 0; i < n; i++)
            goes_round(map, i, cells[i]);
    }
    assert_true(rows > 0);
    csv_free(csv);
    (void)fclose(file);
}

/* ---- laws, texts
 * ---------------------------------------------------------------------------------------------- */
static void two_legal_tests_stand_side_by_side(void **state)
{
    (void)state;
    assert_int_equal(japan->ndefinitions, 2);
    for (size_t i = 0; i < japan->ndefinitions; i++)
        assert_int_equal(japan->definitions[i].child_age, 18);
    assert_false(japan->stages[0].protects);
    assert_true(japan->stages[1].protects && japan->stages[2].protects);
}

static void texts_say_that_nobody_reviewed_them(void **state)
{
    (void)state;
    assert_string_equal(japan->languages[0], "ja");
    assert_string_equal(pack_text(japan, "ja", "Presumed victim"), "被害の可能性");
    assert_string_equal(pack_text(japan, "en", "Presumed victim"), "Presumed victim");
    assert_false(pack_text_reviewed(japan, "ja"));
}

/* What looks for her must not find her: where she sleeps, is treated, travels. Nothing else about a night in
 * the shelter is for anybody outside it. */
static void places_are_for_the_shelter_alone(void **state)
{
    (void)state;
    static const char *const hidden[][2] = {
        {"shelter_stay", "provider"},   {"shelter_stay", "place"}, {"shelter_stay", "prefecture"},
        {"medical_care", "provider"},   {"medical_care", "way"},   {"medical_care", "appointment_at"},
        {"voluntary_return", "journey"}};
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
        const struct kind *k = pack_kind(japan, hidden[i][0]);
        assert_non_null(k);
        assert_int_equal(kind_field(k, hidden[i][1])->class, CLASS_LOCATION);
    }
    const struct kind *night = pack_kind(japan, "shelter_night_log");
    for (size_t i = 0; i < night->nfields; i++) {
        enum field_class class = night->fields[i].class;
        bool of_the_house = class == CLASS_LOCATION || class == CLASS_HEALTH || class == CLASS_CHILDREN;
        assert_true(of_the_house || strcmp(night->fields[i].name, "night_of") == 0);
    }
    for (size_t i = 0; i < night->nactions; i++)
        assert_int_equal(night->actions[i].roles, 1u << ROLE_SHELTER_WORKER);
}

/* Invariant 3: a step that could harm her waits for a screening; what protects her waits for nothing. */
static void harmful_steps_have_a_gate(void **state)
{
    (void)state;
    static const char *const gated[][2] = {{"special_inquiry_hearing", "refuse_landing"},
                                           {"special_inquiry_hearing", "order_removal"},
                                           {"residence_status_action", "refuse"},
                                           {"improvement_recommendation", "propose_disposition"}};
    static const char *const open[][2] = {{"special_inquiry_hearing", "protect"},
                                          {"special_inquiry_hearing", "allow_landing"},
                                          {"residence_status_action", "grant"},
                                          {"voluntary_return", "hold"}};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(kind_action(pack_kind(japan, gated[i][0]), gated[i][1])->gate,
                         GATE_VICTIM_SCREENING);
        assert_int_equal(kind_action(pack_kind(japan, open[i][0]), open[i][1])->gate, GATE_NONE);
    }
}

/* The first duties of the plan have numbers that are counted: none of them waits for a kind. */
static void first_duties_are_counted(void **state)
{
    (void)state;
    static const char *const duties[] = {"1(1)/a", "1(1)/b", "1(1)/c", "1(1)/d", "1(1)/e",
                                         "1(1)/f", "3(1)/a", "3(1)/b", "5(1)/a"};
    for (size_t i = 0; i < sizeof duties / sizeof *duties; i++) {
        const struct duty *d = pack_duty(japan, duties[i]);
        assert_non_null(d);
        for (size_t j = 0; j < d->nindicators; j++)
            for (size_t k = 0; k < japan->nplanned_kinds; k++)
                if (d->indicators[j].kind && strcmp(d->indicators[j].kind, japan->planned_kinds[k]) == 0)
                    fail_msg("%s: %s waits for the kind %s", d->id, d->indicators[j].id,
                             japan->planned_kinds[k]);
    }
}

/* Who told, and what is planned against a holder, never stands in a class that others see. */
static void sources_stay_sources(void **state)
{
    (void)state;
    static const char *const told[][2] = {
        {"passport_retention_report", "reporter"},  {"passport_retention_report", "reporter_note"},
        {"extraordinary_audit", "who_told"},        {"improvement_recommendation", "how_found"},
        {"partner_information", "originator_name"}, {"partner_information", "feedback"}};
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        assert_int_equal(kind_field(pack_kind(japan, told[i][0]), told[i][1])->class, CLASS_SOURCE);
    const struct kind *k = pack_kind(japan, "passport_retention_report");
    assert_int_equal(kind_field(k, "plan_of_recovery")->class, CLASS_TACTICS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_the_whole_plan),
        cmocka_unit_test(misnumbered_measure_has_an_alias),
        cmocka_unit_test(task_force_has_seven_members),
        cmocka_unit_test(every_prefecture_has_its_immigration_office),
        cmocka_unit_test(unsourced_lines_are_not_public),
        cmocka_unit_test(facts_can_be_counted),
        cmocka_unit_test(questions_stand_in_sections),
        cmocka_unit_test(required_fields_can_be_written),
        cmocka_unit_test(unmet_language_needs_a_reason),
        cmocka_unit_test(places_are_for_the_shelter_alone),
        cmocka_unit_test(harmful_steps_have_a_gate),
        cmocka_unit_test(sources_stay_sources),
        cmocka_unit_test(first_duties_are_counted),
        cmocka_unit_test(ctdc_columns_are_facts),
        cmocka_unit_test(ctdc_file_goes_round),
        cmocka_unit_test(two_legal_tests_stand_side_by_side),
        cmocka_unit_test(texts_say_that_nobody_reviewed_them),
    };
    return cmocka_run_group_tests(tests, load, drop);
}
