"""The PDF printer: tagged PDF/A-2a and PDF/UA-1, set by typst."""

import json
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import repeat
from pathlib import Path
from typing import Any, cast

import typst

from core.documents import layout
from core.documents.blocks import (
    Bullets,
    Content,
    Document,
    Figure,
    Heading,
    Paragraph,
    Signature,
    Table,
)
from core.documents.numbering import Numbered, annex_labels, numbered
from core.documents.pictures import fonts, qr_svg, serif_families

TEMPLATE = Path(__file__).with_name("official.typ")
_NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
# Latin with all Vietnamese letters, dashes, quotes and dots: in every serif that is asked for.
_UNSURE = re.compile("[^\n -~\u00a0-\u024f\u1ea0-\u1ef9\u200b\u2013\u2014\u2018-\u201d\u2026]")
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
SUBSTITUTE = "?"
NAMELESS = "…"
HIGH_MM = 90


def fonts_used() -> str:
    """The typeface PDFs are set in here: Times New Roman, else Tinos, else typst's own serif."""
    return serif_families()[0]


def to_pdf(document: Document, *, made_at: datetime | None = None) -> bytes:
    """The document as PDF.

    `made_at` (with time zone) is the time in the file's properties; without it the document's
    own date is taken, so that the same document always gives the same bytes on the same machine.
    A sign that no font at hand can draw is printed as `?`: the archive format allows no gaps.
    Raises ValueError for a figure that is no drawing, and for a form to write on by hand.
    """
    if document.is_form:
        raise ValueError("A form to write on by hand is printed as Word only.")
    moment = layout.made_at(document, made_at)
    data = _data(document)
    try:
        return _set(data, moment)
    except typst.TypstError as error:
        missing = _undrawable(error)
        if not missing:
            raise ValueError(f"The document cannot be printed: {error.message}") from error
    try:
        return _set(_replaced(data, lambda text: missing.sub(SUBSTITUTE, text)), moment)
    except typst.TypstError:
        # Marks of a script without a font drag their neighbours along: keep what is surely there.
        return _set(_replaced(data, lambda text: _UNSURE.sub(SUBSTITUTE, text)), moment)


def _set(data: dict[str, Any], moment: datetime) -> bytes:
    return typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        format="pdf",
        font_paths=fonts(),
        sys_inputs={"document": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(moment.timestamp()),
    )


def _undrawable(error: typst.TypstError) -> re.Pattern[str] | None:
    """The signs that typst had no glyph for, as its messages quote them; None if it lacks none.

    ASCII is never among them, so that the drawings, which are text too, stay well-formed.
    """
    found = _NO_GLYPH.findall(error.diagnostic)
    signs = {_ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) for text in found}
    wide = sorted((sign for sign in signs if not sign.isascii()), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, wide))) if wide else (_UNSURE if found else None)


def _replaced(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _replaced(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, change) for item in value]
    return value


# The document as plain data for the template


def _data(document: Document) -> dict[str, Any]:
    clean, head = layout.clean, document.letterhead
    issuer, subject = layout.capitals(head.issuer), clean(document.subject)
    kind, check = layout.capitals(document.kind), document.verification
    title = clean(document.title).replace("\n", " ")
    # A heading without words is refused by the standard; three dots show that something lacks.
    if kind and not layout.visible(kind + subject):
        kind = NAMELESS
    labels = [
        label if layout.visible(clean(label + annex.title)) else NAMELESS
        for label, annex in zip(
            annex_labels(document.annexes, document.annex_word), document.annexes, strict=True
        )
    ]
    # The title is the first heading of the outline; a letter has none above its own.
    base = 1 if kind else 0
    return {
        "title": title if layout.visible(title) else NAMELESS,
        "author": " ".join(clean(head.issuer).split()),
        "fonts": list(serif_families()),
        "measures": {
            "body": layout.BODY_PT,
            "small": layout.SMALL_PT,
            "running": layout.RUNNING_PT,
            "list": layout.LIST_PT,
            "indent": layout.INDENT_MM,
            "line": layout.LINE_SPACING,
            "gap": layout.PARAGRAPH_GAP_PT,
            "top": layout.TOP_MM,
            "bottom": layout.BOTTOM_MM,
            "left": layout.LEFT_MM,
            "right": layout.RIGHT_MM,
        },
        "draft": layout.DRAFT if document.draft else "",
        "demo": layout.DEMO if document.demo else "",
        "head": {
            "columns": list(layout.LETTERHEAD_MM),
            "parent": layout.capitals(head.parent),
            "issuer": issuer,
            "issuer_rule": layout.rule_mm(issuer, layout.SMALL_PT, layout.LETTERHEAD_MM[0] - 2),
            "country": layout.COUNTRY,
            "motto": layout.MOTTO,
            "number": layout.number_line(document),
            "date": layout.date_line(document),
        },
        "kind": kind,
        "subject": subject,
        "note": clean(document.note_under_subject),
        "subject_rule": layout.rule_mm(subject, layout.BODY_PT, layout.TEXT_MM),
        "recipients": layout.ended(document.addressed_to),
        "body": _blocks(numbered(document.text), layout.TEXT_MM, base),
        "signature": _signature(document.signature),
        "co_signature": _signature(document.co_signature),
        "copies_title": layout.COPIES,
        "copies": layout.distribution(document),
        "verification": check
        and {
            "svg": qr_svg(check.url),
            "alt": layout.CHECK_ALT,
            "lines": [
                layout.breakable(f"{title} {value}", layout.TEXT_MM - 30, 9)
                for title, value in (
                    (layout.CHECK_SUM, check.sha256),
                    (layout.CHECK_AT, check.url),
                )
            ],
        },
        "annex_level": base + 1,
        "annexes": [
            {
                "label": clean(label),
                "title": layout.capitals(annex.title),
                "reference": layout.annex_reference(document),
                "landscape": annex.landscape,
                "blocks": _blocks(
                    numbered(annex.blocks),
                    layout.LANDSCAPE_TEXT_MM if annex.landscape else layout.TEXT_MM,
                    base + 1,
                ),
            }
            for label, annex in zip(labels, document.annexes, strict=True)
        ],
    }


