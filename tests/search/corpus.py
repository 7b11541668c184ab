"""A small, wholly invented catalogue of Bekasi goods: 60 products on sale at 4 stores, 6 offers.

Product numbers follow the order of PRODUCTS from 1; listing ids are `<product>-<store>`. What is sold where and at
which price follows from the numbers alone, so tests can state exact results.
"""

from search import NATIONAL, ListingDocument, OfferDocument, StoreDocument

STORES = {
    1: (
        "Gerai Jatimakmur",
        "32.75.08.1003",
        ("Jawa Barat", "Kota Bekasi", "Pondokgede", "Jatimakmur"),
        -6.283,
        106.930,
    ),
    2: ("Gerai Jatiasih", "32.75.09.1004", ("Jawa Barat", "Kota Bekasi", "Jatiasih", "Jatiasih"), -6.300, 106.960),
    3: (
        "Gerai Lambangsari",
        "32.16.06.2002",
        ("Jawa Barat", "Kabupaten Bekasi", "Tambun Selatan", "Lambangsari"),
        -6.282,
        107.041,
    ),
    4: (
        "Gerai Mekarsari",
        "32.16.06.2006",
        ("Jawa Barat", "Kabupaten Bekasi", "Tambun Selatan", "Mekarsari"),
        -6.260,
        107.060,
    ),
}

SEMBAKO = ("sembako", "Sembako")
SNACK = ("makanan-ringan", "Makanan Ringan")
FRESH = ("hasil-tani", "Hasil Tani")
DRINK = ("minuman", "Minuman")
SPICE = ("bumbu-sambal", "Bumbu & Sambal")
FASHION = ("fesyen", "Fesyen")
HOME = ("rumah-tangga", "Perlengkapan Rumah")

