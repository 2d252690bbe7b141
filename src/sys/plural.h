/* SPDX-License-Identifier: Apache-2.0 */
/* plural.h - inside sys only: the C expression of a Plural-Forms header, read once into a small tree. */
#pragma once
#include "base/str.h"

enum { PLURAL_NODES = 128, PLURAL_DEPTH = 32, PLURAL_FORMS_MAX = 8 };
struct plural_node {
    uint8_t op;      /* 'n', '#' number, '!', '?', or an operator's own code */
    uint8_t a, b, c; /* operands: indexes of nodes */
    uint32_t number;
};
struct plural {
    int nforms;
    int nnodes, root;
    struct plural_node nodes[PLURAL_NODES];
};
/* "nplurals=2; plural=(n != 1);" ERR_BAD_DATA (what, without place). Checked for every n up to 1000. */
enum err plural_parse(struct str header, struct plural *ret) NODISCARD;
void plural_germanic(struct plural *ret); /* when a file names none: two forms, n != 1, as gettext does */
int plural_form(const struct plural *p, unsigned long n); /* 0..nforms-1 */
