/* SPDX-License-Identifier: Apache-2.0 */
#include "core/i18n.h"

#include "base/embedded.h"
#include "sys/po.h"

#include <pthread.h>
#include <stdlib.h>
#include <strings.h>

#define TEXTS_MAX 64
#define PSEUDO    "x-rtl"

/* ---- the texts of the program ------------------------------------------------------------------------- */

static struct {
    pthread_once_t once;
    struct po *po[TEXTS_MAX]; /* in the order of EMBEDDED_TEXTS; NULL where it could not be read */
} texts = {.once = PTHREAD_ONCE_INIT};

/* A text that does not parse is a fault of the build, which its test finds; here the page is English. */
static void read_texts(void)
{
    for (size_t i = 0; i < TEXTS_MAX && EMBEDDED_TEXTS[i].name; i++)
        if (po_parse(EMBEDDED_TEXTS[i].name, (struct str){EMBEDDED_TEXTS[i].p, EMBEDDED_TEXTS[i].n},
                     &texts.po[i]) != OK)
            err_clear();
}

static const struct po *program_texts(const char *tag)
{
    pthread_once(&texts.once, read_texts);
    for (size_t i = 0; i < TEXTS_MAX && EMBEDDED_TEXTS[i].name; i++)
        if (strcmp(EMBEDDED_TEXTS[i].name, tag) == 0)
            return texts.po[i];
    return NULL;
}

static bool program_reviewed(const char *tag)
{
    const struct po *po = program_texts(tag);
    const char *says = po ? po_header(po, "X-Akari-Reviewed") : NULL;
    return strcmp(tag, "en") == 0 || (says && strcasecmp(says, "yes") == 0);
}

const char *lang_text(const struct lang *l, const char *msgid)
{
    if (!msgid || !*msgid || l->pseudo || strcmp(l->tag, "en") == 0)
        return msgid ? msgid : "";
    if (l->pack && arena_holds(l->pack->arena, msgid)) { /* "Receipt" of a person is not one of a letter */
        const char *own = pack_text(l->pack, l->tag, msgid);
        if (own != msgid)
            return own;
    }
    const struct po *po = program_texts(l->tag);
    const char *found = po ? po_text(po, NULL, msgid) : NULL;
    if (found)
        return found;
    return l->pack ? pack_text(l->pack, l->tag, msgid) : msgid;
}

/* ---- choosing --------------------------------------------------------------------------------------------
 */

static bool is_rtl(const char *tag)
{
    static const char *const rtl[] = {"ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"};
    for (size_t i = 0; i < sizeof rtl / sizeof *rtl; i++)
        if (strncasecmp(tag, rtl[i], 2) == 0 && (tag[2] == '\0' || tag[2] == '-'))
            return true;
    return false;
}

static void take(const struct pack *p, const char *tag, struct lang *ret)
{
    bool pack_ok = !p || strcmp(tag, "en") == 0 || pack_text_reviewed(p, tag);
    *ret = (struct lang){
        .tag = tag, .rtl = is_rtl(tag), .reviewed = pack_ok && program_reviewed(tag), .pack = p};
}

static bool same_tag(struct str a, const char *b)
{
    return a.n == strlen(b) && strncasecmp(a.p, b, a.n) == 0;
}

bool lang_find(const struct pack *p, struct str tag, bool pseudo_ok, struct lang *ret)
{
    if (pseudo_ok && same_tag(tag, PSEUDO)) {
        *ret = (struct lang){.tag = PSEUDO, .rtl = true, .pseudo = true, .reviewed = true, .pack = p};
        return true;
    }
    while (tag.n > 0) {
        if (same_tag(tag, "en") && !p) {
            take(p, "en", ret);
            return true;
        }
        for (size_t i = 0; p && i < p->nlanguages; i++)
            if (same_tag(tag, p->languages[i])) {
                take(p, p->languages[i], ret);
                return true;
            }
        while (tag.n > 0 && tag.p[tag.n - 1] != '-')
            tag.n--;
        tag.n -= tag.n > 0;
    }
    return false;
}

/* "q=0.8" in thousandths; 1000 without one, 0 when it is not understood. */
static int quality(struct str parameters)
{
    struct str part;
    while (str_cut(&parameters, ';', &part)) {
        part = str_trim(part);
        if (part.n < 3 || (part.p[0] != 'q' && part.p[0] != 'Q') || part.p[1] != '=')
            continue;
        int q = 0, scale = 1000;
        for (size_t i = 2; i < part.n && i < 7; i++) {
            if (part.p[i] == '.')
                continue;
            if (part.p[i] < '0' || part.p[i] > '9')
                return 0;
            q += (part.p[i] - '0') * scale;
            scale /= 10;
        }
        return q > 1000 ? 1000 : q;
    }
    return 1000;
}

static bool by_accept(const struct pack *p, struct str accept, struct lang *ret)
{
    int best = 0;
    struct str item;
    for (int n = 0; n < 32 && str_cut(&accept, ',', &item); n++) {
        struct str tag = STR("");
        struct lang found;
        if (!str_cut(&item, ';', &tag))
            continue;
        int q = quality(item);
        if (q > best && lang_find(p, str_trim(tag), false, &found)) {
            best = q;
            *ret = found;
        }
    }
    return best > 0;
}

void lang_choose(const struct pack *p, const struct lang_wish *wish, struct lang *ret)
{
    if (lang_find(p, wish->query, wish->pseudo_ok, ret) || lang_find(p, wish->cookie, wish->pseudo_ok, ret))
        return;
    if (by_accept(p, wish->accept, ret))
        return;
    take(p, p && p->nlanguages ? p->languages[0] : "en", ret);
}

const char *lang_native_name(const char *tag)
{
    static const struct {
        const char *tag, *name;
    } names[] = {
        {"ja", "日本語"},
        {"en", "English"},
        {"zh-Hans", "简体中文"},
        {"zh-Hant", "繁體中文"},
        {"ko", "한국어"},
        {"vi", "Tiếng Việt"},
        {"tl", "Filipino"},
        {"id", "Bahasa Indonesia"},
        {"th", "ไทย"},
        {"km", "ខ្មែរ"},
        {"my", "မြန်မာ"},
        {"lo", "ລາວ"},
        {"ne", "नेपाली"},
        {"mn", "Монгол"},
        {"si", "සිංහල"},
        {"ur", "اردو"},
        {"bn", "বাংলা"},
        {"hi", "हिन्दी"},
        {"ta", "தமிழ்"},
        {"pt", "Português"},
        {"es", "Español"},
        {"ru", "Русский"},
        {"uk", "Українська"},
        {"fr", "Français"},
        {"fa", "فارسی"},
        {"ar", "العربية"},
        {PSEUDO, "Right to left (test)"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].tag, tag) == 0)
            return names[i].name;
    return tag;
}
