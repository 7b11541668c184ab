"""What residents of Bekasi type, and what a neighbour who knows the shop would expect to see first.

Judged by hand against the demonstration's catalogue. `top` is how many of the first hits must have a title that fits
`title`, or fewer where fewer are sold; `never` may not occur in any title of the first page. Expressions ignore case.
"""

from typing import NamedTuple

OIL = r"^minyak? ?kita"
RICE = r"^beras (?!kencur)"
EGG = r"^tel[ou]r"
CHIPS = r"^k(e)?ripik singkong"
CHILI = r"^cab[ae]i?"
SAMBAL = r"^samb[ae]l"
HIJAB = r"^(hijab|jilbab|kerudung|bergo|khimar)"


class Judged(NamedTuple):
    """One query with its expectation."""

    text: str
    top: int
    title: str
    never: str = r"(?!)"


JUDGED = (
    # Staples
    Judged("migor", 10, OIL),
    Judged("minyak goreng", 10, OIL),
    Judged("minyak", 5, r"^minyak"),
    Judged("minyak kita", 10, OIL, r"urut|telon|kelapa"),
    Judged("minyakita", 10, OIL, r"urut|telon|kelapa"),
    Judged("minyakita 2 liter", 3, OIL + r".* 2 ?l", r"urut|telon"),
    Judged("minyak kelapa", 2, r"^minyak kelapa"),
    Judged("bimoli", 5, OIL),
    Judged("gula pasir", 5, r"^gula (pasir|putih)"),
    Judged("gla pasir", 5, r"^gula (pasir|putih)"),
    Judged("gula putih", 3, r"^gula putih"),
    Judged("gula", 5, r"^gula"),
    Judged("gula jawa", 1, r"^gula jawa"),
    Judged("beras", 10, RICE, r"lulur|kencur"),
    Judged("beras 5kg", 5, RICE + r".*5 ?(kg|kilo)", r"lulur|kencur"),
    Judged("bras premium", 5, r"^beras .*premium"),
    Judged("beras premium 5 kilo", 2, r"^beras .*premium.*5 ?(kg|kilo)"),
    Judged("beras sphp", 4, r"^beras sphp"),
    Judged("beras pandan wangi", 1, r"^beras .*pandan wangi"),
    Judged("telor", 8, EGG),
    Judged("telur ayam", 5, EGG + " ayam"),
    Judged("telur ayam 1 kilo", 2, EGG + r" ayam.*1 ?(kg|kilo)"),
    Judged("telor asin", 3, EGG + " asin"),
    Judged("tepung trigu", 5, r"terigu|trigu"),
    Judged("garem dapur", 1, r"^gar[ea]m"),
    Judged("garam", 1, r"^gar[ea]m"),
    Judged(
        "sembako", 8, r"beras|tel[ou]r|gula (pasir|putih)|minyak|terigu|trigu|tapioka|garem|kecap|bihun|kacang tanah"
    ),
    # Snacks and cakes
    Judged("kripik singkong", 10, CHIPS),
    Judged("keripik singkong pedas", 4, CHIPS + r".*pedas"),
    Judged("kripik", 10, r"^k(e)?ripik"),
    Judged("keripik pisang coklat", 2, r"^k(e)?ripik pisang cokelat"),
    Judged("kerupuk", 5, r"^k(e)?rupuk"),
    Judged("rempeyek kacang", 3, r"peyek.*kacang"),
    Judged("dodol betawi", 3, r"^dodol betawi"),
    Judged("dodol", 8, r"^dodol"),
    Judged("rengginang", 5, r"^r[ae]ngginang|^ranginang"),
    Judged("basreng", 8, r"^(basreng|baso goreng)"),
    Judged("baso goreng", 8, r"^(basreng|baso goreng)"),
    Judged("nastar", 8, r"nastar"),
    Judged(
        "kue basah", 3, r"kue|lapis|lemper|risol|onde|klepon|tahu isi|getuk|bolu|roti|combro|bakwan|cireng|brown|tempe"
    ),
    Judged("risol", 8, r"^risol"),
    Judged("risol mayo", 3, r"^risol mayo"),
    Judged("lemper", 5, r"^lemper"),
    Judged("roti", 8, r"^roti"),
    # From the kitchen and the freezer
    Judged("nuget", 6, r"^n[au]g+et"),
    Judged("nugget ayam", 6, r"^n[au]g+et ayam"),
    Judged("frozen food", 3, r"frozen|beku|risol|dimsum|cireng|nugget|naget|siomay|bakso|otak|pempek|lumpia|kroket"),
    Judged("bakso", 3, r"^bakso"),
    Judged("baso sapi", 3, r"^bakso sapi"),
    Judged("soto betawi", 1, r"^soto betawi"),
    Judged("nasi uduk", 1, r"^nasi uduk"),
    Judged("semur jengkol", 2, r"^semur jengkol"),
    Judged("bandeng presto", 3, r"^bandeng"),
    Judged("lauk", 5, r"nasi|ayam|ikan|bandeng|soto|semur|dendeng|cumi|teri|kentang|orek|sayur|pecak|tel[ou]r|rebon"),
    Judged("bawang goreng", 8, r"^(brambang|bawang) goreng"),
    Judged("ikan asin", 4, r"^(ikan|cumi) asin|^teri"),
    # Kitchen garden
    Judged("cabe rawit", 4, CHILI + " rawit"),
    Judged("cabe", 8, CHILI),
    Judged("bawang merah", 2, r"^bawang merah", r"^(krupuk|kerupuk)"),
    Judged("bawang putih", 1, r"^bawang putih"),
    Judged("ayam", 3, r"^(ayam|dada ayam|paha ayam)"),
    Judged("ayam kampung", 2, r"^ayam kampung"),
    Judged("tempe", 5, r"tempe"),
    Judged("tahu", 1, r"^tahu"),
    Judged("kangkung", 2, r"kangkung"),
    # Seasoning
    Judged("sambel", 8, SAMBAL),
    Judged("sambal terasi", 4, SAMBAL + " terasi"),
    Judged("kecap", 4, r"^kecap"),
    Judged("bumbu rendang", 1, r"^bumbu rendang"),
    Judged("trasi", 1, r"^t(e)?rasi"),
    # Drinks
    Judged("kopi bubuk", 3, r"^kopi .*(bubuk|halus|kasar)"),
    Judged("kopi", 8, r"^kopi", r"^(kripik|pewangi|lulur|sabun)"),
    Judged("kopi susu", 3, r"^kopi susu"),
    Judged("bir pletok", 4, r"^bir pletok"),
    Judged("teh", 2, r"^teh"),
    Judged("susu kedelai", 4, r"^(susu|sari) kedelai"),
    Judged("jamu", 3, r"^jamu"),
    Judged("madu", 8, r"^madu"),
    Judged("madu asli", 2, r"^madu asli"),
    Judged("es", 8, r"^es "),
    Judged("gula aren", 3, r"gula aren"),
    # To wear, to carry, to clean
    Judged("batik", 8, r"batik"),
    Judged("baju", 5, r"batik|kaos|kaus|gamis|koko|daster"),
    Judged("baju batik", 3, r"batik"),
    Judged("mukena", 3, r"^mukena"),
    Judged("mukenah", 3, r"^mukena"),
    Judged("jilbab", 6, HIJAB),
    Judged("tas anyaman", 5, r"^tas"),
    Judged("tas", 5, r"^tas"),
    Judged("sabun cuci piring", 2, r"^sabun cuci piring"),
    Judged("sabun", 8, r"^sabun"),
    Judged("sapu", 5, r"^sapu"),
    Judged("deterjen", 2, r"^deterjen"),
    # Services
    Judged("jahit baju", 2, r"permak|jahit|gamis|daster"),
    Judged("permak celana", 1, r"^permak"),
    Judged("laundry", 2, r"laundry|cuci|setrika"),
    Judged("laundry kiloan", 3, r"kiloan"),
    Judged("tumpeng", 2, r"^tumpeng"),
    Judged("cuci ac", 2, r"^cuci ac"),
)
"""In the order of a shop's shelves."""

NOTHING = ("pampers", "popok", "pupuk", "helikopter")
"""What the demonstration does not sell: nothing is better than something else."""
