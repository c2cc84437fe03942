"""Pictures made by code: a scene that shows which way is up, and files that are wrong in every way we know."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageCms, ImageDraw

SHARED_PHOTO = Path(__file__).parents[4] / "shared" / "photos" / "squat.jpg"
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def draw_scene(width: int = 240, height: int = 160) -> Image.Image:
    """A picture whose corners differ: red, green, blue, and a grey slope."""
    slope = np.linspace(90, 170, width, dtype=np.uint8)
    image = Image.fromarray(np.repeat(np.repeat(slope[None, :, None], height, 0), 3, 2))
    draw = ImageDraw.Draw(image)
    draw.rectangle([0, 0, width // 3, height // 3], fill=(220, 30, 30))
    draw.rectangle([2 * width // 3, 0, width, height // 3], fill=(30, 200, 30))
    draw.rectangle([0, 2 * height // 3, width // 3, height], fill=(30, 30, 220))
    return image


def save(image: Image.Image, kind: str, **options: Any) -> bytes:
    sink = io.BytesIO()
    image.save(sink, kind, **options)
    return sink.getvalue()


def noisy(width: int, height: int) -> Image.Image:
    rng = np.random.default_rng(7)
    return Image.fromarray(rng.integers(0, 255, (height, width, 3), dtype=np.uint8))


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, body: bytes, *extra: bytes, depth: int = 8, color: int = 2) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0))
    return PNG_SIGNATURE + head + b"".join(extra) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def claim_jpeg_size(data: bytes, width: int, height: int) -> bytes:
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def claim_webp_size(data: bytes, width: int, height: int) -> bytes:
    at = data.index(b"VP8X") + 12
    return data[:at] + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little") + data[at + 6 :]


def claim_avif_size(data: bytes, width: int, height: int) -> bytes:
    at = data.index(b"ispe") + 8
    return data[:at] + struct.pack(">II", width, height) + data[at + 8 :]


def zip_file() -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("../../evil.txt", "no")
    return sink.getvalue()


def animate(kind: str) -> bytes:
    frames = [draw_scene(), draw_scene().rotate(180)]
    return save(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def _cut(kind: str, share: float) -> Callable[[], bytes]:
    def make() -> bytes:
        data = save(draw_scene(), kind)
        return data[: max(12, int(len(data) * share))]

    return make


def _scramble(kind: str, seed: int) -> Callable[[], bytes]:
    """The frame left whole, the coded pixels replaced."""

    def make() -> bytes:
        if kind == "PNG":
            return png(240, 160, bytes(np.random.default_rng(seed).integers(0, 255, 400, dtype=np.uint8)))
        data = bytearray(save(draw_scene(), kind))
        marks = {"WEBP": b"VP8 ", "AVIF": b"mdat"}
        start = data.index(marks[kind]) + 8
        noise = np.random.default_rng(seed).integers(0, 255, len(data) - start, dtype=np.uint8)
        data[start:] = noise.tobytes()
        return bytes(data)

    return make


def _exif_of(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SECRETMAKER"
    return exif


def turned(orientation: int, kind: str = "JPEG") -> bytes:
    """The scene stored turned, with the EXIF orientation that makes it upright."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    scene = draw_scene()
    stored = scene.transpose(undo[orientation]) if orientation in undo else scene
    return save(stored, kind, exif=_exif_of(orientation), quality=95)


