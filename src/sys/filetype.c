/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/filetype.h"
#include <strings.h>

#define WORD(id, word, media)  word,
#define MEDIA(id, word, media) media,
static const char *const words[] = {FILE_TYPES(WORD)};
static const char *const medias[] = {FILE_TYPES(MEDIA)};

const char *file_type_word(enum file_type t)
{
    return t < FILE_TYPE_COUNT ? words[t] : words[FILE_UNKNOWN];
}

const char *file_type_media(enum file_type t)
{
    return t < FILE_TYPE_COUNT ? medias[t] : medias[FILE_UNKNOWN];
}

int file_type_find(struct str word)
{
    for (int i = 0; i < FILE_TYPE_COUNT; i++)
        if (str_is(word, words[i]))
            return i;
    return -1;
}

bool file_type_picture(enum file_type t)
{
    return t == FILE_JPEG || t == FILE_PNG || t == FILE_WEBP;
}

int file_type_named(struct str name)
{
    static const struct {
        const char *ending;
        enum file_type type;
    } known[] = {{"jpg", FILE_JPEG},  {"jpeg", FILE_JPEG}, {"png", FILE_PNG},   {"webp", FILE_WEBP},
                 {"gif", FILE_GIF},   {"pdf", FILE_PDF},   {"txt", FILE_TEXT},  {"csv", FILE_TEXT},
                 {"mp3", FILE_MP3},   {"m4a", FILE_M4A},   {"ogg", FILE_OGG},   {"oga", FILE_OGG},
                 {"wav", FILE_WAV},   {"mp4", FILE_MP4},   {"m4v", FILE_MP4},   {"docx", FILE_DOCX},
                 {"docm", FILE_DOCX}, {"xlsx", FILE_XLSX}, {"xlsm", FILE_XLSX}, {"zip", FILE_ZIP},
                 {"heic", FILE_HEIC}, {"heif", FILE_HEIC}, {"avif", FILE_HEIC}};
    size_t dot = name.n;
    while (dot > 0 && name.p[dot - 1] != '.')
        dot--;
    if (dot == 0)
        return -1;
    struct str ending = str_sub(name, dot, name.n);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (ending.n == strlen(known[i].ending) && strncasecmp(ending.p, known[i].ending, ending.n) == 0)
            return (int)known[i].type;
    return -1;
}

/* ---- reading numbers: 0 past the end
 * ---------------------------------------------------------------------------- */

static uint32_t byte(struct str s, size_t at)
{
    return at < s.n ? (uint8_t)s.p[at] : 0;
}
static uint32_t be16(struct str s, size_t at)
{
    return byte(s, at) << 8 | byte(s, at + 1);
}
static uint32_t be32(struct str s, size_t at)
{
    return be16(s, at) << 16 | be16(s, at + 2);
}
static uint32_t le16(struct str s, size_t at)
{
    return byte(s, at) | byte(s, at + 1) << 8;
}
static uint32_t le24(struct str s, size_t at)
{
    return le16(s, at) | byte(s, at + 2) << 16;
}
static uint32_t le32(struct str s, size_t at)
{
    return le16(s, at) | le16(s, at + 2) << 16;
}
static bool has(struct str s, size_t at, const char *bytes, size_t n)
{
    return at <= s.n && s.n - at >= n && memcmp(s.p + at, bytes, n) == 0;
}
#define HAS(s, at, literal) has((s), (at), "" literal, sizeof(literal) - 1)

/* ---- Exif: TIFF with one list of entries
 * ------------------------------------------------------------------------ */

#define TIFF_ENTRIES_MAX 200
#define TAG_ORIENTATION  0x0112
#define TAG_PLACE        0x8825

