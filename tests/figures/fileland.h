/* SPDX-License-Identifier: Apache-2.0 */
/* fileland.h - for tests and the fuzzer: a country in memory whose file has every sort of column. Map "file":
 * columns Sex (code), Tags (several codes), Age (a number), Year (of the case), Who (several codes of a
 * suspect), Note (a text, at most 8 characters), Place (a text of the case). Map "coded": without the texts.
 * Maps "other" and "coded_other": the same, ';' between cells, '|' between values, an empty cell is unknown.
 */
#pragma once
#include "core/pack.h"

#define WORDS(...)                                         \
    .crosswalks = (const struct crosswalk[]){__VA_ARGS__}, \
    .ncrosswalks = sizeof((const struct crosswalk[]){__VA_ARGS__}) / sizeof(struct crosswalk)
static const struct code fl_roles[] = {{.code = "victim", .label = "Victim"},
                                       {.code = "perpetrator", .label = "Suspect"},
                                       {.code = "witness", .label = "Witness"}};
static const struct code fl_sexes[] = {
    {.code = "female", .label = "Female", WORDS({"file", "F", MATCH_EXACT})},
    {.code = "male", .label = "Male", WORDS({"file", "M", MATCH_EXACT})},
    {.code = "trans_female", .label = "Trans female", WORDS({"file", "F", MATCH_LOSSY})},
    {.code = "other", .label = "Other"},
};
static const struct code fl_tags[] = {
    {.code = "a", .label = "A", WORDS({"file", "tag, a", MATCH_EXACT})},
    {.code = "b", .label = "B", WORDS({"file", "\"b\"", MATCH_EXACT})},
    {.code = "c", .label = "C", WORDS({"file", "c", MATCH_EXACT})},
    {.code = "c1", .label = "C1", .broader = "c"},
    {.code = "old", .label = "Old", .until = "2001-01-01", WORDS({"file", "old", MATCH_EXACT})},
};
static const struct code fl_years[] = {
    {.code = "2020s", .label = "2020s", WORDS({"file", "2020--", MATCH_EXACT})},
    {.code = "2021", .label = "2021", .broader = "2020s"},
    {.code = "1990s", .label = "1990s", WORDS({"file", "--1999", MATCH_EXACT})},
};
static const struct code_list fl_lists[] = {
    {.id = "subject_role", .title = "Roles", .codes = fl_roles, .n = 3},
    {.id = "sex", .title = "Sex", .codes = fl_sexes, .n = 4},
    {.id = "tag", .title = "Tags", .codes = fl_tags, .n = 5},
    {.id = "year", .title = "Years", .codes = fl_years, .n = 3},
};

#define FREE .min = INT64_MIN, .max = INT64_MAX
static const struct field fl_person[] = {
    {.name = "sex",
     .label = "Sex",
     .type = FT_CODE,
     .codes = &fl_lists[1],
     .class = CLASS_IDENTITY,
     .fact = "sex",
     FREE},
    {.name = "tags",
     .label = "Tags",
     .type = FT_CODES,
     .codes = &fl_lists[2],
     .class = CLASS_HEALTH,
     .fact = "tags",
     FREE},
    {.name = "age",
     .label = "Age",
     .type = FT_INT,
     .class = CLASS_IDENTITY,
     .fact = "age",
     .min = 0,
     .max = 120},
    {.name = "note",
     .label = "Note",
     .type = FT_TEXT,
     .class = CLASS_IDENTITY,
     .fact = "note",
     .min = INT64_MIN,
     .max = 8},
};
static const struct field fl_event[] = {
    {.name = "year",
     .label = "Year",
     .type = FT_CODE,
     .codes = &fl_lists[3],
     .class = CLASS_ROUTING,
     .fact = "year",
     FREE},
    {.name = "place", .label = "Place", .type = FT_TEXT, .class = CLASS_LOCATION, FREE},
};
static const struct field fl_suspect[] = {
    {.name = "sexes",
     .label = "Sexes",
     .type = FT_CODES,
     .codes = &fl_lists[1],
     .class = CLASS_SUSPECT,
     .fact = "suspect_sex",
     FREE},
};
static const char *const fl_current[] = {"current"}, *const fl_states[] = {"current", "ended"},
                         *const fl_victim[] = {"victim"}, *const fl_perpetrator[] = {"perpetrator"};
