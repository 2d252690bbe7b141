/* SPDX-License-Identifier: Apache-2.0 */
/* evaluate.c - the stable answer of `akari assessment evaluate`. */
#include "assessment/answers.h"
#include "assessment/assessment.h"
#include "base/json.h"

enum err assessment_evaluate(const struct pack *p, enum profile profile, struct str text, struct buf *out)
{
    const struct signs *signs = &p->signs;
    enum answer answers[SIGNS_MOST];
    struct dimensions d;
    if (!signs->n)
        return FAIL(ERR_CONFIG, "the pack has no indicators");
    TRY(answers_parse(text, signs, answers));
    dimensions_of(signs, profile, answers, &d);
    struct json j = json_to(out);
    json_object(&j);
    json_kv(&j, "profile", profile_word(profile));
    json_key(&j, "dimensions");
    json_object(&j);
    for (int i = 0; i < DIMENSION_COUNT; i++) {
        json_key(&j, dimension_word((enum dimension)i));
        json_object(&j);
        json_kv_bool(&j, "lower", d.of[i].lower);
        json_kv_bool(&j, "upper", d.of[i].upper);
        json_end(&j);
    }
    json_end(&j);
    json_key(&j, "deciding");
    json_array(&j);
    for (size_t i = 0; i < signs->n; i++)
        if (sign_deciding(signs, profile, answers, &d, i))
            json_c(&j, signs->list[i].code);
    json_end(&j);
    json_end(&j);
    return buf_err(out);
}
