"""A seller's picture to two small WebP files: upright, at most 800 and 160 px, without any metadata.

Pure and slow (decoding): callers run it in a thread. Storing is for the use case.
"""

from __future__ import annotations

import io
import warnings
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import msgspec

from marketplace.catalog.errors import PhotoError

if TYPE_CHECKING:
    # Pillow is 5 MiB in every process that serves; only those that were sent a photo take it in.
    from PIL import Image

LARGEST_BYTES: Final = 5 * 1024 * 1024
_MOST_PIXELS: Final = 50_000_000  # 50 megapixels: more than any phone takes, less than a bomb
_LARGE_PX, _SMALL_PX = 800, 160
_LARGE_BYTES: Final = 50 * 1024
_SMALL_BYTES: Final = 8 * 1024
_QUALITIES: Final = (80, 68, 55, 42, 30, 15)
# Named, so that Pillow never tries a decoder that runs other programs (EPS) or reads other files.
_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")

_TOO_LARGE = "Foto melebihi 5 MB. Kecilkan dulu, atau kirim lewat WhatsApp ke diri sendiri lalu unduh kembali."
_IS_PDF = "Berkas ini PDF, bukan foto. Pilih foto JPG, PNG atau WebP."
_NO_PHOTO = "Berkas ini bukan foto yang bisa dibaca. Pilih foto JPG, PNG atau WebP."
_BROKEN = "Foto ini rusak atau tidak lengkap. Ambil ulang fotonya lalu coba lagi."
_TOO_MANY_PIXELS = "Ukuran gambar terlalu besar (lebih dari 50 megapiksel). Kecilkan dulu."
_EMPTY = "Pilih foto dulu."


class EncodedPhoto(msgspec.Struct, frozen=True, kw_only=True):
    """A photo as it is stored and served; `digest` is the SHA-256 of `webp` in hex."""

    digest: str
    width: int
    height: int
    webp: bytes
    thumbnail_webp: bytes


def encode_photo(data: bytes) -> EncodedPhoto:
    """Re-encode a picture.

    Raises:
        PhotoError: nothing, too large, a PDF, no picture, a broken one, or too many pixels.

    """
    if not data:
        raise PhotoError(_EMPTY)
    if len(data) > LARGEST_BYTES:
        raise PhotoError(_TOO_LARGE)
    if data[:1024].lstrip().startswith(b"%PDF"):
        raise PhotoError(_IS_PDF)
    image = _decode(data)
    large = _fit(image, _LARGE_PX)
    webp = _to_webp(large, _LARGE_BYTES)
    return EncodedPhoto(
        digest=sha256(webp).hexdigest(),
        width=large.width,
        height=large.height,
        webp=webp,
        thumbnail_webp=_to_webp(_fit(large, _SMALL_PX), _SMALL_BYTES),
    )


def _decode(data: bytes) -> Image.Image:
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415 - see above

    try:
        with warnings.catch_warnings():
            # Our own limit decides; Pillow's softer one only warns, and broken EXIF warns too.
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=_FORMATS)
            if image.width * image.height > _MOST_PIXELS:
                raise PhotoError(_TOO_MANY_PIXELS)
            image.draft("RGB", (2 * _LARGE_PX, 2 * _LARGE_PX))
            return _flat(ImageOps.exif_transpose(image))
    except UnidentifiedImageError as error:
        raise PhotoError(_NO_PHOTO) from error
    except Image.DecompressionBombError as error:
        raise PhotoError(_TOO_MANY_PIXELS) from error
    # Decoders meet hostile bytes with any of these.
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError) as error:
        raise PhotoError(_BROKEN) from error


def _flat(image: Image.Image) -> Image.Image:
    """Three colours on white: transparency would turn black."""
    from PIL import Image  # noqa: PLC0415 - see above

    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        return ground
    return image.convert("RGB")


def _fit(image: Image.Image, longest_px: int) -> Image.Image:
    from PIL import Image  # noqa: PLC0415 - see above

    fitted = image.copy()
    fitted.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
    return fitted


def _to_webp(image: Image.Image, most_bytes: int) -> bytes:
    encoded = b""
    for quality in _QUALITIES:
        target = io.BytesIO()
        # A fresh image has no EXIF, ICC profile or XMP; `exif=b""` says so to whoever reads this.
        image.save(target, "WEBP", quality=quality, method=4, exif=b"")
        encoded = target.getvalue()
        if len(encoded) <= most_bytes:
            break
    return encoded


def photo_url(digest: str) -> str:
    """Address of the photo of at most 800 px."""
    return f"/foto/{digest}.webp"


def thumbnail_url(digest: str) -> str:
    """Address of the photo of at most 160 px."""
    return f"/foto/{digest}-kecil.webp"
