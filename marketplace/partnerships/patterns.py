"""What an offer can be: the ten patterns of partnership, its subject and the terms of payment, with their names.

Source of the patterns: PP 7/2021 ps. 106 (a to f, and the four of g). The explanations are ours.
"""

from typing import Final, Literal

Pattern = Literal[
    "inti_plasma",
    "subkontrak",
    "waralaba",
    "perdagangan_umum",
    "distribusi_keagenan",
    "rantai_pasok",
    "bagi_hasil",
    "kerja_sama_operasional",
    "usaha_patungan",
    "penyumberluaran",
]
Subject = Literal["goods", "service"]
PaymentTerm = Literal["tunai", "cod", "tempo", "konsinyasi"]

PATTERN_LABELS: Final = {
    "inti_plasma": "Inti-plasma",
    "subkontrak": "Subkontrak",
    "waralaba": "Waralaba",
    "perdagangan_umum": "Perdagangan umum",
    "distribusi_keagenan": "Distribusi dan keagenan",
    "rantai_pasok": "Rantai pasok",
    "bagi_hasil": "Bagi hasil",
    "kerja_sama_operasional": "Kerja sama operasional",
    "usaha_patungan": "Usaha patungan",
    "penyumberluaran": "Penyumberluaran",
}

PATTERN_EXPLANATION_LABELS: Final = {
    "inti_plasma": "Mitra menjadi inti yang membina dan membeli hasil; anggota koperasi menjadi plasma yang memasok.",
    "subkontrak": "Koperasi mengerjakan sebagian produksi atau pekerjaan yang dipesan mitra.",
    "waralaba": "Koperasi menjalankan usaha dengan merek dan cara kerja milik mitra.",
    "perdagangan_umum": "Mitra dan koperasi berjual beli barang atau jasa secara lepas.",
    "distribusi_keagenan": "Koperasi menyalurkan barang atau jasa mitra sebagai penyalur atau agennya.",
    "rantai_pasok": "Mitra dan koperasi mengatur bersama aliran barang, dari pengadaan sampai ke pembeli.",
    "bagi_hasil": "Masing-masing menyumbang modal, tempat, atau tenaga, lalu hasilnya dibagi menurut kesepakatan.",
    "kerja_sama_operasional": "Satu kegiatan dijalankan bersama sampai selesai, tanpa badan usaha baru.",
    "usaha_patungan": "Mitra dan koperasi mendirikan satu badan usaha baru dengan modal bersama.",
    "penyumberluaran": "Mitra menyerahkan sebagian pekerjaan atau layanannya kepada koperasi.",
}

SUBJECT_LABELS: Final = {"goods": "Barang", "service": "Jasa"}

TERM_LABELS: Final = {
    "tunai": "Tunai di muka",
    "cod": "Bayar saat barang diterima (COD)",
    "tempo": "Tempo {days} hari",
    "konsinyasi": "Konsinyasi (titip jual)",
}
