"""Pictures are drawn anew: what comes out has no place, no time, no owner in it, and nothing that was hidden there."""

import io
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import BinaryIO

from PIL import Image, ImageOps

from portfolio.attachments.limits import EDGE, PIXELS_AT_MOST, SMALL_EDGE
from portfolio.errors import N_, Refused

# Pillow counts too, and only warns a little above its limit; we count first, and refuse.
Image.MAX_IMAGE_PIXELS = PIXELS_AT_MOST
# A picture of 24 megapixels takes some hundred megabytes while it is drawn: one at a time.
_one_at_a_time = BoundedSemaphore(1)

DRAWN_AS = {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "GIF": "PNG"}
TOO_LARGE = N_("This picture has too many pixels: at most 24 million. Make it smaller, then choose it again.")
BROKEN = N_("This picture cannot be read: it is broken, or only half of it is here. Choose it again or take another.")


@dataclass(frozen=True)
class Drawn:
    """A picture as it is kept, and its small copy (always WebP)."""

    content: bytes
    small: bytes
    format: str
    width: int
    height: int


def redraw(source: BinaryIO, kind: str) -> Drawn:
    """Decode as this format and no other, turn it upright, make it no larger than needed, and encode it again."""
    with _one_at_a_time:
        try:
            return _redraw(source, kind)
        except (Refused, MemoryError):
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise Refused(TOO_LARGE) from error
        except Exception as error:  # whatever a decoder stumbles over, the picture is broken
            raise Refused(BROKEN) from error


def _redraw(source: BinaryIO, kind: str) -> Drawn:
    source.seek(0)
    with Image.open(source, formats=[kind]) as opened:  # reads the head of the file only
        if opened.width * opened.height > PIXELS_AT_MOST:
            raise Refused(TOO_LARGE)
        if kind == "JPEG":
            opened.draft("RGB", (EDGE, EDGE))  # JPEG can be decoded at half or a quarter of its size
        picture = ImageOps.exif_transpose(_plain(opened))
    picture.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS)
    little = picture.copy()
    little.thumbnail((SMALL_EDGE, SMALL_EDGE), Image.Resampling.LANCZOS)
    target = DRAWN_AS[kind]
    return Drawn(_encoded(picture, target), _encoded(little, "WEBP"), target, picture.width, picture.height)


def _plain(picture: Image.Image) -> Image.Image:
    """Its first frame in grey, RGB or RGBA, 8 bits each; a colour profile is not read, let alone kept."""
    picture.load()
    exif = picture.getexif()  # the orientation, for `exif_transpose`
    if picture.mode.startswith("I"):  # 16 bits of grey
        plain = picture.convert("I").point(lambda value: value / 256).convert("L")
    elif picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        plain = picture.convert("RGBA")
    else:
        plain = picture if picture.mode == "L" else picture.convert("RGB")
    plain = plain.copy()
    plain.info = {"exif": exif.tobytes()} if exif else {}
    return plain


def _encoded(picture: Image.Image, kind: str) -> bytes:
    picture.info = {}
    content = io.BytesIO()
    quality = {} if kind == "PNG" else {"quality": 85}
    picture.convert("RGB" if kind == "JPEG" and picture.mode == "RGBA" else picture.mode).save(
        content, kind, exif=b"", icc_profile=None, **quality
    )
    return content.getvalue()
