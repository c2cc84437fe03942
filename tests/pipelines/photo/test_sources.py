"""Data URLs and file names that come with photos."""

from __future__ import annotations

import base64

import pytest

from pipelines.photo.errors import PhotoRefused
from pipelines.photo.open import open_photo
from pipelines.photo.sources import read_data_url, tidy_photo_name
from tests.pipelines.photo.pictures import draw_scene, save


def test_data_url_gives_the_bytes_whatever_type_it_claims() -> None:
    data = save(draw_scene(), "PNG")
    text = base64.b64encode(data).decode()
    for url in (
        f"data:image/png;base64,{text}",
        f"data:text/html;charset=utf-8;base64,{text}",
        f"data:;base64,{text}",
        text,
    ):
        assert read_data_url(url) == data
    assert open_photo(read_data_url(f"data:image/svg+xml;base64,{text}")).source_format == "PNG"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("data:image/png;base64,", "empty"),
        ("data:image/png,abc", "not-an-image"),
        ("data:image/png;base64,@@@@", "not-an-image"),
        ("data:image/png;base64,AAA", "not-an-image"),
        ("data:image/png;base64,AA\nAA", "not-an-image"),
        ("http://127.0.0.1/secret.png", "not-an-image"),
        ("file:///etc/passwd", "not-an-image"),
        ("data:" + "a" * 100_000, "not-an-image"),
        ("data:image/png;base64," + "A" * 4000, "too-many-bytes"),
        ("é" * 40, "not-an-image"),
    ],
)
def test_bad_data_url(text: str, code: str) -> None:
    with pytest.raises(PhotoRefused) as refused:
        read_data_url(text, max_bytes=2000 if code == "too-many-bytes" else 1_000_000)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("me.jpg", "me"),
        ("Holiday 2024.final.PNG", "Holiday 2024.final"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\secret.webp", "secret"),
        ("a\x00b.png", "ab"),
        ("\u202egpj.exe", "gpj"),
        ("line\nbreak.jpg", "linebreak"),
        ("", "Photo"),
        ("....", "Photo"),
        ("/", "Photo"),
        ("x" * 500 + ".jpg", "x" * 80),
        ("Größe – 写真.avif", "Größe – 写真"),
    ],
)
def test_name_is_for_showing_only(name: str, shown: str) -> None:
    assert tidy_photo_name(name) == shown
