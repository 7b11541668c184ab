"""Every SQL statement of partnerships.

Locks: an offer before its applications; one offer and one application at a time.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import asyncpg

from marketplace.database import Connection
from marketplace.ids import ApplicationId, OfferId, OrganisationId, PersonId
from marketplace.partnerships.schemas import OfferTerms, Tier

_OFFER = """
    SELECT o.*, p.name AS partner_name, p.status AS partner_status, p.description AS partner_description,
           r.name AS region_name, u.name_id AS unit_name_id, u.name_en AS unit_name_en,
           c.name_id AS category_name_id, c.name_en AS category_name_en, t.from_quantities, t.prices
    FROM partnership_offer o
    JOIN organisation p ON p.id = o.partner_id
    JOIN region r ON r.code = o.region_code
    JOIN unit u ON u.code = o.unit_code
    LEFT JOIN category c ON c.slug = o.category_slug
    JOIN LATERAL (
        SELECT array_agg(from_quantity ORDER BY from_quantity) AS from_quantities,
               array_agg(price_rupiah ORDER BY from_quantity) AS prices
        FROM partnership_offer_tier WHERE offer_id = o.id
    ) t ON true
"""

_APPLICATION = """
    SELECT a.*, o.title AS offer_title, o.quota - o.accepted_quantity AS offer_left_quantity,
           o.ends_on AS offer_ends_on, o.partner_id, p.name AS partner_name,
           u.name_id AS unit_name_id, u.name_en AS unit_name_en,
           k.name AS cooperative_name, k.region_code AS cooperative_region_code, k.status AS cooperative_status
    FROM partnership_application a
    JOIN partnership_offer o ON o.id = a.offer_id
    JOIN organisation p ON p.id = o.partner_id
    JOIN organisation k ON k.id = a.cooperative_id
    JOIN unit u ON u.code = o.unit_code
"""


async def find_offer(connection: Connection, offer_id: OfferId) -> asyncpg.Record | None:
    """One offer with its ladder and names; locks nothing."""
    return await connection.fetchrow(f"{_OFFER} WHERE o.id = $1", offer_id)


async def list_open_offers(
    connection: Connection,
    *,
    today: date,
    pattern: str | None,
    subject: str | None,
    category_slug: str | None,
    regions_above: Sequence[str] | None,
    region_inside: str | None,
    after: tuple[date, int] | None,
    limit: int,
) -> list[asyncpg.Record]:
    """Published offers of partners in good standing that have not ended, those that end soonest first.

    `regions_above` keeps offers for one of these regions, `region_inside` lets in offers for parts of that region too.
    """
    return await connection.fetch(
        f"""{_OFFER}
        WHERE o.state = 'published' AND o.ends_on >= $1 AND p.status IN ('verified', 'active')
          AND ($2::text IS NULL OR o.pattern = $2) AND ($3::text IS NULL OR o.subject = $3)
          AND ($4::text IS NULL OR o.category_slug = $4)
          AND ($5::text[] IS NULL OR o.region_code = ANY ($5)
               OR (o.region_code ~>=~ ($6 || '.') AND o.region_code ~<~ ($6 || '/')))
          AND ($7::date IS NULL OR (o.ends_on, o.id) > ($7, $8))
        ORDER BY o.ends_on, o.id LIMIT $9
        """,
        today,
        pattern,
        subject,
        category_slug,
        list(regions_above) if regions_above is not None else None,
        region_inside,
        after[0] if after else None,
        after[1] if after else None,
        limit,
    )


async def list_fitting_offers(
    connection: Connection, *, cooperative_id: OrganisationId, regions_above: Sequence[str], today: date, limit: int
) -> list[asyncpg.Record]:
    """Offers a cooperative could apply for today, those that end soonest first."""
    return await connection.fetch(
        f"""{_OFFER}
        WHERE o.state = 'published' AND o.ends_on >= $1 AND o.starts_on <= $1 AND p.status IN ('verified', 'active')
          AND o.region_code = ANY ($2) AND o.quota - o.accepted_quantity >= o.min_quantity
          AND NOT EXISTS (SELECT FROM partnership_application a WHERE a.offer_id = o.id AND a.cooperative_id = $3
                          AND a.state IN ('applied', 'accepted'))
        ORDER BY o.ends_on, o.id LIMIT $4
        """,
        today,
        list(regions_above),
        cooperative_id,
        limit,
    )


async def list_partner_offers(
    connection: Connection, partner_id: OrganisationId, *, state: str | None, before_id: int | None, limit: int
) -> list[asyncpg.Record]:
    """A partner's own offers in any state, newest first."""
    return await connection.fetch(
        f"""{_OFFER}
        WHERE o.partner_id = $1 AND ($2::text IS NULL OR o.state = $2) AND ($3::bigint IS NULL OR o.id < $3)
        ORDER BY o.id DESC LIMIT $4
        """,
        partner_id,
        state,
        before_id,
        limit,
    )


