/* SPDX-License-Identifier: Apache-2.0 */
/* readings_plain.c - one reading a word, by ICU's general romanisation. */
#include "screening/names/readings.h"
#include "sys/text.h"

static struct str letters_only(struct arena *a, struct str s)
{
    char *p = arena_cstr(a, s);
    size_t n = 0;
    for (size_t i = 0; p && i < s.n; i++) {
        char c = p[i] >= 'A' && p[i] <= 'Z' ? (char)(p[i] + 'a' - 'A') : p[i];
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            p[n++] = c;
    }
    return (struct str){p, n};
}

static enum err one_word(struct arena *a, struct str written, struct name *name)
{
    struct str latin;
    TRY(text_latin(a, written, &latin));
    latin = letters_only(a, latin);
    if (!latin.p)
        return arena_err(a);
    if (!latin.n)
        return OK;
    struct name_token *t = ARENA_NEW(a, struct name_token);
    if (!t)
        return arena_err(a);
    *t = (struct name_token){.latin = latin, .weight = 255, .of = READING_ROMANISED};
    name->words[name->n++] =
        (struct name_word){.written = written, .readings = t, .n = 1, .script = text_script(written)};
    return OK;
}

enum err name_read(struct arena *a, struct str written, struct name *ret)
{
    struct str folded, word;
    size_t most = 1;
    if (written.n > NAME_BYTES_MAX)
        return FAIL(ERR_LIMIT, "a name with too many bytes");
    TRY(text_search_fold(a, written, &folded));
    for (size_t i = 0; i < folded.n; i++)
        most += folded.p[i] == ' ';
    if (most > NAME_WORDS_MAX)
        return FAIL(ERR_LIMIT, "a name with too many words");
    struct name name = {.script = text_script(written), .words = ARENA_ARRAY(a, most, struct name_word)};
    if (!name.words)
        return arena_err(a);
    while (str_cut(&folded, ' ', &word))
        if (word.n)
            TRY(one_word(a, word, &name));
    *ret = name;
    return OK;
}
