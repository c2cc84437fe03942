"""What is kept of a good photo: upright sRGB pixels on white, and nothing else."""

from __future__ import annotations

import hashlib
import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from pipelines.photo.errors import PhotoRefused
from pipelines.photo.open import KEPT_SIDE_PX, THUMBNAIL_SIDE_PX, OpenedPhoto, open_photo, read_kept_photo
from tests.pipelines.photo.pictures import (
    FORMATS,
    chunk,
    draw_scene,
    noisy,
    save,
    turned,
    with_everything,
    zip_file,
)

FOREIGN_MARKS = (
    b"Exif",
    b"ICC_PROFILE",
    b"ICCP",
    b"iCCP",
    b"xmpmeta",
    b"EXIF",
    b"XMP ",
    b"SECRET",
    b"<script",
    b"PK\x03\x04",
)


def assert_is_scene(image: np.ndarray, tolerance: int = 24) -> None:
    """The scene's corners are where they belong."""
    height, width = image.shape[:2]
    corners = image[[height // 6, height // 6, height * 5 // 6], [width // 6, width * 5 // 6, width // 6]]
    off = np.abs(corners.astype(int) - [[220, 30, 30], [30, 200, 30], [30, 30, 220]])
    assert off.max() < tolerance, corners


def assert_is_clean(photo: OpenedPhoto) -> None:
    for data in (photo.data, photo.thumbnail):
        assert not [mark for mark in FOREIGN_MARKS if mark in data]
        with Image.open(io.BytesIO(data)) as image:
            assert not image.getexif()
            assert (
                not set(image.info)
                - {"jfif", "jfif_version", "jfif_unit", "jfif_density", "loop", "background"}
                - {
                    "timestamp",
                    "duration",
                }
            )


@pytest.mark.parametrize("kind", FORMATS)
def test_each_format_is_kept_as_the_same_picture(kind: str) -> None:
    data = save(draw_scene(), kind)
    photo = open_photo(data)
    assert (photo.width, photo.height, photo.source_format) == (240, 160, kind)
    assert photo.image.shape == (160, 240, 3)
    assert photo.sha256 == hashlib.sha256(photo.data).hexdigest()
    assert photo.source_sha256 == hashlib.sha256(data).hexdigest()
    assert_is_scene(photo.image)
    assert open_photo(data).sha256 == photo.sha256


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_lands_upright(orientation: int) -> None:
    photo = open_photo(turned(orientation))
    assert (photo.width, photo.height) == (240, 160)
    assert_is_scene(photo.image)
    plain = open_photo(turned(1)).image.astype(int)
    assert np.abs(photo.image.astype(int) - plain).mean() < 3


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_orientation_counts_in_other_formats(kind: str) -> None:
    assert_is_scene(open_photo(turned(6, kind)).image)


@pytest.mark.parametrize("orientation", [0, 9, 65_535])
def test_nonsense_orientation_is_ignored(orientation: int) -> None:
    assert_is_scene(open_photo(turned(orientation)).image)


@pytest.mark.parametrize("kind", FORMATS)
def test_no_metadata_is_kept(kind: str) -> None:
    data = with_everything(kind)
    assert b"SECRET" in data
    photo = open_photo(data)
    assert_is_clean(photo)
    assert_is_scene(photo.image)


def test_transparency_is_laid_on_white() -> None:
    scene = draw_scene().convert("RGBA")
    scene.paste((0, 0, 0, 0), (160, 107, 240, 160))
    for data in (save(scene, "PNG"), save(scene, "WEBP", lossless=True), save(scene, "AVIF", quality=95)):
        image = open_photo(data).image
        assert_is_scene(image)
        assert image[140, 200].min() > 245


def test_palette_with_transparency() -> None:
    palette = draw_scene().quantize(32)
    see_through = palette.getpixel((220, 150))
    image = open_photo(save(palette, "PNG", transparency=see_through)).image
    assert_is_scene(image)
    assert image[150, 220].min() > 245
    assert_is_scene(open_photo(save(palette, "PNG")).image)


def test_rgb_with_a_transparent_colour() -> None:
    image = open_photo(save(draw_scene(), "PNG", transparency=(220, 30, 30))).image
    assert image[20, 20].min() > 245


def test_grey_kinds() -> None:
    slope = np.tile(np.linspace(0, 65_535, 200).astype(np.uint16), (100, 1))
    sixteen = open_photo(save(Image.fromarray(slope), "PNG")).image
    assert np.abs(sixteen[50, :, 0].astype(int) - slope[50] // 257).max() < 8
    grey = draw_scene().convert("L")
    for image in (grey, grey.convert("1"), grey.convert("LA")):
        assert open_photo(save(image, "PNG")).image.shape == (160, 240, 3)


def test_sixteen_bit_colour() -> None:
    import cv2

    scene = np.asarray(draw_scene()).astype(np.uint16) * 257
    ok, data = cv2.imencode(".png", scene[..., ::-1])
    assert ok
    assert_is_scene(open_photo(data.tobytes()).image)


def test_cmyk() -> None:
    assert_is_scene(open_photo(save(draw_scene().convert("CMYK"), "JPEG", quality=95)).image, 30)


def test_profile_is_applied() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert_is_scene(open_photo(save(draw_scene(), "PNG", icc_profile=lab)).image)  # of another kind: ignored
    swapped = _swap_red_and_blue(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    image = open_photo(save(draw_scene(), "PNG", icc_profile=swapped)).image
    assert image[20, 20, 2] > 150 > image[20, 20, 0]


@pytest.mark.parametrize("junk", [b"junk", bytes(128), b"\xff" * 3000, bytes(900_000)])
def test_junk_profile_is_ignored(junk: bytes) -> None:
    for kind in ("JPEG", "PNG", "WEBP"):
        assert_is_scene(open_photo(save(draw_scene(), kind, icc_profile=junk)).image)


def test_junk_exif_is_ignored() -> None:
    for junk in (
        b"Exif\0\0junk",
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + bytes(60),
    ):
        assert_is_scene(open_photo(save(draw_scene(), "JPEG", exif=junk)).image)


def test_giant_metadata_is_dropped() -> None:
    data = save(draw_scene(), "JPEG")
    segment = b"\xff\xe1\xff\xffhttp://ns.adobe.com/xap/1.0/\0" + b"x" * (65_533 - 29)
    photo = open_photo(data[:2] + segment * 300 + data[2:])
    assert len(photo.data) < 20_000
    assert_is_scene(photo.image)
    still = save(draw_scene(), "PNG")
    at = still.index(b"IDAT") - 4
    assert_is_scene(open_photo(still[:at] + chunk(b"teXt", bytes(20_000_000)) + still[at:]).image)


@pytest.mark.parametrize("tail", [zip_file(), b"<script>alert(1)</script>", bytes(100_000)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_polyglot_keeps_pixels_only(kind: str, tail: bytes) -> None:
    photo = open_photo(save(draw_scene(), kind) + tail)
    assert_is_clean(photo)
    assert_is_scene(photo.image)


def test_several_pictures_in_one_jpeg_keep_the_first() -> None:
    data = save(draw_scene(), "MPO", save_all=True, append_images=[draw_scene().rotate(180)])
    assert_is_scene(open_photo(data).image)


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 2500), (700, 5000)])
def test_large_photo_is_kept_smaller(size: tuple[int, int]) -> None:
    photo = open_photo(save(draw_scene(*size), "JPEG"))
    assert 1600 <= max(photo.width, photo.height) <= KEPT_SIDE_PX
    assert photo.width / photo.height == pytest.approx(size[0] / size[1], rel=0.01)
    assert (photo.source_width, photo.source_height) == size
    assert_is_scene(photo.image)


def test_thumbnail_is_small_webp() -> None:
    photo = open_photo(save(noisy(1200, 800), "JPEG"))
    with Image.open(io.BytesIO(photo.thumbnail)) as thumbnail:
        assert (thumbnail.format, thumbnail.size) == ("WEBP", (THUMBNAIL_SIDE_PX, 341))


def test_kept_reader_takes_kept_photos_only() -> None:
    for data in (b"", b"\xff\xd8\xff", save(draw_scene(), "PNG"), save(draw_scene(3000, 2000), "JPEG")):
        with pytest.raises(PhotoRefused):
            read_kept_photo(data)


def _swap_red_and_blue(profile: bytes) -> bytes:
    return profile.replace(b"rXYZ", b"tXYZ").replace(b"bXYZ", b"rXYZ").replace(b"tXYZ", b"bXYZ")
