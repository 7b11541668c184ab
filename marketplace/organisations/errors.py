"""Refusals of organisations."""

from marketplace.errors import ConflictError, ForbiddenError


class StatusMovedError(ConflictError):
    """Somebody decided before, or the status does not allow the step."""

    code = "status_moved"
    default_message = "Statusnya sudah berubah. Muat ulang halaman untuk melihat keadaan sekarang."


class OwnApplicationError(ForbiddenError):
    """Nobody decides their own application."""

    code = "own_application"
    default_message = "Pengajuan sendiri diputuskan oleh orang lain."


class OtherVillageError(ForbiddenError):
    """The rule that binds a cooperative to its village stands in the way."""

    code = "other_village"
    default_message = "Anggota koperasi ini harus warga desa atau kelurahan yang sama, dibuktikan dengan KTP."


class LastHolderError(ConflictError):
    """An organisation must keep somebody who answers for it."""

    code = "last_holder"
    default_message = "Ini pemegang peran terakhir. Tunjuk penggantinya dulu."
