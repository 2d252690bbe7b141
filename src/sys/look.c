/* SPDX-License-Identifier: Apache-2.0 */
/* look.c - decoders and the blur. In the sandboxed child only: it may crash, hang or be taken over, and that
 * is all it can do. Memory is not given back: the child ends with its one answer. */
#include "sys/look.h"
#include "base/alloc.h"
#include "base/limits.h"
#include "sys/filetype.h"
#include <setjmp.h>
#include <stdio.h>
/* after stdio.h */
#include <jpeglib.h>
#include <png.h>
#include <webp/decode.h>

struct raster {
    uint32_t width, height;
    uint8_t *rgb; /* 3 bytes a pixel */
};

static uint8_t *pixels(uint32_t width, uint32_t height, size_t each)
{
    if (!width || !height || width > PICTURE_MAX_SIDE || height > PICTURE_MAX_SIDE ||
        (uint64_t)width * height > PICTURE_MAX_PIXELS)
        return NULL;
    return mem_alloc((size_t)width * height * each);
}

/* ---- decoding
 * --------------------------------------------------------------------------------------------------- */

struct jpeg_trouble {
    struct jpeg_error_mgr base;
    jmp_buf out;
};

static void jpeg_stop(j_common_ptr j)
{
    longjmp(((struct jpeg_trouble *)(void *)j->err)->out, 1);
}

static void jpeg_quiet(j_common_ptr j, int level)
{
    (void)j;
    (void)level;
}

static void jpeg_quiet_message(j_common_ptr j)
{
    (void)j;
}

static void jpeg_guard(struct jpeg_trouble *t)
{
    jpeg_std_error(&t->base);
    t->base.error_exit = jpeg_stop;
    t->base.emit_message = jpeg_quiet;
    t->base.output_message = jpeg_quiet_message;
}

static bool read_jpeg(struct jpeg_decompress_struct *d, struct str s, uint32_t side, struct raster *ret)
{
    jpeg_create_decompress(d);
    jpeg_mem_src(d, (const uint8_t *)s.p, s.n);
    if (jpeg_read_header(d, TRUE) != JPEG_HEADER_OK ||
        (uint64_t)d->image_width * d->image_height > PICTURE_MAX_PIXELS)
        return false;
    d->out_color_space = JCS_RGB;
    d->scale_num = 8;
    d->scale_denom = 8;
    while (d->scale_num > 1 && d->image_width * (d->scale_num - 1) / 8 >= side &&
           d->image_height * (d->scale_num - 1) / 8 >= side)
        d->scale_num--;
    jpeg_start_decompress(d);
    ret->width = d->output_width;
    ret->height = d->output_height;
    ret->rgb = d->output_components == 3 ? pixels(ret->width, ret->height, 3) : NULL;
    if (!ret->rgb)
        return false;
    while (d->output_scanline < d->output_height) {
        uint8_t *row = ret->rgb + (size_t)d->output_scanline * ret->width * 3;
        jpeg_read_scanlines(d, &row, 1);
    }
    return true;
}

static bool decode_jpeg(struct str s, uint32_t side, struct raster *ret)
{
    static struct jpeg_decompress_struct d;
    struct jpeg_trouble trouble;
    jpeg_guard(&trouble);
    d.err = &trouble.base;
    if (setjmp(trouble.out))
        return false;
    return read_jpeg(&d, s, side, ret);
}

/* What shines through stands on white. */
static void on_white(const uint8_t *rgba, struct raster *r)
{
    for (size_t i = 0, n = (size_t)r->width * r->height; i < n; i++)
        for (int c = 0; c < 3; c++) {
            uint32_t a = rgba[4 * i + 3];
            r->rgb[3 * i + (size_t)c] = (uint8_t)((rgba[4 * i + (size_t)c] * a + 255 * (255 - a)) / 255);
        }
}

