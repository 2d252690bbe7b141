/* SPDX-License-Identifier: Apache-2.0 */
#include "screening/names/weights.h"
#include "base/alloc.h"

#include <math.h>
#include <string.h>

/* ---- tables ------------------------------------------------------------------------------------------- */

/* Looked up by halves, for every word of every name: in the order of their bytes. What the words are is
 * common knowledge of the languages; nothing here is counted. */
struct no_name {
    const char *word;
    enum word_kind kind;
};
#define TITLE(w)    {w, KIND_TITLE},
#define PARTICLE(w) {w, KIND_PARTICLE},
#define LEGAL(w)    {w, KIND_LEGAL_FORM},
#define TRADE(w)    {w, KIND_TRADE},
/* clang-format off */
static const struct no_name no_names[] = {
    LEGAL("ab") LEGAL("ad") PARTICLE("af") LEGAL("ag") PARTICLE("ait") LEGAL("aktiengesellschaft")
    LEGAL("aktsionernoe") LEGAL("aktsionernoye") PARTICLE("al") TITLE("al-haj") TITLE("amir")
    PARTICLE("anak") PARTICLE("and") LEGAL("anonima") LEGAL("anonyme") LEGAL("ao") PARTICLE("ap")
    LEGAL("aps") LEGAL("as") LEGAL("asa") TRADE("association") PARTICLE("av") PARTICLE("b") TRADE("bank")
    TRADE("banka") TRADE("banque") PARTICLE("banu") PARTICLE("ben") PARTICLE("beni") LEGAL("bhd")
    PARTICLE("bin") PARTICLE("bint") PARTICLE("binti") TITLE("bishop") TITLE("brig") TITLE("brigadier")
    PARTICLE("bt") PARTICLE("bte") LEGAL("bv") TRADE("capital") TITLE("capt") TITLE("captain")
    TRADE("center") TRADE("centre") TITLE("cheikh") LEGAL("cjsc") LEGAL("closed") LEGAL("co") TITLE("col")
    TITLE("colonel") TITLE("comandante") TITLE("commander") TRADE("commercial") TRADE("committee")
    LEGAL("company") TRADE("construction") TRADE("consulting") LEGAL("corp") LEGAL("corporation")
    LEGAL("cv") PARTICLE("da") TITLE("dame") PARTICLE("das") TITLE("datin") TITLE("dato") TITLE("datuk")
    TITLE("daw") LEGAL("dd") PARTICLE("de") PARTICLE("del") PARTICLE("della") PARTICLE("dem")
    PARTICLE("den") TRADE("department") PARTICLE("der") PARTICLE("des") TRADE("development") PARTICLE("di")
    LEGAL("dmcc") PARTICLE("do") TITLE("doctor") TITLE("don") TITLE("dona") LEGAL("doo") PARTICLE("dos")
    TITLE("dr") PARTICLE("du") PARTICLE("e") PARTICLE("el") TITLE("emir") TRADE("energy")
    TRADE("engineering") TRADE("enterprise") TRADE("enterprises") LEGAL("eood") TITLE("esq") LEGAL("est")
    LEGAL("establishment") PARTICLE("et") TRADE("export") TITLE("father") TRADE("federation")
    TRADE("finance") TRADE("financial") PARTICLE("for") LEGAL("foundation") TITLE("fr") TITLE("frau")
    LEGAL("fzc") LEGAL("fzco") LEGAL("fze") LEGAL("fzllc") LEGAL("gaisha") TRADE("gas") TITLE("gen")
    TITLE("general") LEGAL("gesellschaft") TRADE("global") LEGAL("gmbh") TRADE("group") TITLE("hadji")
    TITLE("haj") TITLE("haji") TITLE("hajj") TITLE("hajji") TITLE("herr") TRADE("holding")
    TRADE("holdings") PARTICLE("i") PARTICLE("ibn") TRADE("import") LEGAL("inc") LEGAL("incorporated")
    TRADE("industrial") TRADE("industries") TRADE("industry") LEGAL("inh") TRADE("institute")
    TRADE("international") TRADE("investment") TRADE("investments") LEGAL("joint") TITLE("jr") LEGAL("jsc")
    TITLE("judge") TITLE("junior") TITLE("justice") LEGAL("kabushiki") LEGAL("kaisha") LEGAL("kft")
    LEGAL("kg") LEGAL("kgaa") TITLE("khun") TITLE("king") LEGAL("kk") PARTICLE("la") TITLE("lady")
    PARTICLE("las") PARTICLE("le") LEGAL("liability") TITLE("lieutenant") LEGAL("limitada")
    LEGAL("limited") LEGAL("llc") LEGAL("llp") PARTICLE("lo") TITLE("lord") PARTICLE("los") LEGAL("lp")
    TITLE("lt") LEGAL("ltd") LEGAL("ltda") LEGAL("ltee") LEGAL("ltée") TITLE("madame") TITLE("maj")
    TITLE("major") TRADE("management") TRADE("marine") TRADE("maritime") TITLE("maulana") TITLE("maulawi")
    TITLE("maulvi") TITLE("mawlana") TITLE("mawlawi") LEGAL("mbh") TITLE("md") TITLE("minister")
    TRADE("ministry") TITLE("miss") TITLE("mister") TITLE("mlle") TITLE("mme") TITLE("molvi")
    TITLE("monsieur") TITLE("mr") TITLE("mrs") TITLE("ms") TITLE("mufti") TITLE("mulla") TITLE("mullah")
    TITLE("nang") TRADE("national") LEGAL("nv") LEGAL("nyrt") LEGAL("oao") LEGAL("obshchestvo")
    PARTICLE("of") TRADE("office") LEGAL("ogranichennoy") LEGAL("ohg") TRADE("oil") LEGAL("ojsc")
    LEGAL("ood") LEGAL("ooo") LEGAL("open") TRADE("organisation") TRADE("organization")
    LEGAL("otvetstvennostyu") LEGAL("ou") PARTICLE("oulad") PARTICLE("ould") LEGAL("oy") LEGAL("oyj")
    LEGAL("pao") TRADE("petroleum") TITLE("phd") LEGAL("pjsc") LEGAL("plc") TITLE("prasident")
    TITLE("president") TITLE("prezident") TITLE("prince") TITLE("princess") LEGAL("private")
    TRADE("products") TITLE("prof") TITLE("professor") TITLE("präsident") LEGAL("pt") LEGAL("pte")
    LEGAL("pty") LEGAL("public") LEGAL("pvt") TITLE("qari") TITLE("queen") TITLE("rev") TITLE("reverend")
    LEGAL("rt") LEGAL("sa") TITLE("saint") LEGAL("sarl") LEGAL("sas") TITLE("sayed") TITLE("sayyed")
    TITLE("sayyid") LEGAL("sdn") LEGAL("se") TITLE("senator") TITLE("senior") TITLE("senor")
    TITLE("senora") TRADE("service") TRADE("services") TITLE("seyyed") TITLE("señor") TITLE("señora")
    TITLE("shaikh") TITLE("shaykh") TITLE("sheik") TITLE("sheikh") TITLE("sheyh") TRADE("shipping")
    TITLE("shri") LEGAL("sia") TITLE("sir") LEGAL("sl") TITLE("smt") LEGAL("sociedad") LEGAL("societe")
    TRADE("solutions") LEGAL("spa") LEGAL("spol") TITLE("sr") TITLE("sri") LEGAL("srl") LEGAL("sro")
    TITLE("st") LEGAL("stock") TITLE("syed") TRADE("systems") LEGAL("tbk") PARTICLE("te")
    TRADE("technologies") TRADE("technology") PARTICLE("ten") PARTICLE("ter") PARTICLE("the")
    PARTICLE("thi") LEGAL("too") LEGAL("tov") LEGAL("tovarystvo") TRADE("trade") TRADE("trading")
    LEGAL("trust") TITLE("tun") TITLE("u") LEGAL("uab") PARTICLE("ud") PARTICLE("ul") PARTICLE("uld")
    PARTICLE("um") PARTICLE("umm") PARTICLE("und") TRADE("university") PARTICLE("ur") TITLE("ustad")
    PARTICLE("van") LEGAL("vat") LEGAL("vidkryte") PARTICLE("vom") PARTICLE("von") PARTICLE("y")
    LEGAL("zao") LEGAL("zat") LEGAL("zrt") PARTICLE("zu") PARTICLE("zum") PARTICLE("zur")
};
static const char *const meanings[][2] = {
    {"1st", "1"}, {"2nd", "2"}, {"3rd", "3"}, {"4th", "4"}, {"5th", "5"}, {"abdal", "abd"},
    {"abdel", "abd"}, {"abdul", "abd"}, {"abou", "abu"}, {"aktiengesellschaft", "ag"},
    {"assoc", "association"}, {"bk", "bank"}, {"bros", "brothers"}, {"centre", "center"},
    {"co", "company"}, {"corp", "corporation"}, {"dept", "department"}, {"eight", "8"}, {"fifth", "5"},
    {"first", "1"}, {"five", "5"}, {"four", "4"}, {"fourth", "4"}, {"ii", "2"}, {"iii", "3"},
    {"inc", "incorporated"}, {"intl", "international"}, {"iv", "4"}, {"ix", "9"}, {"ltd", "limited"},
    {"mfg", "manufacturing"}, {"natl", "national"}, {"nine", "9"}, {"one", "1"}, {"org", "organization"},
    {"organisation", "organization"}, {"second", "2"}, {"seven", "7"}, {"six", "6"}, {"svcs", "services"},
    {"tech", "technology"}, {"ten", "10"}, {"third", "3"}, {"three", "3"}, {"two", "2"},
    {"univ", "university"}, {"vi", "6"}, {"vii", "7"}, {"viii", "8"},
};
/* Very frequent words of names in the world; common knowledge, no counts. */
static const char *const frequent[] = {
    "abbas", "abd", "abdallah", "abdullah", "abu", "ahmad", "ahmed", "aleksandr", "alexander", "ali",
    "andrei", "andrey", "anna", "antonio", "begum", "carlos", "chen", "choi", "das", "david", "devi",
    "dmitry", "elena", "francisco", "garcia", "gonzalez", "hamad", "hamid", "hasan", "hassan", "hernandez",
    "hossein", "huang", "hussain", "hussein", "ibrahim", "islam", "ivan", "ivanov", "james", "john",
    "johnson", "jose", "juan", "karim", "khalid", "khan", "kim", "kumar", "le", "lee", "li", "liu",
    "lopez", "luis", "mahmoud", "mahmud", "maria", "martinez", "michael", "mikhail", "mohamed", "mohammad",
    "mohammed", "muhammad", "mustafa", "nguyen", "nikolai", "olga", "omar", "park", "perez", "pham",
    "rahman", "robert", "rodriguez", "saeed", "said", "saleh", "salim", "sanchez", "sato", "sergei",
    "sergey", "shah", "silva", "singh", "smith", "suzuki", "tanaka", "tran", "uddin", "umar", "vladimir",
    "wang", "william", "wu", "yang", "yusuf", "zhang", "zhao", "zhou",
};
/* clang-format on */
#define COUNT(a) (sizeof(a) / sizeof *(a))

