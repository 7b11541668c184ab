"""People: credentials, sessions, roles, and the actor behind a request."""

from marketplace.accounts.after_sign_in import AfterSignIn, register_after_sign_in
from marketplace.accounts.contacts import Contact, contact_of, parse_contact, read_contact
from marketplace.accounts.delivery import deliver
from marketplace.accounts.find_actor import find_actor
from marketplace.accounts.remove_old_messages import remove_old_messages
from marketplace.accounts.remove_old_sessions import remove_old_sessions
from marketplace.accounts.store import find_person_by_contact
from marketplace.accounts.views import find_own_phone
from marketplace.accounts.village import read_village, typed_village, village_options

__all__ = [
    "AfterSignIn",
    "Contact",
    "contact_of",
    "deliver",
    "find_actor",
    "find_own_phone",
    "find_person_by_contact",
    "parse_contact",
    "read_contact",
    "read_village",
    "register_after_sign_in",
    "remove_old_messages",
    "remove_old_sessions",
    "typed_village",
    "village_options",
]
