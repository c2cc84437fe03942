"""The decoder child: a process of its own that turns hostile picture bytes into a clean photo, or a refusal.

Run by path, never imported by the studio: `python decoder.py MEMORY_BYTES`. It imports Pillow and nothing of the
studio. On its standard input and output it speaks messages of `length of JSON, length of blob, JSON, blob`
(lengths as big-endian uint32); a photo is answered by {"kept", "thumbnail", "width", "height"} and both pictures
one after the other, anything else by {"refused": code}. It ends when its input ends.
"""

from __future__ import annotations

import io
import json
import os
import signal
import struct
import sys
from typing import Any, BinaryIO

from PIL import AvifImagePlugin, Image, ImageChops, ImageCms, JpegImagePlugin

MESSAGE = struct.Struct(">II")
MAX_REQUEST_BYTES = 1 << 28
MAX_PROFILE_BYTES = 4 << 20  # a display's ICC profile has a few kilobytes; a printer's, up to two megabytes
JPEG_SCALES = (8, 4, 2)  # what a JPEG decoder can shrink by while decoding
UNSEEN_LEVELS = 2  # of 255: a colour that moves less is the same
BLANK_SIDE_PX = 64  # the picture is averaged down to this before its contrast is judged …
BLANK_SPREAD = 8  # … in levels of 255: a lens cap's noise stays below, the faintest scene does not
ORIENTATION_TAG = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # EXIF orientation (CIPA DC-008, tag 274) -> what makes it upright


class PhotoNotDecoded(Exception):
    """Carries the code of a refusal."""


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer requests until the input ends."""
    while True:
        head = source.read(MESSAGE.size)
        if len(head) < MESSAGE.size:
            return
        options_size, data_size = MESSAGE.unpack(head)
        if options_size + data_size > MAX_REQUEST_BYTES:
            return
        options = json.loads(source.read(options_size))
        data = source.read(data_size)
        limit_cpu(options["cpu_s"])
        answer, blob = respond(data, options)
        text = json.dumps(answer).encode()
        sink.write(MESSAGE.pack(len(text), len(blob)) + text)
        sink.write(blob)
        sink.flush()


def respond(data: bytes, options: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The answer to one picture, whatever it does to the decoder."""
    try:
        upright = decode(data, options)
        kept, thumbnail = encode(upright, options)
    except PhotoNotDecoded as refused:
        return {"refused": str(refused)}, b""
    except MemoryError:
        return {"refused": "out-of-memory"}, b""
    except Exception as error:  # noqa: BLE001  hostile bytes raise anything: six classes were seen, more will come
        return {"refused": "truncated" if "truncated" in str(error).lower() else "unreadable"}, b""
    width, height = upright.size
    sizes = {"kept": len(kept), "thumbnail": len(thumbnail), "width": width, "height": height}
    return sizes, kept + thumbnail


def decode(data: bytes, options: dict[str, Any]) -> Image.Image:
    """The picture shrunk to at most `keep_side`, RGB in sRGB on white, upright, with nothing else in it."""
    image: Image.Image = Image.open(io.BytesIO(data), formats=[options["format"]])
    width, height = image.size
    if width * height > options["max_pixels"] or max(width, height) > options["max_side"]:
        raise PhotoNotDecoded("too-many-pixels")
    shrink_while_decoding(image, options["keep_floor"])
    image.load()
    profile, orientation = image.info.get("icc_profile"), read_orientation(image)
    image = shrink(flatten_depth(image), options["keep_side"])
    image = convert_to_srgb(put_on_white(image), profile)
    if orientation in UPRIGHT:
        image = image.transpose(UPRIGHT[orientation])
    image.info.clear()  # Pillow writes some of it back: comments, profiles
    return image


def encode(image: Image.Image, options: dict[str, Any]) -> tuple[bytes, bytes]:
    """The picture as it is kept (JPEG), and its thumbnail (WEBP). A blank one is refused."""
    small = shrink(image, options["thumbnail_side"])
    if not options.get("may_be_blank") and is_blank(small):
        raise PhotoNotDecoded("blank")
    kept, thumbnail = io.BytesIO(), io.BytesIO()
    image.save(kept, "JPEG", quality=options["quality"])
    small.save(thumbnail, "WEBP", quality=options["thumbnail_quality"], method=0)  # 4 ms; method 4 takes 15
    return kept.getvalue(), thumbnail.getvalue()


