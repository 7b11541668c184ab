"""Orders: from the basket to the end."""
