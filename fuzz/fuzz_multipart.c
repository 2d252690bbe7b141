/* SPDX-License-Identifier: Apache-2.0 */
/* The first line is the content type, the rest the body. */
#include "base/limits.h"
#include "fuzz.h"
#include "sys/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct str body = {(const char *)data, size}, type = {0}, boundary;
    struct multipart_part *p;
    size_t n;
    REQUIRE(a);
    if (!str_cut(&body, '\n', &type) || !multipart_type(type, &boundary))
        return 0;
    enum err e = multipart_parse(a, boundary, body, &p, &n);
    REQUIRE(e == OK || e == ERR_BAD_REQUEST || e == ERR_BAD_UTF8 || e == ERR_LIMIT);
    if (e)
        return 0;
    REQUIRE(n <= HTTP_MAX_PARTS);
    const char *at = body.p;
    for (size_t i = 0; i < n; i++) { /* slices of the body, in their order; names are text */
        REQUIRE(p[i].name.n > 0 && str_utf8_ok(p[i].name));
        REQUIRE(p[i].data.p >= at && p[i].data.p + p[i].data.n <= body.p + body.n);
        REQUIRE(!p[i].file_name.p || (str_utf8_ok(p[i].file_name) && str_find(p[i].file_name, '/') < 0));
        REQUIRE(p[i].file_name.p || str_utf8_ok(p[i].data));
        at = p[i].data.p + p[i].data.n;
    }
    return 0;
}
