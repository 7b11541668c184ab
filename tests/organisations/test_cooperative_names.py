"""Names of cooperatives: the village's alone where that is enough."""

import pytest

from marketplace.errors import NotFoundError
from marketplace.organisations import cooperative_name


@pytest.mark.parametrize(
    ("village_code", "name"),
    [
        ("32.75.01.1001", "Koperasi Kelurahan Merah Putih Bekasijaya"),
        ("32.75.08.1003", "Koperasi Kelurahan Merah Putih Jatimakmur Kecamatan Pondokgede"),
        ("33.29.10.2009", "Koperasi Desa Merah Putih Jatimakmur Kecamatan Songgom"),
        # Another Payung lies in another Kecamatan Payung.
        ("12.06.11.2001", "Koperasi Desa Merah Putih Payung Kecamatan Payung Kabupaten Karo"),
        # Its own name has commas.
        ("14.02.09.2010", "Koperasi Desa Merah Putih Lambang Sari I, II, III"),
    ],
)
def test_name_says_what_is_needed_to_tell_villages_apart(village_code: str, name: str) -> None:
    assert cooperative_name(village_code) == name


@pytest.mark.parametrize("code", ["", "32", "32.75.08", "32.75.08.9999", "Bekasi", "\x00"])
def test_what_is_no_village_has_no_cooperative(code: str) -> None:
    with pytest.raises(NotFoundError, match="tidak ada di daftar wilayah"):
        cooperative_name(code)
