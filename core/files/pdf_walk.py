"""Walks every object of a PDF in a process of its own, and says one word about it.

Run as a script with the PDF on standard input. A parser that loops or eats
memory dies here, alone: the limits below are the process's own. Nothing of the
portal is imported.
"""

import contextlib
import io
import logging
import resource
import sys

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

CPU_SECONDS = 10
MEMORY = 768 * 1024 * 1024
MOST_OBJECTS = 150_000
ACTIVE = {
    "/JavaScript": "script",
    "/JS": "script",
    "/Launch": "launch",
    "/ImportData": "launch",
    "/GoToE": "attachment",
    "/EmbeddedFile": "attachment",
    "/EmbeddedFiles": "attachment",
    "/EF": "attachment",
    "/FileAttachment": "attachment",
    "/RichMedia": "media",
    "/Rendition": "media",
    "/XFA": "xfa",
}


class Found(Exception):
    """Stops the walk with its verdict."""


def look_at(top) -> None:
    """Raise ``Found`` when the object holds anything that acts. References are walked apart."""
    waiting = [top]
    while waiting:
        item = waiting.pop()
        if isinstance(item, DictionaryObject):
            waiting.extend(item.keys())
            waiting.extend(dict.values(item))
        elif isinstance(item, ArrayObject):
            waiting.extend(list.__iter__(item))
        elif isinstance(item, NameObject) and str(item) in ACTIVE:
            raise Found(ACTIVE[str(item)])


def walk(stream) -> str:
    """ "ok", or why not: encrypted, unreadable, huge, or one of the values of ``ACTIVE``."""
    reader = PdfReader(stream, strict=False)
    if reader.is_encrypted:
        return "encrypted"
    look_at(reader.trailer)
    known = {(gen, num) for gen, table in reader.xref.items() for num in table}
    known |= {(0, num) for num in reader.xref_objStm}
    if len(known) > MOST_OBJECTS:
        return "huge"
    for generation, number in sorted(known):
        if number:
            look_at(reader.get_object(IndirectObject(number, generation, reader)))
    # An object stream may carry objects that no table names; they were parsed along.
    for loose in list(reader.resolved_objects.values()):
        look_at(loose)
    return "ok" if len(reader.pages) else "unreadable"


def main() -> None:
    for limit, value in ((resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_AS, MEMORY)):
        with contextlib.suppress(ValueError, OSError):  # not every system knows every limit
            resource.setrlimit(limit, (value, value))
    logging.disable(logging.CRITICAL)
    source = sys.stdin.buffer
    try:
        stream = source if source.seekable() else io.BytesIO(source.read())
        stream.seek(0)
        verdict = walk(stream)
    except Found as found:
        verdict = str(found)
    except Exception:  # whatever the parser stumbles over, the file is not one to keep
        verdict = "unreadable"
    sys.stdout.write(verdict)


if __name__ == "__main__":
    main()
