"""sign_picture, and sign_frames for one that moves: the one writer through which a picture leaves, marked as made by a
machine; and read_recipe, which reads out of a picture what sign_picture wrote into it.

The mark is XMP: IPTC's DigitalSourceType and the software's name; the recipe only if the person wants it. A GIF has it
as a comment, for no program looks for XMP there.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NoReturn
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from pipelines.image.video import write_mp4

SOFTWARE = "Avatar Studio"
SOURCE_TYPES = ("algorithmicMedia", "trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia")
SOURCE_TYPE_BASE = "http://cv.iptc.org/newscodes/digitalsourcetype/"  # IPTC NewsCodes vocabulary
PNG_LEVEL = 1  # 30 % faster to write than the default, 10 % larger
WEBP_QUALITY = 88
JPEG_QUALITY = 92
AVIF_QUALITY, AVIF_SPEED = 80, 9  # a third of a second for a megapixel of noise; speed 6 takes three
MOST_JPEG_XMP_BYTES = 65_000  # one segment

RECIPE_NAMESPACE = "urn:avatar-studio:recipe:1"
RECIPE_ELEMENT = "Recipe"
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_XMP = (
    b"XML:com.adobe.xmp\x00\x00\x00\x00\x00"  # keyword, not compressed, no language, no translated keyword
)
PLAIN_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"iTXt", b"IEND"}
JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\x00"

# What a picture that somebody brings may cost us. Nothing of it is decoded or unpacked.
MOST_PICTURE_BYTES = 50_000_000
MOST_XMP_BYTES = 500_000  # an order with every text at its longest takes a fifth
MOST_PARTS = 10_000  # chunks of a PNG or WEBP, segments of a JPEG; a PNG of 50 MB has 800
DEEPEST_XML = 8  # ours is four deep

PALETTE_FRAMES = 6  # of a GIF: those that its colours are taken from
GIF_COLORS = 256
MovingFormat = Literal["WEBP", "GIF", "MP4"]
PictureFormat = Literal["PNG", "WEBP", "JPEG", "AVIF"]
MEDIA_TYPES: Mapping[str, str] = {
    "PNG": "image/png",
    "WEBP": "image/webp",
    "JPEG": "image/jpeg",
    "AVIF": "image/avif",
}


def sign_picture(
    image: Image.Image,
    source_type: str,
    *,
    file_format: PictureFormat = "PNG",
    recipe: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
) -> bytes:
    """The encoded picture with its mark and nothing else of metadata; a PNG with these text chunks.

    A recipe too long for a JPEG is left out of it.
    Raises ValueError for a source type outside IPTC's list: a programmer's mistake, not a person's.
    """
    if source_type not in SOURCE_TYPES:
        raise ValueError(f"unknown digital source type {source_type!r}")
    packet = _xmp(source_type, recipe)
    clean = Image.frombytes(
        image.mode, image.size, image.tobytes()
    )  # leaves EXIF, ICC and text chunks behind
    out = io.BytesIO()
    if file_format == "PNG":
        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", packet)
        for name, text in (texts or {}).items():
            info.add_text(name, text)
        clean.save(out, "PNG", pnginfo=info, compress_level=PNG_LEVEL)
    elif file_format == "WEBP":
        clean.save(out, "WEBP", xmp=packet.encode(), quality=WEBP_QUALITY, method=2)
    elif file_format == "AVIF":
        clean.save(out, "AVIF", xmp=packet.encode(), quality=AVIF_QUALITY, speed=AVIF_SPEED)
    else:
        if len(packet.encode()) > MOST_JPEG_XMP_BYTES:
            packet = _xmp(source_type, None)
        clean.convert("RGB").save(out, "JPEG", xmp=packet.encode(), quality=JPEG_QUALITY)
    return out.getvalue()


def sign_frames(
    frames: Sequence[Image.Image], source_type: str, *, file_format: MovingFormat, frame_ms: int
) -> bytes:
    """RGB pictures of one size as one that moves and goes on for ever (an MP4: once), with its mark. A GIF has the same
    colours in all frames, so that they do not flicker.

    Raises RequestRefused where this machine writes no MP4, ValueError for a source type outside IPTC's list: a
    programmer's mistake, not a person's.
    """
    if source_type not in SOURCE_TYPES:
        raise ValueError(f"unknown digital source type {source_type!r}")
    held: dict[str, Any] = {"save_all": True, "duration": frame_ms, "loop": 0}
    out, mark = io.BytesIO(), _xmp(source_type, None).encode()
    if file_format == "MP4":
        return write_mp4(frames, frame_ms=frame_ms, xmp=mark)
    if file_format == "WEBP":
        first, *others = frames
        first.save(out, "WEBP", append_images=others, xmp=mark, quality=WEBP_QUALITY, method=2, **held)
    else:
        first, *others = _in_few_colors(frames)
        mark = f'{SOFTWARE}, DigitalSourceType="{SOURCE_TYPE_BASE}{source_type}"'.encode()
        first.save(out, "GIF", append_images=others, comment=mark, optimize=False, **held)
    return out.getvalue()


def _in_few_colors(frames: Sequence[Image.Image]) -> list[Image.Image]:
    """The frames with one palette for all of them."""
    some = frames[:: -(-len(frames) // PALETTE_FRAMES)]
    width, height = frames[0].size
    beside = Image.new("RGB", (width * len(some), height))
    for place, frame in enumerate(some):
        beside.paste(frame, (place * width, 0))
    palette = beside.quantize(GIF_COLORS, Image.Quantize.MEDIANCUT)
    return [frame.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG) for frame in frames]


def _xmp(source_type: str, recipe: Mapping[str, Any] | None) -> str:
    body = ""
    if recipe is not None:
        text = json.dumps(recipe, ensure_ascii=False, sort_keys=True)
        body = f"<studio:{RECIPE_ELEMENT}>{escape(text)}</studio:{RECIPE_ELEMENT}>"
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about=""'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
        f' xmlns:studio="{RECIPE_NAMESPACE}"'
        f" xmp:CreatorTool={quoteattr(SOFTWARE)}"
        f" Iptc4xmpExt:DigitalSourceType={quoteattr(SOURCE_TYPE_BASE + source_type)}"
        f">{body}</rdf:Description></rdf:RDF></x:xmpmeta>"
        '<?xpacket end="w"?>'
    )


def find_mark(data: bytes) -> str | None:
    """The source type that a picture of any of our formats is marked with, of several the one that says most; None
    where it has none. The bytes may be anybody's: they are searched, not read."""
    marks = (name for name in SOURCE_TYPES if f'{SOURCE_TYPE_BASE}{name}"'.encode() in data)
    return max(marks, key=SOURCE_TYPES.index, default=None)


