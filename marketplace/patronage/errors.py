"""What recording members' shares of the earnings refuses."""

from marketplace.errors import ConflictError


class YearOpenError(ConflictError):
    """The book of the year may still change, so nobody knows yet what it earned."""

    code = "year_open"
    default_message = "Tutup dulu pembukuan sampai 31 Desember {year}, supaya SHU tahun itu tidak berubah lagi."


class AboveEarningsError(ConflictError):
    """More would be shared out than the year earned."""

    code = "above_earnings"
    default_message = "SHU {year} menurut buku tinggal {left} yang bisa dibagikan, daftar ini {total}."


class ShareExistsError(ConflictError):
    """A member has a share of that year already, proposed or approved."""

    code = "share_exists"
    default_message = "Sudah punya bagian SHU {year}: {names}. Satu anggota satu keputusan setahun."


class DecisionStateError(ConflictError):
    """The decision was approved or rejected before."""

    code = "patronage_decision_state"
    default_message = "Daftar SHU ini sudah diputuskan. Muat ulang halaman."
