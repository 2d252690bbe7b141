/* SPDX-License-Identifier: Apache-2.0 */
/* pack_files.c - the files of a pack: where each may stand, their limits, their digest. */
#include "base/buf.h"
#include "core/pack/impl.h"
#include "sys/crypto.h"
#include "sys/os.h"

#include <errno.h>
#include <sys/stat.h>

#define IN_AGENCIES SPACE(NAME_AGENCY)
#define IN_PLAN \
    (SPACE(NAME_DUTY) | SPACE(NAME_ALIAS) | SPACE(NAME_MEASURE) | SPACE(NAME_CHAPTER) | SPACE(NAME_PLANNED))
#define IN_INDICATORS                                                                           \
    (SPACE(NAME_GROUND) | SPACE(NAME_SIGN) | SPACE(NAME_PROMPT_GROUP) | SPACE(NAME_SITUATION) | \
     SPACE(NAME_OFFENCE))
#define IN_PACK (SPACE(NAME_SOURCE) | SPACE(NAME_SCHEME) | SPACE(NAME_STAGE))

/* Top files first, in the order in which they are decoded: calendars and code lists need nothing, stories
 * need all. */
const struct place pack_places[] = {
    {"pack.yaml", .form = &pack_form, .defines = IN_PACK},
    {"holidays.yaml", .form = &holidays_form, .defines = SPACE(NAME_CALENDAR)},
    {"agencies.yaml", .form = &agencies_form, .defines = IN_AGENCIES},
    {"offices.yaml", .form = &offices_form, .defines = SPACE(NAME_OFFICE)},
    {"contact-points.yaml", .form = &contact_points_form, .defines = SPACE(NAME_CONTACT)},
    {"plan.yaml", .form = &plan_form, .defines = IN_PLAN},
    {"programme.yaml", .form = &programme_form, .defines = SPACE(NAME_DUTY) | SPACE(NAME_PLANNED)},
    {"codes/", ".yaml", &code_list_form, SPACE(NAME_CODES), NAME_CODES, 1 + TABLE_CODE_LISTS},
    {"laws/", ".yaml", &law_form, SPACE(NAME_LAW) | SPACE(NAME_PROVISION), NAME_LAW, 1 + TABLE_LAWS},
    {"kinds/", ".yaml", &kind_form, SPACE(NAME_KIND) | SPACE(NAME_FACT), NAME_KIND, 1 + TABLE_KINDS},
    {"imports/", ".yaml", &import_form, SPACE(NAME_IMPORT), NAME_IMPORT, 1 + TABLE_IMPORTS},
    {"scenarios/", ".yaml", &scenario_form, SPACE(NAME_SCENARIO), NAME_SCENARIO, 1 + TABLE_SCENARIOS},
    {"indicators.yaml", .form = &signs_form, .defines = IN_INDICATORS, .optional = true},
    {"texts/", ".po", .form = NULL},
};
const size_t pack_nplaces = LEN(pack_places);

static bool is_folder(const struct place *p)
{
    return p->ending;
}

static bool is_read_me(struct str name)
{
    return str_is(name, "README.md") || str_ends(name, "/README.md");
}

const struct place *pack_place_of(struct str name)
{
    for (size_t i = 0; i < pack_nplaces; i++) {
        const struct place *p = &pack_places[i];
        size_t n = strlen(p->where);
        if (!is_folder(p) && str_is(name, p->where))
            return p;
        if (!is_folder(p) || !str_starts(name, p->where) || !str_ends(name, p->ending) ||
            name.n <= n + strlen(p->ending))
            continue;
        struct str stem = str_sub(name, n, name.n - n - strlen(p->ending));
        if (str_find(stem, '/') < 0 && word_shaped(SHAPE_ID, stem))
            return p;
    }
    return NULL;
}

/* ---- reading ----------------------------------------------------------------------------------------- */
struct reading {
    struct load *l;
    const char *folder;
    size_t cap, bytes;
    bool full; /* the limit of files or bytes was reached: said once, nothing more is read */
};

static enum err no_place(struct load *l, const char *name, bool folder)
{
    struct guess g = guess_of(str_of(name));
    for (size_t i = 0; i < pack_nplaces; i++)
        if (is_folder(&pack_places[i]) == folder)
            guess_offer(&g, pack_places[i].where);
    const char *hint = guess_words(&g, l->scratch);
    if (!hint)
        return arena_err(l->scratch);
    return fault_add(&l->faults, name, 0, "no %s of a pack%s", folder ? "folder" : "file", hint);
}

static enum err too_much(struct reading *r, const char *what, size_t limit)
{
    r->full = true;
    return fault_add(&r->l->faults, "pack", 0, "more than %zu %s", limit, what);
}

static enum err keep_file(struct reading *r, const char *path, const char *name, size_t size)
{
    struct load *l = r->l;
    if (size > YAML_MAX_BYTES)
        return fault_add(&l->faults, name, 0, "larger than %u bytes", YAML_MAX_BYTES);
    if (l->nfiles == r->cap)
        return too_much(r, "files", PACK_MAX_FILES);
    if (r->bytes + size > PACK_MAX_BYTES)
        return too_much(r, "bytes in all files together", PACK_MAX_BYTES);
    struct pack_file *f = &l->files[l->nfiles];
    enum err e = file_read(path, YAML_MAX_BYTES, l->scratch, &f->text);
    if (e == ERR_READ_ONLY)
        return fault_add(&l->faults, name, 0, "must not be read (permissions)");
    TRY(e);
    f->name = name;
    r->bytes += f->text.n;
    l->nfiles++;
    return OK;
}