static bool decode_png(struct str s, struct raster *ret)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    png_color white = {255, 255, 255};
    if (!png_image_begin_read_from_memory(&image, s.p, s.n))
        return false;
    image.format = PNG_FORMAT_RGB;
    *ret = (struct raster){image.width, image.height, pixels(image.width, image.height, 3)};
    return ret->rgb && png_image_finish_read(&image, &white, ret->rgb, 0, NULL);
}

static bool decode_webp(struct str s, struct raster *ret)
{
    int width, height;
    if (!WebPGetInfo((const uint8_t *)s.p, s.n, &width, &height) || width < 1 || height < 1)
        return false;
    *ret = (struct raster){(uint32_t)width, (uint32_t)height, pixels((uint32_t)width, (uint32_t)height, 3)};
    uint8_t *rgba = ret->rgb ? WebPDecodeRGBA((const uint8_t *)s.p, s.n, &width, &height) : NULL;
    if (!rgba || (uint32_t)width != ret->width || (uint32_t)height != ret->height)
        return false;
    on_white(rgba, ret);
    return true;
}

/* ---- smaller, upright, blurred
 * ---------------------------------------------------------------------------------- */

/* The mean of the pixels that fall on one. */
static bool shrink(struct raster *r, uint32_t side)
{
    uint32_t longest = r->width > r->height ? r->width : r->height;
    if (longest <= side)
        return true;
    struct raster small = {(uint32_t)((uint64_t)r->width * side / longest),
                           (uint32_t)((uint64_t)r->height * side / longest), NULL};
    small.width += !small.width;
    small.height += !small.height;
    small.rgb = pixels(small.width, small.height, 3);
    if (!small.rgb)
        return false;
    for (uint32_t y = 0; y < small.height; y++)
        for (uint32_t x = 0; x < small.width; x++) {
            uint64_t sum[3] = {0}, n = 0;
            uint32_t y0 = (uint32_t)((uint64_t)y * r->height / small.height),
                     y1 = (uint32_t)((uint64_t)(y + 1) * r->height / small.height),
                     x0 = (uint32_t)((uint64_t)x * r->width / small.width),
                     x1 = (uint32_t)((uint64_t)(x + 1) * r->width / small.width);
            for (uint32_t v = y0; v < y1 || v == y0; v++)
                for (uint32_t u = x0; u < x1 || u == x0; u++, n++)
                    for (int c = 0; c < 3; c++)
                        sum[c] += r->rgb[((size_t)v * r->width + u) * 3 + (size_t)c];
            for (int c = 0; c < 3; c++)
                small.rgb[((size_t)y * small.width + x) * 3 + (size_t)c] = (uint8_t)(sum[c] / n);
        }
    mem_free(r->rgb);
    *r = small;
    return true;
}

/* Exif 2.3, tag 0x0112: where the first row and column of the picture are. */
static bool upright(struct raster *r, int orientation)
{
    bool turned = orientation >= 5;
    struct raster to = {turned ? r->height : r->width, turned ? r->width : r->height, NULL};
    if (orientation <= 1)
        return true;
    to.rgb = pixels(to.width, to.height, 3);
    if (!to.rgb)
        return false;
    for (uint32_t y = 0; y < to.height; y++)
        for (uint32_t x = 0; x < to.width; x++) {
            uint32_t u = turned ? y : x, v = turned ? x : y;
            if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8)
                u = r->width - 1 - u;
            if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7)
                v = r->height - 1 - v;
            memcpy(to.rgb + ((size_t)y * to.width + x) * 3, r->rgb + ((size_t)v * r->width + u) * 3, 3);
        }
    mem_free(r->rgb);
    *r = to;
    return true;
}

/* One line of a box blur: n pixels, `step` bytes apart; the edge is repeated. */
static void blur_line(uint8_t *p, size_t n, size_t step, size_t radius, uint8_t *scratch)
{
    for (int c = 0; c < 3; c++) {
        uint32_t sum = 0, width = (uint32_t)(2 * radius + 1);
        for (size_t i = 0; i < n; i++)
            scratch[i] = p[i * step + (size_t)c];
        for (size_t i = 0; i < width; i++)
            sum += scratch[i < radius ? 0 : i - radius < n ? i - radius : n - 1];
        for (size_t i = 0; i < n; i++) {
            p[i * step + (size_t)c] = (uint8_t)(sum / width);
            sum -= scratch[i < radius ? 0 : i - radius];
            sum += scratch[i + radius + 1 < n ? i + radius + 1 : n - 1];
        }
    }
}

