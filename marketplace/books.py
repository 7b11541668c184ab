"""How the trade names its things in the books of payments: a store's book, an order, a till, a supplier, an author.

Every area that posts uses these, so that one thing has one name. What is posted is in the areas' use cases.
"""

from marketplace.ids import OrderId, OrganisationId, PersonId, ShiftId, StoreId
from payments import AccountKey, accounts

_SUPPLIER = "organisation:"
_STORE = "store:"
_ORDER = "order:"
_PERSON = "person:"


def book_of(store_id: StoreId) -> str:
    """Name of a store's book."""
    return f"{_STORE}{store_id}"


def store_of(book: str) -> StoreId:
    """The store whose book this is."""
    return StoreId(int(book.removeprefix(_STORE)))


def payable_of(order_id: OrderId) -> str:
    """Name of an order as something to be paid."""
    return f"{_ORDER}{order_id}"


def order_of(payable: str) -> OrderId:
    """The order that this payable is."""
    return OrderId(int(payable.removeprefix(_ORDER)))


def till_of(shift_id: ShiftId) -> AccountKey:
    """Till of a shift."""
    return accounts.till(till_reference(shift_id))


def till_reference(shift_id: ShiftId) -> str:
    """Name of a shift's till."""
    return f"shift:{shift_id}"


def supplier_reference_of(seller_id: OrganisationId) -> str:
    """Name of a seller to whom the store owes."""
    return f"{_SUPPLIER}{seller_id}"


def supplier_of(reference: str) -> OrganisationId | None:
    """The seller of this name; None where it names somebody else."""
    return OrganisationId(int(reference.removeprefix(_SUPPLIER))) if reference.startswith(_SUPPLIER) else None


def member_reference_of(person_id: int) -> str:
    """Name of a member who owes the store (kasbon), or is owed (SHU)."""
    return f"{_PERSON}{person_id}"


def member_of(reference: str) -> PersonId:
    """The member of this name."""
    return PersonId(int(reference.removeprefix(_PERSON)))


def author_of(person_id: PersonId | None) -> str:
    """Name of who did it, for the book."""
    return f"{_PERSON}{person_id}" if person_id is not None else "system"