/* Rows begin with a word. NULL: none has it. */
static const void *row_of(const void *rows, size_t n, size_t size, struct str word)
{
    size_t from = 0;
    while (from < n) {
        size_t middle = from + (n - from) / 2;
        const char *const *row = (const void *)((const char *)rows + middle * size);
        int order = strncmp(*row, word.p, word.n);
        if (!order && !(*row)[word.n])
            return row;
        if (order < 0)
            from = middle + 1;
        else
            n = middle;
    }
    return NULL;
}

/* ---- words that are no names --------------------------------------------------------------------------- */

static bool is_patronymic(struct str w)
{
    static const char *const ends[] = {"ovich", "evich", "ovych",  "evych",  "ovic",   "ovna",
                                       "evna",  "ivna",  "yevich", "ilyich", "ogly",   "oglu",
                                       "oghlu", "kyzy",  "qizi",   "avich",  "aevich", "owna"};
    if (str_is(w, "ogly") || str_is(w, "oglu"))
        return true;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (w.n > strlen(ends[i]) + 1 && str_ends(w, ends[i]))
            return true;
    return false;
}

enum word_kind word_kind_of(struct str w)
{
    bool digits = w.n > 0;
    for (size_t i = 0; i < w.n; i++)
        digits = digits && w.p[i] >= '0' && w.p[i] <= '9';
    if (digits)
        return KIND_NUMBER;
    const struct no_name *row = row_of(no_names, COUNT(no_names), sizeof *no_names, w);
    if (row)
        return row->kind;
    if (w.n == 1)
        return KIND_INITIAL;
    return is_patronymic(w) ? KIND_PATRONYMIC : KIND_NAME;
}

