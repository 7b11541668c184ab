"""Pages of reconciliation: what does not match, a statement before it is kept, and one line that needs a person."""

import base64
import binascii
from datetime import date
from typing import Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.types import ControllerRouterHandler

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.books import book_of
from marketplace.errors import InvalidError, LumbungError, NotFoundError
from marketplace.formats.dates import day_of
from marketplace.http.forms import field_sentences, read_form, see_other, sentence_of
from marketplace.http.idempotency import once_from_form
from marketplace.http.policy import ROLE_NAMES, STORE_MANAGERS, STORE_READERS, only
from marketplace.ids import new_token
from marketplace.reconciliation import store
from marketplace.reconciliation.differences import KIND_LABELS, Difference, open_differences
from marketplace.reconciliation.explain_difference import explain_difference
from marketplace.reconciliation.import_statement import import_statement, preview_statement
from marketplace.reconciliation.match_lines import match_lines, take_line
from marketplace.reconciliation.name_moves import PURPOSE_LABELS
from marketplace.reconciliation.providers import ProviderDetails, close_provider, save_provider, show_provider
from marketplace.reconciliation.show_line import LineView, show_line
from marketplace.web.render import render_page
from payments import Columns, find_channels, list_statements

AnyRequest = Request[Any, Any, Any]

_PATH: Final = "/koperasi/rekonsiliasi"
_LARGEST_BYTES: Final = 2 * 1024 * 1024
_SHOWN_FILES: Final = 8
_SHOWN: Final = 60
_SEN: Final = 100
COLUMN_LABELS: Final = {
    "date": "Tanggal",
    "time": "Jam",
    "text": "Keterangan",
    "amount": "Jumlah",
    "direction": "CR atau DB",
    "credit": "Kredit (masuk)",
    "debit": "Debet (keluar)",
    "balance": "Saldo",
    "reference": "Nomor referensi (RRN)",
    "bill": "Nomor tagihan",
    "fee": "Biaya (MDR)",
}
BECAME_LABELS: Final = {
    "payment": "Pembayaran pesanan",
    "payout": "Pencairan QRIS",
    "bank_fee": "Biaya bank",
    "deposit": "Setoran ke bank",
    "move": "Uang yang sudah tercatat di buku",
}
_FILE_KINDS: Final = ("bank", "qris")


class Amount(msgspec.Struct, frozen=True):
    """An amount in sen as pages show it: whole rupiah, and the sen behind where there are any."""

    rupiah: int
    sen: str

    @classmethod
    def of(cls, sen: int) -> "Amount":
        """Split an amount; the sign stays with the rupiah."""
        whole = abs(sen) // _SEN
        rest = abs(sen) % _SEN
        return cls(-whole if sen < 0 else whole, f",{rest:02d}" if rest else "")


async def _page(
    request: AnyRequest,
    actor: Actor,
    *,
    error: LumbungError | None = None,
    typed: dict[str, str] | None = None,
    failed: str = "",
) -> Response[bytes]:
    store_id = actor.require_store()
    async with database.connection() as connection:
        time_zone = await store.find_time_zone(connection, store_id)
        today = day_of(clock.now(), time_zone)
        found = await open_differences(connection, book_of(store_id), today)
        files = await list_statements(connection, book=book_of(store_id), limit=_SHOWN_FILES)
        channels = await find_channels(connection, book=book_of(store_id), on=today)
    errors = field_sentences(request, error) if error is not None else {}
    return render_page(
        request,
        "reconciliation/home.html",
        status_code=200 if error is None else error.status_code,
        open=[(one, Amount.of(one.amount_sen)) for one in found if not one.explanation][:_SHOWN],
        open_count=sum(not one.explanation for one in found),
        explained=[(one, Amount.of(one.amount_sen)) for one in found if one.explanation][-_SHOWN:],
        kinds=KIND_LABELS,
        roles=ROLE_NAMES,
        files=files,
        bank=channels.bank_account,
        qris=channels.qris,
        provider=await show_provider(store_id),
        may_change=actor.require_hat().role in STORE_MANAGERS,
        typed=typed or {},
        failed=failed,
        errors=errors,
        problem=sentence_of(request, error) if error is not None and not errors else "",
        time_zone=time_zone,
        once=new_token(),
    )