async def list_published_ids(connection: Connection, partner_id: OrganisationId) -> list[int]:
    """Ids of a partner's published offers."""
    rows = await connection.fetch(
        "SELECT id FROM partnership_offer WHERE partner_id = $1 AND state = 'published'", partner_id
    )
    return [row["id"] for row in rows]


async def count_partner_work(connection: Connection, partner_id: OrganisationId) -> asyncpg.Record | None:
    """A partner's offers by state and its applications that wait or were accepted."""
    return await connection.fetchrow(
        """
        SELECT count(*) FILTER (WHERE o.state = 'draft') AS drafts,
               count(*) FILTER (WHERE o.state = 'published') AS published,
               count(*) FILTER (WHERE o.state = 'closed') AS closed,
               coalesce(sum(a.waiting), 0)::bigint AS waiting, coalesce(sum(a.accepted), 0)::bigint AS accepted
        FROM partnership_offer o
        LEFT JOIN LATERAL (
            SELECT count(*) FILTER (WHERE state = 'applied') AS waiting,
                   count(*) FILTER (WHERE state = 'accepted') AS accepted
            FROM partnership_application WHERE offer_id = o.id
        ) a ON true
        WHERE o.partner_id = $1
        """,
        partner_id,
    )


async def list_offered_regions(connection: Connection, *, today: date) -> list[asyncpg.Record]:
    """Regions that published offers are for, to choose from."""
    return await connection.fetch(
        """
        SELECT r.code, r.name FROM region r
        WHERE EXISTS (SELECT FROM partnership_offer o
                      WHERE o.region_code = r.code AND o.state = 'published' AND o.ends_on >= $1)
        ORDER BY length(r.code), r.name LIMIT 100
        """,
        today,
    )


async def list_categories(connection: Connection) -> list[asyncpg.Record]:
    """All categories in their order."""
    return await connection.fetch("SELECT slug, name_id, name_en FROM category ORDER BY position")


async def list_units(connection: Connection) -> list[asyncpg.Record]:
    """All units by name."""
    return await connection.fetch("SELECT code, name_id, name_en FROM unit ORDER BY name_id, code")


async def find_unknown_references(connection: Connection, terms: OfferTerms) -> asyncpg.Record | None:
    """Tell which of the terms' references exist."""
    return await connection.fetchrow(
        """
        SELECT EXISTS (SELECT FROM region WHERE code = $1) AS has_region,
               EXISTS (SELECT FROM unit WHERE code = $2) AS has_unit,
               $3::text IS NULL OR EXISTS (SELECT FROM category WHERE slug = $3) AS has_category
        """,
        terms.region_code,
        terms.unit_code,
        terms.category_slug,
    )


async def find_organisation(connection: Connection, organisation_id: OrganisationId) -> asyncpg.Record | None:
    """Region and status of an organisation."""
    return await connection.fetchrow(
        "SELECT id, name, region_code, status FROM organisation WHERE id = $1", organisation_id
    )


def _columns(terms: OfferTerms) -> list[Any]:
    return [
        terms.title.strip(),
        terms.description.strip(),
        terms.pattern,
        terms.subject,
        terms.category_slug,
        terms.unit_code,
        terms.min_quantity,
        terms.quota,
        terms.region_code,
        terms.starts_on,
        terms.ends_on,
        terms.payment_term,
        terms.payment_days,
    ]


async def insert_offer(connection: Connection, partner_id: OrganisationId, terms: OfferTerms) -> OfferId:
    """Write a draft with its ladder."""
    offer_id = OfferId(
        await connection.fetchval(
            """
            INSERT INTO partnership_offer (partner_id, title, description, pattern, subject, category_slug, unit_code,
                min_quantity, quota, region_code, starts_on, ends_on, payment_term, payment_days)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id
            """,
            partner_id,
            *_columns(terms),
        )
    )
    await _insert_tiers(connection, offer_id, terms.tiers)
    return offer_id


async def lock_offer(connection: Connection, offer_id: OfferId) -> asyncpg.Record | None:
    """One offer's row, locked until the transaction ends."""
    return await connection.fetchrow("SELECT * FROM partnership_offer WHERE id = $1 FOR NO KEY UPDATE", offer_id)


async def share_offer(connection: Connection, offer_id: OfferId) -> asyncpg.Record | None:
    """One offer's row with its ladder, held unchanged until the transaction ends; several may hold it at once."""
    return await connection.fetchrow(f"{_OFFER} WHERE o.id = $1 FOR SHARE OF o", offer_id)