def _blocks(items: Iterable[Numbered], room_mm: float, base: int) -> list[dict[str, Any]]:
    """Blocks as data. `base` is the outline level of the title above them."""
    out = []
    level = base
    for label, block in items:
        shown: dict[str, Any] = {"block": block.block}
        if isinstance(block, Heading):
            words = layout.clean(block.text)
            if not layout.visible(label + words):
                continue
            # Readers of the outline may not meet a gap: never more than one level down at once.
            level = min(base + block.level, level + 1)
            words = words.upper() if block.level == 1 else words
            shown |= {"level": block.level, "outline": level, "text": f"{label} {words}".strip()}
        elif isinstance(block, Paragraph):
            shown |= {"align": block.align, "runs": _runs(block.runs, room_mm)}
        elif isinstance(block, Bullets):
            if not block.items:
                continue
            shown["items"] = [_runs(item, room_mm) for item in block.items]
        elif isinstance(block, Table):
            shown |= _table(block, room_mm)
        else:
            shown |= _figure(cast("Figure", block), room_mm)
        out.append(shown)
    return out


def _runs(content: Content, room_mm: float) -> list[dict[str, Any]]:
    return [
        {
            "text": layout.breakable(run.text, room_mm, layout.BODY_PT),
            "bold": run.bold,
            "italic": run.italic,
        }
        for run in layout.clean_runs(content)
    ]


def _table(table: Table, room_mm: float) -> dict[str, Any]:
    widths = layout.column_widths(table, room_mm)
    size = table.font_pt
    inside = [mm - 3 for mm in widths]
    rows = []
    for row in layout.table_rows(table):
        spans = len(row.cells) < len(widths)
        rooms = [sum(widths) - 3] if spans else inside
        rows.append(
            {
                "bold": row.bold,
                "span": len(widths) if spans else 1,
                "align": "left" if table.rows else "center",
                # A row higher than most of a page has to be split, or its end would be lost.
                "tall": max(map(_height_mm, row.cells, rooms, repeat(size))) > HIGH_MM,
                "cells": [
                    layout.breakable(words, room, size)
                    for words, room in zip(row.cells, rooms, strict=True)
                ],
            }
        )
    titles = [
        [(cell, sum(widths[cell.column : cell.column + cell.colspan]) - 3) for cell in line]
        for line in layout.header_rows(table)
    ]
    head_mm = sum(max(_height_mm(cell.text, room, size) for cell, room in line) for line in titles)
    return {
        "caption": layout.clean(table.caption),
        "columns": widths,
        "align": [column.align for column in table.columns],
        "font": size,
        "numbers": table.column_numbers,
        # A header higher than most of a page would leave no room for rows on the next ones.
        "repeat": head_mm < HIGH_MM,
        "head": [
            [
                {
                    "text": layout.breakable(cell.text, room, size),
                    "colspan": cell.colspan,
                    "rowspan": cell.rowspan,
                }
                for cell, room in line
            ]
            for line in titles
        ],
        "rows": rows,
    }


def _height_mm(text: str, room_mm: float, size_pt: float) -> float:
    """About how high the text stands in a column of this width."""
    lines = sum(1 + layout.width_mm(line, size_pt) / max(room_mm, 1) for line in text.split("\n"))
    return lines * size_pt * 1.15 * 25.4 / 72


def _figure(figure: Figure, room_mm: float) -> dict[str, Any]:
    return {
        "svg": figure.svg,
        "alt": layout.clean(figure.alt),
        "width": min(figure.width_mm, room_mm),
        "caption": layout.clean(figure.caption),
    }


def _signature(signature: Signature | None) -> dict[str, Any] | None:
    if signature is None:
        return None
    return {
        "lines": [layout.capitals(line) for line in signature.lines],
        "office": layout.capitals(signature.office),
        "name": layout.clean(signature.name),
    }
