"""Names and attributes of the cookies; nothing else sets one."""

from litestar.datastructures import Cookie

from marketplace.settings import current_settings

SESSION_SECONDS = 30 * 24 * 3600
CART_SECONDS = 90 * 24 * 3600


def _name(name: str) -> str:
    # The prefix makes browsers refuse the cookie unless it is Secure, host-only and for the whole path.
    return f"__Host-{name}" if current_settings().is_secure else name


def session_cookie_name() -> str:
    """Cookie that holds the session's token."""
    return _name("lumbung_session")


def cart_cookie_name() -> str:
    """Cookie that holds a guest cart's token."""
    return _name("lumbung_cart")


NOTICE_COOKIE = "lumbung_notice"
LANGUAGE_COOKIE = "lumbung_language"
VILLAGE_COOKIE = "lumbung_village"


def _cookie(name: str, value: str, *, max_age_seconds: int, is_httponly: bool = True) -> Cookie:
    return Cookie(
        key=name,
        value=value,
        max_age=max_age_seconds,
        path="/",
        secure=current_settings().is_secure,
        httponly=is_httponly,
        samesite="lax",
    )


def session_cookie(token: str) -> Cookie:
    """Cookie for a signed-in session; an empty token ends it."""
    return _cookie(session_cookie_name(), token, max_age_seconds=SESSION_SECONDS if token else 0)


def cart_cookie(token: str) -> Cookie:
    """Cookie for a guest's cart; an empty token ends it."""
    return _cookie(cart_cookie_name(), token, max_age_seconds=CART_SECONDS if token else 0)


def notice_cookie(text: str) -> Cookie:
    """Cookie that carries one sentence to the next page; empty clears it."""
    return _cookie(NOTICE_COOKIE, text, max_age_seconds=60 if text else 0)


def language_cookie(language: str) -> Cookie:
    """Cookie that remembers a guest's language."""
    return _cookie(LANGUAGE_COOKIE, language, max_age_seconds=365 * 24 * 3600)


def village_cookie(village_code: str) -> Cookie:
    """Cookie that remembers where the visitor shops: a village's code, which is no address."""
    return _cookie(VILLAGE_COOKIE, village_code, max_age_seconds=365 * 24 * 3600 if village_code else 0)
