"""A village typed into a form: one that is meant is taken, several of the name are shown to choose from.

The form has a text field `village`. Shown again with several to choose from it also has `village_code` and, hidden,
`village_of`: the text those choices were made for.
"""

from typing import Any

from marketplace import database
from marketplace.errors import InvalidError
from marketplace.regions import find_region, find_regions, key_of

_LIMIT = 30


class SeveralVillagesError(InvalidError):
    """More than one village has the name; `options` are (code, label)."""

    def __init__(self, message: str, options: list[tuple[str, str]]) -> None:
        """Take the sentence and what can be chosen."""
        super().__init__(fields={"village": message})
        self.options = options


async def read_village(form: dict[str, Any], *, is_required: bool = False) -> str | None:
    """Code of the village meant; None where the field is empty.

    Raises:
        InvalidError: nothing has that name, or the field is required and empty.
        SeveralVillagesError: several have it.

    """
    typed, chosen = str(form.get("village", "")), str(form.get("village_code", ""))
    if chosen and typed == str(form.get("village_of", typed)):
        return chosen
    if not typed:
        if is_required:
            raise InvalidError(fields={"village": "Isi nama desa atau kelurahan."})
        return None
    async with database.connection() as connection:
        found = await find_regions(connection, typed, level="village", limit=_LIMIT)
    if not found.regions:
        raise InvalidError(
            fields={"village": "Tidak ada desa atau kelurahan dengan nama ini. Coba dengan nama kecamatannya."}
        )
    # "Sukamaju" also begins the names of others; the one that is just that is meant.
    exact = [region for region in found.regions if key_of(region.name) == key_of(typed)] or found.regions
    if len(exact) == 1 and not found.is_guess:
        return exact[0].code
    message = (
        "Tidak ada yang persis bernama begitu. Pilih yang Anda maksud."
        if found.is_guess
        else "Ada beberapa tempat yang mirip namanya. Pilih yang Anda maksud."
    )
    raise SeveralVillagesError(message, [(region.code, region.label) for region in found.regions])


def village_options(error: Exception) -> list[tuple[str, str]]:
    """What the form offers to choose from after this refusal."""
    return error.options if isinstance(error, SeveralVillagesError) else []


async def typed_village(code: str | None) -> dict[str, str]:
    """Fields of a form that shows this village already; empty where there is none of that code."""
    if not code:
        return {}
    async with database.connection() as connection:
        region = await find_region(connection, code)
    if region is None or region.level != "village":
        return {}
    return {"village": region.label, "village_code": region.code}
