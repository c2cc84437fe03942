"""sign_picture: the one writer through which a picture leaves, marked as made by a machine (DESIGN §9).

The mark is XMP: IPTC's DigitalSourceType and the software's name; the recipe only if the person wants it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any, Literal
from xml.sax.saxutils import escape, quoteattr

from PIL import Image
from PIL.PngImagePlugin import PngInfo

SOFTWARE = "Avatar Studio"
SOURCE_TYPES = ("algorithmicMedia", "trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia")
SOURCE_TYPE_BASE = "http://cv.iptc.org/newscodes/digitalsourcetype/"  # IPTC NewsCodes vocabulary
PNG_LEVEL = 1  # 30 % faster to write than the default, 10 % larger
WEBP_QUALITY = 88
JPEG_QUALITY = 92

PictureFormat = Literal["PNG", "WEBP", "JPEG"]
MEDIA_TYPES: Mapping[str, str] = {"PNG": "image/png", "WEBP": "image/webp", "JPEG": "image/jpeg"}


def sign_picture(
    image: Image.Image,
    source_type: str,
    *,
    file_format: PictureFormat = "PNG",
    recipe: Mapping[str, Any] | None = None,
) -> bytes:
    """The encoded picture with its mark and nothing else of metadata.

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
        clean.save(out, "PNG", pnginfo=info, compress_level=PNG_LEVEL)
    elif file_format == "WEBP":
        clean.save(out, "WEBP", xmp=packet.encode(), quality=WEBP_QUALITY, method=2)
    else:
        clean.convert("RGB").save(out, "JPEG", xmp=packet.encode(), quality=JPEG_QUALITY)
    return out.getvalue()


def _xmp(source_type: str, recipe: Mapping[str, Any] | None) -> str:
    body = ""
    if recipe is not None:
        text = json.dumps(recipe, ensure_ascii=False, sort_keys=True)
        body = f"<studio:Recipe>{escape(text)}</studio:Recipe>"
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about=""'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
        ' xmlns:studio="urn:avatar-studio:recipe:1"'
        f" xmp:CreatorTool={quoteattr(SOFTWARE)}"
        f" Iptc4xmpExt:DigitalSourceType={quoteattr(SOURCE_TYPE_BASE + source_type)}"
        f">{body}</rdf:Description></rdf:RDF></x:xmpmeta>"
        '<?xpacket end="w"?>'
    )
