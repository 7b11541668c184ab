"""Setting up the sharing of card payments, by the operator: whose account is whose, and which stores share."""

from marketplace import clock, database
from marketplace.books import book_of, supplier_reference_of
from marketplace.errors import ConflictError, InvalidError
from marketplace.ids import OrganisationId, StoreId
from marketplace.orders.stripe_access import configured_stripe, stripe_in_use
from payments.stripe import StripeKeyRefused, StripeRefused, StripeUnavailable, connect_account, set_sharing

_AUTHOR = "operator"


async def connect_seller(seller_id: OrganisationId, account_id: str) -> bool:
    """Keep a seller's Stripe account, as Stripe describes it; whether it may be sent transfers now.

    Raises:
        ConflictError: no Stripe keys, or Stripe does not answer.
        InvalidError: Stripe knows no such account of ours.

    """
    if configured_stripe() is None:
        message = "LUMBUNG_STRIPE_KEY belum diisi."
        raise ConflictError(message)
    try:
        fact = await stripe_in_use().fetch_account(account_id)
    except StripeRefused as error:
        raise InvalidError(fields={"account_id": "Stripe tidak mengenal akun ini."}) from error
    except (StripeUnavailable, StripeKeyRefused) as error:
        message = "Stripe tidak menjawab. Periksa dengan lumbung doctor."
        raise ConflictError(message) from error
    async with database.transaction() as connection:
        await connect_account(connection, owner=supplier_reference_of(seller_id), fact=fact, at=clock.now())
    return fact.may_receive


async def share_store(store_id: StoreId, sharing: str) -> None:
    """Let a store's cooperative collect everything ('collect'), or send suppliers and it their parts ('split').

    Raises:
        InvalidError: the store takes no cards.

    """
    async with database.transaction() as connection:
        is_known = await set_sharing(
            connection, book=book_of(store_id), sharing=sharing, at=clock.now(), author=_AUTHOR
        )
    if not is_known:
        raise InvalidError(fields={"store_id": "Gerai ini belum menerima kartu."})