# title, category, sub-category, price of store 1, halal, seller
PRODUCTS: tuple[tuple[str, tuple[str, str], tuple[str, str] | None, int, bool, str], ...] = (
    ("Beras Pandan Wangi 5 kg", SEMBAKO, ("beras", "Beras"), 74_500, False, "Tani Makmur"),  # 1
    ("Beras Medium SPHP 5kg", SEMBAKO, ("beras", "Beras"), 62_500, False, "Gudang Pangan"),  # 2
    ("Beras Merah Organik 1 kg", SEMBAKO, ("beras", "Beras"), 24_000, False, "Tani Makmur"),  # 3
    ("Minyak Goreng Sawit 1 Liter", SEMBAKO, ("minyak", "Minyak Goreng"), 19_500, True, "Sumber Rejeki"),  # 4
    ("Minyakita Pouch 1 L", SEMBAKO, ("minyak", "Minyak Goreng"), 15_700, True, "Gudang Pangan"),  # 5
    ("Minyak Kelapa Murni 250 ml", SEMBAKO, ("minyak", "Minyak Goreng"), 45_000, True, "Sumber Rejeki"),  # 6
    ("Gula Pasir Putih 1 kg", SEMBAKO, ("gula", "Gula"), 17_500, True, "Gudang Pangan"),  # 7
    ("Gula Aren Bubuk 500 gr", SEMBAKO, ("gula", "Gula"), 28_000, True, "Legit Jaya"),  # 8
    ("Telor Ayam Negeri 1 kilo", SEMBAKO, ("telur", "Telur"), 29_000, False, "Ternak Barokah"),  # 9
    ("Telur Asin Bakar isi 6", SEMBAKO, ("telur", "Telur"), 24_000, True, "Asin Lestari"),  # 10
    ("Tepung Terigu Serbaguna 1 kg", SEMBAKO, ("tepung", "Tepung"), 12_500, True, "Gudang Pangan"),  # 11
    ("Tepung Tapioka 500 gram", SEMBAKO, ("tepung", "Tepung"), 8_000, True, "Sumber Rejeki"),  # 12
    ("Mie Instan Rasa Soto", SEMBAKO, ("mie", "Mie"), 3_200, True, "Sumber Rejeki"),  # 13
    ("Indomie Goreng Jumbo", SEMBAKO, ("mie", "Mie"), 4_500, True, "Sumber Rejeki"),  # 14
    ("Garam Beryodium 250 gr", SEMBAKO, None, 3_000, True, "Sumber Rejeki"),  # 15
    ("Gas Elpiji 3kg Isi Ulang", HOME, ("gas", "Gas"), 19_000, False, "Pangkalan Jaya"),  # 16
    ("Tabung Gas 12 kg", HOME, ("gas", "Gas"), 190_000, False, "Pangkalan Jaya"),  # 17
    ("Kripik Singkong Balado", SNACK, ("keripik", "Keripik"), 12_000, True, "Dapur Ibu Sari"),  # 18
    ("Keripik Pisang Cokelat", SNACK, ("keripik", "Keripik"), 15_000, True, "Dapur Ibu Sari"),  # 19
    ("Keripik Tempe Renyah", SNACK, ("keripik", "Keripik"), 14_000, True, "Tempe Pak Min"),  # 20
    ("Kerupuk Udang Mentah", SNACK, ("kerupuk", "Kerupuk"), 22_000, True, "Laut Biru"),  # 21
    ("Krupuk Kulit Sapi", SNACK, ("kerupuk", "Kerupuk"), 26_000, True, "Laut Biru"),  # 22
    ("Rengginang Terasi", SNACK, ("kerupuk", "Kerupuk"), 18_000, True, "Dapur Ibu Sari"),  # 23
    ("Peyek Kacang Tanah", SNACK, None, 17_000, True, "Dapur Ibu Sari"),  # 24
    ("Kue Kering Nastar", SNACK, ("kue-kering", "Kue Kering"), 55_000, True, "Roti Mekar"),  # 25
    ("Dodol Betawi", SNACK, None, 30_000, True, "Legit Jaya"),  # 26
    ("Cabe Rawit Merah 250 gr", FRESH, ("cabai", "Cabai"), 14_500, False, "Tani Makmur"),  # 27
    ("Cabai Keriting 250 gram", FRESH, ("cabai", "Cabai"), 11_500, False, "Tani Makmur"),  # 28
    ("Bawang Merah Brebes 500 gr", FRESH, ("bawang", "Bawang"), 19_500, False, "Tani Makmur"),  # 29
    ("Bawang Putih Kating 500 gr", FRESH, ("bawang", "Bawang"), 21_500, False, "Tani Makmur"),  # 30
    ("Singkong Segar 1 kg", FRESH, ("umbi", "Umbi"), 6_000, False, "Tani Makmur"),  # 31
    ("Kacang Tanah Kupas 500 gr", FRESH, None, 16_000, False, "Tani Makmur"),  # 32
    ("Pisang Raja 1 sisir", FRESH, ("buah", "Buah"), 23_000, False, "Tani Makmur"),  # 33
    ("Ikan Bandeng Presto", FRESH, ("ikan", "Ikan"), 35_000, True, "Laut Biru"),  # 34
    ("Tahu Kuning isi 10", FRESH, None, 9_000, False, "Tempe Pak Min"),  # 35
    ("Tempe Daun", FRESH, None, 6_500, False, "Tempe Pak Min"),  # 36
    ("Kopi Bubuk Robusta 200 gr", DRINK, ("kopi", "Kopi"), 27_000, True, "Kopi Cibitung"),  # 37
    ("Kopi Susu Botol", DRINK, ("kopi", "Kopi"), 15_000, True, "Kopi Cibitung"),  # 38
    ("Teh Melati Celup", DRINK, ("teh", "Teh"), 8_500, True, "Sumber Rejeki"),  # 39
    ("Air Mineral 600 ml", DRINK, None, 3_500, True, "Sumber Rejeki"),  # 40
    ("Madu Hutan Lombok 350 ml", DRINK, ("madu", "Madu"), 85_000, True, "Lebah Sehat"),  # 41
    ("Jahe Merah Instan", DRINK, None, 20_000, True, "Lebah Sehat"),  # 42
    ("Sambal Terasi Botol", SPICE, ("sambal", "Sambal"), 18_500, True, "Pedas Nian"),  # 43
    ("Sambel Bawang Level 5", SPICE, ("sambal", "Sambal"), 19_000, True, "Pedas Nian"),  # 44
    ("Trasi Udang Asli", SPICE, None, 9_500, True, "Laut Biru"),  # 45
    ("Kecap Manis 600 ml", SPICE, None, 23_500, True, "Sumber Rejeki"),  # 46
    ("Merica Bubuk", SPICE, None, 7_500, True, "Pedas Nian"),  # 47
    ("Batik Tulis Bekasi", FASHION, ("batik", "Batik"), 250_000, False, "Batik Kranji"),  # 48
    ("Topi Anyaman Pandan", FASHION, None, 45_000, False, "Anyam Indah"),  # 49
    ("Mukena Katun", FASHION, None, 135_000, False, "Batik Kranji"),  # 50
    ("Kerudung Segi Empat", FASHION, None, 35_000, False, "Batik Kranji"),  # 51
    ("Kopiah Hitam", FASHION, None, 40_000, False, "Batik Kranji"),  # 52
    ("Sabun Cuci Piring 750 ml", HOME, ("sabun", "Sabun"), 14_000, False, "Bersih Terus"),  # 53
    ("Deterjen Bubuk 800 gr", HOME, ("sabun", "Sabun"), 21_000, False, "Bersih Terus"),  # 54
    ("Pasta Gigi 190 gr", HOME, None, 13_500, False, "Bersih Terus"),  # 55
    ("Tikar Anyaman Pandan", HOME, None, 95_000, False, "Anyam Indah"),  # 56
    ("Pupuk Organik 10 kg", FRESH, None, 25_000, False, "Tani Makmur"),  # 57
    ("Air Minum Galon Isi Ulang", DRINK, None, 6_000, True, "Tirta Segar"),  # 58
    ("Popok Bayi isi 20", HOME, None, 48_000, False, "Bersih Terus"),  # 59
    ("Kemeja Koko Putih", FASHION, None, 120_000, False, "Batik Kranji"),  # 60
)


