"""Choose a few goods that show the breadth of a village shop, not the sizes of one best seller."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

_MOST_OF_A_CATEGORY: Final = 2


def choose_varied(rows: Sequence[Any], *, limit: int) -> list[Any]:
    """Take `limit` of the rows in their order, at most two of a category and one of a kind (the name's first word).

    Where that leaves places free, the rows passed over fill them, in their order. A row has name and category_slug.
    """
    kinds: set[str] = set()
    categories: Counter[str] = Counter()
    chosen: list[Any] = []
    passed_over: list[Any] = []
    for row in rows:
        kind, category = row["name"].split()[0].casefold(), row["category_slug"]
        if len(chosen) < limit and kind not in kinds and categories[category] < _MOST_OF_A_CATEGORY:
            kinds.add(kind)
            categories[category] += 1
            chosen.append(row)
        else:
            passed_over.append(row)
    return [*chosen, *passed_over[: limit - len(chosen)]]
