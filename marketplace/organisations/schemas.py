"""What organisations are told and answer."""

from datetime import date, datetime
from typing import Literal

import msgspec

from marketplace.ids import OrganisationId

Size = Literal["mikro", "kecil", "menengah"]
LegalForm = Literal["perumda", "perseroda"]


class ApplySeller(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A business (UMKM) that wants to sell; sizes by PP 7/2021 article 35. Phone and e-mail will be public."""

    name: str
    village_code: str
    size: Size
    description: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    nib: str = ""
    npwp: str = ""


class ApplyPartner(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An enterprise of a region (BUMD) that wants to offer partnerships; legal forms by PP 54/2017."""

    name: str
    region_code: str
    legal_form: LegalForm
    description: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    nib: str = ""
    npwp: str = ""


class Decide(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Approve or decline. `reason` is what was checked, or why not; the applicant reads it."""

    is_approved: bool
    reason: str


class DecideMembership(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Approve or decline a member. `is_ktp_checked`: the KTP was seen and names this village; nothing of it is kept."""

    is_approved: bool
    is_ktp_checked: bool = False
    reason: str = ""


class Suspend(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why an organisation is suspended, or at work again."""

    reason: str


class RecordStatus(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step of a cooperative's legal status on its day, with the evidence (a decree's number, a minute's date)."""

    status: Literal["musdes", "akta", "sk_ahu", "operating"]
    effective_on: date
    evidence: str


class ChangeOrganisation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole public profile as it shall be. `nik_koperasi` and `ahu_number` are a cooperative's only."""

    description: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    nib: str = ""
    npwp: str = ""
    nik_koperasi: str = ""
    ahu_number: str = ""


class GrantRole(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give a role to the person who has an account with this number or address."""

    contact: str
    role: str

    def __repr__(self) -> str:
        """Without the contact."""
        return f"GrantRole(role={self.role!r})"


class OrganisationView(msgspec.Struct, frozen=True, kw_only=True):
    """The public profile."""

    organisation_id: OrganisationId
    kind: str
    name: str
    description: str
    region_code: str | None
    address: str
    phone: str | None
    email: str | None
    nib: str | None
    nik_koperasi: str | None
    ahu_number: str | None
    size: str | None
    legal_form: str | None
    status: str
    status_on: date


class StatusView(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the dated history."""

    status: str
    effective_on: date
    evidence: str


class ApplicationView(msgspec.Struct, frozen=True, kw_only=True):
    """An application that waits for a decision."""

    organisation: OrganisationView
    applicant_name: str
    applied_at: datetime


class MembershipView(msgspec.Struct, frozen=True, kw_only=True):
    """An application for membership; `decision` is None while it waits."""

    application_id: int
    cooperative_id: OrganisationId
    cooperative_name: str
    person_name: str
    village_code: str | None
    applied_at: datetime
    decision: str | None
    reason: str


class AppliedView(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation that one has applied for, and what became of it; `evidence` is the reason or paper noted last."""

    organisation_id: OrganisationId
    kind: str
    name: str
    status: str
    status_on: date
    evidence: str


class OwnApplications(msgspec.Struct, frozen=True, kw_only=True):
    """What a person has applied for, newest organisation first."""

    organisations: list[AppliedView]
    memberships: list[MembershipView]


class StaffView(msgspec.Struct, frozen=True, kw_only=True):
    """A role held in an organisation."""

    assignment_id: int
    person_name: str
    contact_masked: str
    role: str
    granted_at: datetime
    is_self: bool


class CooperativeCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Cooperatives of a region on a day, by the status that held then. `with_papers`: SK AHU or a step beyond."""

    total: int
    with_papers: int
    by_status: dict[str, int]


class RoleGranted(msgspec.Struct, frozen=True, kw_only=True):
    """The new assignment; its holder may wear it as a hat."""

    assignment_id: int


class RoleEnded(msgspec.Struct, frozen=True, kw_only=True):
    """The assignment that counts no longer."""

    assignment_id: int


class MembershipAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The application that waits now."""

    application_id: int


class MembershipDecided(msgspec.Struct, frozen=True, kw_only=True):
    """The application that waits no longer."""

    application_id: int
    is_approved: bool
