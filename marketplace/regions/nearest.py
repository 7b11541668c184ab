"""Distances on the globe, and the villages around a position.

Distances are straight lines between positions: good enough to rank stores and villages, not to price a delivery.
"""

import math
from typing import Final, NamedTuple

from marketplace.database import Connection
from marketplace.regions import store
from marketplace.regions.schemas import NearRegion

EARTH_RADIUS_KM: Final = 6371.0088
_RADII_KM: Final = (3.0, 12.0, 50.0, 200.0)


class Box(NamedTuple):
    """A box of degrees that holds every point within some distance."""

    south: float
    west: float
    north: float
    east: float


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance between two points in degrees (haversine), in kilometres."""
    north, other_north = math.radians(latitude), math.radians(other_latitude)
    east = math.radians(other_longitude - longitude)
    chord = math.sin((other_north - north) / 2) ** 2 + math.cos(north) * math.cos(other_north) * math.sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, chord)))


def bounding_box(latitude: float, longitude: float, radius_km: float) -> Box:
    """Box around a point that an index on latitude and longitude can search; for the latitudes of Indonesia."""
    north = math.degrees(radius_km / EARTH_RADIUS_KM)
    # A degree of longitude is shortest at the edge of the box that is farther from the equator.
    farthest = min(abs(latitude) + north, 89.0)
    east = math.degrees(radius_km / EARTH_RADIUS_KM / math.cos(math.radians(farthest)))
    return Box(latitude - north, longitude - east, latitude + north, longitude + east)


async def nearest_villages(
    connection: Connection, latitude: float, longitude: float, *, limit: int = 5
) -> list[NearRegion]:
    """Villages by distance of their position, nearest first; empty when none lies within 200 km.

    Villages without a position are never among them, so near the edge of what is known the answer is a guess.
    """
    near: list[NearRegion] = []
    for radius_km in _RADII_KM:
        villages = await store.list_villages_in_box(connection, *bounding_box(latitude, longitude, radius_km))
        near = [
            NearRegion(region=village, distance_km=distance)
            for village in villages
            if village.latitude is not None
            and village.longitude is not None
            and (distance := distance_km(latitude, longitude, village.latitude, village.longitude)) <= radius_km
        ]
        if len(near) >= limit:
            break
    return sorted(near, key=lambda found: (found.distance_km, found.region.code))[:limit]