struct str word_plain(const struct name_word *w)
{
    for (size_t i = 0; i < w->written.n; i++) {
        char c = w->written.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'))
            return w->n ? w->readings[0].latin : STR("");
    }
    return w->written;
}

struct str word_meaning(struct str w)
{
    const char *const *row = row_of(meanings, COUNT(meanings), sizeof *meanings, w);
    return row ? str_of(row[1]) : w;
}

/* ---- how often they stand in a list -------------------------------------------------------------------- */

struct counted {
    uint64_t key; /* 0: empty */
    uint32_t n;
};
struct name_frequencies {
    struct counted *places;
    size_t room, used, names;
};
static const uint8_t hash_key[16] = {
    0}; /* the same on every machine; a list's owner gains nothing by collisions */

enum err name_frequencies_new(struct name_frequencies **ret)
{
    struct name_frequencies *f = mem_alloc(sizeof *f);
    if (!f)
        return mem_fail();
    f->room = 1024;
    f->places = mem_alloc(f->room * sizeof *f->places);
    if (!f->places) {
        mem_free(f);
        return mem_fail();
    }
    *ret = f;
    return OK;
}

void name_frequencies_free(struct name_frequencies *f)
{
    if (f)
        mem_free(f->places);
    mem_free(f);
}

void name_frequencies_cleanup(struct name_frequencies **f)
{
    name_frequencies_free(*f);
}

