"""Refusals of accounts."""

from marketplace.errors import ConflictError, ForbiddenError, LumbungError


class WrongCredentialsError(LumbungError):
    """Unknown contact or wrong password: which of the two is not told."""

    status_code = 401
    code = "wrong_credentials"
    default_message = "Nomor HP, e-mail, atau kata sandi tidak cocok."


class AccountDisabledError(ForbiddenError):
    """The password is right, but the account was disabled by the platform's operator."""

    code = "account_disabled"
    default_message = "Akun ini dinonaktifkan. Hubungi pengelola platform."


class ContactTakenError(ConflictError):
    """Somebody has an account under this number or address."""

    code = "contact_taken"
    default_message = "Nomor HP atau e-mail ini sudah terdaftar. Silakan masuk, atau atur ulang kata sandi."


class SessionOfKeyEndedError(ConflictError):
    """The sign-in of this key is repeated, but its session has ended since: a new one needs a new key."""

    code = "session_ended"
    default_message = "Sesi dari permintaan ini sudah berakhir. Masuk lagi dengan kunci permintaan yang baru."


class ResetLinkSpentError(LumbungError):
    """The one-time link was used, has run out, or never was."""

    status_code = 410
    code = "reset_link_spent"
    default_message = "Tautan ini sudah dipakai atau sudah lewat satu jam. Minta tautan baru."


class NotOwnHatError(ForbiddenError):
    """The role belongs to somebody else or has ended."""

    code = "not_own_hat"
    default_message = "Peran ini bukan milik Anda atau sudah berakhir."
