/* SPDX-License-Identifier: Apache-2.0 */
/* filetype.h - the type of a file out of its bytes, never out of its name. Pure; no decoder. What is not
 * known is FILE_UNKNOWN: kept, and never shown.
 *
 * Sources: JPEG (ITU-T T.81, JFIF, Exif 2.3), PNG (RFC 2083), GIF89a, RIFF/WebP container
 * (developers.google.com /speed/webp/docs/riff_container), PDF (ISO 32000), ISO BMFF (ISO 14496-12), Ogg (RFC
 * 3533), MPEG audio (ISO 11172-3), ZIP (APPNOTE 6.3), Office Open XML (ECMA-376). */
#pragma once
#include "base/str.h"

#define FILE_TYPES(X)                                                                                        \
    X(FILE_UNKNOWN, "unknown", "application/octet-stream")                                                   \
    X(FILE_JPEG, "jpeg", "image/jpeg")                                                                       \
    X(FILE_PNG, "png", "image/png")                                                                          \
    X(FILE_WEBP, "webp", "image/webp") X(FILE_GIF, "gif", "image/gif") X(FILE_PDF, "pdf", "application/pdf") \
        X(FILE_TEXT, "text", "text/plain") X(FILE_MP3, "mp3", "audio/mpeg") X(FILE_M4A, "m4a", "audio/mp4")  \
            X(FILE_OGG, "ogg", "audio/ogg") X(FILE_WAV, "wav", "audio/wav") X(FILE_MP4, "mp4", "video/mp4")  \
                X(FILE_DOCX, "docx",                                                                         \
                  "application/vnd.openxmlformats-officedocument.wordprocessingml.document")                 \
                    X(FILE_XLSX, "xlsx",                                                                     \
                      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")                   \
                        X(FILE_ZIP, "zip", "application/zip") X(FILE_HEIC, "heic", "image/heic")
#define FILE_TYPE_ID(id, word, media) id,
enum file_type { FILE_TYPES(FILE_TYPE_ID) FILE_TYPE_COUNT };
struct file_look {
    enum file_type type;
    bool macros;             /* an Office document that holds a program */
    bool camera_data, place; /* Exif is there; it holds a position */
    int orientation;         /* of Exif, 1..8; 1 = upright */
    uint32_t width, height;  /* of a picture; 0 = not found */
};
struct file_look file_look(struct str bytes);
const char *file_type_word(enum file_type t);
const char *file_type_media(enum file_type t);
int file_type_find(struct str word); /* -1 */
/* The type that a name's ending promises; -1 when it promises none that is known here. */
int file_type_named(struct str file_name);
bool file_type_picture(enum file_type t); /* one that can be drawn */
