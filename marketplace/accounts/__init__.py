"""People: credentials, sessions, roles, and the actor behind a request."""

from marketplace.accounts.find_actor import find_actor

__all__ = ["find_actor"]
