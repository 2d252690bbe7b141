/* SPDX-License-Identifier: Apache-2.0 */
/* pack_impl.h - how a pack is read; inside of core/pack*.c and core/pack/scenario.c only.
 *
 * Four passes over one folder:
 *   1. read     every file once into memory, YAML into trees with positions        (pack_files.c)
 *   2. decode   trees into the structs of pack.h, driven by tables of keys         (pack_decode.c, the tables
 * beside their subject)
 *   3. resolve  every name that was used against every name that was defined       (pack_names.c)
 *   4. check    what no single key can tell: states reachable, texts translated ... (check functions named by
 * the tables) A fault never stops a pass; only memory does. The pack lives in `keep`, all else in `scratch`.
 */
#pragma once
#include "base/limits.h"
#include "core/pack.h"
#include "core/pack/faults.h"
#include "core/scenario.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

/* ---- names ------------------------------------------------------------------------------------------- */
/* A name is unique in its space and scope. Scope 0 is the whole pack; each kind, code list, duty, ... opens
 * one of its own. */
enum space {
    NAME_NONE,
    NAME_SOURCE,
    NAME_SCHEME,
    NAME_STAGE,
    NAME_DEFINITION,
    NAME_PROGRAMME,
    NAME_AGENCY,
    NAME_OFFICE,
    NAME_CONTACT,
    NAME_CALENDAR,
    NAME_CODES,
    NAME_CODE,
    NAME_LAW,
    NAME_PROVISION,
    NAME_CHAPTER,
    NAME_MEASURE,
    NAME_DUTY,
    NAME_ALIAS,
    NAME_INDICATOR,
    NAME_KIND,
    NAME_PLANNED,
    NAME_SECTION,
    NAME_FIELD,
    NAME_STATE,
    NAME_ACTION,
    NAME_CLOCK,
    NAME_FACT,
    NAME_IMPORT,
    NAME_COLUMN,
    NAME_SCENARIO,
    NAME_ACTOR,
    NAME_OBJECT,
    NAME_TEXT,
    NAME_GROUND,
    NAME_SIGN, /* indicators, prompts and questions alike */
    NAME_PROMPT_GROUP,
    NAME_SITUATION,
    NAME_OFFENCE,
    NAME_SPACES
};
#define SPACE(s) (UINT64_C(1) << (s))
const char *space_word(enum space s); /* "agency", "code list" */

struct name {
    enum space space;
    uint32_t scope, inner; /* inner: the scope it opens itself, or 0 */
    struct str word;
    const void *object; /* NULL when its file could not be read: then nothing is looked for inside */
    const char *file;
    int line;
    struct name *next; /* in the order of definition */
};
struct names {
    struct name *first, *last;
    struct name **slots; /* open addressing */
    size_t nslots, n;
};

struct load;
/* Adds a name, or finds the one that stands already (*ret_fresh false). */
enum err name_add(struct load *l, struct name n, struct name **ret, bool *ret_fresh) NODISCARD;
const struct name *name_find(const struct load *l, enum space s, uint32_t scope, struct str word);
/* " (did you mean ...?)" among the names of one space and scope; "" if none is near, NULL when memory ran
 * out. */
const char *name_guess(const struct load *l, enum space s, uint32_t scope, struct str word);

/* A use of a name, resolved in pass 3. */
struct ref {
    enum space space, or_space;
    uint32_t scope;
    const char *list; /* NAME_CODE: of this code list; NULL: of `scope` */
    const char *key;  /* under which it stood */
    struct str word;
    const void **slot; /* gets the object; NULL: only existence is asked */
    const struct yaml *at;
    struct ref *next;
};
enum err ref_add(struct load *l, struct ref r) NODISCARD;
enum err refs_resolve(struct load *l) NODISCARD;

