"""Malformed photos by the hundred: whole ones of many kinds, cut, flipped and lied about."""

import io
import os
import struct
import zlib

import numpy as np
from PIL import Image

SIZE = (72, 48)
NAMES = ("a\nb.png", "🌊 sea.png", "100%d%s.png", "--out.png", "-.png", "x" * 251 + ".png",
         " .png", "a'b\"c.png", "{0}.png", "é.PNG", "a;rm.png", "[x]*.png")
KINDS = {"jpg": ("RGB", "JPEG", {}), "cmyk.jpg": ("CMYK", "JPEG", {}),
         "progressive.jpg": ("RGB", "JPEG", {"progressive": True}), "gray.jpg": ("L", "JPEG", {}),
         "png": ("RGB", "PNG", {}), "rgba.png": ("RGBA", "PNG", {}), "la.png": ("LA", "PNG", {}),
         "16.png": ("I;16", "PNG", {}), "1.png": ("1", "PNG", {}), "p.png": ("P", "PNG", {}),
         "webp": ("RGB", "WEBP", {}), "gif": ("P", "GIF", {}), "bmp": ("RGB", "BMP", {}),
         "tif": ("RGB", "TIFF", {}), "lzw.tif": ("RGB", "TIFF", {"compression": "tiff_lzw"}),
         "float.tif": ("F", "TIFF", {}), "cmyk.tif": ("CMYK", "TIFF", {}),
         "ppm": ("RGB", "PPM", {}), "tga": ("RGB", "TGA", {}), "ico": ("RGBA", "ICO", {}),
         "pcx": ("RGB", "PCX", {}), "jp2": ("RGB", "JPEG2000", {}),
         "avif": ("RGB", "AVIF", {}), "heic": ("RGB", "HEIF", {})}


def whole_photos():
    """Dict from a suffix to the bytes of a photo of that kind, as far as Pillow can write it."""
    try:
        from pillow_heif import register_heif_opener
        register_heif_opener()
    except ImportError:
        pass
    pixels = np.random.default_rng(0).integers(0, 256, (*SIZE[::-1], 3), np.uint8)
    photo = Image.fromarray(pixels).resize(SIZE, Image.Resampling.BICUBIC)
    found = {}
    for suffix, (mode, kind, options) in KINDS.items():
        picture = (Image.fromarray(pixels[..., 0].astype(np.uint16) << 8) if mode == "I;16"
                   else photo.convert(mode))
        try:
            found[suffix] = _encoded(picture, kind, **options)
        except (KeyError, OSError, ValueError):       # a codec that this Pillow has not
            continue
    turned = [photo, photo.rotate(90), photo.rotate(180)]
    for kind in ("GIF", "WEBP", "PNG", "TIFF"):
        found[f"animated.{kind.lower()}"] = _encoded(
            photo, kind, save_all=True, append_images=turned)
    return found


def _encoded(picture, kind, **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def mutate(content, random):
    """(what was done, other bytes): one of the ways in which files go wrong."""
    way = random.choice(["cut", "flip", "head", "swap", "zero", "insert", "lie", "tail"])
    data, place = bytearray(content), int(random.integers(max(1, len(content))))
    if way == "cut":
        data = data[:place]
    elif way == "flip":
        for spot in random.integers(0, len(data), int(random.integers(1, 30))):
            data[spot] ^= 1 << int(random.integers(8))
    elif way == "head":
        count = int(random.integers(1, 64))
        data[:count] = random.bytes(min(count, len(data)))
    elif way == "swap":
        middle = len(data) // 2
        data = data[:16] + data[middle:] + data[16:middle]
    elif way == "zero":
        end = min(len(data), place + int(random.integers(1, 2000)))
        data[place:end] = bytes(end - place)
    elif way == "insert":
        data[place:place] = random.bytes(int(random.integers(1, 500)))
    elif way == "lie":                                # a length or a size near the beginning
        spot = int(random.integers(4, max(5, min(200, len(data) - 4))))
        data[spot:spot + 4] = random.choice([b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", bytes(4),
                                             b"\xff\xff\xff\x7f"])
    else:
        data += random.bytes(int(random.integers(1, 5000)))
    return str(way), bytes(data)


def png_chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(
        ">I", zlib.crc32(name + content))


def png(width, height, rows, depth=8, colour=2, extra=b""):
    """A PNG that says a size, and holds `rows` as they are packed."""
    return (b"\x89PNG\r\n\x1a\n"
            + png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
            + extra + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b""))


def tiff(entries):
    """A little-endian TIFF of one directory: (tag, kind, count, value) each."""
    return (b"II*\0" + struct.pack("<IH", 8, len(entries))
            + b"".join(struct.pack("<HHII", *entry) for entry in entries) + bytes(4))


