"""Pictures: re-encoded, turned upright, stripped; what is none is refused with a sentence."""

import io

import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat

from marketplace.catalog import encode_photo
from marketplace.catalog.errors import PhotoError
from marketplace.catalog.photos import LARGEST_BYTES


def picture(width: int = 1200, height: int = 900, kind: str = "JPEG", *, orientation: int | None = None) -> bytes:
    """Encode a picture with a gradient, so that it is no single colour."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    image.paste((200, 20, 20), (0, 0, width // 4, height // 4))
    exif = Image.Exif()
    exif[0x010F] = "Telepon rahasia"
    if orientation:
        exif[0x0112] = orientation
    target = io.BytesIO()
    image.save(target, kind, **({"exif": exif} if kind == "JPEG" else {}))
    return target.getvalue()


def _opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_picture_becomes_small_webp(kind: str) -> None:
    """At most 800 and 160 px, at most 50 kB, the same bytes for the same picture."""
    photo = encode_photo(picture(kind=kind))
    assert (photo.width, photo.height) == (800, 600)
    assert _opened(photo.webp).format == "WEBP"
    assert _opened(photo.thumbnail_webp).size == (160, 120)
    assert len(photo.webp) <= 50 * 1024
    assert encode_photo(picture(kind=kind)).digest == photo.digest


def test_metadata_is_gone() -> None:
    """Neither the maker of the telephone nor a place survives."""
    photo = encode_photo(picture())
    assert not _opened(photo.webp).getexif()
    assert b"rahasia" not in photo.webp + photo.thumbnail_webp


def test_picture_taken_sideways_is_turned_upright() -> None:
    """Orientation 6: the top left corner moves to the top right."""
    photo = encode_photo(picture(orientation=6))
    assert (photo.width, photo.height) == (600, 800)
    red, green, _blue = _opened(photo.webp).convert("RGB").getpixel((560, 40))  # type: ignore[misc]
    assert red > 150 > green


def test_noisy_picture_is_squeezed_under_the_limit() -> None:
    """A detailed picture loses quality, not the limit."""
    noise = Image.effect_noise((1600, 1600), 90).convert("RGB")
    target = io.BytesIO()
    noise.save(target, "JPEG", quality=80)
    assert len(encode_photo(target.getvalue()).webp) <= 200 * 1024


def test_transparent_ground_becomes_white() -> None:
    """Not black."""
    target = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(target, "PNG")
    assert _opened(encode_photo(target.getvalue()).webp).convert("RGB").getpixel((25, 25)) == (255, 255, 255)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_way_of_holding_the_telephone_comes_out_upright(orientation: int) -> None:
    """As Pillow itself would turn it."""
    data = picture(orientation=orientation)
    expected = ImageOps.exif_transpose(_opened(data)).resize((40, 40)).convert("L")
    found = _opened(encode_photo(data).webp).resize((40, 40)).convert("L")
    mean = ImageStat.Stat(ImageChops.difference(expected, found)).mean[0]
    assert mean < 6, mean


def test_moving_picture_keeps_its_first_frame() -> None:
    """A GIF of a red and a blue frame is red, and one picture."""
    target = io.BytesIO()
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue")]
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:], duration=100)
    made = _opened(encode_photo(target.getvalue()).webp)
    assert getattr(made, "n_frames", 1) == 1
    red, _green, blue = made.convert("RGB").getpixel((30, 20))  # type: ignore[misc]
    assert (red > 200, blue < 60) == (True, True)


def test_picture_that_is_decoded_whole_may_hold_less() -> None:
    """17 megapixels are fine as JPEG and too many as PNG."""
    assert encode_photo(picture(5000, 3400)).width == 800
    with pytest.raises(PhotoError) as refusal:
        encode_photo(picture(5000, 3400, "PNG"))
    assert refusal.value.sentence == "Ukuran gambar terlalu besar (lebih dari 16 megapiksel). Kecilkan dulu."


def _bomb() -> bytes:
    target = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(target, "PNG")
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "beginning"),
    [
        (b"", "Pilih foto dulu"),
        (b"%PDF-1.7\n...", "Berkas ini PDF"),
        (b"bukan gambar sama sekali", "Berkas ini bukan foto"),
        (picture()[:2000], "Foto ini rusak"),
        (b"\0" * (LARGEST_BYTES + 1), "Foto melebihi 12 MB"),
        (_bomb(), "Ukuran gambar terlalu besar"),
    ],
    ids=["empty", "pdf", "text", "cut", "large", "bomb"],
)
def test_what_is_no_photo_is_refused(data: bytes, beginning: str) -> None:
    """Each with a sentence of its own, beside the field."""
    with pytest.raises(PhotoError) as refusal:
        encode_photo(data)
    assert refusal.value.sentence.startswith(beginning)
    assert list(refusal.value.fields) == ["photo"]