/* ---- the decoder ------------------------------------------------------------------------------------- */
enum shape {
    SHAPE_TEXT,  /* const char *: a human text, to be translated */
    SHAPE_PLAIN, /* const char *: any text */
    SHAPE_ID,    /* const char *: docs/pack-format.md section 1 */
    SHAPE_NAME,
    SHAPE_CODE,
    SHAPE_DUTY,
    SHAPE_DAY,  /* const char *: YYYY-MM-DD */
    SHAPE_TIME, /* int64_t: RFC 3339, as microseconds since 1970 */
    SHAPE_DATE, /* struct date */
    SHAPE_BOOL, /* bool */
    SHAPE_INT,  /* int */
    SHAPE_I64,  /* int64_t */
    SHAPE_BYTE, /* char: one printable ASCII byte */
    SHAPE_ENUM, /* enum: index in .words */
    SHAPE_BITS, /* uint32_t: list of words, 1 << index each */
    SHAPE_LINK, /* const struct x *: the object named (.space) */
    SHAPE_LIST, /* const struct x * and size_t: list of maps (.form), or rows of the table (.table) */
    SHAPE_MAP,  /* struct x in place (.form) */
    SHAPE_READ  /* whatever .read makes of it */
};
/* An enum whose word was faulty: checks that depend on it are left out, so that one slip is one fault. */
#define WORD_UNKNOWN 0x7fff
enum key_flag {
    KEY_REQUIRED = 1,  /* must stand, and not be empty */
    KEY_BLANK_OK = 2,  /* ... but may be "" */
    KEY_DEFINES = 4,   /* names the record (.space) */
    KEY_REFERS = 8,    /* must be a name that is defined (.space, .or_space; .list for a code) */
    KEY_LIST = 16,     /* list of these: const char *const * and size_t */
    KEY_SOME = 32,     /* list: at least one */
    KEY_JOINED = 64,   /* list kept as one text joined by ';' */
    KEY_NULL = 128,    /* NULL when absent, not "" */
    KEY_ELSE = 256,    /* shares its member with an earlier key, which wins */
    KEY_NOT_NONE = 512 /* words: the first one ("none") is not allowed */
};
struct words {
    const char *const *list;
    size_t n;
};
#define WORDS(array)        \
    {                       \
        (array), LEN(array) \
    }

struct form;
struct key {
    const char *name;
    enum shape shape;
    unsigned flags;
    size_t at, n_at; /* offset of the member, and of its count */
    enum space space, or_space;
    const char *list;
    const struct words *words; /* ENUM, BITS; texts: one of these */
    const struct form *form;
    enum err (*read)(struct load *l, const struct key *k, const struct yaml *y, void *record);
    int64_t least, most; /* INT, I64: the range; lists: most = how many (0 = LIST_MOST) */
    int64_t otherwise;   /* INT, I64, BOOL, ENUM: when absent */
    unsigned table;      /* LIST: 1 + enum table_id; 0 = an array of its own */
};
struct form {
    const char *what; /* "an agency" */
    size_t size;      /* 0: the record is filled, not cleared first (struct pack itself) */
    const struct key *keys;
    size_t nkeys;
    size_t line_at, file_at; /* offset + 1; 0 = none */
    uint64_t opens;          /* spaces whose names belong to one record of this form */
    const char *one_of[2];   /* one of these keys must stand */
    /* When all keys are read (pass 2). */
    enum err (*done)(struct load *l, const struct yaml *y, void *record);
    /* When the whole pack is read (pass 4). owner: the record around it. */
    enum err (*check)(struct load *l, const struct yaml *y, void *record, const void *owner);
};
#define AT(type, member)             .at = offsetof(struct type, member)
#define AT_LIST(type, member, count) .at = offsetof(struct type, member), .n_at = offsetof(struct type, count)
#define LINE_AT(type, member)        .line_at = offsetof(struct type, member) + 1
#define FILE_AT(type, member)        .file_at = offsetof(struct type, member) + 1
#define FORM(words_, type, keys_) \
    .what = words_, .size = sizeof(struct type), .keys = keys_, .nkeys = LEN(keys_)

/* Reads a map into *record (zeroed). *ret_is_map false, and a fault, when it is none. */
enum err decode_map(struct load *l, const struct form *f, const struct yaml *y, void *record,
                    bool *ret_is_map) NODISCARD;
enum err decode_text(struct load *l, struct str s, const char **ret) NODISCARD; /* copy into the pack */
/* The record around the present one, of this form; NULL if none. */
const void *decode_owner(const struct load *l, const struct form *f);
uint32_t decode_scope(const struct load *l, enum space s); /* where a name of this space belongs here */
enum err text_add(struct load *l, struct str s,
                  const struct yaml *at) NODISCARD; /* a msgid to be translated */