@get("/koperasi/rekonsiliasi", opt=only(*STORE_READERS))
async def reconciliation_page(request: AnyRequest, actor: Actor) -> Response[bytes]:
    """What does not match at the store, and the way to bring a statement."""
    return await _page(request, actor)


@post("/koperasi/rekonsiliasi", opt=only(*STORE_MANAGERS))
async def submit_reconciliation(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Explain a difference, match again, or set the provider up: `what` says which."""
    form = await read_form(request)
    what = str(form.get("what", ""))
    typed = {name: str(form.get(name, "")) for name in ("note", "provider", "partner_id", "public_key")}
    try:
        if what == "match":
            done = await match_lines(actor.require_store(), actor=actor)
            return see_other(_PATH, notice="Ada baris yang cocok." if done else "Belum ada baris baru yang cocok.")
        once = once_from_form(request, form)
        if what == "explain":
            await explain_difference(
                str(form.get("kind", "")), str(form.get("subject", "")), typed["note"], actor=actor, once=once
            )
            return see_other(_PATH, notice="Penjelasan disimpan.")
        if what == "stop-provider":
            await close_provider(actor=actor, once=once)
            return see_other(_PATH, notice="Pemberitahuan penyedia dihentikan.")
        details = ProviderDetails(
            provider=typed["provider"],
            partner_id=typed["partner_id"],
            secret=str(form.get("secret", "")),
            public_key=typed["public_key"],
        )
        await save_provider(details, actor=actor, once=once)
    except LumbungError as error:
        failed = f"{form.get('kind', '')}|{form.get('subject', '')}" if what == "explain" else what
        return await _page(request, actor, error=error, typed=typed, failed=failed)
    return see_other(_PATH, notice="Penyedia QRIS disimpan.")


@post("/koperasi/rekonsiliasi/mutasi", opt=only(*STORE_MANAGERS))
async def submit_statement(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Show how a file is understood; with `step` save, keep it by the columns chosen."""
    form = await read_form(request)
    kind = str(form.get("kind", ""))
    try:
        if kind not in _FILE_KINDS:
            raise InvalidError(fields={"kind": "Pilih mutasi rekening atau laporan QRIS."})
        upload = form.get("file")
        if isinstance(upload, UploadFile):
            # One byte more than allowed is enough to know that it is too large.
            return await _preview(request, await upload.read(_LARGEST_BYTES + 1), upload.filename, kind, None)
        data = _content_of(form)
    except LumbungError as error:
        return await _page(request, actor, error=error, typed={"file_kind": kind}, failed="file")
    columns = _chosen_columns(form)
    file_name = str(form.get("file_name", ""))
    if form.get("step") != "save":
        return await _preview(request, data, file_name, kind, columns)
    try:
        made = await import_statement(
            data,
            kind="bank" if kind == "bank" else "qris",
            file_name=file_name,
            columns=columns,
            actor=actor,
            once=once_from_form(request, form),
        )
    except InvalidError as error:
        return await _preview(request, data, file_name, kind, columns, error=error)
    except LumbungError as error:
        return await _page(request, actor, error=error, failed="file")
    return see_other(
        _PATH, notice="Mutasi disimpan dan dicocokkan." if made.new_count else "Semua baris berkas ini sudah ada."
    )


async def _preview(
    request: AnyRequest,
    data: bytes,
    file_name: str,
    kind: str,
    columns: Columns | None,
    *,
    error: InvalidError | None = None,
) -> Response[Any]:
    try:
        shown = await preview_statement(data, columns)
    except InvalidError as unreadable:
        actor: Actor = request.scope["state"]["actor"]
        return await _page(request, actor, error=unreadable, typed={"file_kind": kind}, failed="file")
    if error is None and shown.problem is not None and columns is not None:
        error = InvalidError(fields={shown.field: shown.problem})
    errors = field_sentences(request, error) if error is not None else {}
    return render_page(
        request,
        "reconciliation/preview.html",
        status_code=200 if error is None else error.status_code,
        shown=shown,
        came=Amount.of(shown.came_sen),
        went=Amount.of(shown.went_sen),
        kind=kind,
        file_name=file_name,
        content=base64.b64encode(data).decode(),
        labels=COLUMN_LABELS,
        options=[(str(at), name) for at, name in enumerate(shown.headings)],
        errors={f"column_{name}" if name in COLUMN_LABELS else name: text for name, text in errors.items()},
        is_ready=shown.problem is None,
        once=new_token(),
    )


def _content_of(form: dict[str, Any]) -> bytes:
    try:
        return base64.b64decode(str(form.get("content", "")), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidError(fields={"file": "Pilih berkas mutasi dulu."}) from error


def _chosen_columns(form: dict[str, Any]) -> Columns:
    chosen = {name: str(form.get(f"column_{name}", "")) for name in COLUMN_LABELS}
    heading = str(form.get("heading_row", "0"))
    return Columns(
        heading_row=int(heading) if heading.isdecimal() and len(heading) < 6 else 0,  # noqa: PLR2004 - at most 20.000 rows
        by_field={name: int(text) for name, text in chosen.items() if text.isdecimal() and len(text) < 3},  # noqa: PLR2004 - at most 60 columns
    )


async def _line_page(
    request: AnyRequest, actor: Actor, line_id: int, *, error: LumbungError | None = None, note: str = ""
) -> Response[bytes]:
    line = await show_line(line_id, actor=actor)
    async with database.connection() as connection:
        found = await _difference_of(connection, book_of(actor.require_store()), line)
    errors = field_sentences(request, error) if error is not None else {}
    return render_page(
        request,
        "reconciliation/line.html",
        status_code=200 if error is None else error.status_code,
        line=line,
        amount=Amount.of(line.amount_sen),
        purposes=PURPOSE_LABELS,
        became=BECAME_LABELS,
        difference=found,
        may_change=actor.require_hat().role in STORE_MANAGERS,
        note=note,
        errors=errors,
        problem=sentence_of(request, error) if error is not None and not errors else "",
        once=new_token(),
    )


async def _difference_of(connection: database.Connection, book: str, line: LineView) -> Difference | None:
    found = await open_differences(connection, book, max(line.on, day_of(clock.now(), "Asia/Jakarta")))
    return next((one for one in found if one.subject == f"line:{line.line_id}"), None)


@get("/koperasi/rekonsiliasi/mutasi/{line_id:int}", opt=only(*STORE_READERS))
async def line_page(request: AnyRequest, actor: Actor, line_id: int) -> Response[bytes]:
    """One line of a statement, and what it could be."""
    return await _line_page(request, actor, line_id)


@post("/koperasi/rekonsiliasi/mutasi/{line_id:int}", opt=only(*STORE_MANAGERS))
async def submit_line(request: AnyRequest, actor: Actor, line_id: int) -> Response[Any]:
    """Say what a line is, or why it stays without a partner."""
    form = await read_form(request)
    what, note = str(form.get("what", "")), str(form.get("note", ""))
    once = once_from_form(request, form)
    try:
        if what == "explain":
            await explain_difference("line_open", f"line:{line_id}", note, actor=actor, once=once)
            return see_other(_PATH, notice="Penjelasan disimpan.")
        name, _, value = what.partition("-")
        made = await take_line(
            line_id,
            payment_id=int(value) if name == "payment" and value.isdecimal() and len(value) < 19 else None,  # noqa: PLR2004 - a bigint
            day=_day_of(value) if name == "payout" else None,
            is_bank_fee=what == "fee",
            move=value if name == "move" else "",
            actor=actor,
            once=once,
        )
    except LumbungError as error:
        if isinstance(error, NotFoundError):
            raise
        return await _line_page(request, actor, line_id, error=error, note=note)
    notice = (
        "Uang ini milik pesanan yang sudah berakhir: kembalikan ke pembelinya."
        if made.is_surplus
        else "Baris dicocokkan."
    )
    return see_other(_PATH, notice=notice)


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


PAGES: list[ControllerRouterHandler] = [
    line_page,
    reconciliation_page,
    submit_line,
    submit_reconciliation,
    submit_statement,
]
