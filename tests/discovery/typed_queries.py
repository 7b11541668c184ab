"""More of what residents type: prices, words written together, slang, brands, English, pastes and plain rubbish.

Judged like `judged_queries`, against the same demonstration and by both engines.
"""

from tests.discovery.judged_queries import CHILI, CHIPS, EGG, OIL, RICE, SAMBAL, Judged

PEYEK = r"peyek"
FLOUR = r"^(tepung )?(terigu|trigu)"
STOCK = r"^kaldu"
TYPED = (
    # Nearly a spelling that the index does not hold
    Judged("rempeyak", 5, PEYEK),
    Judged("rempeye", 5, PEYEK),
    Judged("peyak kacang", 3, r"peyek.*kacang"),
    Judged("rangginang", 5, r"^r[ae]ngginang|^ranginang"),
    Judged("kerpik singkong", 5, CHIPS),
    Judged("kripik sinkong", 5, CHIPS),
    Judged("samabl terasi", 5, SAMBAL + " terasi"),
    Judged("kastangel", 4, r"kaa?stengel"),
    Judged("brownis", 8, r"^brown"),
    Judged("dimsam", 5, r"^dimsum"),
    Judged("somay", 5, r"^siomay"),
    Judged("uadng", 4, r"^udang"),
    Judged("kangkng", 2, r"kangkung"),
    Judged("kmoceng", 2, r"^kemoceng"),
    Judged("londri", 2, r"laundry"),
    Judged("ditergen", 2, r"^deterjen"),
    # Written together, units at numbers
    Judged("telorayam", 4, EGG + " ayam"),
    Judged("kripiksingkong", 5, CHIPS),
    Judged("sambelterasi", 5, SAMBAL + " terasi"),
    Judged("ayamgeprek", 1, r"^ayam geprek"),
    Judged("minyakgoreng2l", 3, OIL + r".* 2 ?l"),
    Judged("telur ayam1kg", 2, EGG + r" ayam.*1 ?(kg|kilo)"),
    Judged("telor sekilo", 2, EGG + r" ayam.*1 ?(kg|kilo)"),
    Judged("gula 1/2 kg", 2, r"^gula.*500"),
    Judged("telur 1 tray", 3, EGG + r".*tray"),
    Judged("susu kedele 1lt", 3, r"^(susu|sari) kedelai.*1 ?l"),
    Judged("oleh2 khas bekasi", 3, r"rengginang|ranginang|akar kelapa|dodol|opak|kembang|bir pletok"),
    # Prices
    Judged("beras di bawah 70rb", 3, RICE + r".*5 ?(kg|kilo)"),
    Judged("beras 70rb", 3, RICE + r".*5 ?(kg|kilo)", "kencur"),
    Judged("beras 12rb", 5, RICE, "kencur"),
    Judged("keripik 10rban", 5, r"^k(e)?ripik.*100 ?g"),
    Judged("keripik Rp 10.000", 5, r"^k(e)?ripik.*100 ?g"),
    Judged("kopi 20k", 5, r"^kopi.*(100|200|isi)"),
    Judged("cemilan di bawah 20rb", 5, r"k(e)?ripik|nastar|kue|makaroni|basreng|rengginang|peyek|snack"),
    # Slang and other names
    Judged("kopi item", 3, r"^kopi"),
    Judged("kunir asem", 4, r"kunyit asam"),
    Judged("keripik pedes", 3, r"^k(e)?ripik.*pedas"),
    Judged("gula merah", 3, r"^gula (jawa|merah)"),
    Judged("hati ampela", 3, r"^ati ampela"),
    Judged("ayam boiler", 3, r"^ayam broiler"),
    Judged("bandeng duri lunak", 3, r"^bandeng (duri lunak|presto)"),
    Judged("bawang merah goreng", 3, r"^brambang goreng|^bawang goreng"),
    Judged("cabe kriting", 3, CHILI + r".*keriting"),
    Judged("nasi kotak", 4, r"^nasi box"),
    Judged("katering", 2, r"prasmanan|nasi box|snack box|tumpeng"),
    Judged("mpek mpek", 1, r"^pempek"),
    Judged("aqiqah", 1, r"akikah"),
    Judged("kaus polos", 5, r"^ka[ou]s"),
    Judged("baju koko", 2, r"^koko"),
    Judged("vermak jeans", 1, r"permak"),
    Judged("service ac", 1, r"servis ac"),
    Judged("cetak banner", 1, r"spanduk"),
    Judged("ngaji", 1, r"mengaji"),
    Judged("pewangi baju", 3, r"^pewangi"),
    Judged("minyak kayu putih", 2, r"^minyak (telon|urut)"),
    # Brands
    Judged("indomie goreng", 2, r"^mie? ", r"ayam goreng"),
    Judged("royco", 2, STOCK),
    Judged("masako", 2, STOCK),
    Judged("sania 2 liter", 3, OIL + r".* 2 ?l"),
    Judged("segitiga biru", 5, FLOUR, r"bir pletok"),
    Judged("kecap bango", 4, r"^kecap"),
    Judged("kapal api", 5, r"^kopi"),
    Judged("sariwangi", 2, r"^teh"),
    Judged("sunlight", 1, r"^sabun cuci piring"),
    Judged("lifebuoy", 1, r"^sabun mandi"),
    # English
    Judged("rice 5kg", 5, RICE + r".*5 ?(kg|kilo)"),
    Judged("cooking oil", 5, OIL),
    Judged("sugar", 5, r"^gula", r"^lele"),
    Judged("salt", 1, r"^gar[ea]m", r"^koko"),
    Judged("eggs", 5, EGG),
    Judged("chicken", 3, r"^ayam"),
    Judged("coffee", 5, r"^kopi"),
    Judged("soap", 5, r"^sabun", r"^bir"),
    Judged("fried onion", 3, r"^(brambang|bawang) goreng"),
    # Correct words that are near others
    Judged("kepiting", 2, r"^kepiting", r"keriting"),
    Judged("kerang", 3, r"^kerang", r"kering"),
    Judged("sawi", 2, r"^sawi", r"^(sapi|sari)"),
    # Shouting, pictures, signs, pastes
    Judged("BERAS PREMIUM!!!", 5, r"^beras .*premium"),
    Judged("kopi ☕🔥", 5, r"^kopi"),
    Judged('"beras premium"', 5, r"^beras .*premium"),
    Judged("-kopi", 5, r"^kopi"),
    Judged("<b>kopi</b>", 5, r"^kopi"),
    Judged("beras; DROP TABLE listing", 5, RICE),
    Judged("nugget halal", 3, r"^n[au]g+et"),
    Judged("kerip", 5, r"^k(e)?ripik"),
    Judged("b", 5, r"^b"),
    Judged(
        "Halo kak, saya mau pesan beras 5 kg sama minyak goreng 2 liter dan telur ayam 1 kilo, tolong dikirim ke rumah "
        "saya di Jatimakmur ya kak, bayarnya nanti di tempat saja, terima kasih banyak",
        5,
        RICE,
    ),
    Judged(
        "tolong carikan keripik singkong yang pedas tapi jangan terlalu mahal buat oleh oleh keluarga di kampung",
        3,
        CHIPS + r".*pedas",
    ),
)

RUBBISH = ("' OR 1=1 --", "<script>alert(1)</script>", "SELECT * FROM product", "popok bayi", "qwertyuiop", "gas 3 kg")
"""Nothing of this is sold."""

BROWSE = ("", "🍚", "murah", "promo", "???", "gratis ongkir")
"""Nothing is named, so everything is shown."""
