"""JSON API of paying by ways that wait: starting, looking, confirming; and what a store takes."""

from typing import Any

import msgspec
from litestar import Request, delete, get, post, put
from litestar.types import ControllerRouterHandler

from marketplace import database
from marketplace.actor import Actor
from marketplace.errors import NotFoundError
from marketplace.http.idempotency import once_from_header
from marketplace.http.policy import STORE_MANAGERS, STORE_READERS, STORE_STAFF, only, public
from marketplace.orders import store
from marketplace.orders.channels import (
    BankDetails,
    QrisCode,
    StoreChannels,
    close_channel,
    open_cards,
    save_bank_account,
    save_qris,
    show_channels,
)
from marketplace.orders.confirm_payment import ConfirmedPayment, confirm_payment
from marketplace.orders.place_at_counter import PlaceAtCounter, PlacedAtCounter, place_at_counter
from marketplace.orders.return_to_card import (
    NotedDispute,
    ReturnedToCard,
    refund_again,
    refund_part_to_card,
    write_evidence,
)
from marketplace.orders.show_payment import (
    ShownPayment,
    WaitingPayment,
    list_payments,
    list_waiting_payments,
    show_payment,
)
from marketplace.orders.start_payment import StartedPayment, start_own_payment, start_payment

AnyRequest = Request[Any, Any, Any]
_MOST_WAITING = 100


