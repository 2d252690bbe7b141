/* SPDX-License-Identifier: Apache-2.0 */
/* record_own.h - shared by record*.c, and by notice.c for the object that a record is. */
#pragma once
#include "core/record.h"

/* Reads the envelope of one class out of a version's body container; empty when the class has none.
 * ERR_CRYPTO when malformed. */
enum err record_envelope(struct str container, enum field_class class, struct str *ret) NODISCARD;
/* All values of a version, unsealed as the owner agency: for amending and for scans. */
enum err record_open_all(struct vault *v, struct db *db, struct arena *a, const struct cell *record,
                         const struct cell *version, int64_t now_us, struct pair **ret,
                         size_t *ret_n) NODISCARD;
/* The current version row of a record. */
enum err record_current(struct db *db, struct arena *a, const struct cell *record,
                        struct cell *ret_version) NODISCARD;
struct object record_object(const struct cell *record);
enum err record_find(struct db *db, struct arena *a, struct id id, const struct kind *k, struct object *ret,
                     struct cell *ret_record) NODISCARD;

extern enum err record_view_find(struct view *v, struct object *ret);
extern enum err record_show_run(struct view *v);
extern enum err record_list_run(struct view *v);
extern void record_show_json(const struct view *v, struct json *j);
extern void record_list_json(const struct view *v, struct json *j);
const struct kind *record_kind_of(const struct view *v);
