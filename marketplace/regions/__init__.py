"""Indonesia's administrative regions, province to village: found by typing, code, postal code and nearness."""
