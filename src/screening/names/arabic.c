/* SPDX-License-Identifier: Apache-2.0 */
/* arabic.c - Arabic, Persian, Urdu, Pashto letters. Short vowels are not written: common names come from a
 * list, for the others vowels are proposed between the consonants, and a skeleton of consonants is given to
 * be compared with that of the other side. */
#include "screening/names/own.h"

struct known {
    const char *written, *latin;
};
/* Spellings as passports of several countries have them; letters folded as in plain_letter. */
static const struct known NAMES[] = {
    {"محمد", "muhammad|mohammad:2|mohammed:2|mohamed:2|mohamad:4|muhammed:5|mohamud:12|mahamed:15|mehmet:25"},
    {"احمد", "ahmad|ahmed:2|ahmet:25|akhmed:25"},
    {"محمود", "mahmud|mahmoud:2|mahmood:3"},
    {"حامد", "hamid|hamed:3"},
    {"حميد", "hamid|hameed:3|hamied:15"},
    {"حسن", "hasan|hassan:2"},
    {"حسين", "husayn|hussein:1|husain:3|hussain:2|hossein:2|hussien:10|hossain:5|husein:4"},
    {"علي", "ali|aly:6"},
    {"عمر", "umar|omar:1|omer:10"},
    {"عثمان", "uthman|othman:3|osman:3|usman:4"},
    {"عمار", "ammar"},
    {"عامر", "amir|amer:2"},
    {"امير", "amir|ameer:4"},
    {"امين", "amin|ameen:4"},
    {"ابراهيم", "ibrahim|ebrahim:3|ibraheem:6"},
    {"اسماعيل", "ismail|ismael:4|esmail:4|ismaeel:8"},
    {"يوسف", "yusuf|yousef:2|yousif:4|youssef:3|yusef:4|yousaf:8|usif:15"},
    {"يونس", "yunus|younis:3|yunis:3|younes:4"},
    {"موسى", "musa|mousa:3|moussa:4"},
    {"عيسى", "isa|issa:3|eisa:5|essa:6"},
    {"يحيى", "yahya|yahia:3|yehia:6"},
    {"مصطفى", "mustafa|mostafa:3|moustafa:4|mustapha:5"},
    {"مرتضى", "murtada|morteza:3|murtaza:3|mortaza:5"},
    {"كمال", "kamal"},
    {"جمال", "jamal|gamal:6|djamal:10|djamel:10"},
    {"جميل", "jamil|jameel:4|gamil:8"},
    {"خالد", "khalid|khaled:2"},
    {"خليل", "khalil|khaleel:5"},
    {"سعيد", "said|saeed:2|sayid:10|saeid:8"},
    {"سعد", "saad|sad:4"},
    {"سيد", "sayyid|sayed:2|syed:3|said:8|seyed:4|sayid:5|seyyed:5"},
    {"سليم", "salim|saleem:4"},
    {"سالم", "salim|salem:2"},
    {"سليمان", "sulayman|suleiman:2|sulaiman:3|soleiman:5|suliman:6|soleimani:40"},
    {"صالح", "salih|saleh:2|salah:15"},
    {"صلاح", "salah"},
    {"صدام", "saddam"},
    {"طارق", "tariq|tarek:3|tareq:3"},
    {"طالب", "talib|taleb:3"},
    {"عباس", "abbas"},
    {"عزيز", "aziz"},
    {"فاطمه", "fatima|fatimah:2|fatema:4|fatemeh:4"},
    {"عايشه", "aisha|aysha:4|ayesha:4"},
    {"عائشه", "aisha|aysha:4|ayesha:4"},
    {"خديجه", "khadija|khadijah:3|khadijeh:6"},
    {"زينب", "zaynab|zainab:2|zeinab:3"},
    {"مريم", "maryam|mariam:2"},
    {"نور", "nur|noor:3|nour:3"},
    {"كريم", "karim|kareem:4"},
    {"رحيم", "rahim|raheem:5"},
    {"رحمن", "rahman|rehman:4"},
    {"رشيد", "rashid|rasheed:4|rachid:6"},
    {"رضا", "rida|reza:2|raza:3|ridha:4|redha:6"},
    {"قاسم", "qasim|qassim:4|kassem:6|qasem:3|ghasem:6|kasim:6"},
    {"ناصر", "nasir|nasser:2|naser:3"},
    {"نصر", "nasr"},
    {"نصير", "nasir|naseer:4"},
    {"منصور", "mansur|mansour:2|mansoor:4"},
    {"مهدي", "mahdi|mehdi:3"},
    {"هاشم", "hashim|hashem:3"},
    {"هادي", "hadi"},
    {"وليد", "walid|waleed:3"},
    {"ياسين", "yasin|yassin:3|yaseen:4|yasseen:6"},
    {"ياسر", "yasir|yasser:2|yaser:3"},
    {"زيد", "zayd|zaid:2|zeid:4"},
    {"بكر", "bakr|bakar:10"},
    {"جعفر", "jafar|jaafar:3|jaffar:6"},
    {"داود", "dawud|dawood:3|daoud:3|davoud:4|daud:4"},
    {"داوود", "dawud|dawood:3|daoud:3|davoud:4"},
    {"عبد", "abd|abdul:4|abdel:6|abdol:10|abdal:10"},
    {"عبدالله", "abdallah|abdullah:1|abdollah:4|abdulla:6|abdalla:6"},
    {"عبدو", "abdu|abdou:4|abdo:4"},
    {"الله", "allah|ullah:3|ollah:6|alah:8"},
    {"دين", "din|deen:4|eddine:8"},
    {"حق", "haq|haqq:4|haque:6|hagh:10"},
    {"ابو", "abu|abou:4|abo:8"},
    {"ابي", "abi"},
    {"ابن", "ibn|bin:10|ben:10"},
    {"بن", "bin|ben:4"},
    {"بنت", "bint|binti:6"},
    {"ام", "umm|um:4|om:8"},
    {"شيخ", "shaykh|sheikh:2|shaikh:3|sheik:6"},
    {"حاج", "haj|hajj:3|haji:6"},
    {"حاجي", "haji|hajji:4"},
    {"ملا", "mullah|mulla:3|mola:10"},
    {"مولوي", "mawlawi|maulavi:3|mawlavi:3|molavi:6"},
    {"مفتي", "mufti"},
    {"خان", "khan"},
    {"گل", "gul|gol:4"},
    {"جان", "jan"},
    {"شاه", "shah"},
    {"اقا", "agha|aqa:6"},
    {"زاده", "zada|zadeh:2|zadah:5"},
    {"ولد", "wuld|ould:3|walad:10"},
    {"عبيد", "ubayd|obaid:3|ubaid:3|obeid:5"},
    {"عادل", "adil|adel:2"},
    {"عدنان", "adnan"},
    {"انور", "anwar|anvar:8"},
    {"اكبر", "akbar"},
    {"اسلم", "aslam"},
    {"اشرف", "ashraf"},
    {"اسد", "asad|assad:4"},
    {"ايمن", "ayman|aiman:4"},
    {"ايوب", "ayyub|ayoub:3|ayub:3|ayoob:8"},
    {"بلال", "bilal|belal:5"},
    {"جابر", "jabir|jaber:3"},
    {"جبار", "jabbar"},
    {"حبيب", "habib|habeeb:6"},
    {"حكيم", "hakim|hakeem:5"},
    {"حمزه", "hamza|hamzah:3|hamzeh:6"},
    {"حيدر", "haydar|haider:3|haidar:3|heydar:5"},
    {"خضر", "khidr|khadr:5|khodr:6|khader:6"},
    {"ذو", "dhu|zu:4|zul:6|dhul:6"},
    {"ربيع", "rabi|rabie:4|rabee:5"},
    {"زكريا", "zakariya|zakaria:2|zakariyya:4"},
    {"سامي", "sami|samy:6"},
    {"سمير", "samir|sameer:5"},
    {"شريف", "sharif|shareef:5|cherif:8"},
    {"شهاب", "shihab|shahab:4|shehab:4"},
    {"طه", "taha"},
    {"ظاهر", "zahir|dhahir:5|thahir:8|zaher:4"},
    {"طاهر", "tahir|taher:3"},
    {"عصمت", "ismat|esmat:3"},
    {"عزت", "izzat|ezzat:4|ezat:6"},
    {"غلام", "ghulam|gholam:3|gulam:8"},
    {"فاروق", "faruq|farouk:3|farooq:3|faruk:5"},
    {"فيصل", "faysal|faisal:2|feisal:6"},
    {"قدوس", "quddus|qudus:3|qoddus:6"},
    {"لطيف", "latif|lateef:5"},
    {"مالك", "malik|malek:3"},
    {"ماجد", "majid|majed:3"},
    {"مجيد", "majid|majeed:4|magid:10"},
    {"مسعود", "masud|masoud:2|masood:3|massoud:4"},
    {"مظفر", "muzaffar|mozaffar:4|mudhaffar:6"},
    {"معروف", "maruf|maarouf:4|marouf:3|maroof:5"},
    {"معمر", "muammar|moammar:5"},
    {"نبيل", "nabil|nabeel:5"},
    {"نجيب", "najib|najeeb:5|naguib:8"},
    {"نذير", "nadhir|nazir:3|nadir:8"},
    {"نعمت", "nimat|nemat:3|naimat:8"},
    {"هبه", "hiba|heba:4"},
    {"هيثم", "haytham|haitham:3|haisam:10"},
    {"رعد", "raad|rad:6"},
    {"رغد", "raghad|raghd:6"},
    {"عبيدي", "ubaydi|obaidi:3|ubaidi:3|obeidi:5"},
    {"تكريتي", "tikriti|takriti:6"},
    {"عمري", "umari|omari:3|amri:8"},
    {"عرب", "arab"},
    {"عراقي", "iraqi"},
    {"مصري", "masri|misri:6"},
    {"يمني", "yamani|yemeni:5"},
    {"سوري", "suri|souri:6"},
    {"مغربي", "maghribi|maghrebi:4|moghrabi:8"},
    {"عبدالرحمن", "abdulrahman|abdelrahman:4|abdurrahman:4|abdirahman:12"},
    {"الدين", "aldin|eddine:5|uddin:5|eldin:5|aldeen:8"},
    {"ظواهري", "zawahiri|dhawahiri:8"},
    {"فلسطيني", "filistini|falastini:6|filastini:4"},
    {"كردي", "kurdi|kordi:8"},
    {"پهلوي", "pahlavi|pahlawi:8"},
};

