/* SPDX-License-Identifier: Apache-2.0 */
#include "screening/names/weights.h"
#include "base/alloc.h"

#include <math.h>
#include <string.h>

/* ---- words that are no names --------------------------------------------------------------------------- */

/* Each between spaces. What they are is common knowledge of the languages; nothing here is counted. */
static const char particles[] =
    " al el ul ur ud bin ibn ben bint bt binti b umm um ould oulad uld ait beni banu de del della di "
    "da das do dos du des la le las los lo van von vom zu zum zur der den dem ten ter te af av y e i and und "
    "et "
    "the of for und thi van anak bte ap ";
static const char titles[] =
    " mr mrs ms miss mister dr doctor prof professor sir lord lady dame sheikh shaykh shaikh sheik cheikh "
    "sheyh "
    "haji hajji hadji hajj haj al-haj mullah mulla maulvi mawlawi maulawi molvi mawlana maulana mufti qari "
    "ustad "
    "sayyid sayed sayyed seyyed syed general gen colonel col major maj captain capt lieutenant lt brig "
    "brigadier "
    "president präsident prasident prezident minister senator justice judge prince princess king queen emir "
    "amir "
    "comandante commander don dona jr sr junior senior esq phd md rev reverend father fr bishop saint st "
    "herr frau monsieur madame mme mlle señor senor señora senora sri shri smt tun dato datuk datin khun "
    "nang u daw ";
static const char legal_forms[] =
    " limited ltd llc inc incorporated corp corporation company co plc gmbh ag sa sas sarl srl spa sl kg "
    "kgaa ohg "
    "bv nv ab as asa oy oyj aps lp llp pte pty pvt private public bhd sdn kk kabushiki kaisha gaisha ooo oao "
    "zao pao "
    "ao too tov zat vat aktiengesellschaft gesellschaft obshchestvo jsc ojsc pjsc cjsc joint stock open "
    "closed fze fzc fzco fzllc dmcc est establishment trust foundation ltda sociedad societe anonyme anonima "
    "limitada "
    "liability mbh se doo dd ad eood ood sro spol zrt kft nyrt rt sia uab ou inh pt tbk cv ltée ltee "
    "tovarystvo otvetstvennostyu ogranichennoy aktsionernoe aktsionernoye vidkryte ";
static const char trade_words[] =
    " bank banka banque group holding holdings international trading trade general services service "
    "industries industry "
    "industrial company national shipping marine maritime global enterprise enterprises import export "
    "development technology technologies systems engineering construction investment investments financial "
    "finance "
    "capital energy oil gas petroleum products center centre institute organization organisation association "
    "committee federation ministry department office university commercial solutions management consulting ";

static bool stands_in(const char *list, struct str word)
{
    char with_spaces[WORD_LETTERS + 3];
    if (!word.n || word.n > WORD_LETTERS)
        return false;
    with_spaces[0] = ' ';
    memcpy(with_spaces + 1, word.p, word.n);
    with_spaces[word.n + 1] = ' ';
    return memmem(list, strlen(list), with_spaces, word.n + 2) != NULL;
}

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
    if (stands_in(titles, w))
        return KIND_TITLE;
    if (stands_in(particles, w))
        return KIND_PARTICLE;
    if (w.n == 1)
        return KIND_INITIAL;
    if (stands_in(legal_forms, w))
        return KIND_LEGAL_FORM;
    if (stands_in(trade_words, w))
        return KIND_TRADE;
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
    static const char *const meanings[][2] = {
        {"ii", "2"},
        {"iii", "3"},
        {"iv", "4"},
        {"vi", "6"},
        {"vii", "7"},
        {"viii", "8"},
        {"ix", "9"},
        {"one", "1"},
        {"two", "2"},
        {"three", "3"},
        {"four", "4"},
        {"five", "5"},
        {"six", "6"},
        {"seven", "7"},
        {"eight", "8"},
        {"nine", "9"},
        {"ten", "10"},
        {"first", "1"},
        {"second", "2"},
        {"third", "3"},
        {"1st", "1"},
        {"2nd", "2"},
        {"3rd", "3"},
        {"4th", "4"},
        {"fourth", "4"},
        {"fifth", "5"},
        {"5th", "5"},
        {"ltd", "limited"},
        {"corp", "corporation"},
        {"inc", "incorporated"},
        {"co", "company"},
        {"intl", "international"},
        {"aktiengesellschaft", "ag"},
        {"abdul", "abd"},
        {"abdel", "abd"},
        {"abdal", "abd"},
        {"abou", "abu"},
        {"bros", "brothers"},
        {"assoc", "association"},
        {"mfg", "manufacturing"},
        {"svcs", "services"},
        {"natl", "national"},
        {"univ", "university"},
        {"dept", "department"},
        {"bk", "bank"},
        {"org", "organization"},
        {"organisation", "organization"},
        {"centre", "center"},
        {"tech", "technology"},
    };
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (str_is(w, meanings[i][0]))
            return str_of(meanings[i][1]);
    return w;
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

/* Very frequent words of names in the world; common knowledge, no counts. */
static const char frequent[] =
    " abd abu mohammed mohamed muhammad mohammad ahmed ahmad ali hassan hasan hussein hussain hossein "
    "ibrahim khan abdullah "
    "abdallah rahman mahmoud mahmud yusuf omar umar khalid salim saleh mustafa singh kumar devi li wang "
    "zhang chen "
    "liu yang huang zhao wu zhou kim lee park choi nguyen tran le pham maria jose juan carlos luis garcia "
    "rodriguez "
    "martinez hernandez lopez gonzalez perez sanchez john james michael david robert william smith johnson "
    "ivanov "
    "aleksandr alexander sergei sergey vladimir dmitry andrei andrey mikhail nikolai ivan elena olga anna "
    "tanaka "
    "sato suzuki das begum islam uddin shah hamid hamad said saeed abbas karim jose antonio francisco silva ";

/* skeleton_share: how much of the weight comes from all spellings together. */
static const double skeleton_share = 0.5, list_most = 11.5, list_least = 0.8, letter_bits = 1.85;

static double bits_of_name(const struct name_frequencies *f, struct str latin, const struct sound *word)
{
    char bones[WORD_LETTERS];
    size_t n = sound_skeleton(word, bones, sizeof bones);
    if (!f || !f->names)
        return stands_in(frequent, latin) ? 4.5 : fmin(10, 4 + 0.8 * word->n);
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
