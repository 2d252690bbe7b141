/* SPDX-License-Identifier: Apache-2.0 */
/* The first line is the content type, the rest the body. However it is cut on its way, the same comes out. */
#include "fuzz.h"
#include "sys/testing_multipart.h"

static void same(const struct whole_part *a, const struct whole_part *b)
{
    REQUIRE(str_eq(a->head.name, b->head.name) && str_eq(a->data, b->data));
    REQUIRE(!a->head.file_name.p == !b->head.file_name.p);
    REQUIRE(!a->head.file_name.p || str_eq(a->head.file_name, b->head.file_name));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct whole_part once[HTTP_MAX_PARTS + 1], again[HTTP_MAX_PARTS + 1];
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct str body = {(const char *)data, size}, type = {0}, boundary;
    size_t n, m, all = 0;
    REQUIRE(a);
    if (!str_cut(&body, '\n', &type) || !multipart_type(type, &boundary))
        return 0;
    enum err e = multipart_whole(a, boundary, body, SIZE_MAX, once, &n);
    REQUIRE(e == OK || e == ERR_BAD_REQUEST || e == ERR_BAD_UTF8 || e == ERR_LIMIT);
    static const size_t pieces[] = {1, 7, 61};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        REQUIRE(multipart_whole(a, boundary, body, pieces[i], again, &m) == e && m == n);
        for (size_t k = 0; k < n; k++)
            same(&once[k], &again[k]);
    }
    if (e)
        return 0;
    REQUIRE(n <= HTTP_MAX_PARTS);
    for (size_t i = 0; i < n; i++) { /* names are text, nothing is invented */
        const struct multipart_part *p = &once[i].head;
        REQUIRE(p->name.n > 0 && str_utf8_ok(p->name));
        REQUIRE(!p->file_name.p || (str_utf8_ok(p->file_name) && str_find(p->file_name, '/') < 0));
        REQUIRE(p->file_name.p || str_utf8_ok(once[i].data));
        REQUIRE(!once[i].data.n || memmem(body.p, body.n, once[i].data.p, once[i].data.n));
        all += once[i].data.n;
    }
    REQUIRE(all <= body.n);
    return 0;
}
