"""QR codes as drawings."""

from io import BytesIO

import segno


def qr_svg(text: str) -> str:
    """A QR code as an SVG element without styles, black on nothing: the page gives it white ground and a size."""
    out = BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", xmldecl=False, svgns=False, nl=False, omitsize=True, border=2, svgclass="qr", lineclass=None
    )
    return out.getvalue().decode()


def qr_file(text: str) -> str:
    """The same as an SVG file of its own, for a PDF."""
    out = BytesIO()
    segno.make(text, error="m").save(out, kind="svg", xmldecl=False, nl=False, omitsize=True, border=2)
    return out.getvalue().decode()
