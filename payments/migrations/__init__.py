"""The schema of payments: plain SQL in `foundation/`, run in the order of its names."""