struct sound {
    int32_t letter;
    const char *latin;
    bool consonant;
};
static const struct sound SOUNDS[] = {
    {0x628, "b", true},
    {0x62A, "t", true},
    {0x62B, "th|s:6|t:20", true},
    {0x62C, "j|g:12|dj:20", true},
    {0x62D, "h", true},
    {0x62E, "kh", true},
    {0x62F, "d", true},
    {0x630, "dh|z:4|d:15|th:15", true},
    {0x631, "r", true},
    {0x632, "z", true},
    {0x633, "s|ss:20", true},
    {0x634, "sh|ch:25", true},
    {0x635, "s|ss:20", true},
    {0x636, "d|z:10|dh:8", true},
    {0x637, "t", true},
    {0x638, "z|dh:6|th:20", true},
    {0x63A, "gh|g:15", true},
    {0x641, "f", true},
    {0x642, "q|k:10|gh:15", true},
    {0x643, "k", true},
    {0x644, "l", true},
    {0x645, "m", true},
    {0x646, "n", true},
    {0x647, "h", true},
    {0x67E, "p", true},
    {0x686, "ch", true},
    {0x698, "zh|j:15", true},
    {0x6AF, "g", true},
    {0x679, "t", true},
    {0x688, "d", true},
    {0x691, "r", true},
    {0x6A4, "v", true},
    {0x6BA, "n", false},
    {0x67C, "t", true},
    {0x689, "d", true},
    {0x693, "r", true},
    {0x69A, "sh|kh:15|x:20", true},
    {0x681, "dz|z:10", true},
    {0x685, "ts|s:10", true},
    {0x6BC, "n", true},
    {0x695, "r", true},
    {0x6B5, "l", true},
};
#define COUNT(a) (sizeof(a) / sizeof *(a))

