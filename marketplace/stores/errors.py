"""Refusals of stores and their listings."""

from marketplace.errors import ConflictError


class AlreadyListedError(ConflictError):
    """The store lists the product already."""

    code = "already_listed"
    default_message = "Barang ini sudah ada di etalase gerai Anda."


class ListingStateError(ConflictError):
    """The listing is in a state that does not allow this."""

    code = "wrong_state"
    default_message = "Barang ini sudah dalam keadaan itu. Muat ulang halaman."