#define BLUR_PASSES 3

static bool blur(struct raster *r)
{
    size_t longest = r->width > r->height ? r->width : r->height, radius = longest / 14 + 2;
    uint8_t *scratch = mem_alloc(longest + 1);
    if (!scratch)
        return false;
    for (int pass = 0; pass < BLUR_PASSES; pass++) {
        for (size_t y = 0; y < r->height; y++)
            blur_line(r->rgb + y * r->width * 3, r->width, 3, radius, scratch);
        for (size_t x = 0; x < r->width; x++)
            blur_line(r->rgb + x * 3, r->height, (size_t)r->width * 3, radius, scratch);
    }
    return true;
}

/* ---- encoding: new pixels, nothing of what the file said besides
 * -------------------------------------------------------- */

static bool write_jpeg(struct jpeg_compress_struct *c, struct raster *r, int quality, uint8_t **ret,
                       unsigned long *ret_n)
{
    jpeg_create_compress(c);
    jpeg_mem_dest(c, ret, ret_n);
    c->image_width = r->width;
    c->image_height = r->height;
    c->input_components = 3;
    c->in_color_space = JCS_RGB;
    jpeg_set_defaults(c);
    jpeg_set_quality(c, quality, TRUE);
    jpeg_start_compress(c, TRUE);
    while (c->next_scanline < c->image_height) {
        uint8_t *row = r->rgb + (size_t)c->next_scanline * r->width * 3;
        jpeg_write_scanlines(c, &row, 1);
    }
    jpeg_finish_compress(c);
    return true;
}

static bool encode(struct raster *r, int quality, struct buf *out)
{
    static struct jpeg_compress_struct c;
    static uint8_t *bytes;
    static unsigned long n;
    struct jpeg_trouble trouble;
    jpeg_guard(&trouble);
    c.err = &trouble.base;
    if (setjmp(trouble.out) || !write_jpeg(&c, r, quality, &bytes, &n))
        return false;
    buf_bytes(out, bytes, n);
    return true;
}

static bool draw(struct str in, const struct file_look *l, bool blurred, struct buf *out)
{
    static struct raster r;
    uint32_t side = blurred ? LOOK_BLURRED_SIDE : LOOK_CLEAR_SIDE;
    bool ok = l->type == FILE_JPEG   ? decode_jpeg(in, side, &r)
              : l->type == FILE_PNG  ? decode_png(in, &r)
              : l->type == FILE_WEBP ? decode_webp(in, &r)
                                     : false;
    return ok && shrink(&r, side) && upright(&r, l->orientation) && (!blurred || blur(&r)) &&
           encode(&r, blurred ? 60 : 85, out);
}

void look_job(uint8_t job, struct str in, struct buf *out)
{
    struct buf picture = {.limit = SANDBOX_MAX_REPLY - LOOK_HEAD_BYTES};
    if (job >= LOOK_TEST_JOB) {
        if (look_test_job)
            look_test_job(job, out);
        return;
    }
    struct file_look l = file_look(in);
    if (job == LOOK_TYPE || !draw(in, &l, job == LOOK_BLURRED, &picture) || picture.err)
        buf_clear(&picture);
    buf_c(out, LOOK_MAGIC);
    buf_u8(out, (uint8_t)l.type);
    buf_u8(out, (uint8_t)((l.macros ? LOOK_MACROS : 0) | (l.camera_data ? LOOK_CAMERA : 0) |
                          (l.place ? LOOK_PLACE : 0)));
    buf_u8(out, (uint8_t)l.orientation);
    buf_u8(out, 0);
    buf_be32(out, l.width);
    buf_be32(out, l.height);
    buf_be32(out, (uint32_t)picture.n);
    buf_str(out, buf_view(&picture));
}