static enum err read_entries(struct reading *r, const char *under);

static enum err read_entry(struct reading *r, const char *name)
{
    struct load *l = r->l;
    const char *path = arena_printf(l->scratch, "%s/%s", r->folder, name);
    const char *as_folder = arena_printf(l->scratch, "%s/", name);
    struct stat st;
    if (!path || !as_folder)
        return arena_err(l->scratch);
    if (lstat(path, &st) != 0)
        return FAIL(ERR_IO, "%s: cannot be looked at", path);
    const struct place *folder = NULL;
    for (size_t i = 0; i < pack_nplaces; i++)
        if (is_folder(&pack_places[i]) && strcmp(pack_places[i].where, as_folder) == 0)
            folder = &pack_places[i];
    const struct place *file = pack_place_of(str_of(name));
    if (S_ISDIR(st.st_mode))
        return folder ? read_entries(r, as_folder)
               : file ? fault_add(&l->faults, name, 0, "must be a file, but is a folder")
                      : no_place(l, as_folder, true);
    if (folder)
        return fault_add(&l->faults, name, 0, "must be a folder");
    if (!file && !is_read_me(str_of(name)))
        return no_place(l, name, false);
    if (!S_ISREG(st.st_mode))
        return fault_add(&l->faults, name, 0, "must be a file, not a link or a device");
    return keep_file(r, path, name, (size_t)st.st_size);
}

/* under: "" or "kinds/". Only the top has folders, so that this nests once. */
static enum err read_entries(struct reading *r, const char *under)
{
    struct load *l = r->l;
    const char *path = arena_printf(l->scratch, "%s/%s", r->folder, under);
    char **names;
    size_t n;
    if (!path)
        return arena_err(l->scratch);
    TRY(dir_list(path, l->scratch, &names, &n));
    for (size_t i = 0; i < n && !r->full; i++) {
        const char *name = arena_printf(l->scratch, "%s%s", under, names[i]);
        if (!name)
            return arena_err(l->scratch);
        TRY(read_entry(r, name));
    }
    return OK;
}

static int by_name(const void *a, const void *b)
{
    const struct pack_file *x = a, *y = b;
    return strcmp(x->name, y->name);
}

enum err pack_files_read(struct load *l, const char *folder)
{
    struct stat st;
    if (stat(folder, &st) != 0)
        return errno == ENOENT ? FAIL(ERR_NOT_FOUND, "%s: no such folder", folder)
                               : FAIL(ERR_IO, "%s: cannot be looked at", folder);
    if (!S_ISDIR(st.st_mode))
        return fault_add(&l->faults, folder, 0, "must be a folder, but is a file");
    l->files = ARENA_ARRAY(l->scratch, PACK_MAX_FILES, struct pack_file);
    if (!l->files)
        return arena_err(l->scratch);
    struct reading r = {.l = l, .folder = folder, .cap = PACK_MAX_FILES};
    TRY(read_entries(&r, ""));
    qsort(l->files, l->nfiles, sizeof *l->files, by_name);
    if (!l->nfiles)
        return fault_add(&l->faults, folder, 0, "no pack: none of its files is here");
    return OK;
}

/* Editors add these unasked; then one text has two digests, and a msgid is not found any more. */
static enum err check_bytes(struct load *l, const struct pack_file *f)
{
    if (str_starts(f->text, "\xEF\xBB\xBF"))
        TRY(fault_add(&l->faults, f->name, 1, "begins with a byte-order mark"));
    ptrdiff_t at = str_find(f->text, '\r');
    int line = 1;
    for (ptrdiff_t i = 0; i < at; i++)
        line += f->text.p[i] == '\n';
    return at < 0 ? OK : fault_add(&l->faults, f->name, line, "a line ends with CR LF: only LF is used");
}

enum err pack_files_parse(struct load *l)
{
    for (size_t i = 0; i < l->nfiles; i++) {
        struct pack_file *f = &l->files[i];
        const struct place *p = pack_place_of(str_of(f->name));
        if (p)
            TRY(check_bytes(l, f));
        if (!p || !p->form)
            continue;
        enum err e = yaml_parse(l->scratch, f->name, f->text, &f->root);
        if (e == OK)
            continue;
        f->root = NULL;
        TRY(fault_from_err(&l->faults, e, f->name));
    }
    return OK;
}

/* Each file as path, NUL, length (8 bytes, big-endian), content: no two packs read the same. */
enum err pack_files_digest(struct load *l, uint8_t ret[32])
{
    CLEANUP(buf_free) struct buf b = {0};
    for (size_t i = 0; i < l->nfiles; i++) {
        buf_c(&b, l->files[i].name);
        buf_u8(&b, 0);
        buf_be64(&b, l->files[i].text.n);
        buf_str(&b, l->files[i].text);
    }
    TRY(buf_err(&b));
    struct hash h = sha256(buf_view(&b), STR(""));
    memcpy(ret, h.b, sizeof h.b);
    return OK;
}