/* Forms of one letter; 0 for marks that are left out. */
static int32_t plain_letter(int32_t c)
{
    switch (c) {
    case 0x6A9: /* keheh and its sisters */
    case 0x6AA:
        return 0x643;
    case 0x6AB:
        return 0x6AF;
    case 0x6CC: /* yeh of Persian; of Urdu */
    case 0x6D2:
    case 0x6CD:
    case 0x6D0:
        return 0x64A;
    case 0x6C1:
    case 0x6BE:
    case 0x6C0:
    case 0x6C3:
    case 0x6D5:
    case 0x629:
        return 0x647;
    case 0x622:
    case 0x623:
    case 0x625:
    case 0x671:
        return 0x627;
    case 0x6C6:
    case 0x6C7:
    case 0x6CB:
        return 0x648;
    default:
        return (c >= 0x64B && c <= 0x65F) || c == 0x670 || (c >= 0x610 && c <= 0x61A) ||
                       (c >= 0x6D6 && c <= 0x6ED)
                   ? 0
                   : c;
    }
}

static const struct sound *sound_of(int32_t c)
{
    for (size_t i = 0; i < COUNT(SOUNDS); i++)
        if (SOUNDS[i].letter == c)
            return &SOUNDS[i];
    return NULL;
}

static struct letters folded(struct arena *a, struct str s, struct letters *as_written, enum err *ret)
{
    struct letters w;
    *ret = letters_of(a, s, &w);
    int32_t *plain = *ret == OK ? ARENA_ARRAY(a, w.n + 1, int32_t) : NULL;
    int32_t *kept = plain ? ARENA_ARRAY(a, w.n + 1, int32_t) : NULL;
    size_t n = 0;
    if (!kept) {
        *ret = *ret == OK ? arena_err(a) : *ret;
        return (struct letters){0};
    }
    for (size_t i = 0; i < w.n; i++)
        if (plain_letter(w.p[i])) {
            kept[n] = w.p[i];
            plain[n++] = plain_letter(w.p[i]);
        }
    *as_written = (struct letters){kept, n};
    return (struct letters){plain, n};
}

