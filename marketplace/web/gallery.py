"""Example data of the gallery page: made up, no shop or person behind it."""

from __future__ import annotations

from typing import Any, Final

_CATEGORIES: Final = (
    ("sembako", "Sembako", "Beras SPHP 5 kg", 62_500, 61_000, "sak"),
    ("makanan-ringan", "Makanan ringan", "Keripik singkong balado", 15_000, None, "bungkus"),
    ("kue-basah", "Kue basah", "Kue lapis dan klepon, isi 12", 24_000, 22_500, "kotak"),
    ("frozen-food", "Makanan beku", "Otak-otak ikan beku 500 g", 32_000, None, "pak"),
    ("minuman", "Minuman", "Es kelapa jeruk", 8_000, None, "gelas"),
    ("bumbu-sambal", "Bumbu & sambal", "Sambal bawang pedas 150 g", 18_500, 17_500, "botol"),
    ("lauk", "Lauk matang", "Ikan gurame goreng, siap santap", 45_000, None, "ekor"),
    ("hasil-tani", "Hasil tani, ternak & ikan", "Sayur asem lengkap dari kebun", 9_500, 9_000, "ikat"),
    ("madu-herbal", "Madu & herbal", "Madu hutan murni 350 ml", 85_000, 82_000, "botol"),
    ("fesyen", "Fesyen", "Kemeja batik Bekasi lengan panjang", 175_000, None, "potong"),
    ("kerajinan", "Kerajinan", "Tas anyaman pandan", 65_000, 60_000, "buah"),
    ("perlengkapan-rumah", "Perlengkapan rumah", "Sapu ijuk gagang kayu", 28_000, None, "buah"),
    ("kecantikan", "Kecantikan", "Sabun sereh buatan tangan", 22_000, None, "buah"),
    ("jasa", "Jasa", "Servis kipas angin di rumah", 50_000, None, "unit"),
)
_STATES: Final = (
    {"kind": "ok", "text": "Tersedia"},
    {"kind": "wait", "text": "Sisa 3"},
    {"kind": "stop", "text": "Habis"},
    None,
)

GALLERY: Final[dict[str, Any]] = {
    "categories": [{"href": f"/cari?kategori={key}", "name": name, "key": key} for key, name, *_ in _CATEGORIES],
    "products": [
        {
            "href": f"/barang/{index}",
            "name": name,
            "price": price,
            "member_price": member,
            "unit": unit,
            "category": key,
            "store": "Gerai Contoh",
            "distance": f"{index + 1}00 m",
            "state": _STATES[index % len(_STATES)],
        }
        for index, (key, _, name, price, member, unit) in enumerate(_CATEGORIES)
    ],
    "stores": [
        {
            "href": "/gerai/1",
            "name": "Gerai Koperasi Contoh Satu",
            "place": "Jatimakmur, Pondokgede",
            "distance": "450 m",
            "hours": "Buka sampai 20.00 WIB",
            "state": {"kind": "ok", "text": "Buka"},
        },
        {
            "href": "/gerai/2",
            "name": "Gerai Koperasi Contoh Dua",
            "place": "Lambangsari, Tambun Selatan",
            "distance": "2,1 km",
            "hours": "Besok 08.00 WIB",
            "state": {"kind": "wait", "text": "Tutup"},
        },
    ],
    "offers": [
        {
            "href": "/kemitraan/1",
            "title": "Beras medium untuk gerai, kiriman tiap Senin",
            "pattern": "Distribusi dan keagenan",
            "partner": "BUMD Pangan Contoh",
            "price": 12_900,
            "unit": "kg",
            "terms": "Konsinyasi, paling sedikit 200 kg",
            "until": "Sampai 31 Desember 2025",
            "state": {"kind": "info", "text": "Terbuka"},
        },
        {
            "href": "/kemitraan/2",
            "title": "Loket pembayaran air di gerai",
            "pattern": "Kerja sama operasional",
            "partner": "BUMD Air Minum Contoh",
            "terms": "Bagi hasil tiap lembar rekening",
            "state": {"kind": "wait", "text": "Menunggu jawaban"},
        },
    ],
    "sales": [
        ("Sen", 410_000),
        ("Sel", 385_000),
        ("Rab", 520_000),
        ("Kam", 470_000),
        ("Jum", 690_000),
        ("Sab", 845_000),
    ],
    "shares": [("Sembako", 1_845_000), ("Makanan ringan", 720_000), ("Lauk matang", 415_000), ("Minuman", 96_000)],
    "stock": [
        {"name": "Beras SPHP 5 kg", "left": 42, "held": 3, "value": 2_625_000, "kind": "ok", "text": "Cukup"},
        {"name": "Minyak goreng 1 liter", "left": 6, "held": 4, "value": 94_200, "kind": "wait", "text": "Menipis"},
        {"name": "Telur ayam", "left": 0, "held": 0, "value": 0, "kind": "stop", "text": "Habis"},
    ],
    "lines": [
        {"name": "Beras SPHP 5 kg", "quantity": 2, "price": 62_500, "total": 125_000},
        {"name": "Keripik singkong balado", "quantity": 1, "price": 15_000, "total": 15_000},
    ],
    "errors": {"harga": "Jumlah rupiah tidak terbaca. Tulis dengan angka, misalnya 12.500 atau 12,5rb."},
}