def read_orientation(image: Image.Image) -> int:
    """The EXIF orientation 1..8; 1 where there is none or it cannot be read."""
    try:
        value = image.getexif().get(ORIENTATION_TAG, 1)
    except Exception:  # noqa: BLE001  a photo with broken metadata is still a photo
        return 1
    return value if isinstance(value, int) else 1


def shrink_while_decoding(image: Image.Image, floor: int) -> None:
    """Let a JPEG decoder skip what is not kept, as long as `floor` pixels remain on the long side."""
    if not isinstance(image, JpegImagePlugin.JpegImageFile):
        return
    width, height = image.size
    for scale in JPEG_SCALES:
        if max(width, height) // scale >= floor and min(width, height) >= scale:
            image.draft(None, (width // scale, height // scale))
            return


def flatten_depth(image: Image.Image) -> Image.Image:
    """The picture in 8 bits a channel: L, RGB, RGBA or CMYK."""
    if image.mode.startswith("I") or image.mode == "F":  # 16-bit grey
        return image.convert("I").point(lambda level: level * (1 / 257)).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in ("L", "RGB", "CMYK"):
        return image
    return image.convert("RGB")


def shrink(image: Image.Image, side: int) -> Image.Image:
    """The picture with at most `side` pixels on its long side."""
    longest = max(image.size)
    if longest <= side:
        return image
    width, height = (max(1, round(length * side / longest)) for length in image.size)
    return image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0)


def put_on_white(image: Image.Image) -> Image.Image:
    """RGBA laid on white; others as they are."""
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def convert_to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in sRGB. A profile that is junk, or of another kind of picture, is ignored."""
    if profile and len(profile) <= MAX_PROFILE_BYTES:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turn = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), image.mode, "RGB")
            if image.mode == "RGB" and changes_nothing(turn):
                return image
            return ImageCms.applyTransform(image, turn) or image.convert("RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError, SyntaxError):
            pass
    return image if image.mode == "RGB" else image.convert("RGB")


def changes_nothing(turn: ImageCms.ImageCmsTransform) -> bool:
    """Whether a colour transform leaves colours all over the cube where they are: most profiles are sRGB's own."""
    levels = (0, 64, 128, 192, 255)
    colors = bytes(
        level for red in levels for green in levels for blue in levels for level in (red, green, blue)
    )
    probe = Image.frombytes("RGB", (len(colors) // 3, 1), colors)
    turned = ImageCms.applyTransform(probe, turn)
    if turned is None:
        return False
    extremes = ImageChops.difference(probe, turned).getextrema()
    return all(high <= UNSEEN_LEVELS for _, high in extremes)  # type: ignore[misc]


def is_blank(image: Image.Image) -> bool:
    """Whether nothing is on the picture, even where noise is."""
    small = image.resize((BLANK_SIDE_PX, BLANK_SIDE_PX), Image.Resampling.BOX, reducing_gap=1.0)
    extremes = [small.getchannel(band).getextrema() for band in range(3)]
    return all(float(high) - float(low) < BLANK_SPREAD for low, high in extremes)  # type: ignore[arg-type]


def limit_process(memory_bytes: int) -> None:
    """Cap this process: memory, no files written, no core left. Windows has no such call: there the parent's
    clock and the caps on bytes and pixels are what bounds a picture."""
    try:
        import resource
    except ImportError:
        return
    for name, limit in (("RLIMIT_AS", memory_bytes), ("RLIMIT_FSIZE", 0), ("RLIMIT_CORE", 0)):
        try:
            resource.setrlimit(getattr(resource, name), (limit, limit))
        except (AttributeError, ValueError, OSError):  # macOS knows RLIMIT_AS and does not always take it
            continue


def limit_cpu(seconds: int) -> None:
    """Let this process use so many more seconds of processor; past them the system ends it."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def main() -> None:
    """Keep the pipes to ourselves, put on the limits, and serve."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent; we end when our input does
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)  # a library that prints cannot break the conversation
    Image.MAX_IMAGE_PIXELS = None  # our own caps stand before the decoder and behind it
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # each thread's stack counts as memory
    limit_process(int(sys.argv[1]))
    serve(source, sink)


if __name__ == "__main__":
    main()
