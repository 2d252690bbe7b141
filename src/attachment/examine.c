/* SPDX-License-Identifier: Apache-2.0 */
#include "attachment/examine.h"
#include "base/alloc.h"
#include "base/limits.h"
#include "sys/crypto.h"
#include "sys/filetype.h"
#include "sys/look.h"

struct examine {
    struct sha256 hash;
    struct sandbox *child; /* NULL: none to be had */
};

#define UNCHECKED "unchecked" /* in place of a type: nobody looked */

enum err examine_start(enum examine_for what, struct examine **ret)
{
    struct examine *x = mem_alloc(sizeof *x);
    if (!x)
        return mem_fail();
    sha256_start(&x->hash);
    enum err e = what == EXAMINE_HASH
                     ? OK
                     : sandbox_start(what == EXAMINE_CLEAR ? LOOK_CLEAR : LOOK_BLURRED, &x->child);
    if (e == ERR_UNSUPPORTED) {
        err_clear();
        x->child = NULL;
        e = OK;
    }
    if (e != OK)
        mem_free(x);
    else
        *ret = x;
    return e;
}

void examine_cleanup(struct examine **x)
{
    if (!*x)
        return;
    sandbox_cleanup(&(*x)->child);
    mem_free(*x);
    *x = NULL;
}

void examine_add(struct examine *x, struct str piece)
{
    sha256_add(&x->hash, piece.p, piece.n);
    if (x->child)
        sandbox_feed(x->child, piece);
}

static uint32_t be32(struct str s, size_t at)
{
    uint32_t v = 0;
    for (size_t i = 0; i < 4; i++)
        v = v << 8 | (uint8_t)s.p[at + i];
    return v;
}

/* The child may have been taken over by what it looked at. */
static bool believe(struct str reply, struct examined *ret)
{
    if (reply.n < LOOK_HEAD_BYTES || !str_starts(reply, LOOK_MAGIC) ||
        be32(reply, 16) != reply.n - LOOK_HEAD_BYTES || (uint8_t)reply.p[4] >= FILE_TYPE_COUNT)
        return false;
    uint8_t flags = (uint8_t)reply.p[5];
    ret->type = file_type_word((enum file_type)reply.p[4]);
    ret->macros = flags & LOOK_MACROS;
    ret->camera_data = flags & LOOK_CAMERA;
    ret->place_data = flags & LOOK_PLACE;
    ret->width = be32(reply, 8);
    ret->height = be32(reply, 12);
    struct str picture = str_sub(reply, LOOK_HEAD_BYTES, reply.n);
    ret->picture = str_starts(picture, "\xFF\xD8\xFF") ? picture : STR("");
    return true;
}

static void hash_text(struct hash h, char ret[65])
{
    for (size_t i = 0; i < sizeof h.b; i++)
        snprintf(ret + 2 * i, 3, "%02x", h.b[i]);
}

/* A file that kills its reader is of no known type. */
enum err examine_end(struct examine *x, struct arena *a, struct examined *ret)
{
    struct str reply = STR("");
    *ret = (struct examined){.type = x->child ? "unknown" : UNCHECKED, .picture = STR("")};
    hash_text(sha256_end(&x->hash), ret->sha256);
    if (!x->child)
        return OK;
    enum err e = sandbox_end(x->child, a, &reply);
    if (e == ERR_BAD_DATA || e == ERR_TIMEOUT || e == ERR_LIMIT) {
        err_clear();
        return OK;
    }
    TRY(e);
    if (!believe(reply, ret))
        ret->type = "unknown";
    return OK;
}

/* ---- as text
 * ---------------------------------------------------------------------------------------------------- */

void examined_write(const struct examined *x, struct buf *out)
{
    buf_printf(out, "%s %s %d %d %d %lld %lld", x->sha256, x->type, x->macros, x->camera_data, x->place_data,
               (long long)x->width, (long long)x->height);
}

static enum err number(struct str *rest, int64_t *ret)
{
    struct str word;
    if (!str_cut(rest, ' ', &word)) {
        word = *rest;
        *rest = STR("");
    }
    return str_i64(word, 0, UINT32_MAX, ret);
}

enum err examined_read(struct str text, struct arena *a, struct examined *ret)
{
    int64_t flags[3];
    struct str hash, type;
    *ret = (struct examined){.picture = STR("")};
    if (!str_cut(&text, ' ', &hash) || hash.n != 64 || !str_cut(&text, ' ', &type))
        return FAIL(ERR_INTERNAL, "field examined came past the door");
    memcpy(ret->sha256, hash.p, hash.n);
    ret->type = arena_cstr(a, type);
    if (!ret->type)
        return arena_err(a);
    for (size_t i = 0; i < 3; i++)
        TRY(number(&text, &flags[i]));
    ret->macros = flags[0] > 0;
    ret->camera_data = flags[1] > 0;
    ret->place_data = flags[2] > 0;
    TRY(number(&text, &ret->width));
    return number(&text, &ret->height);
}

enum err examined_pairs(const struct examined *x, struct str file_name, struct arena *a, struct pair *ret,
                        size_t max, size_t *ret_n)
{
    int named = file_type_named(file_name), found = file_type_find(str_of(x->type));
    bool differs = named >= 0 && found >= 0 && named != found;
    char *width = arena_printf(a, "%lld", (long long)x->width),
         *height = arena_printf(a, "%lld", (long long)x->height);
    const struct {
        const char *name, *value;
    } all[] = {{"sha256", x->sha256},
               {"type", x->type},
               {"mismatch", differs ? "yes" : "no"},
               {"macros", x->macros ? "yes" : "no"},
               {"camera_data", x->camera_data ? "yes" : "no"},
               {"place_data", x->place_data ? "yes" : "no"},
               {"width", width},
               {"height", height}};
    *ret_n = sizeof all / sizeof *all;
    if (!width || !height)
        return arena_err(a);
    if (*ret_n > max)
        return FAIL(ERR_INTERNAL, "attachment: no room");
    for (size_t i = 0; i < *ret_n; i++)
        ret[i] = (struct pair){str_of(all[i].name), arena_str(a, str_of(all[i].value)), VALUE_GIVEN};
    return OK;
}