static const struct kind_action fl_actions[] = {
    {.name = "create", .label = "New", .verb = VERB_CREATE, .to = "current"},
    {.name = "amend", .label = "Change", .verb = VERB_UPDATE, .from = fl_current, .nfrom = 1},
    {.name = "end", .label = "End", .verb = VERB_CLOSE, .from = fl_current, .nfrom = 1, .to = "ended"},
};
#define ONCE_KIND \
    .file = "test", .once = true, .states = fl_states, .nstates = 2, .actions = fl_actions, .nactions = 3
static const struct kind fl_kinds[] = {
    {.id = "person",
     .title = "Person",
     ONCE_KIND,
     .attach = ATTACH_SUBJECT,
     .subject_roles = fl_victim,
     .nsubject_roles = 1,
     .fields = fl_person,
     .nfields = 4},
    {.id = "event", .title = "Event", ONCE_KIND, .attach = ATTACH_CASE, .fields = fl_event, .nfields = 2},
    {.id = "suspect",
     .title = "Suspect",
     ONCE_KIND,
     .attach = ATTACH_SUBJECT,
     .subject_roles = fl_perpetrator,
     .nsubject_roles = 1,
     .fields = fl_suspect,
     .nfields = 1},
};

/* Coded ones first: the map "coded" ends behind Who. */
static const struct import_column fl_columns[] = {
    {.column = "Sex",
     .kind = "person",
     .field = "sex",
     .role = "victim",
     .codes = &fl_lists[1],
     .scheme = "file"},
    {.column = "Tags",
     .kind = "person",
     .field = "tags",
     .role = "victim",
     .codes = &fl_lists[2],
     .scheme = "file",
     .multi = true},
    {.column = "Age", .kind = "person", .field = "age", .role = "victim", .scheme = ""},
    {.column = "Year",
     .kind = "event",
     .field = "year",
     .role = "case",
     .codes = &fl_lists[3],
     .scheme = "file"},
    {.column = "Who",
     .kind = "suspect",
     .field = "sexes",
     .role = "perpetrator",
     .codes = &fl_lists[1],
     .scheme = "file",
     .multi = true},
    {.column = "Note", .kind = "person", .field = "note", .role = "victim", .scheme = ""},
    {.column = "Place", .kind = "event", .field = "place", .role = "case", .scheme = ""},
};
#define FL_COLUMNS 7
#define FL_CODED   5
static const struct import_map fl_imports[] = {
    {.id = "file",
     .title = "A file",
     .source = "",
     .blank = "not_collected",
     .separator = ',',
     .multi_separator = ';',
     .columns = fl_columns,
     .n = FL_COLUMNS},
    {.id = "other",
     .title = "Another",
     .source = "",
     .blank = "unknown",
     .separator = ';',
     .multi_separator = '|',
     .columns = fl_columns,
     .n = FL_COLUMNS},
    {.id = "coded",
     .title = "Codes and numbers",
     .source = "",
     .blank = "not_collected",
     .separator = ',',
     .multi_separator = ';',
     .columns = fl_columns,
     .n = FL_CODED},
    {.id = "coded_other",
     .title = "The same, otherwise",
     .source = "",
     .blank = "unknown",
     .separator = ';',
     .multi_separator = '|',
     .columns = fl_columns,
     .n = FL_CODED},
};

static const char *const fl_members[] = {"north"}, *const fl_languages[] = {"en"};
static const struct agency fl_agencies[] = {
    {.id = "north", .name = "North"},
    {.id = "south", .name = "South"},
    {.id = "both", .name = "Both", .members = fl_members, .nmembers = 1, .group = true}};
static const struct stage fl_stages[] = {{"suspicion", "Suspicion", false},
                                         {"presumed_victim", "Presumed victim", true}};
static const struct holiday_calendar fl_holidays = {.id = "none", .weekend = 1u << 6 | 1u << 7};
UNUSED static const struct pack fileland = {
    .id = "fileland",
    .title = "Fileland",
    .country = "XX",
    .version = "1",
    .folder = "",
    .languages = fl_languages,
    .nlanguages = 1,
    .time_zone = "Asia/Tokyo",
    .min_cell = 5,
    .calendar = &fl_holidays,
    .stages = fl_stages,
    .nstages = 2,
    .agencies = fl_agencies,
    .nagencies = 3,
    .code_lists = fl_lists,
    .ncode_lists = 4,
    .kinds = fl_kinds,
    .nkinds = 3,
    .imports = fl_imports,
    .nimports = 4,
};
