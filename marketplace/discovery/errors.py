"""Why a search cannot be answered."""

from marketplace.errors import LumbungError


class SearchDownError(LumbungError):
    """No search engine answers; not the same as finding nothing."""

    status_code = 503
    code = "search_down"
    default_message = "Pencarian sedang terganggu. Telusuri lewat kategori atau gerai, atau coba lagi sebentar."
