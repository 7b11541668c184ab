"""A document as a PDF on A4, set by Typst from `paper.typ` with the fonts that Typst brings; nothing is fetched."""

from pathlib import Path
from typing import Final

import msgspec

from marketplace.documents.paper import Paper
from marketplace.documents.proof import Proof
from marketplace.formats.qr import qr_file
from marketplace.formats.rupiah import format_rupiah
from marketplace.web.translate import translate

_TEMPLATE: Final = Path(__file__).parent / "paper.typ"


def write_pdf(paper: Paper, proof: Proof) -> bytes:
    """Set the document: who issued it, what it says, the QR code to check it by, page numbers."""
    import typst  # noqa: PLC0415 - 30 MB that only those need who print

    def t(sentence: str, **facts: object) -> str:
        return translate(sentence, paper.language, **facts)

    duty = t("Bea meterai {amount} atas dokumen ini (UU 10/2020).", amount=format_rupiah(paper.duty_rupiah))
    texts = {
        **msgspec.to_builtins(paper),
        "duty": duty if paper.duty_rupiah else "",
        "said": t("Terbilang"),
        "qr": qr_file(proof.url),
        "code": proof.spaced_code,
        "check": t("Pindai untuk memeriksa keasliannya, atau buka {address}", address=proof.url),
        "page": t("Halaman"),
    }
    return typst.compile(
        _TEMPLATE,
        root=_TEMPLATE.parent,
        font_paths=[],
        ignore_system_fonts=True,
        sys_inputs={"paper": msgspec.json.encode(texts).decode()},
        timestamp=int(proof.issued_at.timestamp()),
    )
