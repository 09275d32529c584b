"""The name of an upload, rebuilt: the client's own is never trusted."""

import re
import unicodedata

from core.files.kinds import ENDINGS

LONGEST_STEM = 80
NO_NAME = "tep"
# Windows opens devices under these names, whatever their ending.
_DEVICES = re.compile(r"(con|prn|aux|nul|clock\$|com\d|lpt\d)", re.IGNORECASE)
_KEPT = " _()"


def rebuild(name: str, kind: str) -> str:
    """A safe file name in NFC, at most 90 characters, with the one ending of ``kind``.

    Folders, control and direction characters, dots and signs go; letters of
    any script, digits, spaces, ``-``, ``_`` and round brackets stay.
    """
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})
    stem, dot, ending = unicodedata.normalize("NFC", shown).rpartition(".")
    if not dot or ending.strip().lower() not in {e for known in ENDINGS.values() for e in known}:
        stem = f"{stem}{dot}{ending}"
    safe = "".join(c if unicodedata.category(c)[0] in "LN" or c in _KEPT else "-" for c in stem)
    safe = re.sub(r"\s+", " ", safe)
    safe = re.sub(r"[ -]*-[ -]*", "-", safe)[:LONGEST_STEM].strip(" -_")
    if not safe or _DEVICES.fullmatch(safe):
        safe = f"{NO_NAME}-{safe}".rstrip("-")
    return f"{safe}.{kind}"


def ascii_name(name: str) -> str:
    """The nearest name in ASCII, for clients that read nothing else."""
    plain = unicodedata.normalize("NFD", name.translate({ord("đ"): "d", ord("Đ"): "D"}))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^A-Za-z0-9._() -]", "_", plain)
