"""A seller's picture to two small WebP files: upright, at most 800 and 160 px, without any metadata.

Pure and slow (decoding): callers run it in a thread. Storing is for the use case.
"""

from __future__ import annotations

import io
import struct
import warnings
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import msgspec

from marketplace.catalog.errors import PhotoError

if TYPE_CHECKING:
    # Pillow is 5 MiB in every process that serves; only those that were sent a photo take it in.
    from PIL import Image

# Photos of phones have 4 to 12 MB, and who has a cheap one cannot shrink them: we do.
LARGEST_BYTES: Final = 12 * 1024 * 1024
# A form somewhat larger than that is read, so that the refusal stands beside the field; beyond it nothing is read.
LARGEST_FORM_BYTES: Final = 32 * 1024 * 1024
# JPEG is decoded at a fraction of its size (`draft`), so it may be as large as phones make it; the others are decoded
# whole, three or four bytes a pixel, and so may hold less.
_MOST_MEGAPIXELS: Final = 50
_MOST_MEGAPIXELS_WHOLE: Final = 16
_LARGE_PX, _SMALL_PX = 800, 160
_LARGE_BYTES: Final = 50 * 1024
_SMALL_BYTES: Final = 8 * 1024
_QUALITIES: Final = (80, 68, 55, 42, 30, 15)
_ORIENTATION: Final = 0x0112
# Names of PIL.Image.Transpose by the orientation that EXIF gives.
_TURNS: Final = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}
# Named, so that Pillow never tries a decoder that runs other programs (EPS) or reads other files.
_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")

_TOO_LARGE = "Foto melebihi 12 MB. Kecilkan dulu, atau kirim lewat WhatsApp ke diri sendiri lalu unduh kembali."
_IS_PDF = "Berkas ini PDF, bukan foto. Pilih foto JPG, PNG atau WebP."
_NO_PHOTO = "Berkas ini bukan foto yang bisa dibaca. Pilih foto JPG, PNG atau WebP."
_BROKEN = "Foto ini rusak atau tidak lengkap. Ambil ulang fotonya lalu coba lagi."
_TOO_MANY_PIXELS = "Ukuran gambar terlalu besar (lebih dari {most} megapiksel). Kecilkan dulu."
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
        raise too_large()
    if data[:1024].lstrip().startswith(b"%PDF"):
        raise PhotoError(_IS_PDF)
    large = _decode(data)
    webp = _to_webp(large, _LARGE_BYTES)
    return EncodedPhoto(
        digest=sha256(webp).hexdigest(),
        width=large.width,
        height=large.height,
        webp=webp,
        thumbnail_webp=_to_webp(_thumbnail(large), _SMALL_BYTES),
    )


def too_large() -> PhotoError:
    """The refusal of a file above `LARGEST_BYTES`, for those who need not read it whole to know."""
    return PhotoError(_TOO_LARGE)


def _decode(data: bytes) -> Image.Image:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - see above

    try:
        with warnings.catch_warnings():
            # Our own limit decides; Pillow's softer one only warns, and broken EXIF warns too.
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=_FORMATS)
            # What the header says, before anything is decoded. MPO is what some phones make of JPEG.
            most = _MOST_MEGAPIXELS if image.format in ("JPEG", "MPO") else _MOST_MEGAPIXELS_WHOLE
            if image.width * image.height > most * 1_000_000:
                raise PhotoError(_TOO_MANY_PIXELS, most=most)
            image.draft("RGB", (2 * _LARGE_PX, 2 * _LARGE_PX))
            return _upright(_small(image), image.getexif().get(_ORIENTATION, 1))
    except UnidentifiedImageError as error:
        raise PhotoError(_NO_PHOTO) from error
    except Image.DecompressionBombError as error:
        raise PhotoError(_TOO_MANY_PIXELS, most=_MOST_MEGAPIXELS) from error
    # Decoders meet hostile bytes with any of these.
    except (OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, ArithmeticError, struct.error) as error:
        raise PhotoError(_BROKEN) from error


def _small(image: Image.Image) -> Image.Image:
    """Three colours on white, at most 800 px: transparency would turn black. Shrunk first, so that little is copied."""
    from PIL import Image  # noqa: PLC0415 - see above

    is_transparent = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    mode = "RGBA" if is_transparent else "RGB"
    if image.mode != mode:
        image = image.convert(mode)
    image.thumbnail((_LARGE_PX, _LARGE_PX), Image.Resampling.LANCZOS)
    if not is_transparent:
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _upright(image: Image.Image, orientation: object) -> Image.Image:
    """Turned as the telephone was held (EXIF 1 to 8; what it cannot be is as it is)."""
    from PIL import Image  # noqa: PLC0415 - see above

    turn = _TURNS.get(orientation) if isinstance(orientation, int) else None
    return image if turn is None else image.transpose(Image.Transpose[turn])


def _thumbnail(image: Image.Image) -> Image.Image:
    from PIL import Image  # noqa: PLC0415 - see above

    small = image.copy()
    small.thumbnail((_SMALL_PX, _SMALL_PX), Image.Resampling.LANCZOS)
    return small


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
