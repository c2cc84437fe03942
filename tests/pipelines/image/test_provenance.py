"""The mark that every picture carries, and what it does not carry."""

from __future__ import annotations

import io
import json
import struct
import time
import xml.etree.ElementTree as ET

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from pipelines.image import provenance
from pipelines.image.provenance import SOURCE_TYPES, read_recipe, sign_picture

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


RECIPE_OF_ADA = {
    "order": {"prompt": 'a <quiet> & "kind" person ü 🙂 ]]>', "seed": 7, "guidance": 3.5},
    "seed": 8,
}
ENVELOPE = "<x:xmpmeta xmlns:x='adobe:ns:meta/' xmlns:studio='urn:avatar-studio:recipe:1'>{}</x:xmpmeta>"


def with_xmp(packet: bytes, file_format: str = "PNG") -> bytes:
    """A picture that carries this packet where XMP belongs, whatever it says."""
    out, image = io.BytesIO(), Image.new("RGB", (4, 4), "teal")
    if file_format != "PNG":
        image.save(out, file_format, xmp=packet)
        return out.getvalue()
    image.save(out, "PNG")
    body = b"iTXt" + b"XML:com.adobe.xmp" + bytes(5) + packet
    chunk = struct.pack(">I", len(body) - 4) + body + bytes(4)
    plain = out.getvalue()
    return plain[:33] + chunk + plain[33:]  # behind the header


def packet_of(text: str) -> bytes:
    return ENVELOPE.format(f"<studio:Recipe>{text}</studio:Recipe>").encode()


@pytest.mark.parametrize("file_format", ["PNG", "WEBP", "JPEG"])
def test_a_recipe_is_read_back(file_format: str) -> None:
    image = Image.effect_noise((300, 200), 60).convert("RGB")
    data = sign_picture(image, "algorithmicMedia", file_format=file_format, recipe=RECIPE_OF_ADA)
    assert read_recipe(data) == RECIPE_OF_ADA
    assert read_recipe(sign_picture(image, "algorithmicMedia", file_format=file_format)) is None


def test_the_long_recipe_of_a_full_order_is_read_back() -> None:
    recipe = {"order": {"prompt": "ü" * 8000, "negative_prompt": "&" * 8000, "words": ["🙂" * 2000] * 16}}
    data = sign_picture(Image.new("RGB", (4, 4)), "algorithmicMedia", recipe=recipe)
    assert read_recipe(data) == recipe


@pytest.mark.parametrize("file_format", ["PNG", "WEBP", "JPEG"])
def test_another_writer_of_our_element_is_understood(file_format: str) -> None:
    odd = (
        "<?xml version='1.0'?><!-- rewritten --><m xmlns:other='urn:avatar-studio:recipe:1'>"
        '<other:Recipe><![CDATA[{"seed": 1}]]></other:Recipe></m>'
    )
    assert read_recipe(with_xmp(odd.encode(), file_format)) == {"seed": 1}


BOMB = "<!DOCTYPE x [<!ENTITY a '{}'>{}]>" + ENVELOPE.format("<studio:Recipe>&z;</studio:Recipe>")
MALFORMED = {
    "no xml": b"recipe",
    "empty": b"",
    "cut off": packet_of('{"seed": 1}')[:-20],
    "no json": packet_of("seed 1"),
    "a list": packet_of("[1]"),
    "a number": packet_of("1"),
    "nan": packet_of('{"seed": NaN}'),
    "infinity": packet_of('{"guidance": 1e999}'),
    "a number of 9000 digits": packet_of('{"seed": ' + "1" * 9000 + "}"),
    "nested json": packet_of("[" * 100_000),
    "an element inside": packet_of("<b>{}</b>"),
    "two recipes": ENVELOPE.format("<studio:Recipe>{}</studio:Recipe>" * 2).encode(),
    "another namespace": packet_of('{"seed": 1}').replace(b"recipe:1", b"recipe:2"),
    "no namespace": b"<Recipe>{}</Recipe>",
    "an attribute": ENVELOPE.format("<a studio:Recipe='{}'/>").encode(),
    "deep xml": b"<a>" * 100_000,
    "an entity": BOMB.format("{}", "").replace("&z;", "&a;").encode(),
    "entities of entities": BOMB.format(
        "x" * 100, "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(25))
    ).encode(),
    "a file of this machine": BOMB.format("", "<!ENTITY z SYSTEM 'file:///etc/hostname'>").encode(),
    "latin-1": b"<?xml version='1.0' encoding='latin-1'?>"
    + packet_of('{"name": "\xe9"}').decode().encode("latin-1"),
    "a nul": packet_of('{"seed": 1}\x00'),
    "half an escaped character": packet_of('{"name": "\\ud800"}'),
    "half a character": packet_of('{"name": "') + b"\xed\xa0\x80",
}


@pytest.mark.parametrize("packet", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_recipe_is_none(packet: bytes) -> None:
    began = time.process_time()
    assert read_recipe(with_xmp(packet)) is None
    assert time.process_time() - began < 0.5


def test_a_recipe_too_long_is_none_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    data = with_xmp(packet_of('{"words": "' + "x" * provenance.MOST_XMP_BYTES + '"}'))
    monkeypatch.setattr(provenance.expat, "ParserCreate", lambda *_: pytest.fail("it was parsed"))
    assert read_recipe(data) is None
    assert read_recipe(b"\x89PNG\r\n\x1a\n" + bytes(provenance.MOST_PICTURE_BYTES)) is None


@pytest.mark.parametrize("file_format", ["PNG", "WEBP", "JPEG"])
def test_any_cut_and_any_wrong_byte_is_survived(file_format: str) -> None:
    data = sign_picture(
        Image.new("RGB", (8, 8)), "algorithmicMedia", file_format=file_format, recipe={"seed": 1}
    )
    for end in range(len(data)):
        assert read_recipe(data[:end]) in (None, {"seed": 1})
    for place in range(min(len(data), 900)):
        for value in (0, 0x7F, 0xFF):
            changed = data[:place] + bytes([value]) + data[place + 1 :]
            assert isinstance(read_recipe(changed), dict | None)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8" + b"\xff\xe0\x00\x02" * 5_000_000,
        b"\x89PNG\r\n\x1a\n" + bytes(40_000_000),
        b"RIFF\x00\x00\x00\x00WEBP" + bytes(40_000_000),
        b"GIF89a" + packet_of('{"seed": 1}'),
    ],
    ids=["nothing", "endless jpeg", "endless png", "endless webp", "no picture"],
)
def test_a_file_of_endless_parts_costs_nothing(data: bytes) -> None:
    began = time.process_time()
    assert read_recipe(data) is None
    assert time.process_time() - began < 0.5
