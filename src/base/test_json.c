/* SPDX-License-Identifier: Apache-2.0 */
#include "base/testing.h"
#include "base/json.h"

static void nested(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf b = {0};
    struct json j = json_to(&b);
    json_object(&j);
    json_kv(&j, "a", "x\"\n\x01\xFF");
    json_key(&j, "b");
    json_array(&j);
    json_i64(&j, -5);
    json_bool(&j, true);
    json_null(&j);
    json_end(&j);
    json_end(&j);
    assert_ok(buf_err(&b));
    assert_str(buf_view(&b), "{\"a\":\"x\\\"\\n\\u0001\xEF\xBF\xBD\",\"b\":[-5,true,null]}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nested)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
