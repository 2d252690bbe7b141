/* SPDX-License-Identifier: Apache-2.0 */
/* own.h - shared by the files of figures/ only. */
#pragma once
#include "base/limits.h"
#include "core/counted.h"
#include "figures/figures.h"

/* ---- map.c: pure --------------------------------------------------------------------------------------- */

/* What a row becomes: one record of each part. Parts of the role `case` attach to the case, the others to the
 * subject of their role. */
struct map_part {
    const struct kind *kind;
    const char *role;
    int subject; /* index of the role, -1: the case */
};
struct map_column {
    const struct import_column *in;
    const struct field *field;
    size_t part;
};
#define MAP_ROLES_MAX 2 /* victim, perpetrator */
struct map_plan {
    const struct pack *pack;
    const struct import_map *map;
    enum value_state blank;
    struct map_column *columns;
    size_t ncolumns; /* as in the map */
    struct map_part *parts;
    size_t nparts;
    struct registry_import_subject subjects[MAP_ROLES_MAX];
    size_t nsubjects;
};
enum err map_plan(const struct pack *p, const char *map, struct arena *a,
                  const struct map_plan **ret) NODISCARD;
/* Which cell of a row is which column of the map, by the header: *ret[column] = cell. ERR_BAD_DATA names what
 * is wrong. */
enum err map_header(const struct map_plan *m, const struct str *cells, size_t n, struct arena *a,
                    size_t **ret) NODISCARD;

struct map_row {
    struct input *parts; /* of each part */
};
/* Cells in the order of the map. ERR_FIELD, ERR_BAD_UTF8, ERR_BAD_DATA with "column C: ..." and never a
 * value. */
enum err map_row(const struct map_plan *m, const struct str *cells, size_t n, struct date today,
                 struct arena *a, struct map_row *ret) NODISCARD;
/* A value as the map's column writes it. False: the foreign scheme has no word for it. */
bool map_value_out(const struct map_column *c, struct str value, struct str *ret);
void map_put_cell(struct buf *b, struct str cell, char separator); /* RFC 4180, quoted when needed */
enum err map_today(const struct pack *p, int64_t now_us, struct date *ret) NODISCARD;

/* ---- batch.c ------------------------------------------------------------------------------------------- */
struct id import_row_id(struct id batch, int64_t row_no);
void import_source(struct id batch, char ret[40]); /* what case_file.source says of cases of this batch */

enum err import_view_find(struct view *v, struct object *ret);
enum err import_show_run(struct view *v);
void import_show_json(const struct view *v, struct json *j);
enum err import_list_run(struct view *v);
void import_list_json(const struct view *v, struct json *j);

/* ---- imports_failed.c ---------------------------------------------------------------------------------- */
extern const struct input_field IMPORT_FAILED_INPUTS[1];
enum err import_failed_run(struct view *v);
void import_failed_json(const struct view *v, struct json *j);

/* ---- count.c, export.c --------------------------------------------------------------------------------- */
enum err figures_count_run(struct view *v);
void figures_count_json(const struct view *v, struct json *j);
/* Hides numbers below min beside those that are hidden already, and as many more that none of them can be
 * computed from the others and the total. Pure. */
void figures_hide(struct figure_count *c, int64_t min);
/* Do so many hidden numbers, of which some are small and which are `sum` together, follow from that sum? */
bool figures_give_away(size_t hidden, size_t small, int64_t sum, int64_t min);
void figures_sort(
    struct figure_count *c); /* largest first, reasons for no value after them, hidden ones last */
/* May this role see values of the class one by one? Then also small numbers of them. */
bool figures_sees_small(const struct view *v, enum field_class class);
const char *figures_state_word(enum value_state s); /* msgid */
void figures_rows_json(const struct figure_count *c, const char *key, struct json *j);

/* ---- months.c: what tables are made of -------------------------------------------------------------------
 */

#define FIGURE_VALUES_MAX 400 /* of an attribute: with more it is no table */
struct month_count {
    char month[8], year[8]; /* "2026-11", "2026"; "" where the moment says none */
    int64_t n;              /* records */
};
struct months_of_value {
    const char *value; /* NULL unless given */
    enum value_state state;
    int64_t *by_month; /* of the first `room` months; none has more */
    size_t room;
};
struct months_of_field {
    const struct field *field;
    struct months_of_value *values;
    size_t n, room;
    bool too_many;
};
struct months {
    const struct kind *kind;
    struct month_count *items;
    size_t n, room;
    struct months_of_field *fields;
    size_t nfields;
};
/* take gets a struct months. */
enum err figures_months(struct view *v, const struct kind *k, counted_take *take, void *user,
                        int64_t *ret_as_of_us) NODISCARD;

/* ---- table.c ------------------------------------------------------------------------------------------- */
enum err figures_table_run(struct view *v);
void figures_table_json(const struct view *v, struct json *j);
/* Tables of one attribute for several years, and last that of all of them together: a reader may ask for
 * each, so what is hidden in one must not follow from the others. Both lists of a table tell of the same
 * records: where one has to keep the total back, the other keeps all back. Pure. */
void figures_tables_hide(struct figure_table *const *tables, size_t n, int64_t min);

/* Codes and numbers: what policy means by a generalised form. Free text, dates and persons have none. */
bool figures_generalised(const struct field *f);
enum err figures_export_run(struct view *v);
void figures_export_json(const struct view *v, struct json *j);
