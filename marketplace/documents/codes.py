"""The code of a document as it is printed, typed and put into an address."""

import re
from typing import Final

from marketplace.settings import current_settings

_CODE: Final = re.compile(r"[34679ACDEFGHJKMNPQRTUVWXY]{16}")
_NO_LETTERS: Final = re.compile(r"[^0-9A-Z]")
_GROUP: Final = 4
LONGEST_TYPED: Final = 60


def read_code(typed: str) -> str | None:
    """The code in what somebody typed, with or without its dashes; None where it cannot be one."""
    code = _NO_LETTERS.sub("", typed[:LONGEST_TYPED].upper())
    return code if _CODE.fullmatch(code) else None


def spaced(code: str) -> str:
    """The code in groups of four, as people read it."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def check_path(code: str) -> str:
    """Where anybody may check the document."""
    return f"/sah/{code}"


def check_url(code: str) -> str:
    """The same as a whole address, for the QR code on paper."""
    return f"{current_settings().public_url}{check_path(code)}"