async def update_offer(connection: Connection, offer_id: OfferId, terms: OfferTerms) -> int:
    """Write new terms and ladder on a locked offer; its new version."""
    version: int = await connection.fetchval(
        """
        UPDATE partnership_offer SET title = $2, description = $3, pattern = $4, subject = $5, category_slug = $6,
            unit_code = $7, min_quantity = $8, quota = $9, region_code = $10, starts_on = $11, ends_on = $12,
            payment_term = $13, payment_days = $14, version = version + 1
        WHERE id = $1 RETURNING version
        """,
        offer_id,
        *_columns(terms),
    )
    await connection.execute("DELETE FROM partnership_offer_tier WHERE offer_id = $1", offer_id)
    await _insert_tiers(connection, offer_id, terms.tiers)
    return version


async def _insert_tiers(connection: Connection, offer_id: OfferId, tiers: Sequence[Tier]) -> None:
    await connection.execute(
        "INSERT INTO partnership_offer_tier (offer_id, from_quantity, price_rupiah)"
        " SELECT $1, * FROM unnest($2::integer[], $3::bigint[])",
        offer_id,
        [tier.from_quantity for tier in tiers],
        [tier.price_rupiah for tier in tiers],
    )


async def update_offer_state(connection: Connection, offer_id: OfferId, state: str) -> int:
    """Write the state of a locked offer; its new version."""
    version: int = await connection.fetchval(
        "UPDATE partnership_offer SET state = $2, version = version + 1 WHERE id = $1 RETURNING version",
        offer_id,
        state,
    )
    return version


async def add_accepted(connection: Connection, offer_id: OfferId, quantity: int) -> None:
    """Count an acceptance on a locked offer; the table refuses more than the quota."""
    await connection.execute(
        "UPDATE partnership_offer SET accepted_quantity = accepted_quantity + $2 WHERE id = $1", offer_id, quantity
    )


async def insert_application(
    connection: Connection,
    *,
    offer_id: OfferId,
    cooperative_id: OrganisationId,
    quantity: int,
    unit_price_rupiah: int,
    note: str,
    applied_at: datetime,
    applied_by: PersonId,
) -> ApplicationId | None:
    """Write an application; None where this cooperative has an open one for the offer."""
    found: int | None = await connection.fetchval(
        """
        INSERT INTO partnership_application (offer_id, cooperative_id, quantity, unit_price_rupiah,
            independence_declared_at, note, applied_at, applied_by)
        VALUES ($1, $2, $3, $4, $6, $5, $6, $7)
        ON CONFLICT (offer_id, cooperative_id) WHERE state IN ('applied', 'accepted') DO NOTHING
        RETURNING id
        """,
        offer_id,
        cooperative_id,
        quantity,
        unit_price_rupiah,
        note,
        applied_at,
        applied_by,
    )
    return None if found is None else ApplicationId(found)


async def find_application(connection: Connection, application_id: ApplicationId) -> asyncpg.Record | None:
    """One application with the names around it; locks nothing."""
    return await connection.fetchrow(f"{_APPLICATION} WHERE a.id = $1", application_id)


async def lock_application(connection: Connection, application_id: ApplicationId) -> asyncpg.Record | None:
    """One application's row, locked; take its offer's lock first where both are needed."""
    return await connection.fetchrow(
        "SELECT * FROM partnership_application WHERE id = $1 FOR NO KEY UPDATE", application_id
    )


async def update_application(
    connection: Connection,
    application_id: ApplicationId,
    *,
    state: str,
    reason: str,
    decided_at: datetime,
    decided_by: PersonId,
) -> None:
    """Write the end of a locked application."""
    await connection.execute(
        "UPDATE partnership_application SET state = $2, reason = $3, decided_at = $4, decided_by = $5 WHERE id = $1",
        application_id,
        state,
        reason,
        decided_at,
        decided_by,
    )


async def list_cooperative_applications(
    connection: Connection,
    cooperative_id: OrganisationId,
    *,
    offer_id: OfferId | None = None,
    before_id: int | None,
    limit: int,
) -> list[asyncpg.Record]:
    """A cooperative's applications, newest first."""
    return await connection.fetch(
        f"""{_APPLICATION}
        WHERE a.cooperative_id = $1 AND ($2::bigint IS NULL OR a.offer_id = $2) AND ($3::bigint IS NULL OR a.id < $3)
        ORDER BY a.id DESC LIMIT $4
        """,
        cooperative_id,
        offer_id,
        before_id,
        limit,
    )


async def list_partner_applications(
    connection: Connection,
    partner_id: OrganisationId,
    *,
    offer_id: OfferId | None = None,
    state: str | None,
    before_id: int | None,
    limit: int,
) -> list[asyncpg.Record]:
    """Applications for a partner's offers, newest first."""
    return await connection.fetch(
        f"""{_APPLICATION}
        WHERE o.partner_id = $1 AND ($2::bigint IS NULL OR a.offer_id = $2) AND ($3::text IS NULL OR a.state = $3)
          AND ($4::bigint IS NULL OR a.id < $4)
        ORDER BY a.id DESC LIMIT $5
        """,
        partner_id,
        offer_id,
        state,
        before_id,
        limit,
    )
