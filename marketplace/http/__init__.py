"""What every route shares: sessions, policies, idempotency, problems, limits, headers. Knows nothing of the areas."""
