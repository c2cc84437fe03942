"""The mark that every picture carries, and what it does not carry."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from pipelines.image.provenance import SOURCE_TYPES, sign_picture

IPTC = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType"
RECIPE = "{urn:avatar-studio:recipe:1}Recipe"


def read_description(data: bytes) -> ET.Element:
    with Image.open(io.BytesIO(data)) as image:
        packet = image.info.get("xmp") or image.info["XML:com.adobe.xmp"].encode()
    found = ET.fromstring(packet).find(".//{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description")
    assert found is not None
    return found


@pytest.mark.parametrize("file_format", ["PNG", "WEBP", "JPEG"])
@pytest.mark.parametrize("source_type", SOURCE_TYPES)
def test_every_format_carries_the_mark(file_format: str, source_type: str) -> None:
    data = sign_picture(Image.new("RGB", (8, 6), "teal"), source_type, file_format=file_format)
    found = read_description(data)
    assert found.get(IPTC) == f"http://cv.iptc.org/newscodes/digitalsourcetype/{source_type}"
    assert found.find(RECIPE) is None
    with Image.open(io.BytesIO(data)) as image:
        assert image.size == (8, 6)
        assert image.format == file_format


def test_the_recipe_goes_along_only_when_wanted() -> None:
    recipe = {"prompt": 'a <quiet> & "kind" person ü', "seed": 7}
    data = sign_picture(Image.new("RGB", (4, 4)), "algorithmicMedia", recipe=recipe)
    found = read_description(data).find(RECIPE)
    assert found is not None
    assert json.loads(found.text or "") == recipe


def test_nothing_that_the_picture_brought_along_leaves() -> None:
    info = PngInfo()
    info.add_text("Comment", "home address")
    brought = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    Image.new("RGB", (4, 4)).save(brought, "PNG", pnginfo=info, exif=exif)
    with Image.open(brought) as image:
        data = sign_picture(image, "algorithmicMedia")
    assert b"home address" not in data
    assert b"secret place" not in data


def test_pixels_and_transparency_stay() -> None:
    image = Image.new("RGBA", (5, 5), (10, 20, 30, 40))
    with Image.open(io.BytesIO(sign_picture(image, "algorithmicMedia"))) as signed:
        assert signed.mode == "RGBA"
        assert signed.getpixel((2, 2)) == (10, 20, 30, 40)


def test_an_unknown_source_type_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="source type"):
        sign_picture(Image.new("RGB", (4, 4)), "photograph")
