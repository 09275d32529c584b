"""What may be uploaded, and the words for it."""

from dataclasses import dataclass

PDF, WORD, EXCEL, SLIDES = "pdf", "docx", "xlsx", "pptx"
JPEG, PNG, WEBP = "jpg", "png", "webp"

DOCUMENTS = frozenset({PDF, WORD, EXCEL, SLIDES})
PICTURES = frozenset({JPEG, PNG, WEBP})
ALL = DOCUMENTS | PICTURES

_OFFICE = "application/vnd.openxmlformats-officedocument."
TYPES = {
    PDF: "application/pdf",
    WORD: f"{_OFFICE}wordprocessingml.document",
    EXCEL: f"{_OFFICE}spreadsheetml.sheet",
    SLIDES: f"{_OFFICE}presentationml.presentation",
    JPEG: "image/jpeg",
    PNG: "image/png",
    WEBP: "image/webp",
}
WORDS = {
    PDF: "PDF",
    WORD: "Word (.docx)",
    EXCEL: "Excel (.xlsx)",
    SLIDES: "PowerPoint (.pptx)",
    JPEG: "JPG",
    PNG: "PNG",
    WEBP: "WebP",
}
KIND_OF_TYPE = {content_type: kind for kind, content_type in TYPES.items()}
ZIP_TYPE = "application/zip"  # made by the portal, never taken in
INLINE_TYPES = frozenset(TYPES[kind] for kind in PICTURES | {PDF})
# Endings that a file of this kind may honestly carry; any other ending becomes part of the name.
ENDINGS = {kind: {kind} for kind in ALL} | {JPEG: {"jpg", "jpeg", "jpe", "jfif"}}


@dataclass(frozen=True)
class Checked:
    """An upload whose content is what it says: its kind, its rebuilt name, its size in bytes."""

    kind: str
    name: str
    size: int

    @property
    def content_type(self) -> str:
        return TYPES[self.kind]

    @property
    def is_picture(self) -> bool:
        return self.kind in PICTURES


def in_words(kinds) -> str:
    """ "PDF, Word (.docx), JPG": the accepted kinds in a fixed order."""
    return ", ".join(word for kind, word in WORDS.items() if kind in kinds)


def accept(kinds) -> str:
    """The ``accept`` attribute of a file input."""
    endings = sorted(f".{ending}" for kind in kinds for ending in ENDINGS[kind])
    return ",".join(endings)