static void look_exif(struct str tiff, struct file_look *l)
{
    bool little = HAS(tiff, 0, "II*\0");
    if (!little && !HAS(tiff, 0, "MM\0*"))
        return;
    size_t at = little ? le32(tiff, 4) : be32(tiff, 4);
    uint32_t n = little ? le16(tiff, at) : be16(tiff, at);
    l->camera_data = true;
    for (uint32_t i = 0; i < n && i < TIFF_ENTRIES_MAX; i++) {
        size_t entry = at + 2 + 12 * (size_t)i;
        uint32_t tag = little ? le16(tiff, entry) : be16(tiff, entry);
        uint32_t value = little ? le16(tiff, entry + 8) : be16(tiff, entry + 8);
        if (entry + 12 > tiff.n)
            return;
        l->place |= tag == TAG_PLACE;
        if (tag == TAG_ORIENTATION && value >= 1 && value <= 8)
            l->orientation = (int)value;
    }
}

/* ---- pictures
 * --------------------------------------------------------------------------------------------------- */

static bool is_frame(uint32_t marker)
{
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

static void look_jpeg(struct str s, struct file_look *l)
{
    size_t at = 2;
    l->type = FILE_JPEG;
    while (at + 4 <= s.n && byte(s, at) == 0xFF) {
        uint32_t marker = byte(s, at + 1), n = be16(s, at + 2);
        if (marker == 0xFF) { /* fill */
            at++;
            continue;
        }
        if (marker == 0xDA || marker == 0xD9 || n < 2)
            return;
        if (is_frame(marker)) {
            l->height = be16(s, at + 5);
            l->width = be16(s, at + 7);
        }
        if (marker == 0xE1 && HAS(s, at + 4, "Exif\0\0"))
            look_exif(str_sub(s, at + 10, n - 2 > 6 ? n - 8 : 0), l);
        at += 2 + (size_t)n;
    }
}

static void look_png(struct str s, struct file_look *l)
{
    size_t at = 8;
    l->type = FILE_PNG;
    if (HAS(s, 12, "IHDR")) {
        l->width = be32(s, 16);
        l->height = be32(s, 20);
    }
    while (at + 12 <= s.n) {
        uint32_t n = be32(s, at);
        if (HAS(s, at + 4, "eXIf"))
            look_exif(str_sub(s, at + 8, n), l);
        if (n > s.n - at - 12)
            return;
        at += 12 + (size_t)n;
    }
}

static void webp_size(struct str s, size_t at, struct file_look *l)
{
    if (HAS(s, at, "VP8 ") && HAS(s, at + 11, "\x9D\x01\x2A")) {
        l->width = le16(s, at + 14) & 0x3FFF;
        l->height = le16(s, at + 16) & 0x3FFF;
    } else if (HAS(s, at, "VP8L")) {
        uint32_t v = le32(s, at + 9);
        l->width = (v & 0x3FFF) + 1;
        l->height = (v >> 14 & 0x3FFF) + 1;
    } else if (HAS(s, at, "VP8X")) {
        l->width = le24(s, at + 12) + 1;
        l->height = le24(s, at + 15) + 1;
    }
}

static void look_webp(struct str s, struct file_look *l)
{
    size_t at = 12;
    l->type = FILE_WEBP;
    webp_size(s, at, l);
    while (at + 8 <= s.n) {
        uint32_t n = le32(s, at + 4);
        if (HAS(s, at, "EXIF")) {
            struct str tiff = str_sub(s, at + 8, n);
            look_exif(HAS(tiff, 0, "Exif\0\0") ? str_sub(tiff, 6, tiff.n) : tiff, l);
        }
        if (n > s.n - at - 8)
            return;
        at += 8 + (size_t)n + (n & 1);
    }
}

/* ---- sound, moving pictures
 * ------------------------------------------------------------------------------------- */

static void look_iso_media(struct str s, struct file_look *l)
{
    static const char *const moving[] = {"isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42",
                                         "avc1", "M4V ", "3gp4", "3gp5", "3gp6", "dash", "mmp4"};
    static const char *const still[] = {"heic", "heix", "heim", "heis", "mif1", "msf1", "avif"};
    if (HAS(s, 8, "M4A ") || HAS(s, 8, "M4B "))
        l->type = FILE_M4A;
    for (size_t i = 0; i < sizeof moving / sizeof *moving; i++)
        if (has(s, 8, moving[i], 4))
            l->type = FILE_MP4;
    for (size_t i = 0; i < sizeof still / sizeof *still; i++)
        if (has(s, 8, still[i], 4))
            l->type = FILE_HEIC;
}

/* Bytes of an MPEG-1/2 layer III frame; 0 when there is none. */
static size_t mp3_frame(struct str s, size_t at)
{
    static const uint16_t rates1[] = {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0};
    static const uint16_t rates2[] = {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0};
    static const uint16_t samples[] = {44100, 48000, 32000, 0};
    uint32_t head = be32(s, at), version = head >> 19 & 3, layer = head >> 17 & 3;
    if (at + 4 > s.n || head >> 21 != 0x7FF || version == 1 || layer != 1)
        return 0;
    uint32_t rate = (version == 3 ? rates1 : rates2)[head >> 12 & 15], sample = samples[head >> 10 & 3];
    if (!rate || !sample)
        return 0;
    sample >>= version == 3 ? 0 : version == 2 ? 1 : 2;
    return (version == 3 ? 144000 : 72000) * (size_t)rate / sample + (head >> 9 & 1);
}

static bool is_mp3(struct str s)
{
    if (HAS(s, 0, "ID3"))
        return true;
    size_t n = mp3_frame(s, 0);
    return n > 0 && mp3_frame(s, n) > 0;
}

/* ---- archives: the list at the end says what is in them
 * ---------------------------------------------------------------- */

#define ZIP_ENTRIES_MAX 20000

static void look_zip(struct str s, struct file_look *l)
{
    size_t end = s.n >= 22 ? s.n - 22 : 0, low = s.n > 65557 ? s.n - 65557 : 0;
    bool types = false, word = false, sheet = false;
    l->type = FILE_ZIP;
    while (end > low && !HAS(s, end, "PK\5\6"))
        end--;
    size_t at = le32(s, end + 16);
    for (int i = 0; i < ZIP_ENTRIES_MAX && HAS(s, at, "PK\1\2"); i++) {
        uint32_t name_n = le16(s, at + 28), extra = le16(s, at + 30), comment = le16(s, at + 32);
        struct str name = str_sub(s, at + 46, name_n);
        types |= str_is(name, "[Content_Types].xml");
        word |= str_starts(name, "word/");
        sheet |= str_starts(name, "xl/");
        l->macros |= str_ends(name, "vbaProject.bin");
        at += 46 + (size_t)name_n + extra + comment;
    }
    if (types && (word || sheet))
        l->type = word ? FILE_DOCX : FILE_XLSX;
}

static bool is_text(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = (uint8_t)s.p[i];
        if ((c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f') || c == 0x7F)
            return false;
    }
    return s.n > 0 && str_utf8_ok(s);
}

static bool is_pdf(struct str s)
{
    for (size_t at = 0; at < 1024 && at + 5 <= s.n; at++)
        if (HAS(s, at, "%PDF-"))
            return true;
    return false;
}

struct file_look file_look(struct str s)
{
    struct file_look l = {.type = FILE_UNKNOWN, .orientation = 1};
    if (HAS(s, 0, "\xFF\xD8\xFF"))
        look_jpeg(s, &l);
    else if (HAS(s, 0, "\x89PNG\r\n\x1A\n"))
        look_png(s, &l);
    else if (HAS(s, 0, "RIFF") && HAS(s, 8, "WEBP"))
        look_webp(s, &l);
    else if (HAS(s, 0, "RIFF") && HAS(s, 8, "WAVE"))
        l.type = FILE_WAV;
    else if (HAS(s, 0, "GIF87a") || HAS(s, 0, "GIF89a"))
        l = (struct file_look){.type = FILE_GIF, .orientation = 1, .width = le16(s, 6), .height = le16(s, 8)};
    else if (HAS(s, 4, "ftyp"))
        look_iso_media(s, &l);
    else if (HAS(s, 0, "OggS"))
        l.type = FILE_OGG;
    else if (HAS(s, 0, "PK\3\4"))
        look_zip(s, &l);
    else if (is_pdf(s))
        l.type = FILE_PDF;
    else if (is_mp3(s))
        l.type = FILE_MP3;
    else if (is_text(s))
        l.type = FILE_TEXT;
    return l;
}
