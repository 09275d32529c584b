"""Several uploads in one field, each kept over errors and each removable, without a script."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core import files
from core.fields import KeptFileField, KeptFileWidget, Owner, _size, token_for
from core.files.kinds import TYPES
from core.models import StoredFile
from core.text import nfc
from core.words import Refused


@dataclass(frozen=True)
class PostedFiles:
    """What a browser sends for a field of several files."""

    uploads: tuple[Any, ...] = ()
    tokens: tuple[str, ...] = ()
    removed: frozenset[str] = frozenset()  # keys


@dataclass(frozen=True)
class KeptFiles:
    """What the field came to: all its files, those of them that are new, and those let go."""

    files: tuple[StoredFile, ...] = ()
    added: tuple[StoredFile, ...] = ()
    removed: tuple[StoredFile, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.files)


class KeptFilesWidget(KeptFileWidget):
    """The files already kept, each with a box to drop it, a picker and a phone's camera."""

    template_name = "core/widgets/kept_files.html"
    allow_multiple_selected = True
    several: tuple[StoredFile, ...] = ()
    owner: Owner | None = None
    most = 0

    def value_from_datadict(self, data: Any, uploads: Any, name: str) -> PostedFiles:
        names = (name, f"{name}-camera")
        return PostedFiles(
            uploads=tuple(one for each in names for one in _all(uploads, each) if one),
            tokens=tuple(_all(data, f"{name}-kept")),
            removed=frozenset(_all(data, f"{name}-remove")),
        )

    def value_omitted_from_data(self, data: Any, uploads: Any, name: str) -> bool:
        return self.value_from_datadict(data, uploads, name) == PostedFiles()

    def use_required_attribute(self, initial: Any) -> bool:
        return super().use_required_attribute(initial) and not self.several

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {
            "several": [
                {
                    "key": stored.key,
                    "name": stored.name,
                    "size": _size(stored.size),
                    "token": self._token(stored),
                }
                for stored in self.several
            ],
            "most": self.most,
            "full": len(self.several) >= self.most,
            "photo": ",".join(sorted(TYPES[kind] for kind in files.PICTURES)),
        }
        return context

    def _token(self, stored: StoredFile) -> str:
        """Only a file that belongs to nothing yet is handed in again by the page."""
        if stored.object_id is not None or self.owner is None:
            return ""
        return token_for(stored, self.owner)


def _all(data: Any, name: str) -> list[Any]:
    if hasattr(data, "getlist"):
        return data.getlist(name)
    return [data[name]] if name in data else []


class KeptFilesField(KeptFileField):
    """Up to ``most`` uploads that outlive errors; cleaned to ``KeptFiles``.

    ``initial`` are the files of the record that is edited: what another page attached
    meanwhile stays, what it removed stays away. ``outcome`` is there after cleaning, also when
    one upload was refused: the others are kept all the same.
    """

    widget = KeptFilesWidget
    default_error_messages = {
        "many": _("Chỉ giữ được %(most)d tệp. Bỏ bớt một tệp rồi thêm tệp khác."),
        "named": _("Tệp “%(name)s”: %(reason)s"),
    }

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = self.widget.most = most
        self.outcome: KeptFiles | None = None

    def widget_attrs(self, widget: Any) -> dict:
        return super().widget_attrs(widget) | {"multiple": True}

    def show(self, kept: tuple[StoredFile, ...]) -> None:
        """Let the widget list these."""
        self.widget.several, self.widget.owner = kept, self._owner()

    def clean(self, value: Any, initial: Any = None) -> KeptFiles:
        posted = value if isinstance(value, PostedFiles) else PostedFiles()
        held = {str(stored.key): stored for stored in initial or ()}
        errors: list[ValidationError] = []
        waiting = self._handed_in(posted.tokens, held, errors)
        gone = tuple(one for key, one in held.items() if key in posted.removed)
        kept = [one for key, one in held.items() if key not in posted.removed]
        added = [one for key, one in waiting.items() if key not in posted.removed]
        added += self._uploaded(posted.uploads, (*kept, *added), errors)
        self.outcome = KeptFiles((*kept, *added), tuple(added), gone)
        self.show(self.outcome.files)
        if self.required and not errors and not self.outcome:
            errors.append(ValidationError(self.error_messages["required"], code="required"))
        if errors:
            raise ValidationError(errors)
        return self.outcome

    def _handed_in(
        self, tokens: tuple[str, ...], held: dict[str, StoredFile], errors: list[ValidationError]
    ) -> dict[str, StoredFile]:
        """The files of an earlier sending of this form, by key."""
        found: dict[str, StoredFile] = {}
        for token in tokens[: self.most]:
            key = str(self._key(token))
            if key in held:
                continue
            try:
                found[key] = self._claimed(token, None)
            except ValidationError as error:
                errors.append(error)
        return found

    def _uploaded(
        self,
        uploads: tuple[Any, ...],
        before: tuple[StoredFile, ...],
        errors: list[ValidationError],
    ) -> list[StoredFile]:
        """The good ones of the new files, as many as there is room for.

        One whose content is among those ``before`` is a press repeated after a broken line.
        """
        stored: list[StoredFile] = []
        for upload in uploads:
            try:
                one = self._stored(upload)
            except Refused as reason:
                words = self.error_messages["named"] % {"name": _name(upload), "reason": reason}
                errors.append(ValidationError(words, code="refused"))
                continue
            if one.sha256 in {known.sha256 for known in (*before, *stored)}:
                continue
            if len(before) + len(stored) >= self.most:
                words = self.error_messages["many"] % {"most": self.most}
                errors.append(ValidationError(words, code="many"))
                break
            stored.append(one)
        return stored

    def bound_data(self, data: Any, initial: Any) -> Any:
        return self.widget.several

    def prepare_value(self, value: Any) -> Any:
        """An unbound form shows the files of the record that is edited."""
        if isinstance(value, list) and not self.widget.several:
            self.show(tuple(value))
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return isinstance(data, PostedFiles) and data != PostedFiles()


def _name(upload: Any) -> str:
    return nfc(upload.name or "")[:60]
