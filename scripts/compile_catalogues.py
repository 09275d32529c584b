"""Compile the .po files named, or all of ``locale/``, into .mo files beside them.

With Babel, because gettext's msgfmt is not on every machine. A file appears whole
or not at all: a running portal may be reading the old one.
"""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_catalogue(source: Path) -> None:
    """Write ``source``'s .mo; fuzzy entries are left out, as msgfmt does."""
    with source.open("rb") as stream:
        catalogue = read_po(stream, abort_invalid=True)
    made = source.with_suffix(".mo")
    draft = made.with_suffix(".mo.new")
    with draft.open("wb") as stream:
        write_mo(stream, catalogue, use_fuzzy=False)
    draft.replace(made)


if __name__ == "__main__":
    here = Path(__file__).resolve().parent.parent / "locale"
    for name in sys.argv[1:] or sorted(here.rglob("*.po")):
        compile_catalogue(Path(name))
