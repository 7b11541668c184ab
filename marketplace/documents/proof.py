"""What of a paper comes from the register: its code, who issued it and whether it bears a duty stamp."""

from datetime import datetime

import msgspec

from marketplace.database import Connection
from marketplace.documents import store
from marketplace.documents.codes import check_url, spaced
from marketplace.documents.stamp_duty import StampDuty, duty_of
from marketplace.errors import NotFoundError
from marketplace.ids import StoreId


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """A registered document. The issuer is as it was on the day of issue; `nib` and `npwp` are None where not known."""

    code: str
    kind: str
    number: int
    total_rupiah: int
    issued_at: datetime
    time_zone: str
    store_name: str
    store_address: str
    cooperative_name: str
    nib: str | None
    npwp: str | None
    stamp_duty: StampDuty | None

    @property
    def spaced_code(self) -> str:
        """The code as people read it."""
        return spaced(self.code)

    @property
    def url(self) -> str:
        """Where anybody may check it."""
        return check_url(self.code)

    def duty_rupiah(self, *, is_paid: bool = True) -> int:
        """Stamp duty that the paper bears."""
        return duty_of(self.stamp_duty, kind=self.kind, total_rupiah=self.total_rupiah, is_paid=is_paid)


async def find_proof(connection: Connection, *, store_id: StoreId, kind: str, number: int) -> Proof:
    """The register's entry of a document of a store.

    Raises:
        NotFoundError: there is none.

    """
    row = await store.find_registered(connection, store_id=store_id, kind=kind, number=number)
    if row is None:
        raise NotFoundError
    duty = None
    if row["above_rupiah"] is not None:
        duty = StampDuty(above_rupiah=row["above_rupiah"], duty_rupiah=row["duty_rupiah"])
    return Proof(stamp_duty=duty, **{name: row[name] for name in Proof.__struct_fields__ if name != "stamp_duty"})