class PaymentChoice(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The way to pay: qris, transfer or stripe (cards)."""

    method: str


class CardRefund(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Why part of the price goes back to a card without goods, and how much."""

    reason: str
    amount_rupiah: int


class RetryRefund(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Why it is tried again."""

    reason: str


class EvidenceNote(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What the store's people know of a disputed sale."""

    note: str


class Confirmation(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The other side's number of the money that came; `is_handed_over` gives the goods out as well."""

    reference: str
    is_handed_over: bool = False


@post("/orders/{tracking_token:str}/payments", opt=public(), status_code=201)
async def create_own_payment(
    request: AnyRequest, data: PaymentChoice, tracking_token: str, actor: Actor
) -> StartedPayment:
    """Begin to pay one's own order; one that waits already for it is answered again."""
    return await start_own_payment(tracking_token, data.method, actor=actor, once=await once_from_header(request))


@get("/orders/{tracking_token:str}/payments/{payment_id:int}", opt=public())
async def get_own_payment(tracking_token: str, payment_id: int) -> ShownPayment:
    """Whether the money for one's own order has come."""
    async with database.connection() as connection:
        row = await store.find_order_by_tracking(connection, tracking_token)
        if row is None:
            raise NotFoundError
        return await show_payment(connection, row, payment_id)


@post("/stores/current/orders/{code:str}/payments", opt=only(*STORE_STAFF), status_code=201)
async def create_payment(request: AnyRequest, data: PaymentChoice, actor: Actor, code: str) -> StartedPayment:
    """Begin to pay an order at the counter."""
    return await start_payment(code, data.method, actor=actor, once=await once_from_header(request))


@get("/stores/current/orders/{code:str}/payments", opt=only(*STORE_READERS))
async def get_payments(actor: Actor, code: str) -> list[ShownPayment]:
    """All attempts to pay an order, oldest first."""
    async with database.connection() as connection:
        row = await store.find_store_order(connection, store_id=actor.require_store(), code=code)
        if row is None:
            raise NotFoundError
        return await list_payments(connection, row)


@post(
    "/stores/current/orders/{code:str}/payments/{payment_id:int}/confirmation",
    opt=only(*STORE_STAFF),
    status_code=200,
)
async def create_confirmation(
    request: AnyRequest, data: Confirmation, actor: Actor, code: str, payment_id: int
) -> ConfirmedPayment:
    """Say that the money of a payment came, by the other side's number."""
    return await confirm_payment(
        code,
        payment_id,
        reference=data.reference,
        actor=actor,
        is_handed_over=data.is_handed_over,
        once=await once_from_header(request),
    )


@post("/stores/current/orders/{code:str}/card-refunds", opt=only(*STORE_MANAGERS), status_code=201)
async def create_card_refund(request: AnyRequest, data: CardRefund, actor: Actor, code: str) -> ReturnedToCard:
    """Give part of the price back to the card after hand-over; the buyer keeps the goods."""
    once = await once_from_header(request)
    return await refund_part_to_card(code, data.amount_rupiah, reason=data.reason, actor=actor, once=once)


@post("/stores/current/orders/{code:str}/card-refunds/retry", opt=only(*STORE_MANAGERS), status_code=201)
async def create_refund_retry(request: AnyRequest, data: RetryRefund, actor: Actor, code: str) -> ReturnedToCard:
    """Ask Stripe again for what an earlier refund could not bring back."""
    return await refund_again(code, reason=data.reason, actor=actor, once=await once_from_header(request))


@put("/stores/current/orders/{code:str}/disputes/{dispute_id:int}/note", opt=only(*STORE_MANAGERS))
async def put_evidence_note(
    request: AnyRequest, data: EvidenceNote, actor: Actor, code: str, dispute_id: int
) -> NotedDispute:
    """Note what is known of a disputed sale, for whoever answers the buyer's bank."""
    return await write_evidence(code, dispute_id, data.note, actor=actor, once=await once_from_header(request))


@get("/stores/current/payments/waiting", opt=only(*STORE_READERS))
async def get_waiting_payments(actor: Actor) -> list[WaitingPayment]:
    """Payments of the store that nobody confirmed yet, the oldest first, at most 100."""
    async with database.connection() as connection:
        return await list_waiting_payments(connection, actor.require_store(), limit=_MOST_WAITING)


@post("/stores/current/counter-orders", opt=only(*STORE_STAFF), status_code=201)
async def create_counter_order(request: AnyRequest, data: PlaceAtCounter, actor: Actor) -> PlacedAtCounter:
    """Set the goods of a walk-in buyer aside and begin the payment by QRIS or transfer."""
    return await place_at_counter(data, actor=actor, once=await once_from_header(request))


@get("/stores/current/channels", opt=only(*STORE_READERS))
async def get_channels(actor: Actor) -> StoreChannels:
    """What the store takes besides cash."""
    return await show_channels(actor.require_store())


@put("/stores/current/channels/qris", opt=only(*STORE_MANAGERS))
async def put_qris(request: AnyRequest, data: QrisCode, actor: Actor) -> StoreChannels:
    """Take QRIS payments by this static code from now on."""
    return await save_qris(data.payload, actor=actor, once=await once_from_header(request))


@put("/stores/current/channels/transfer", opt=only(*STORE_MANAGERS))
async def put_bank_account(request: AnyRequest, data: BankDetails, actor: Actor) -> StoreChannels:
    """Take transfers to this account from now on."""
    return await save_bank_account(data, actor=actor, once=await once_from_header(request))


@put("/stores/current/channels/stripe", opt=only(*STORE_MANAGERS))
async def put_cards(request: AnyRequest, actor: Actor) -> StoreChannels:
    """Take cards from now on, by the installation's Stripe account."""
    return await open_cards(actor=actor, once=await once_from_header(request))


@delete("/stores/current/channels/qris", opt=only(*STORE_MANAGERS), status_code=200)
async def delete_qris(request: AnyRequest, actor: Actor) -> StoreChannels:
    """Take no more QRIS payments; what waits already may still be paid."""
    return await close_channel("qris", actor=actor, once=await once_from_header(request))


@delete("/stores/current/channels/transfer", opt=only(*STORE_MANAGERS), status_code=200)
async def delete_bank_account(request: AnyRequest, actor: Actor) -> StoreChannels:
    """Take no more transfers; what waits already may still be paid."""
    return await close_channel("transfer", actor=actor, once=await once_from_header(request))


@delete("/stores/current/channels/stripe", opt=only(*STORE_MANAGERS), status_code=200)
async def delete_cards(request: AnyRequest, actor: Actor) -> StoreChannels:
    """Take no more cards; what waits already may still be paid."""
    return await close_channel("stripe", actor=actor, once=await once_from_header(request))


ROUTES: list[ControllerRouterHandler] = [
    create_card_refund,
    create_confirmation,
    create_counter_order,
    create_own_payment,
    create_payment,
    create_refund_retry,
    delete_bank_account,
    delete_cards,
    delete_qris,
    get_channels,
    get_own_payment,
    get_payments,
    get_waiting_payments,
    put_bank_account,
    put_cards,
    put_evidence_note,
    put_qris,
]
