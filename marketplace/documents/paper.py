"""A document as text, ready to be printed: the same for the page, the rolls of the counter and the PDF."""

import msgspec

from marketplace.documents.proof import Proof
from marketplace.formats.rupiah import format_rupiah, terbilang
from marketplace.web.translate import translate


class PaperLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line: goods with how many at which price below, or a plain line without `detail`."""

    name: str
    detail: str = ""
    amount: str


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """All texts of a document in the reader's language. `totals` are in reading order, the sum first.

    `stands` (kind of note, sentence) says how the matter stands now; it is shown beside the paper, never printed.
    """

    kind: str
    title: str
    language: str
    store_name: str
    cooperative_name: str
    store_address: str
    identity: str
    facts: list[tuple[str, str]]
    lines: list[PaperLine]
    totals: list[tuple[str, str]]
    words: str
    notes: list[str]
    foot: str
    duty_rupiah: int
    signatures: tuple[str, ...] = ()
    stands: tuple[str, str] | None = None


def set_paper(
    proof: Proof,
    *,
    kind: str,
    title: str,
    language: str,
    facts: list[tuple[str, str]],
    lines: list[PaperLine],
    totals: list[tuple[str, int]],
    notes: list[str],
    foot: str = "",
    is_paid: bool = True,
    signatures: tuple[str, ...] = (),
    stands: tuple[str, str] | None = None,
) -> Paper:
    """Compose a document with what the register knows of it; the words are those of its total."""
    numbers = [("NIB", proof.nib), ("NPWP", proof.npwp)]
    return Paper(
        kind=kind,
        title=title,
        language=language,
        store_name=proof.store_name,
        cooperative_name="" if proof.cooperative_name in proof.store_name else proof.cooperative_name,
        store_address=proof.store_address,
        identity=" · ".join(f"{label} {number}" for label, number in numbers if number),
        facts=[(translate("Nomor", language), str(proof.number)), *facts],
        lines=lines,
        totals=[(label, format_rupiah(amount, language)) for label, amount in totals],
        words=terbilang(proof.total_rupiah),
        notes=notes,
        foot=foot,
        duty_rupiah=proof.duty_rupiah(is_paid=is_paid),
        signatures=signatures,
        stands=stands,
    )
