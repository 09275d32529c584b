"""Our own sentences: collected from code and templates, kept in one English catalogue.

The screens are written in Vietnamese, so the msgids are Vietnamese and English is
the one translation there is. Babel reads and writes; gettext's programs are not
needed. Other packages' words live in ``locale/third_party`` and are not touched.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import extract
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from django.apps import apps
from django.utils.translation.template import templatize

KEYWORDS = {
    "_": None,
    "_t": None,
    "_w": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sdr]|\{\w*\}")
LEFT_OUT = {"tests", "migrations"}
HEADER = """\
# English for the portal's own sentences. `make messages` collects them; translate the empty ones.
msgid ""
msgstr ""
"Project-Id-Version: ducpho-portal\\n"
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""

Key = tuple[str, str]


def catalogue_path(root: Path) -> Path:
    """Where the English catalogue lies."""
    return root / "locale" / "en" / "LC_MESSAGES" / "django.po"


def sources(root: Path) -> Iterator[Path]:
    """The Python files and templates of the portal's own apps, and ``templates/``."""
    folders = [Path(app.path) for app in apps.get_app_configs() if root in Path(app.path).parents]
    folders = [f for f in folders if "site-packages" not in f.parts] + [root / "ducpho_portal"]
    for folder in sorted(folders):
        for path in sorted(folder.rglob("*.py")):
            if not LEFT_OUT & set(path.relative_to(folder).parts):
                yield path
        yield from _templates(folder / "templates")
    yield from _templates(root / "templates")


def _templates(folder: Path) -> Iterator[Path]:
    yield from (p for p in sorted(folder.rglob("*")) if p.suffix in {".html", ".txt", ".xml"})


def sentences(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """The (msgid, context) pairs of one file; a plural's msgid is a pair of its own."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What templatize leaves is blanked text between calls: Python, but for its indentation.
        text = "\n".join(line.lstrip() for line in templatize(text, str(path)).splitlines())
    found = extract.extract("python", BytesIO(text.encode()), KEYWORDS, (), {"encoding": "utf-8"})
    for _line, message, _comments, context in found:
        said = message if isinstance(message, str) else tuple(message)
        if said and said != ("", ""):
            yield said, context


def collect(root: Path) -> Catalog:
    """A catalogue of every sentence, none translated."""
    catalogue = Catalog(locale="en")
    for path in sources(root):
        for message, context in sentences(path):
            catalogue.add(message, context=context)
    return catalogue


def read(path: Path) -> Catalog:
    """The catalogue as it stands; an empty one where there is no file."""
    if not path.exists():
        return Catalog(locale="en")
    with path.open("rb") as stream:
        return read_po(stream, locale="en", abort_invalid=True)


def merged(collected: Catalog, kept: Catalog) -> Catalog:
    """The collected sentences with the translations that are kept; what is gone falls away."""
    for message in _messages(collected):
        old = kept.get(_singular(message), message.context)
        if old is not None and old.string:
            message.string = _reshaped(old.string, plural=isinstance(message.id, tuple))
    return collected


def _reshaped(string: str | tuple[str, ...], *, plural: bool) -> str | tuple[str, ...]:
    """A sentence that has become a plural keeps its words, and the other way round."""
    if plural:
        return string if isinstance(string, tuple) else (string, string)
    return string[-1] if isinstance(string, tuple) else string


def text_of(catalogue: Catalog) -> str:
    """The .po file: sorted, without line numbers and dates, so that differences stay small."""
    stream = BytesIO()
    write_po(stream, catalogue, width=0, no_location=True, omit_header=True, sort_output=True)
    return HEADER + stream.getvalue().decode().strip() + "\n"


def troubles(catalogue: Catalog) -> list[str]:
    """What is not translated, and where a placeholder was lost or made up."""
    found = []
    for message in _messages(catalogue):
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        if not all(strings):
            found.append(f"not translated: {_singular(message)}")
        elif any(_holes(i) != _holes(s) for i, s in zip(ids, strings, strict=True)):
            found.append(f"placeholders differ: {_singular(message)}")
    return found


def _holes(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text.replace("%%", "")))


def _messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def _singular(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple) else message.id
