/* Which decoder reads a file: the first bytes tell its format, never its name. */
#include "decode.h"

#include "../memory.h"

/* A format's first bytes, and its decoder or what it is called in a refusal. */
typedef struct {
    uint8_t offset, length;
    const char *bytes;
    decoder *decode;
    const char *name;
} signature;

#define STARTS(text) 0, sizeof(text) - 1, text
#define AT(offset, text) offset, sizeof(text) - 1, text

#define CONVERT ": convert it to JPEG or PNG"
#define AVIF "an AVIF image" CONVERT
#define HEIC "a HEIC photograph: convert it to JPEG; an iPhone takes JPEGs with Settings > Camera > Formats > Most Compatible"

static const signature SIGNATURES[] = {
    {STARTS("\xff\xd8"), decode_jpeg, NULL},
    {STARTS("\x89PNG\r\n\x1a\n"), decode_png, NULL},
    {AT(8, "WEBP"), decode_webp, NULL},
    {STARTS("GIF87a"), decode_gif, NULL},
    {STARTS("GIF89a"), decode_gif, NULL},
    {STARTS("BM"), decode_bmp, NULL},
    {AT(4, "ftypavi"), NULL, AVIF},
    {AT(4, "ftyphe"), NULL, HEIC},
    {AT(4, "ftypmif1"), NULL, "a HEIF image" CONVERT},
    {AT(4, "ftypmsf1"), NULL, "a HEIF sequence" CONVERT},
    {AT(4, "ftypcrx "), NULL, "a Canon raw file" CONVERT},
    {AT(4, "ftyp"), NULL, "a video: take a frame of it as JPEG or PNG"},
    {STARTS("II*\0"), NULL, "a TIFF or camera raw file" CONVERT},
    {STARTS("MM\0*"), NULL, "a TIFF or camera raw file" CONVERT},
    {STARTS("II+\0"), NULL, "a BigTIFF file" CONVERT},
    {STARTS("MM\0+"), NULL, "a BigTIFF file" CONVERT},
    {STARTS("\xff\x0a"), NULL, "a JPEG XL image" CONVERT},
    {STARTS("\0\0\0\x0cJXL "), NULL, "a JPEG XL image" CONVERT},
    {STARTS("\0\0\0\x0cjP  "), NULL, "a JPEG 2000 image" CONVERT},
    {STARTS("\xff\x4f\xff\x51"), NULL, "a JPEG 2000 image" CONVERT},
    {AT(128, "DICM"), NULL, "a DICOM file: export its image as PNG"},
    {STARTS("\0\0\1\0"), NULL, "a Windows icon" CONVERT},
    {STARTS("\0\0\2\0"), NULL, "a Windows cursor" CONVERT},
    {STARTS("8BPS"), NULL, "a Photoshop file" CONVERT},
    {STARTS("\x76\x2f\x31\x01"), NULL, "an OpenEXR image" CONVERT},
    {STARTS("#?RADIANCE"), NULL, "a Radiance HDR image" CONVERT},
    {STARTS("qoif"), NULL, "a QOI image" CONVERT},
    {STARTS("DDS "), NULL, "a DDS texture" CONVERT},
    {STARTS("\x8aMNG"), NULL, "an MNG animation" CONVERT},
    {STARTS("P4\n"), NULL, "a PBM image" CONVERT},
    {STARTS("P5\n"), NULL, "a PGM image" CONVERT},
    {STARTS("P6\n"), NULL, "a PPM image" CONVERT},
    {STARTS("%PDF"), NULL, "a PDF document: export the page as PNG"},
    {STARTS("%!PS"), NULL, "a PostScript document: export the page as PNG"},
    {STARTS("\x93NUMPY"), NULL, "a NumPy array"},
    {STARTS("\x89HDF"), NULL, "an HDF5 file"},
    {STARTS("PK\3\4"), NULL, "a ZIP archive: unpack it"},
    {STARTS("\x1f\x8b"), NULL, "a gzip file: unpack it"},
    {STARTS("version https://git-lfs"), NULL, "a Git LFS pointer, not the file itself: run git lfs pull"},
};

enum { SIGNATURE_COUNT = sizeof SIGNATURES / sizeof SIGNATURES[0] };

static bool is_white_space(uint8_t byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

/* Markup begins after a byte order mark and white space, in upper or lower case. */
static bool starts_markup(const uint8_t *bytes, size_t size, const char *tag) {
    size_t at = size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (at < size && is_white_space(bytes[at])) at++;
    for (; *tag; tag++, at++)
        if (at >= size || (bytes[at] | 0x20) != (*tag | 0x20)) return false;
    return true;
}

static const char *name_markup(const uint8_t *bytes, size_t size) {
    if (starts_markup(bytes, size, "<svg")) return "an SVG drawing: export it as PNG";
    if (starts_markup(bytes, size, "<?xml")) return "an XML document, perhaps an SVG drawing: export it as PNG";
    if (starts_markup(bytes, size, "<!doctype") || starts_markup(bytes, size, "<html"))
        return "an HTML page, not the image itself";
    return "no image format that is known here";
}

decoder *find_decoder(const uint8_t *bytes, size_t size, refusal *why) {
    if (size == 0) {
        refuse(why, DECODE_EMPTY, "no bytes");
        return NULL;
    }
    for (size_t i = 0; i < SIGNATURE_COUNT; i++) {
        const signature *s = &SIGNATURES[i];
        size_t end = (size_t)s->offset + s->length;
        if (size < end || memcmp(bytes + s->offset, s->bytes, s->length) != 0) continue;
        if (!s->decode) refuse(why, DECODE_FORMAT, s->name);
        return s->decode;
    }
    refuse(why, DECODE_FORMAT, name_markup(bytes, size));
    return NULL;
}
