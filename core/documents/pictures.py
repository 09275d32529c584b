"""Drawings on their way to paper: SVG to PNG for Word, QR codes for both printers."""

import io
from functools import lru_cache

import segno
import typst

from core.documents.layout import FONT

# Metric equals of Times New Roman first; the last one is part of typst itself.
SERIFS = (FONT, "Tinos", "Libertinus Serif")
_SHEET = b"""#set page(width: auto, height: auto, margin: 0pt, fill: white)
#set text(font: sys.inputs.font)
#image(bytes(sys.inputs.svg), format: "svg", width: float(sys.inputs.width) * 1mm)
"""


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """The fonts of this machine and of typst, read once per process."""
    return typst.Fonts()


@lru_cache(maxsize=1)
def serif_families() -> tuple[str, ...]:
    """Those of `SERIFS` that are there, best first."""
    there = set(fonts().families())
    return tuple(family for family in SERIFS if family in there)


@lru_cache(maxsize=64)
def png(svg: str, width_mm: float, ppi: int = 288) -> bytes:
    """The drawing as PNG, `width_mm` wide at `ppi` dots per inch (288 is three times a screen's).

    Raises ValueError when the text is not an SVG drawing.
    """
    try:
        return typst.compile(
            _SHEET,
            format="png",
            ppi=ppi,
            font_paths=fonts(),
            sys_inputs={"svg": svg, "width": str(width_mm), "font": serif_families()[0]},
        )
    except typst.TypstError as error:
        raise ValueError(f"Not a drawing that can be printed: {error.message}") from error


def png_size(data: bytes) -> tuple[int, int]:
    """Width and height in dots, from the PNG's own header."""
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def qr_svg(address: str) -> str:
    """A QR code of the address as SVG."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=2, xmldecl=False, svgns=True, omitsize=True, light="#fff"
    )
    return out.getvalue().decode()


def qr_png(address: str) -> bytes:
    """A QR code of the address as PNG."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="png", scale=8, border=2)
    return out.getvalue()
