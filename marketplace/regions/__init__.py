"""Indonesia's administrative regions, province to village: found by typing, code, postal code and nearness.

Who lives or trades where is left to the areas above.
"""

from marketplace.regions.find_regions import find_regions
from marketplace.regions.get_region import children, find_region, get_region, region_path
from marketplace.regions.load_regions import load_regions
from marketplace.regions.names import RegionLevel, key_of, level_of
from marketplace.regions.nearest import Box, bounding_box, distance_km, nearest_villages
from marketplace.regions.positions import PositionsFileError, shipped_positions
from marketplace.regions.schemas import FoundRegions, NearRegion, Region
from marketplace.regions.village_label import village_label

__all__ = [
    "Box",
    "FoundRegions",
    "NearRegion",
    "PositionsFileError",
    "Region",
    "RegionLevel",
    "bounding_box",
    "children",
    "distance_km",
    "find_region",
    "find_regions",
    "get_region",
    "key_of",
    "level_of",
    "load_regions",
    "nearest_villages",
    "region_path",
    "shipped_positions",
    "village_label",
]