/* The value under a key as far as it is given (null is not); NULL else. */
const struct yaml *given(const struct yaml *map, const char *key);
/* A scalar that is one of the words; else a fault and *ret_index = -1. */
enum err decode_word(struct load *l, const char *key, const struct yaml *y, const struct words *words,
                     bool not_none, int *ret_index) NODISCARD;
/* A list of words, texts or references (the key has KEY_LIST); for a .read that accepts something else
 * besides. */
enum err decode_texts(struct load *l, const struct key *k, const struct yaml *y, void *record) NODISCARD;
bool word_shaped(enum shape shape, struct str s);
#define AT_FAULT(y) (y)->file, (y)->line /* for fault_add */

/* ---- the load ---------------------------------------------------------------------------------------- */
/* Tables of the pack that several files or lists fill. */
enum table_id {
    TABLE_CODE_LISTS,
    TABLE_LAWS,
    TABLE_PROVISIONS,
    TABLE_DUTIES,
    TABLE_KINDS,
    TABLE_IMPORTS,
    TABLE_SCENARIOS,
    TABLE_COUNT
};
struct table {
    char *rows;
    size_t size, n, cap;
};
enum err table_reserve(struct load *l, enum table_id id, size_t size, size_t cap) NODISCARD;

struct pack_file {
    const char *name; /* in the folder, '/' between: "kinds/visit.yaml" */
    struct str text;
    struct yaml *root; /* NULL: no YAML, or not readable (a fault was noted) */
};
struct deferred {
    const struct form *form;
    const struct yaml *at;
    void *record;
    const void *owner;
    struct deferred *next;
};
struct frame {
    const struct form *form;
    void *record;
    uint32_t scope;
};
struct load {
    struct arena *keep, *scratch;
    struct faults faults;
    struct pack_file *files; /* in byte order of their names */
    size_t nfiles;
    struct names names;
    struct ref *refs, *last_ref;
    struct deferred *checks, *last_check;
    struct frame stack[YAML_MAX_DEPTH];
    int depth;
    uint32_t scopes;
    uint64_t unreadable; /* spaces whose file could not be read: nothing is called missing there */
    bool broken;         /* something could not be read: nobody knows all texts */
    struct table tables[TABLE_COUNT];
    struct pack *pack;
};

/* Where a file may stand, and what is made of it (pack_files.c). */
struct place {
    const char *where;       /* "plan.yaml", or a folder "kinds/" */
    const char *ending;      /* of the files of a folder: ".yaml" */
    const struct form *form; /* NULL: texts */
    uint64_t defines;        /* spaces whose names may stand there */
    enum space id;           /* folder: space of the file's own id */
    unsigned table;          /* folder: 1 + enum table_id */
    bool optional;           /* a file at the top that may be absent */
};
extern const struct place pack_places[];
extern const size_t pack_nplaces;
const struct place *pack_place_of(struct str name); /* NULL: no file of that name has a place in a pack */
enum err pack_files_read(struct load *l, const char *folder) NODISCARD;
enum err pack_files_parse(struct load *l) NODISCARD; /* text -> root */
enum err pack_files_digest(struct load *l, uint8_t ret[32]) NODISCARD;
/* pack_load.c: everything after the files are in memory. */
enum err pack_load_files(struct load *l) NODISCARD;
/* As pack_load, from files in memory in byte order of their names, with a limit (0 = PACK_MAX_MEMORY). For
 * tests and the fuzzer, which bring their own files. */
enum err pack_load_memory(struct pack_file *files, size_t n, size_t memory_limit, struct arena *faults_arena,
                          const struct pack **ret, struct pack_fault **ret_faults,
                          size_t *ret_nfaults) NODISCARD;

/* Forms, and the checks of the whole pack, beside their subjects. */
extern const struct form pack_form, agencies_form, offices_form, contact_points_form, holidays_form,
    code_list_form, law_form, plan_form, programme_form, kind_form, import_form, scenario_form, duty_form,
    item_form, signs_form, reports_form;
