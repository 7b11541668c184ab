"""The remittance of a payment to a supplier as it is printed."""

from marketplace import database
from marketplace.documents import Paper, PaperLine, Proof, find_proof, set_paper
from marketplace.formats.dates import day_of, format_date, format_full_date
from marketplace.formats.rupiah import format_rupiah
from marketplace.settlement.show_run import EntryLine, Remittance
from marketplace.settlement.states import LINE_LABELS, METHOD_LABELS
from marketplace.web.translate import translate


async def remittance_paper(remittance: Remittance, language: str) -> tuple[Paper, Proof]:
    """The paper of a remittance in a language, with its entry in the register."""

    def t(sentence: str, **facts: object) -> str:
        return translate(sentence, language, **facts)

    async with database.connection() as connection:
        proof = await find_proof(connection, store_id=remittance.store_id, kind="remittance", number=remittance.number)
    facts = [
        (t("Dibayarkan kepada"), remittance.supplier_name),
        (t("Hari"), format_full_date(day_of(remittance.paid_at, remittance.time_zone), language)),
        (t("Dibayar dengan"), t(METHOD_LABELS[remittance.method])),
    ]
    if remittance.reference:
        facts.append((t("Referensi"), remittance.reference))
    facts.append((t("Dicatat oleh"), remittance.paid_by_name))
    paper = set_paper(
        proof,
        kind=t("NOTA PELUNASAN"),
        title=t("Nota pelunasan no. {number}", number=remittance.number),
        language=language,
        facts=facts,
        lines=[_line(line, remittance.time_zone, language) for line in remittance.lines],
        totals=[(t("Dibayar"), remittance.amount_rupiah)],
        notes=[],
        signatures=(t("Koperasi"), t("Pemasok")),
    )
    return paper, proof


def _line(line: EntryLine, time_zone: str, language: str) -> PaperLine:
    day = format_date(day_of(line.since, time_zone), language)
    goods = ", ".join(f"{one.quantity} {one.unit_code} {one.name}" for one in line.goods)
    name = f"{goods} {line.code}" if goods else translate(LINE_LABELS[line.kind], language)
    return PaperLine(name=f"{day} · {name}", amount=format_rupiah(line.amount_rupiah, language))