static struct counted *place_of(const struct counted *places, size_t room, uint64_t key)
{
    size_t at = key & (room - 1);
    while (places[at].key && places[at].key != key)
        at = (at + 1) & (room - 1);
    return (struct counted *)&places[at];
}

static enum err grow(struct name_frequencies *f)
{
    struct counted *bigger = mem_alloc(2 * f->room * sizeof *bigger);
    if (!bigger)
        return mem_fail();
    for (size_t i = 0; i < f->room; i++)
        if (f->places[i].key)
            *place_of(bigger, 2 * f->room, f->places[i].key) = f->places[i];
    mem_free(f->places);
    f->places = bigger;
    f->room *= 2;
    return OK;
}

static enum err count_one(struct name_frequencies *f, uint64_t key)
{
    if (2 * (f->used + 1) > f->room)
        TRY(grow(f));
    struct counted *c = place_of(f->places, f->room, key);
    f->used += !c->key;
    c->key = key;
    c->n += c->n < UINT32_MAX;
    return OK;
}

static uint64_t key_of(const char *p, size_t n, uint64_t sort)
{
    uint64_t key = str_siphash((struct str){p, n}, hash_key) ^ sort;
    return key ? key : 1;
}

static enum err count_word(struct name_frequencies *f, const struct sound *word)
{
    char bones[WORD_LETTERS];
    size_t n = sound_skeleton(word, bones, sizeof bones);
    TRY(count_one(f, key_of(word->letters, word->n, 0)));
    return count_one(f, key_of(bones, n, 1));
}

enum err name_frequencies_count(struct name_frequencies *f, const struct name *name)
{
    f->names++;
    for (size_t i = 0; i < name->n; i++) {
        struct sound word;
        struct str plain = word_plain(&name->words[i]);
        if (!plain.n)
            continue;
        sound_make(word_meaning(plain), SOUND_LETTERS, &word);
        TRY(count_word(f, &word));
    }
    return OK;
}

static double bits_in_list(const struct name_frequencies *f, uint64_t key)
{
    const struct counted *c = place_of(f->places, f->room, key);
    return log2(((double)f->names + 2) / (c->n + 1.0));
}

/* ---- bits ---------------------------------------------------------------------------------------------- */

/* skeleton_share: how much of the weight comes from all spellings together. */
static const double skeleton_share = 0.5, list_most = 11.5, list_least = 0.8, letter_bits = 1.85;

static double bits_of_name(const struct name_frequencies *f, struct str latin, const struct sound *word)
{
    char bones[WORD_LETTERS];
    size_t n = sound_skeleton(word, bones, sizeof bones);
    if (!f || !f->names)
        return row_of(frequent, COUNT(frequent), sizeof *frequent, latin) ? 4.5 : fmin(10, 4 + 0.8 * word->n);
    double bits = (1 - skeleton_share) * bits_in_list(f, key_of(word->letters, word->n, 0)) +
                  skeleton_share * bits_in_list(f, key_of(bones, n, 1));
    double by_length = letter_bits * word->n; /* a short word tells little though the list has it but once */
    return fmax(list_least, fmin(fmin(bits, by_length), list_most));
}

double word_weight(const struct name_frequencies *f, struct str latin, const struct sound *word,
                   enum word_kind kind)
{
    double bits = bits_of_name(f, latin, word);
    switch (kind) {
    case KIND_PARTICLE:
        return 0.5;
    case KIND_TITLE:
        return 0.4;
    case KIND_LEGAL_FORM:
        return 1;
    case KIND_INITIAL:
        return 1.5;
    case KIND_NUMBER:
        return fmax(bits, 6);
    case KIND_TRADE:
        return fmin(bits, 3);
    case KIND_PATRONYMIC:
        return 0.7 * bits;
    case KIND_NAME:
        break;
    }
    return bits;
}