static bool same(struct letters w, const char *known)
{
    struct str s = str_of(known);
    size_t i = 0;
    for (size_t at = 0; at < s.n; i++) {
        int32_t c = plain_letter(str_utf8_next(s, &at));
        c = c == 0x649 ? 0x64A : c;
        if (i >= w.n || (w.p[i] == 0x649 ? 0x64A : w.p[i]) != c)
            return false;
    }
    return i == w.n;
}

/* Letters that are vowels, or are both. */
static const char *vowel_sound(struct letters w, struct letters written, size_t i)
{
    bool first = i == 0, last = i + 1 == w.n;
    bool after_alif = i > 0 && w.p[i - 1] == 0x627;
    switch (w.p[i]) {
    case 0x627:
        if (written.p[i] == 0x625)
            return "i|e:5|a:20";
        return first ? "a|i:10|e:12|u:15|o:20" : "a|aa:25";
    case 0x648:
        if (first || after_alif)
            return "w|v:4|o:15|u:20";
        return last ? "u|o:4|ou:6|aw:10|w:12|v:20" : "u|o:4|ou:4|oo:8|aw:10|w:8|au:12|v:15";
    case 0x64A:
        if (first)
            return "y|i:15|e:20";
        return last ? "i|y:4|ee:10|ai:15" : "i|ee:6|ai:6|ay:6|ei:8|y:8|e:12|ia:20";
    case 0x649:
        return "a|i:8|y:15";
    case 0x639:
        return first ? "a|u:10|o:10|i:12|e:12" : "a|:4|aa:6|i:15|e:20";
    case 0x624:
        return "u|o:5|w:20";
    case 0x626:
        return "i|e:6|y:10";
    case 0x621:
        return "";
    default:
        return NULL;
    }
}

