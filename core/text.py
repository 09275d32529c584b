"""Vietnamese text: how it is stored, searched and sorted."""

import unicodedata

_DD = str.maketrans({"đ": "d", "Đ": "d", "ð": "d", "Ð": "d"})
# Tone marks (grave, acute, tilde, hook, dot) and the vowel order of the Vietnamese dictionary.
_TONES = {"": "0", "\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_LETTERS = {c: f"{i:02d}" for i, c in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", start=10)}


def nfc(text: str) -> str:
    """The one form in which text is stored: NFC, no NUL, no stray control characters."""
    kept = (c for c in text if c in "\n\r\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    return unicodedata.normalize("NFC", "".join(kept))


def fold(*texts: str) -> str:
    """Lower-case, without marks, `đ` as `d`, single spaces: what search compares.

    Old and new tone placement (`hoà`, `hòa`) fall together with the marks.
    """
    joined = " ".join(texts).translate(_DD).casefold()
    plain = (c for c in unicodedata.normalize("NFD", joined) if not unicodedata.combining(c))
    return " ".join("".join(plain).split())


def sort_key(text: str) -> str:
    """A string that sorts as a Vietnamese dictionary does: letters first, tones last."""
    letters, tones = [], []
    for char in unicodedata.normalize("NFC", text).casefold():
        base, tone = char, ""
        parts = unicodedata.normalize("NFD", char)
        for mark in parts[1:]:
            if mark in _TONES:
                tone = mark
        base = unicodedata.normalize("NFC", "".join(p for p in parts if p not in _TONES or not p))
        letters.append(_LETTERS.get(base, base if base.isalnum() else " "))
        tones.append(_TONES[tone])
    return "".join(letters) + "|" + "".join(tones)


def name_sort_key(name: str) -> str:
    """Persons sort by given name (the last word), then by the whole name."""
    words = name.split()
    return sort_key(f"{words[-1]} {name}") if words else ""
