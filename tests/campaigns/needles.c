/* SPDX-License-Identifier: Apache-2.0 */
#include "campaigns/needles.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define KEY        8 /* bytes of a needle that are looked up */
#define SLOTS      (1u << 16)
#define CHUNK      (1u << 20)
#define NEEDLE_MAX 1024

const char *const needle_forms[NEEDLE_FORMS] = {"UTF-8",        "UTF-16LE",  "UTF-16BE",  "base64",
                                                "base64 +1",    "base64 +2", "base64url", "base64url +1",
                                                "base64url +2", "hex",       "HEX"};

struct needle {
    struct str bytes;
    size_t text;
    int form;
    struct needle *next;
};
struct needles {
    size_t n;
    uint16_t *found; /* a bit for each form */
    uint64_t searched;
    char first[512];
    char *chunk;
    struct needle *slots[SLOTS];
};

/* ---- forms
 * ---------------------------------------------------------------------------------------------------- */

static struct str utf16(struct arena *a, struct str text, bool big)
{
    char *p = arena_alloc(a, text.n * 2 + 2);
    size_t at = 0, n = 0;
    assert_non_null(p);
    while (at < text.n) {
        int32_t c = str_utf8_next(text, &at);
        assert_true(c > 0 && c < 0x10000); /* the scripts here need no surrogates */
        p[n++] = (char)(big ? c >> 8 : c);
        p[n++] = (char)(big ? c : c >> 8);
    }
    return (struct str){p, n};
}

static struct str base64(struct arena *a, struct str text, size_t shift, const char *last_two)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    size_t from = (shift * 8 + 5) / 6, until = (shift + text.n) * 8 / 6;
    char *p = arena_alloc(a, until + 1);
    assert_non_null(p);
    for (size_t i = from; i < until; i++) {
        unsigned v = 0;
        for (size_t bit = i * 6; bit < i * 6 + 6; bit++) {
            unsigned char byte = (unsigned char)text.p[bit / 8 - shift];
            v = v << 1 | (byte >> (7 - bit % 8) & 1u);
        }
        p[i - from] = v < 62 ? letters[v] : last_two[v - 62];
    }
    return (struct str){p, until - from};
}

static struct str hex(struct arena *a, struct str text, const char *digits)
{
    char *p = arena_alloc(a, text.n * 2);
    assert_non_null(p);
    for (size_t i = 0; i < text.n; i++) {
        p[2 * i] = digits[(unsigned char)text.p[i] >> 4];
        p[2 * i + 1] = digits[(unsigned char)text.p[i] & 15];
    }
    return (struct str){p, text.n * 2};
}

struct str needle_form(struct arena *a, struct str text, int form)
{
    if (form == 0)
        return text;
    if (form <= 2)
        return utf16(a, text, form == 2);
    if (form <= 8)
        return base64(a, text, (size_t)(form - 3) % 3, form < 6 ? "+/" : "-_");
    return hex(a, text, form == 9 ? "0123456789abcdef" : "0123456789ABCDEF");
}

/* ---- the search
 * ----------------------------------------------------------------------------------------------- */

static size_t slot_of(const char *p)
{
    uint64_t v;
    memcpy(&v, p, KEY);
    return (size_t)(v * 0x9e3779b97f4a7c15u >> 48) & (SLOTS - 1);
}

struct needles *needles_new(struct arena *a, const struct str *texts, size_t n)
{
    struct needles *s = ARENA_NEW(a, struct needles);
    assert_non_null(s);
    memset(s, 0, sizeof *s);
    s->n = n;
    s->found = ARENA_ARRAY(a, n, uint16_t);
    s->chunk = arena_alloc(a, CHUNK);
    assert_non_null(s->found);
    assert_non_null(s->chunk);
    for (size_t i = 0; i < n; i++)
        for (int form = 0; form < NEEDLE_FORMS; form++) {
            struct needle *x = ARENA_NEW(a, struct needle);
            assert_non_null(x);
            *x = (struct needle){.bytes = needle_form(a, texts[i], form), .text = i, .form = form};
            assert_true(x->bytes.n >= KEY + 2 && x->bytes.n < NEEDLE_MAX);
            struct needle **slot = &s->slots[slot_of(x->bytes.p)];
            x->next = *slot;
            *slot = x;
        }
    needles_forget(s);
    return s;
}

void needles_forget(struct needles *s)
{
    memset(s->found, 0, s->n * sizeof *s->found);
    s->searched = 0;
    s->first[0] = '\0';
}

void needles_bytes(struct needles *s, const char *p, size_t n)
{
    for (size_t i = 0; i + KEY <= n; i++)
        for (const struct needle *x = s->slots[slot_of(p + i)]; x; x = x->next)
            if (x->bytes.n <= n - i && memcmp(x->bytes.p, p + i, x->bytes.n) == 0)
                s->found[x->text] |= (uint16_t)(1u << x->form);
}

/* Chunks overlap by the longest needle. */
void needles_file(struct needles *s, const char *path)
{
    size_t kept = 0, before = needles_found(s);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return;
    for (;;) {
        ssize_t got = read(fd, s->chunk + kept, CHUNK - kept);
        if (got <= 0)
            break;
        size_t n = kept + (size_t)got;
        needles_bytes(s, s->chunk, n);
        s->searched += (uint64_t)got;
        kept = n < NEEDLE_MAX ? n : NEEDLE_MAX;
        memmove(s->chunk, s->chunk + n - kept, kept);
    }
    close(fd);
    needles_bytes(s, path, strlen(path));
    if (!s->first[0] && needles_found(s) > before)
        snprintf(s->first, sizeof s->first, "%s", path);
}

void needles_folder(struct needles *s, const char *path)
{
    DIR *d = opendir(path);
    if (!d)
        return;
    for (const struct dirent *e = readdir(d); e; e = readdir(d)) {
        char below[1024];
        struct stat st;
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        assert_true((size_t)snprintf(below, sizeof below, "%s/%s", path, e->d_name) < sizeof below);
        if (lstat(below, &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode))
            needles_folder(s, below);
        else if (S_ISREG(st.st_mode))
            needles_file(s, below);
    }
    closedir(d);
}

size_t needles_found(const struct needles *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        n += s->found[i] != 0;
    return n;
}

size_t needles_found_as(const struct needles *s, int form)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        n += s->found[i] >> form & 1;
    return n;
}

bool needles_has(const struct needles *s, size_t text)
{
    return s->found[text] != 0;
}

uint64_t needles_searched(const struct needles *s)
{
    return s->searched;
}

const char *needles_first(const struct needles *s)
{
    return s->first;
}