static const char *vowel_between(struct letters w, size_t i)
{
    const struct sound *next = i + 1 < w.n ? sound_of(w.p[i + 1]) : NULL;
    if (!next || !next->consonant)
        return letter_at(w, i + 1) == 0x639 ? "|a:4|i:10|u:12" : NULL;
    if (i + 2 == w.n && i > 0) /* the last syllable: nasr, or hasan */
        return w.p[i + 1] == 0x647 && i + 2 == w.n ? "a|e:6" : "a|i:4|e:4|:6|u:12";
    return i == 0 ? "a|u:6|i:6|o:10|e:10|:15" : "|a:2|i:8|u:10|e:8";
}

static const char *consonant_sound(struct letters w, size_t i, const struct sound *sound)
{
    bool last = i + 1 == w.n && i > 0;
    return last && w.p[i] == 0x647 ? "|h:2" : sound->latin;
}

static void consonants(struct reader *r, struct letters w)
{
    char text[NAME_LETTERS_MAX], out[NAME_LETTERS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < w.n; i++) {
        const struct sound *sound = sound_of(w.p[i]);
        bool silent = (w.p[i] == 0x647 && i + 1 == w.n) || w.p[i] == 0x621;
        const char *latin = sound             ? sound->latin
                            : w.p[i] == 0x648 ? "w"
                            : w.p[i] == 0x64A ? "y"
                            : i == 0          ? "a"
                                              : "";
        for (; !silent && *latin && *latin != '|' && *latin != ':' && n < sizeof text; latin++)
            text[n++] = *latin;
    }
    collect(&r->c, (struct str){out, name_consonants((struct str){text, n}, out)}, (struct str){0}, 0,
            READING_CONSONANTS);
}

enum err read_arabic(struct reader *r)
{
    enum err err;
    struct letters written, w = folded(r->a, r->word->written, &written, &err);
    TRY(err);
    if (w.n == 0)
        return OK;
    if (r->word->flags & WORD_PARTICLE) {
        collect_spec(&r->c, "al|el:4|ul:8|il:15|ol:20", 0, READING_ROMANISED);
        return OK;
    }
    consonants(r, w);
    bool found = false;
    for (size_t i = 0; i < COUNT(NAMES) && !found; i++)
        if (same(w, NAMES[i].written)) {
            collect_spec(&r->c, NAMES[i].latin, 0, READING_ROMANISED);
            found = true;
        }
    struct lattice l = lattice_new(r->a, w.n);
    for (size_t i = 0; i < w.n; i++) {
        const struct sound *sound = sound_of(w.p[i]);
        const char *vowel = sound ? NULL : vowel_sound(w, written, i);
        if (!sound && !vowel)
            r->word->flags |= WORD_UNREAD;
        if (sound)
            lattice_arc(&l, i, i + 1, 0, consonant_sound(w, i, sound),
                        sound->consonant ? vowel_between(w, i) : NULL, NULL);
        else
            lattice_arc(&l, i, i + 1, 0, vowel ? vowel : "", NULL, NULL);
    }
    lattice_collect(&l, &r->c, found ? 40 : 0, READING_ROMANISED);
    return OK;
}
