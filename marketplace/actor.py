"""Who is asking: a person with the hats (roles) they hold, or a guest.

Loading an actor is for accounts; what an actor may do is for http/policy.py and each area's policy.
"""

from datetime import date

import msgspec

from marketplace.errors import ConflictError
from marketplace.formats.dates import format_date
from marketplace.ids import OrganisationId, PersonId, StoreId


class Hat(msgspec.Struct, frozen=True, kw_only=True):
    """One role in one organisation; `store_id` is the cooperative's store, where it has one."""

    assignment_id: int
    role: str
    organisation_id: OrganisationId
    organisation_kind: str
    organisation_name: str
    region_code: str | None = None
    store_id: StoreId | None = None


class Suspension(msgspec.Struct, frozen=True, kw_only=True):
    """A role that counts for nothing while its organisation is suspended; `reason` is what was noted then."""

    role: str
    organisation_kind: str
    organisation_name: str
    since: date
    reason: str

    def facts_in(self, language: str) -> dict[str, object]:
        """What a sentence says of it."""
        return {
            "organisation": self.organisation_name,
            "since": format_date(self.since, language),
            "reason": self.reason.rstrip(". ") or "–",
        }


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """The person behind a request. `hat` is the one worn now; None means acting as a resident."""

    person_id: PersonId | None = None
    display_name: str = ""
    language: str = "id"
    village_code: str | None = None
    session_id: int | None = None
    hats: tuple[Hat, ...] = ()
    hat: Hat | None = None
    suspensions: tuple[Suspension, ...] = ()

    @property
    def is_signed_in(self) -> bool:
        """Whether somebody is signed in."""
        return self.person_id is not None

    @property
    def member_of(self) -> tuple[OrganisationId, ...]:
        """Cooperatives this person is a member of, whatever hat is worn: decides the member price."""
        return tuple(hat.organisation_id for hat in self.hats if hat.role == "member")

    def require_person(self) -> PersonId:
        """Return the person's id where the route's policy has made sure of one."""
        if self.person_id is None:
            message = "the route's policy lets guests in: it must not ask for a person"
            raise RuntimeError(message)
        return self.person_id

    def require_hat(self) -> Hat:
        """Return the hat where the route's policy has made sure of one."""
        if self.hat is None:
            message = "the route's policy lets residents in: it must not ask for a hat"
            raise RuntimeError(message)
        return self.hat

    def require_store(self) -> StoreId:
        """Return the store of the cooperative whose hat is worn.

        Raises:
            ConflictError: the cooperative has not opened one yet.

        """
        store_id = self.require_hat().store_id
        if store_id is None:
            message = "Koperasi ini belum membuka gerai. Buka dulu di Setelan gerai."
            raise ConflictError(message)
        return store_id


GUEST = Actor()
