"""Passwords: which ones are accepted, and hashing them with argon2id off the event loop.

Length counts, composition does not (NIST SP 800-63B): at least eight characters, and not one of those that are tried
first. Counting attempts is left to attempts.py.
"""

import asyncio
import hmac
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type, hash_secret_raw
from argon2.profiles import RFC_9106_LOW_MEMORY

from marketplace.errors import InvalidError
from marketplace.settings import Settings, current_settings

SHORTEST: Final = 8
LONGEST: Final = 200

_TOO_SHORT: Final = "Kata sandi paling sedikit {least} karakter."
_TOO_LONG: Final = "Kata sandi paling banyak {most} karakter."
_TOO_COMMON: Final = "Kata sandi ini terlalu mudah ditebak. Pakai beberapa kata yang hanya Anda tahu."
_IS_CONTACT: Final = "Kata sandi tidak boleh sama dengan nomor HP, e-mail, atau nama Anda."

# What lists of leaked passwords begin with, here and abroad; with digits or signs behind they are no better.
_COMMON_WORDS: Final = frozenset(
    # One string, since four hundred quoted words would be read by nobody.
    """
    password passw0rd p4ssword pass sandi katasandi passwordku rahasia rahasiaku qwerty qwertyui qwertyuiop qwerti
    asdf asdfgh asdfghjk asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc 1q2w3e4r 1q2w3e 1qaz2wsx q1w2e3r4 abcd abcde abcdef
    abcdefgh abc aaa admin administrator root user guest test tester testing welcome letmein login master superman
    batman pokemon dragon monkey football baseball sunshine princess shadow iloveyou loveyou loveme trustno
    whatever starwars computer internet samsung oppo xiaomi android google facebook instagram tiktok youtube whatsapp
    bismillah bismilah alhamdulillah subhanallah allahuakbar assalamualaikum muhammad allah
    indonesia merdeka merahputih garuda pancasila jakarta bandung surabaya bekasi jabar jawabarat persib persija
    persebaya arema sayang sayangku sayangkamu sayangmama sayangibu cintaku cinta kamu akucinta akucintakamu
    akusayangkamu anakku istriku suamiku keluarga keluargaku mamaku papaku ibuku ayahku mama papa bunda ayah
    doraemon naruto anjing kucing kontol memek bangsat bajingan gakada tidakada lupa lupalupa terserah
    koperasi koperasidesa koperasiku kopdes kkmp kdmp lumbung gerai kasir umkm bumd warung warungku pengurus
    januari februari maret april juni juli agustus september oktober november desember senin selasa rabu kamis jumat
    sabtu minggu ganteng cantik keren jelek hacker gila gaul sukses semangat bahagia selamanya
    """.split()  # noqa: SIM905 - as above
)
_DIGIT_RUNS: Final = ("01234567890123456789", "98765432109876543210", "1357924680", "147258369")
_TAIL: Final = re.compile(r"[0-9!@#$%^&*._\-+?]*$")

# 64 MiB for each hash: two at a time keep a small server alive when many sign in at once.
_HASHERS: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


def hasher_for(settings: Settings) -> PasswordHasher:
    """The hasher by RFC 9106 (64 MiB); a nearly free one where a test run asks for it."""
    if settings.has_cheap_passwords:
        return PasswordHasher(time_cost=2, memory_cost=64, parallelism=1)
    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


_ARGON2: Final = hasher_for(current_settings())


def check_new_password(password: str, *, known: tuple[str, ...] = (), field: str = "password") -> None:
    """Refuse a password that is too short, too long, among the first guesses, or equal to what is `known` of its owner.

    Raises:
        InvalidError: with the reason at `field`.

    """
    plain = unicodedata.normalize("NFKC", password).casefold()
    if len(plain) < SHORTEST:
        raise InvalidError(fields={field: (_TOO_SHORT, {"least": SHORTEST})})
    if len(password) > LONGEST:
        raise InvalidError(fields={field: (_TOO_LONG, {"most": LONGEST})})
    if _is_common(plain):
        raise InvalidError(fields={field: _TOO_COMMON})
    squeezed = re.sub(r"[\s+-]", "", plain)
    for fact in known:
        kept = re.sub(r"[\s+-]", "", fact.casefold())
        if kept and squeezed in (kept, kept.removeprefix("62"), "0" + kept.removeprefix("62"), kept.partition("@")[0]):
            raise InvalidError(fields={field: _IS_CONTACT})


def _is_common(plain: str) -> bool:
    squeezed = re.sub(r"\s", "", plain)
    if len(set(squeezed)) <= 2:  # noqa: PLR2004 - "aaaaaaaa", "12121212"
        return True
    if any(squeezed in run for run in _DIGIT_RUNS):
        return True
    half = len(squeezed) // 2
    if squeezed[:half] == squeezed[half:] and half <= 5:  # noqa: PLR2004 - "12341234", "abcdabcd"
        return True
    return squeezed in _COMMON_WORDS or _TAIL.sub("", squeezed) in _COMMON_WORDS


async def hash_password(password: str) -> str:
    """Argon2id hash of a password, with its parameters and salt in the text. About 50 ms in a thread."""
    return await asyncio.get_running_loop().run_in_executor(_HASHERS, _ARGON2.hash, _prepared(password))


async def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether the password is right. Takes as long where there is no hash, so that nobody learns who has an account."""
    return await asyncio.get_running_loop().run_in_executor(_HASHERS, _verify, password_hash, _prepared(password))


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _ARGON2.check_needs_rehash(password_hash)


async def slow_digest(text: bytes) -> bytes:
    """The same 32 bytes for the same text, as dear to try out as a password's hash, and of no use without our secret.

    To recognise a command with a password that is repeated; people's passwords themselves are hashed with a salt each.
    """
    return await asyncio.get_running_loop().run_in_executor(_HASHERS, _slow_digest, text)


def _slow_digest(text: bytes) -> bytes:
    salt = hmac.digest(current_settings().secret_key.encode(), b"slow digest", "sha256")
    return hash_secret_raw(
        hmac.digest(salt, text, "sha256"),
        salt,
        time_cost=_ARGON2.time_cost,
        memory_cost=_ARGON2.memory_cost,
        parallelism=_ARGON2.parallelism,
        hash_len=32,
        type=Type.ID,
    )


def _verify(password_hash: str | None, password: bytes) -> bool:
    try:
        _ARGON2.verify(password_hash or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def _nobodys_hash() -> str:
    return _ARGON2.hash(b"nobody has this password")


def _prepared(password: str) -> bytes:
    # The same letter may be typed in two encodings (é); a cut keeps an overlong guess from costing more.
    return unicodedata.normalize("NFKC", password)[: 2 * LONGEST].encode("utf-8", "surrogatepass")