def holds_mark_alone(data: bytes) -> bool:
    """Whether a PNG holds its pixels and our mark, and nothing else that could say something."""
    if not data.startswith(PNG_SIGNATURE):
        return False
    kinds, at = [], len(PNG_SIGNATURE)
    for _ in range(MOST_PARTS):
        kinds.append(kind := data[at + 4 : at + 8])
        at += 12 + int.from_bytes(data[at : at + 4])
        if kind == b"IEND" or at >= len(data):
            break
    packets = {PNG_XMP + _xmp(name, None).encode() for name in SOURCE_TYPES}
    told = [data[start:end] for start, end in _png_chunks(data)]
    return at == len(data) and set(kinds) <= PLAIN_CHUNKS and len(told) == 1 and told[0] in packets


def read_recipe(data: bytes) -> Mapping[str, Any] | None:
    """The recipe that sign_picture wrote into a PNG, WEBP or JPEG; None where there is none, or it is malformed.

    The bytes may be anybody's: they are walked chunk by chunk within the limits above, no pixel is decoded, and
    of the XMP only our own element is read. What the recipe says is still to be judged by whoever uses it.
    """
    if len(data) > MOST_PICTURE_BYTES:
        return None
    packet = _find_xmp(data)
    if packet is None or len(packet) > MOST_XMP_BYTES:
        return None
    try:
        text = _RecipeText().read(packet)
        recipe = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
        json.dumps(recipe, ensure_ascii=False).encode()  # half a character cannot be written down again
    except (ValueError, RecursionError, expat.ExpatError):
        return None
    return recipe if isinstance(recipe, dict) else None


def _find_xmp(data: bytes) -> bytes | None:
    """The first XMP packet of a picture file."""
    if data.startswith(PNG_SIGNATURE):
        parts, mark = _png_chunks(data), PNG_XMP
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        parts, mark = _webp_chunks(data), b""
    elif data.startswith(b"\xff\xd8"):
        parts, mark = _jpeg_segments(data), JPEG_XMP
    else:
        return None
    for start, end in parts:
        if data.startswith(mark, start, end):
            return data[start + len(mark) : end]
    return None


def _png_chunks(data: bytes) -> Iterator[tuple[int, int]]:
    """Where the contents of the iTXt chunks start and end."""
    at = len(PNG_SIGNATURE)
    for _ in range(MOST_PARTS):
        start, kind = at + 8, data[at + 4 : at + 8]
        end = start + int.from_bytes(data[at : at + 4])
        if len(kind) < 4 or end > len(data):
            return
        if kind == b"iTXt":
            yield start, end
        at = end + 4  # a checksum follows


def _webp_chunks(data: bytes) -> Iterator[tuple[int, int]]:
    """Where the contents of the XMP chunks start and end."""
    at = 12
    for _ in range(MOST_PARTS):
        start = at + 8
        end = start + int.from_bytes(data[at + 4 : start], "little")
        if start > len(data) or end > len(data):
            return
        if data[at : at + 4] == b"XMP ":
            yield start, end
        at = end + end % 2  # chunks begin at even places


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Where the contents of the APP1 segments before the picture start and end."""
    at = 2
    for _ in range(MOST_PARTS):
        start, kind = at + 4, data[at + 1 : at + 2]
        end = at + 2 + int.from_bytes(data[at + 2 : start])
        if data[at : at + 1] != b"\xff" or kind in (b"\xd9", b"\xda") or not start <= end <= len(data):
            return
        if kind == b"\xe1":
            yield start, end
        at = end


class _RecipeText:
    """Reads the text of our one element out of an XMP packet; anything unusual makes the packet malformed."""

    def __init__(self) -> None:
        self._depth = 0
        self._inside = False
        self._found = 0
        self._text: list[str] = []

    def read(self, packet: bytes) -> str:
        """The text. Raises ExpatError or ValueError for a packet that is malformed or holds not exactly one."""
        parser = expat.ParserCreate("UTF-8", " ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._take
        parser.StartDoctypeDeclHandler = _refuse_doctype  # without one there are no entities to expand
        parser.Parse(packet, True)
        if self._found != 1:
            raise ValueError("not one recipe")
        return "".join(self._text)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._inside or self._depth > DEEPEST_XML:
            raise ValueError("nested too deeply")
        if name == f"{RECIPE_NAMESPACE} {RECIPE_ELEMENT}":
            self._inside, self._found = True, self._found + 1

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._inside = False

    def _take(self, text: str) -> None:
        if self._inside:
            self._text.append(text)


def _refuse_doctype(*declared: object) -> NoReturn:
    raise ValueError("a document type")


def _finite(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError("a number without end")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
