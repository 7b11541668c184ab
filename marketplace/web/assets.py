"""Static files, read once, compressed once and served from memory under the hash of their content.

A file's address changes when its content does, so browsers may keep it for ever. Text files may name another file as
``asset:NAME``; the name is replaced by that file's address when the files are read (the hash of the outer file thus
covers the inner one). What is not a static file (photographs people upload) is served elsewhere.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path
from typing import Any, Final, NamedTuple

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from marketplace.http.policy import public

STATIC_DIRECTORY: Final = Path(__file__).parent / "static"
FOREVER: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "public, no-cache"

_MEDIA_TYPES: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".txt": "text/plain",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_ALREADY_COMPRESSED: Final = {".png", ".woff2"}
_REFERENCE: Final = re.compile(rb"asset:([a-z0-9/._-]+)")
_LEAST_SAVING: Final = 0.95


class Asset(NamedTuple):
    """One static file: its bytes, their gzip form (None where that would not be smaller) and its address."""

    url: str
    digest: str
    media_type: str
    content: bytes
    compressed: bytes | None


def _read(directory: Path) -> dict[str, Asset]:
    """Read every file of the directory, inner files first so that outer ones can name them."""
    waiting = {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.suffix in _MEDIA_TYPES
    }
    assets: dict[str, Asset] = {}
    while waiting:
        ready = {
            name: content
            for name, content in waiting.items()
            if all(found.decode() in assets for found in _REFERENCE.findall(content))
        }
        if not ready:
            message = f"static files name each other in a circle or name a missing file: {sorted(waiting)}"
            raise LookupError(message)
        for name, content in ready.items():
            del waiting[name]
            assets[name] = _asset(name, _REFERENCE.sub(lambda found: assets[found[1].decode()].url.encode(), content))
    return assets


def _asset(name: str, content: bytes) -> Asset:
    digest = hashlib.sha256(content).hexdigest()[:12]
    suffix = Path(name).suffix
    compressed = None if suffix in _ALREADY_COMPRESSED else gzip.compress(content, 9, mtime=0)
    if compressed is not None and len(compressed) > _LEAST_SAVING * len(content):
        compressed = None
    return Asset(f"/static/{digest}/{name}", digest, _MEDIA_TYPES[suffix], content, compressed)


ASSETS: Final = _read(STATIC_DIRECTORY)


def asset_url(name: str) -> str:
    """Give the address of a static file, e.g. ``asset_url("app.css")``. A name that does not exist raises KeyError."""
    return ASSETS[name].url


def _answer(request: Request[Any, Any, Any], name: str, cache_control: str) -> Response[bytes]:
    asset = ASSETS.get(name)
    if asset is None:
        raise NotFoundException
    headers = {
        "cache-control": cache_control,
        "etag": f'"{asset.digest}"',
        "vary": "accept-encoding",
        "x-content-type-options": "nosniff",
    }
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(b"", status_code=304, headers=headers)
    if asset.compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        return Response(asset.compressed, media_type=asset.media_type, headers=headers)
    return Response(asset.content, media_type=asset.media_type, headers=headers)


@get("/static/{digest:str}/{name:path}", opt=public(), include_in_schema=False, sync_to_thread=False, name="static")
def static_file(request: Request[Any, Any, Any], digest: FromPath[str], name: FromPath[Path]) -> Response[bytes]:
    """Serve one file. An address of an older version gets today's file, not to be kept."""
    relative = name.as_posix().lstrip("/")
    asset = ASSETS.get(relative)
    return _answer(request, relative, FOREVER if asset is not None and asset.digest == digest else ASK_AGAIN)


@get("/favicon.ico", opt=public(), include_in_schema=False, sync_to_thread=False)
def favicon(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Serve the mark to browsers that ask for it at the usual place."""
    return _answer(request, "favicon.svg", ASK_AGAIN)


@get("/manifest.webmanifest", opt=public(), include_in_schema=False, sync_to_thread=False)
def manifest(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Serve the manifest under a stable address: the installed application remembers it."""
    return _answer(request, "manifest.webmanifest", ASK_AGAIN)


@get("/sw.js", opt=public(), include_in_schema=False, sync_to_thread=False)
def service_worker(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Serve the service worker from the root: its address bounds the pages it may answer for."""
    return _answer(request, "sw.js", ASK_AGAIN)


STATIC_ROUTES: Final = [static_file, favicon, manifest, service_worker]