def sold_at(product_id: int) -> list[int]:
    """Return the stores that sell a product: 1 all odd ones, 2 each third, 3 all, 4 the even ones."""
    sells = {1: product_id % 2 == 1, 2: product_id % 3 == 0, 3: True, 4: product_id % 2 == 0}
    return [store_id for store_id, is_sold in sells.items() if is_sold]


def price_at(product_id: int, store_id: int) -> int:
    """Return the price in rupiah: 500 more with each store number."""
    return PRODUCTS[product_id - 1][3] + 500 * (store_id - 1)


def listing(product_id: int, store_id: int, **changes: object) -> ListingDocument:
    """Return one listing, with fields changed where a test needs it."""
    title, category, sub_category, _, is_halal, seller = PRODUCTS[product_id - 1]
    store_name, region_code, region_names, latitude, longitude = STORES[store_id]
    path = [category] if sub_category is None else [category, sub_category]
    fields: dict[str, object] = {
        "id": f"{product_id}-{store_id}",
        "product_id": product_id,
        "title": title,
        "description": f"Dari {seller}, langsung dari pembuatnya.",
        "category_slugs": tuple(slug for slug, _ in path),
        "category_names": tuple(name for _, name in path),
        "seller_name": seller,
        "store_id": store_id,
        "store_name": store_name,
        "region_code": region_code,
        "region_names": region_names,
        "price_rupiah": price_at(product_id, store_id),
        "member_price_rupiah": price_at(product_id, store_id) - 300,
        "unit": "bungkus",
        "is_in_stock": not (store_id == 3 and product_id % 5 == 0),
        "is_halal": is_halal,
        "popularity": 100 - product_id,
        "listed_at": 1_760_000_000 + product_id * 1000 + store_id,
        "latitude": latitude,
        "longitude": longitude,
    }
    return ListingDocument(**{**fields, **changes})  # type: ignore[arg-type]


def listings() -> list[ListingDocument]:
    """Return all listings."""
    numbers = range(1, len(PRODUCTS) + 1)
    return [listing(product_id, store_id) for product_id in numbers for store_id in sold_at(product_id)]


def stores() -> list[StoreDocument]:
    """Return all stores; number 1 and 3 deliver."""
    return [
        StoreDocument(
            id=str(store_id),
            store_id=store_id,
            name=name,
            cooperative_name=f"Koperasi {'Kelurahan' if '.1' in code[-5:] else 'Desa'} Merah Putih {region_names[-1]}",
            region_code=code,
            region_names=region_names,
            is_delivering=store_id % 2 == 1,
            listed_at=1_760_000_000 + store_id,
            latitude=latitude,
            longitude=longitude,
        )
        for store_id, (name, code, region_names, latitude, longitude) in STORES.items()
    ]


def offers() -> list[OfferDocument]:
    """Return the partnership offers."""
    rows: tuple[tuple[str, str, str, str, tuple[str, ...], int | None, int | None], ...] = (
        ("Pasokan beras medium", "Pangan Utama", "rantai_pasok", "goods", ("32.75", "32.16"), 11_500, 1_900_000_000),
        ("Pasokan minyak goreng curah", "Pangan Utama", "rantai_pasok", "goods", ("32.75",), 13_500, 1_700_000_000),
        ("Sewa kios pasar", "Pasar Sejahtera", "lain", "service", ("32.75.08",), 500_000, None),
        ("Loket pembayaran air", "Tirta Kota", "keagenan", "service", ("32.75.08.1003", "32.75.09"), None, None),
        ("Agen tabungan desa", "Bank Rakyat Kabupaten", "keagenan", "service", ("32.16",), None, 1_900_000_000),
        ("Daging beku untuk gerai", "Dharma Daging", "perdagangan_umum", "goods", (NATIONAL,), 98_000, None),
    )
    return [
        OfferDocument(
            id=f"offer-{number}",
            title=title,
            partner_id=number,
            partner_name=partner,
            pattern=pattern,
            kind=kind,
            region_codes=codes,
            price_from_rupiah=price,
            valid_until=valid_until,
            listed_at=1_760_000_000 + number,
            category_slugs=("sembako",) if kind == "goods" else ("jasa",),
            category_names=("Sembako",) if kind == "goods" else ("Jasa",),
            payment_term="konsinyasi",
        )
        for number, (title, partner, pattern, kind, codes, price, valid_until) in enumerate(rows, 1)
    ]
