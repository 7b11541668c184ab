"""What the environment decides, read once at start.

Every setting has a default that works on one machine with nothing configured; `lumbung doctor` says what production
needs. Leaves the meaning of a setting to the module that uses it.
"""

import contextlib
import os
import secrets
import tempfile
from functools import cache
from pathlib import Path

import msgspec


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Configuration of one process; amounts and durations name their unit."""

    database_url: str | None
    meili_url: str | None
    meili_key: str | None
    data_directory: Path
    # An operator's table of where regions lie (code,latitude,longitude), loaded with the regions.
    positions_path: Path | None
    secret_key: str
    sealing_keys: str
    public_url: str
    is_development: bool
    is_secure: bool
    has_cheap_passwords: bool
    pool_size: int
    trusted_proxies: tuple[str, ...]
    # Cards by Stripe; None: this installation has no account there, and needs none.
    stripe_key: str | None
    stripe_webhook_secrets: tuple[str, ...]
    stripe_api: str | None

    @property
    def postgres_directory(self) -> Path:
        """Where the embedded PostgreSQL keeps its files."""
        return self.data_directory / "postgres"

    @property
    def search_directory(self) -> Path:
        """Where the embedded search engine keeps its index."""
        return self.data_directory / "search"


class SettingsError(RuntimeError):
    """A setting is missing or cannot be used; the text says what to do."""


def load_settings(environment: dict[str, str] | None = None) -> Settings:
    """Read settings from the environment (`os.environ` unless given).

    In development (`LUMBUNG_ENV=development`, the default) missing secrets are made once and kept in the data
    directory; in production they must be given.

    Raises:
        SettingsError: production without its secrets.

    """
    env = dict(os.environ) if environment is None else environment
    is_development = env.get("LUMBUNG_ENV", "development") != "production"
    data_directory = Path(env.get("LUMBUNG_DATA", ".lumbung")).resolve()
    public_url = env.get("LUMBUNG_URL", "http://127.0.0.1:8000").rstrip("/")
    return Settings(
        database_url=env.get("DATABASE_URL") or None,
        meili_url=env.get("MEILI_URL") or None,
        meili_key=env.get("MEILI_KEY") or None,
        data_directory=data_directory,
        positions_path=Path(positions) if (positions := env.get("LUMBUNG_POSITIONS")) else None,
        secret_key=_secret(env, "LUMBUNG_SECRET", data_directory, is_development=is_development),
        sealing_keys=_secret(env, "LUMBUNG_SEALING_KEYS", data_directory, is_development=is_development),
        public_url=public_url,
        is_development=is_development,
        is_secure=public_url.startswith("https://"),
        # For test runs, which hash hundreds of passwords of nobody; production never does.
        has_cheap_passwords=is_development and env.get("LUMBUNG_CHEAP_PASSWORDS") == "1",
        pool_size=_positive(env, "LUMBUNG_POOL_SIZE", 10),
        trusted_proxies=_parts(env, "LUMBUNG_PROXIES"),
        stripe_key=env.get("LUMBUNG_STRIPE_KEY") or None,
        stripe_webhook_secrets=_parts(env, "LUMBUNG_STRIPE_WEBHOOK_SECRETS"),
        stripe_api=(env.get("STRIPE_API_BASE") or "").rstrip("/") or None,
    )


def _parts(env: dict[str, str], name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in env.get(name, "").split(",") if part.strip())


def _positive(env: dict[str, str], name: str, default: int) -> int:
    text = env.get(name, str(default))
    if not text.isdecimal() or int(text) < 1:
        message = f"{name} must be a whole number above zero, not {text!r}."
        raise SettingsError(message)
    return int(text)


def _secret(env: dict[str, str], name: str, data_directory: Path, *, is_development: bool) -> str:
    if value := env.get(name):
        return value
    if not is_development:
        message = f'{name} is not set. Make one with: python -c "import secrets; print(secrets.token_urlsafe(32))"'
        raise SettingsError(message)
    path = data_directory / name.lower()
    if not path.exists():
        _make_secret(path)
    # Whoever made it: a process that lost the race reads what the other one sealed with.
    value = path.read_text().strip()
    if not value:
        message = f"{path} is empty: a start was cut off while it was written. Remove it, and it is made anew."
        raise SettingsError(message)
    return value


def _make_secret(path: Path) -> None:
    """Make the file with a new secret, or leave the one that a twin process made meanwhile.

    It appears with its contents or not at all, so nobody reads it half written, and not before they are on the disk.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32))
            file.flush()
            os.fsync(descriptor)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()


@cache
def current_settings() -> Settings:
    """Settings of this process."""
    return load_settings()
