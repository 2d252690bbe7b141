/* SPDX-License-Identifier: Apache-2.0 */
/* needles.h - many texts searched in files at once, in every form in which a text usually leaks: UTF-8,
 * UTF-16 both ways, base64 of any alignment in both alphabets, hex in both cases. */
#pragma once
#include "base/arena.h"

#define NEEDLE_FORMS 11
struct needles;
extern const char *const needle_forms[NEEDLE_FORMS];

/* texts: at least 12 bytes each, random, and they outlive it. In the arena. */
struct needles *needles_new(struct arena *a, const struct str *texts, size_t n);
/* One form of a text, as it would stand in a file. Of base64: the characters that depend on nothing else. */
struct str needle_form(struct arena *a, struct str text, int form);
void needles_forget(struct needles *s); /* nothing is found yet */
void needles_bytes(struct needles *s, const char *p, size_t n);
void needles_file(struct needles *s, const char *path);
/* Everything below a folder, names too. Files that vanish meanwhile are left out. */
void needles_folder(struct needles *s, const char *path);
size_t needles_found(const struct needles *s);              /* texts, in whatever form */
size_t needles_found_as(const struct needles *s, int form); /* texts in this form */
bool needles_has(const struct needles *s, size_t text);
uint64_t needles_searched(const struct needles *s); /* bytes */
const char *needles_first(const struct needles *s); /* the file of the first one found, "" */
