"""Official documents: one model of blocks, printed as Word and PDF alike.

A `Document` is made of frozen dataclasses and knows no database. The layout follows
Decree 30/2020/NĐ-CP, Appendix I. The fixed words of such a document ("Nơi nhận", "Số:", …) are
Vietnamese whatever the language of the screen, so they do not pass through gettext.

Web pages loop over `numbered(document.text)`, which gives the same numbers as the printed files.
"""

from core.documents.blocks import (
    Annex,
    Blank,
    Block,
    Box,
    Bullets,
    Column,
    Document,
    Figure,
    Heading,
    Letterhead,
    Paragraph,
    Row,
    Run,
    Signature,
    Table,
    Verification,
)
from core.documents.docx import to_docx
from core.documents.numbering import (
    Numbered,
    annex_labels,
    letter,
    numbered,
    official_date,
    official_number,
    padded,
    roman,
)
from core.documents.pdf import fonts_used, to_pdf

__all__ = [
    "Annex",
    "Blank",
    "Block",
    "Box",
    "Bullets",
    "Column",
    "Document",
    "Figure",
    "Heading",
    "Letterhead",
    "Numbered",
    "Paragraph",
    "Row",
    "Run",
    "Signature",
    "Table",
    "Verification",
    "annex_labels",
    "fonts_used",
    "letter",
    "numbered",
    "official_date",
    "official_number",
    "padded",
    "roman",
    "to_docx",
    "to_pdf",
]
