"""What accounts are told and answer. Passwords and tokens have no readable repr: it would end in logs."""

from datetime import datetime
from typing import Annotated

import msgspec

from marketplace.ids import PersonId


class SignUp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new account. `contact` is a mobile number or an e-mail address as typed; a single name is a whole name."""

    display_name: str
    contact: str
    password: str
    village_code: str | None = None
    language: str = "id"

    def __repr__(self) -> str:
        """Nothing of it."""
        return "SignUp(…)"


class SignIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Contact as typed, and the password."""

    contact: str
    password: str

    def __repr__(self) -> str:
        """Nothing of it."""
        return "SignIn(…)"


class ChangePassword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The present password and the one that replaces it."""

    current_password: str
    new_password: str

    def __repr__(self) -> str:
        """Nothing of it."""
        return "ChangePassword(…)"


class AskReset(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose password was forgotten."""

    contact: str

    def __repr__(self) -> str:
        """Nothing of it."""
        return "AskReset(…)"


class ResetPassword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The token of the one-time link and the new password."""

    token: str
    new_password: str

    def __repr__(self) -> str:
        """Nothing of it."""
        return "ResetPassword(…)"


class WearHat(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The role to act in from now on; None acts as a resident."""

    assignment_id: int | None


class ChangeProfile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole profile as it shall be."""

    display_name: str
    village_code: str | None = None
    language: str = "id"


class OpenedSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session just begun. `token` is shown this once and stored only as a digest."""

    token: str
    expires_at: datetime
    person_id: PersonId
    role: str | None

    def __repr__(self) -> str:
        """Without the token."""
        return f"OpenedSession(person_id={self.person_id})"


class HatView(msgspec.Struct, frozen=True, kw_only=True):
    """A role in an organisation."""

    assignment_id: int
    role: str
    organisation_id: int
    organisation_kind: str
    organisation_name: str
    region_code: str | None
    store_id: int | None


class PersonView(msgspec.Struct, frozen=True, kw_only=True):
    """A person to themselves. `hat` is the role worn now, None for a resident."""

    person_id: PersonId
    display_name: str
    contact_masked: str
    language: str
    village_code: str | None
    hats: list[HatView]
    hat: HatView | None


class SessionAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Answer to signing in through the API: send `token` as `Authorization: Bearer …`."""

    token: str
    expires_at: datetime
    person: PersonView


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """One place where the person is signed in."""

    session_id: int
    device: str
    created_at: datetime
    expires_at: datetime
    is_current: bool


class ResetAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The same for every contact, so that it does not tell who has an account."""

    message: str


class LookUpPerson(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The exact number or address of the person looked for."""

    contact: str

    def __repr__(self) -> str:
        """Nothing of it."""
        return "LookUpPerson(…)"


class DisablePerson(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why, for the audit trail; at most 200 letters."""

    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""


class KnownPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A person to the platform's operator: the contact masked, the roles like `cashier @ KKMP Jatimakmur`."""

    person_id: PersonId
    display_name: str
    contact_masked: str
    is_disabled: bool
    created_at: datetime
    roles: list[str]


class PersonDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A person to the platform's operator, with the number of open sessions."""

    person: KnownPerson
    session_count: int


class SessionsEnded(msgspec.Struct, frozen=True, kw_only=True):
    """How many sessions a command ended."""

    sessions_ended: int