def bombs():
    """Dict of photos that say or unpack to far more than their bytes."""
    packed = zlib.compress(bytes(13_000 * 1_626), 9)                # 169 megapixels of one bit
    text = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(200_000_000), 9))
    small = zlib.compress(b"".join(b"\0" + bytes(3 * 64) for _ in range(48)))
    sizes = [(256, 4, 1, 100_000), (257, 4, 1, 100_000), (258, 3, 1, 8), (259, 3, 1, 1),
             (262, 3, 1, 1), (273, 4, 1, 8), (278, 4, 1, 100_000), (279, 4, 1, 2 ** 31)]
    return {"size.png": png(60_000, 60_000, small), "giant.png": png(2 ** 31 - 1, 1, small),
            "zero.png": png(0, 0, small), "bits.png": png(13_000, 13_000, packed, 1, 0),
            "text.png": png(64, 48, small, extra=text),
            "profile.png": png(64, 48, small, extra=png_chunk(
                b"iCCP", b"x\0\0" + zlib.compress(bytes(200_000_000), 9))),
            "thin.png": png(1, 100_000, zlib.compress(bytes(400_000))),
            "flat.png": png(100_000, 1, zlib.compress(bytes(300_001))),
            "strip.png": png(100_000, 16, zlib.compress(bytes(16 * 300_001))),
            "size.tif": tiff(sizes), "many.tif": tiff([(700, 7, 2 ** 31, 8)] * 4000),
            "loop.tif": tiff(sizes[:4])[:-4] + struct.pack("<I", 8),
            "size.gif": b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + b"\x80\0\0" + bytes(6)
            + b"," + struct.pack("<HHHH", 0, 0, 65_535, 65_535) + b"\0\x02\x02L\x01\0;",
            "size.webp": b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8L" + struct.pack("<I", 10)
            + b"/\xff\xff\xff\xff" + bytes(5),
            "size.bmp": b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, 2 ** 30, -2 ** 30,
                                            1, 24, 0, 0, 0, 0, 0, 0),
            "size.ppm": b"P6 99999999 99999999 255\n" + bytes(99),
            "size.jpg": b"\xff\xd8\xff\xc0\0\x11\x08\xff\xff\xff\xff\x03\x01\x22\0"
                        b"\x02\x11\1\x03\x11\1",
            "picture.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><rect/></svg>",
            "page.jpg": b"<!DOCTYPE html><p>429</p>", "text.jpg": b"no photo\n" * 99,
            "empty.jpg": b"", "one.jpg": b"\xff", "pickle.jpg": b"\x80\x04cos\nsystem\n."}


def photo_cases(count, seed=0):
    """Yield (name, function of a folder that makes one photo and gives its argument).

    Args:
        count: Photos; the specials come first, mutations fill up.
        seed: Of the mutations.
    """
    whole, random = whole_photos(), np.random.default_rng(seed)
    specials = [*_written(bombs()), *_written({f"as-{suffix}.jpg": content for suffix, content
                                               in whole.items()}),
                *((f"name {name[:20]!r}", _write(name, whole["png"])) for name in NAMES),
                *SPECIAL_FILES.items()]
    order = random.permutation(len(specials))
    yield from (specials[place] for place in order[:count * 2 // 5])
    kinds = list(whole)
    for number in range(count - min(len(specials), count * 2 // 5)):
        suffix = kinds[number % len(kinds)]
        way, content = mutate(whole[suffix], random)
        yield f"{number} {suffix} {way}", _write(f"photo.{suffix}", content)


def _written(contents):
    return [(name, _write(name, content)) for name, content in contents.items()]


def _write(name, content):
    def make(folder):
        (folder / name).write_bytes(content)
        return f"./{name}" if name.startswith("-") else name
    return make


def _fifo(folder):
    os.mkfifo(folder / "pipe.jpg")
    return "pipe.jpg"


def _loop(folder):
    (folder / "a.jpg").symlink_to("b.jpg")
    (folder / "b.jpg").symlink_to("a.jpg")
    return "a.jpg"


def _folder(folder):
    (folder / "folder.jpg").mkdir()
    return "folder.jpg"


def _dangling(folder):
    (folder / "gone.jpg").symlink_to("nowhere.jpg")
    return "gone.jpg"


SPECIAL_FILES = {"fifo": _fifo, "loop of links": _loop, "folder": _folder, "dangling": _dangling,
                 "missing": lambda folder: "missing.jpg", "no name": lambda folder: "",
                 "a long path": lambda folder: "x" * 5000, "/dev/zero": lambda folder: "/dev/zero",
                 "/dev/null": lambda folder: "/dev/null", "bytes": lambda folder: "\udcff.jpg"}
