/* SPDX-License-Identifier: Apache-2.0 */
#include "base/testing.h"
#include "base/buf.h"

static void escapes(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf b = {0};
    buf_html(&b, STR("<a \"b'&\xFF灯>"));
    assert_str(buf_view(&b), "&lt;a &quot;b&#39;&amp;\xEF\xBF\xBD灯&gt;");
    buf_clear(&b);
    buf_csv(&b, STR("a,\"b\"\n"));
    buf_printf(&b, ";%d;%s", 7, "x");
    assert_str(buf_view(&b), "\"a,\"\"b\"\"\n\";7;x");
    assert_ok(buf_err(&b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(escapes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
