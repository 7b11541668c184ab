"""Documents as files, made in a thread of their own with a limit of time, so that the server goes on answering."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Literal, get_args

from litestar import Response

from marketplace.bookkeeping.documents import Document
from marketplace.bookkeeping.write_pdf import write_pdf
from marketplace.bookkeeping.write_xlsx import write_xlsx
from marketplace.errors import LumbungError

Format = Literal["xlsx", "pdf"]
LINES_IN_A_FILE: Final[dict[Format, int]] = {"xlsx": 20_000, "pdf": 2_000}
LIMIT_SECONDS: Final = 20.0

_WRITERS: Final = {"xlsx": write_xlsx, "pdf": write_pdf}
_MEDIA_TYPES: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
# Setting pages is work for a processor: two at a time, and who waits too long is told so.
_THREADS: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="export")


class ExportTooSlowError(LumbungError):
    """The file was not ready in time."""

    status_code = 503
    code = "export_too_slow"
    default_message = "Berkas ini terlalu lama dibuat. Pilih hari yang lebih sedikit, atau coba lagi sebentar."


class ExportTooLongError(LumbungError):
    """There are more lines than a file of this kind should hold."""

    status_code = 422
    code = "export_too_long"
    default_message = "Berkas paling banyak {most} baris. Pilih hari yang lebih sedikit."


def read_format(text: str) -> Format | None:
    """Which file was asked for; None for the page."""
    return next((name for name in get_args(Format) if name == text), None)


async def document_response(
    document: Document, file_format: Format, *, limit_seconds: float = LIMIT_SECONDS
) -> Response[Any]:
    """Make the file and answer with it.

    Raises:
        ExportTooSlowError: it took longer than the limit.

    """
    running = asyncio.get_running_loop().run_in_executor(_THREADS, _WRITERS[file_format], document)
    try:
        content = await asyncio.wait_for(running, limit_seconds)
    except TimeoutError as error:
        raise ExportTooSlowError from error
    return Response(
        content,
        media_type=_MEDIA_TYPES[file_format],
        headers={
            "content-disposition": f'attachment; filename="{document.name}.{file_format}"',
            "cache-control": "private, no-store",
        },
    )
