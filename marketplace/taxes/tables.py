"""Piccolo tables of taxes: a mirror of the SQL in migrations/documents, which is the truth."""

from piccolo.columns import BigInt, BigSerial, Boolean, Date, ForeignKey, Integer, Text, Timestamptz
from piccolo.columns.base import OnDelete
from piccolo.columns.reference import LazyTableReference
from piccolo.table import Table


class TaxRate(Table, tablename="tax_rate"):
    """Rows of `tax_rate`."""

    tax = Text(null=False, default=None, primary_key=True)
    effective_on = Date(null=False, default=None)
    basis_points = Integer(null=False, default=None)
    rule = Text(null=False, default=None)


class TaxExemption(Table, tablename="tax_exemption"):
    """Rows of `tax_exemption`."""

    id = BigSerial(primary_key=True)
    category_slug = Text(null=True, default=None)
    commodity_code = Text(null=True, default=None)
    effective_on = Date(null=False, default=None)
    until_on = Date(null=True, default=None)
    rule = Text(null=False, default=None)


class TaxSetting(Table, tablename="tax_setting"):
    """Rows of `tax_setting`."""

    id = BigSerial(primary_key=True)
    store_id = ForeignKey(
        references=LazyTableReference("Store", module_path="marketplace.stores.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    tax = Text(null=False, default=None)
    is_on = Boolean(null=False, default=None)
    effective_on = Date(null=False, default=None)
    reference = Text(null=False, default=None)
    set_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    set_at = Timestamptz(null=False, default=None)


class PlatformTaxSetting(Table, tablename="platform_tax_setting"):
    """Rows of `platform_tax_setting`."""

    id = BigSerial(primary_key=True)
    tax = Text(null=False, default=None)
    is_on = Boolean(null=False, default=None)
    effective_on = Date(null=False, default=None)
    reference = Text(null=False, default=None)
    set_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    set_at = Timestamptz(null=False, default=None)


class SaleTax(Table, tablename="sale_tax"):
    """Rows of `sale_tax`."""

    id = BigSerial(primary_key=True)
    order_id = BigInt(null=False, default=None)
    store_id = BigInt(null=False, default=None)
    listing_id = BigInt(null=True, default=None)
    tax = Text(null=False, default=None)
    basis_points = Integer(null=False, default=None)
