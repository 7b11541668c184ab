"""Answers with a document: the page for every width of paper, or the PDF."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from litestar import Request, Response

from marketplace.documents.paper import Paper
from marketplace.documents.proof import Proof
from marketplace.documents.write_pdf import write_pdf
from marketplace.errors import LumbungError
from marketplace.formats.qr import qr_svg
from marketplace.web.render import render_page

WIDTH_LABELS: Final = {"58": "Kertas 58 mm", "80": "Kertas 80 mm", "a4": "Kertas A4"}
LIMIT_SECONDS: Final = 20.0
# Setting pages is work for a processor: one at a time, and who waits too long is told so.
_THREADS: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="paper")


class PaperTooSlowError(LumbungError):
    """The file was not ready in time."""

    status_code = 503
    code = "paper_too_slow"
    default_message = "Berkas ini terlalu lama dibuat. Coba lagi sebentar."


def read_width(text: str, default: str) -> str:
    """The width of paper that was asked for."""
    return text if text in WIDTH_LABELS else default


def paper_response(
    request: Request[Any, Any, Any],
    paper: Paper,
    proof: Proof,
    *,
    width: str,
    back_href: str,
    back_label: str,
    whatsapp_href: str = "",
) -> Response[bytes]:
    """Answer with the page of a document, set for a width of paper."""
    return render_page(
        request,
        "documents/paper.html",
        paper=paper,
        proof=proof,
        qr=qr_svg(proof.url),
        width=width,
        widths=WIDTH_LABELS,
        back_href=back_href,
        back_label=back_label,
        pdf_href=f"{request.scope['path']}?bentuk=pdf",
        whatsapp_href=whatsapp_href,
        time_zone=proof.time_zone,
    )


async def pdf_response(paper: Paper, proof: Proof) -> Response[bytes]:
    """Answer with the PDF, made in a thread of its own so that the server goes on answering.

    Raises:
        PaperTooSlowError: it took longer than the limit.

    """
    running = asyncio.get_running_loop().run_in_executor(_THREADS, write_pdf, paper, proof)
    try:
        content = await asyncio.wait_for(running, LIMIT_SECONDS)
    except TimeoutError as error:
        raise PaperTooSlowError from error
    return Response(
        content,
        media_type="application/pdf",
        headers={
            "content-disposition": f'attachment; filename="{proof.kind}-{proof.number}.pdf"',
            "cache-control": "private, no-store",
        },
    )
