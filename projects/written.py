"""Who reads which answer of a venture: the one function that pages, letters and papers use."""

from typing import Any, Final

from django.utils.translation import gettext as _

from projects.models import CLOSABLE, Support, Venture

WRITER: Final = object()  # whoever holds the draft in their hands, with or without an account


class Closed(str):
    """An answer that was marked confidential. It stays text, so that no page has to know."""

    is_closed = True
    is_hidden = False


class Hidden(Closed):
    """What stands in the place of a confidential answer for those who may not read it."""

    is_hidden = True


def may_read(venture: Venture, name: str, reader: Any) -> bool:
    """Whether ``reader`` may read this answer of a venture whose pages they may see.

    None is nobody in particular, as in a letter: what is marked is kept from them.
    """
    if reader is WRITER or name not in venture.confidential:
        return True
    return reader is not None and reader.can("venture.view_confidential", venture)


def shows(venture: Venture, name: str, user: Any) -> bool:
    """Whether a list shows its reader this answer: as ``found_by``, for one row."""
    if user.can("venture.list_queue") or name in venture.public_names:
        return True
    return user.is_authenticated and venture.owner_id == user.pk


def readable(venture: Venture, reader: Any = None) -> dict[str, Any]:
    """Every answer as ``reader`` may read it, in words: {column: answer}."""
    kinds = dict(Support.Kind.choices)
    shown = {
        "field": venture.get_field_display(),
        "stage": venture.get_stage_display(),
        "applicant": venture.get_applicant_display(),
        "ip_state": venture.get_ip_state_display(),
        "wanted": ", ".join(str(kinds.get(one, one)) for one in venture.wanted),
    }
    told = {f.name: shown.get(f.name, getattr(venture, f.name)) for f in _answers()}
    closed = [name for name in venture.confidential if told.get(name)]
    return told | {name: shown_to(venture, name, told[name], reader) for name in closed}


def shown_to(venture: Venture, name: str, words: str, reader: Any) -> str:
    """One answer as ``reader`` may read it: what is confidential says so, or is hidden."""
    if name not in venture.confidential:
        return words
    if may_read(venture, name, reader):
        return Closed(words)
    return Hidden(_("Phần kín, chỉ người sàng lọc đọc được."))


def _answers() -> list[Any]:
    kept = {
        "title", "field", "summary", "problem", "solution", "novelty", "ip_state", "ip_note",
        "stage", "applicant", "team", "workplace", "unit", "wanted", "wanted_note",
        "contact_name", "contact_birth_date", "contact_phone", "contact_email",
        "guardian_name", "guardian_email",
    }  # fmt: skip
    return [field for field in Venture._meta.fields if field.name in kept]


def marked(venture: Venture, marks: dict[str, bool]) -> list[str]:
    """The list of confidential answers after these were marked or opened; the order is fixed."""
    chosen = {*venture.confidential, *(name for name, closed in marks.items() if closed)}
    opened = {name for name, closed in marks.items() if not closed}
    return [name for name in CLOSABLE if name in chosen - opened]