def with_everything(kind: str) -> bytes:
    """The scene with EXIF, XMP, an ICC profile and, where there is room, a comment."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options: dict[str, Any] = {
        "exif": _exif_of(1),
        "icc_profile": profile,
        "xmp": b"<x:xmpmeta>SECRETXMP</x:xmpmeta>",
    }
    if kind == "JPEG":
        options["comment"] = b"SECRETCOMMENT"
    if kind == "PNG":
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_text("Author", "SECRETAUTHOR")
        info.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>SECRETXMP</x:xmpmeta>")
        options.pop("xmp")
        options["pnginfo"] = info
    return save(draw_scene(), kind, **options)


_SVG = (
    b'<?xml version="1.0"?><!-- a photo --><svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
)

BAD: dict[str, tuple[str, Callable[[], bytes]]] = {
    "nothing": ("empty", lambda: b""),
    "one byte": ("not-an-image", lambda: b"\xff"),
    "zeros": ("not-an-image", lambda: bytes(4096)),
    "noise": ("not-an-image", lambda: noisy(30, 30).tobytes()),
    "text": ("not-an-image", lambda: b"Bonjour, je suis une photo."),
    "html": ("not-an-image", lambda: b"<!doctype html><script>alert(1)</script>"),
    "pdf": ("not-an-image", lambda: b"%PDF-1.7\n1 0 obj\n<<>>\nendobj"),
    "zip": ("not-an-image", zip_file),
    "gzip bomb": ("not-an-image", lambda: gzip.compress(bytes(10_000_000))),
    "svgz": ("not-an-image", lambda: gzip.compress(_SVG)),
    "elf": ("not-an-image", lambda: b"\x7fELF" + bytes(100)),
    "pickle": ("not-an-image", lambda: b"\x80\x04\x95\x1e\x00\x00\x00cposix\nsystem\n."),
    "mp4": ("not-an-image", lambda: b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + bytes(64)),
    "heic": ("not-an-image", lambda: b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(64)),
    "data url": ("not-an-image", lambda: b"data:image/png;base64,iVBORw0KGgo="),
    "path": ("not-an-image", lambda: b"../../etc/passwd\x00.png"),
    "bmp": ("not-an-image", lambda: save(draw_scene(), "BMP")),
    "tiff": ("not-an-image", lambda: save(draw_scene(), "TIFF")),
    "jpeg 2000 signature": ("not-an-image", lambda: b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(64)),
    "ico": ("not-an-image", lambda: save(draw_scene(64, 64), "ICO")),
    "ppm": ("not-an-image", lambda: save(draw_scene(), "PPM")),
    "eps": ("not-an-image", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run"),
    "still gif": ("not-an-image", lambda: save(draw_scene(), "GIF")),
    "gif that is javascript": ("not-an-image", lambda: b"GIF89a=1;alert(document.domain)//" + bytes(40)),
    "riff that is sound": ("not-an-image", lambda: b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(40)),
    "svg": ("svg", lambda: _SVG),
    "svg after a mark": ("svg", lambda: b"\xef\xbb\xbf\n\n" + _SVG),
    "svg in utf-16": ("svg", lambda: _SVG.decode().encode("utf-16")),
    "svg bomb": ("svg", lambda: b'<!DOCTYPE x [<!ENTITY a "aaaa">]><svg >&a;</svg>'),
    "animated gif": ("animated", lambda: animate("GIF")),
    "animated png": ("animated", lambda: animate("PNG")),
    "animated webp": ("animated", lambda: animate("WEBP")),
    "animated avif": ("animated", lambda: animate("AVIF")),
    "jpeg without a picture": ("unreadable", lambda: b"\xff\xd8\xff\xd9" + bytes(64)),
    "jpeg header alone": ("truncated", lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF"),
    "jpeg with a length of one": ("unreadable", lambda: b"\xff\xd8\xff\xe0\x00\x01" + bytes(64)),
    "jpeg scan before its frame": (
        "unreadable",
        lambda: b"\xff\xd8\xff\xda\x00\x02" + bytes(9) + b"\xff\xd9",
    ),
    "jpeg of no size": ("unreadable", lambda: claim_jpeg_size(save(draw_scene(), "JPEG"), 0, 0)),
    "jpeg of endless segments": ("truncated", lambda: b"\xff\xd8" + b"\xff\xe1\xff\xff" * 20_000),
    "png without a header": ("unreadable", lambda: PNG_SIGNATURE + chunk(b"IEND", b"")),
    "png with two heads cut": ("truncated", lambda: PNG_SIGNATURE + chunk(b"IHDR", bytes(13))[:12]),
    "png of no size": ("unreadable", lambda: png(0, 0, zlib.compress(b""))),
    "png with a wrong check sum": ("unreadable", lambda: save(draw_scene(), "PNG")[:-16] + bytes(16)),
    "png of unknown colour": ("unreadable", lambda: png(100, 100, zlib.compress(bytes(9)), color=5)),
    "png whose pixels stop": (
        "unreadable",
        lambda: png(200, 200, zlib.compress(noisy(200, 200).tobytes())[:900]),
    ),
    "png without pixels": ("truncated", lambda: png(100, 100, b"")),
    "png text bomb": (
        "unreadable",
        lambda: png(99, 99, b"", *[chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(90_000_000), 9))] * 2),
    ),
    "webp of no known kind": ("unreadable", lambda: b"RIFF\x30\0\0\0WEBPVP9 " + bytes(40)),
    "avif without a picture": ("unreadable", lambda: b"\x00\x00\x00\x14ftypavif\0\0\0\0avif" + bytes(0)),
    "avif with a box of size two": (
        "unreadable",
        lambda: b"\0\0\0\x14ftypavif\0\0\0\0avif\0\0\0\x02meta" + bytes(9),
    ),
    "avif of endless boxes": (
        "unreadable",
        lambda: b"\0\0\0\x14ftypavif\0\0\0\0avif" + b"\0\0\0\x08free" * 50_000,
    ),
    "huge png": ("too-many-pixels", lambda: png(60_000, 60_000, zlib.compress(bytes(1000)))),
    "png as large as numbers go": ("too-many-pixels", lambda: png(2**31 - 1, 2**31 - 1, b"")),
    "huge jpeg": ("too-many-pixels", lambda: claim_jpeg_size(save(draw_scene(), "JPEG"), 65_000, 65_000)),
    "huge webp": (
        "too-many-pixels",
        lambda: claim_webp_size(save(draw_scene(), "WEBP", exif=_exif_of(1)), 16_000, 16_000),
    ),
    "huge avif": ("too-many-pixels", lambda: claim_avif_size(save(draw_scene(), "AVIF"), 60_000, 60_000)),
    "just too many pixels": ("too-many-pixels", lambda: png(8_001, 5_000, zlib.compress(b""))),
    "side too long": ("too-many-pixels", lambda: png(16_400, 2_100, zlib.compress(b""))),
    "one pixel": ("too-small", lambda: save(draw_scene(1, 1), "PNG")),
    "icon": ("too-small", lambda: save(draw_scene(63, 200), "WEBP")),
    "ribbon": ("bad-shape", lambda: save(draw_scene(900, 100), "JPEG")),
    "tower": ("bad-shape", lambda: save(draw_scene(100, 900), "AVIF")),
    "white": ("blank", lambda: save(Image.new("RGB", (300, 300), "white"), "JPEG")),
    "black with a sensor's noise": (
        "blank",
        lambda: save(noisy(300, 300).point(lambda level: level // 40), "PNG"),
    ),
    "transparent": ("blank", lambda: save(Image.new("RGBA", (200, 200), (255, 0, 0, 0)), "PNG")),
    "grey of sixteen bits": ("blank", lambda: save(Image.new("I;16", (200, 200), 30_000), "PNG")),
    "bomb of one colour": ("blank", lambda: png(6_000, 6_000, zlib.compress(bytes(6_000 * 18_001), 9))),
    **{
        f"{kind.lower()} cut at {share:.0%}": ("truncated", _cut(kind, share))
        for kind in FORMATS
        for share in (0.1, 0.5, 0.95)
    },
    **{f"scrambled {kind.lower()}": ("unreadable", _scramble(kind, 3)) for kind in ("PNG", "WEBP", "AVIF")},
}
