"""Drawings as SVG text: targets as bands, funnels, quarters.

The same string goes into pages, into PDF and (as PNG) into Word, so it stands alone: `xmlns`,
colours as attributes (classes only recolour it for dark pages), no style, no script, one title
and one description. The ids come from the content; two equal drawings on one page need `key`.
"""

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.formats_vn import NOTHING, count
from core.formats_vn import number as written

INK, SOFT, LINE, AXIS = "#1f2321", "#524e46", "#e2dccf", "#877f70"
SEA, BAND, GOLD, SURFACE = "#0b5a61", "#9fcbc7", "#e3a32c", "#ffffff"
FONTS = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', Arial, sans-serif"
WIDTH = 360
LEFT, RIGHT = 12.0, 348.0  # where a band's scale begins and ends
SMALL_SCALE = 8  # up to here every whole number has its tick
FAR = 2.5  # a value this many times beyond the target is drawn behind a break in the track


def _width(text: str, size: float = 13, *, bold: bool = False) -> float:
    """About how wide a text is; a little too wide rather than too narrow."""
    return len(text) * size * (0.62 if bold else 0.57)


def _n(value: float) -> str:
    """A coordinate: at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def _text(
    x: float,
    y: float,
    words: str,
    *,
    css: str = "",
    fill: str = INK,
    anchor: str = "middle",
    size: float = 0,
    bold: bool = False,
) -> str:
    attributes = f' class="{css}"' if css else ""
    attributes += f' x="{_n(x)}" y="{_n(y)}"'
    if anchor != "start":
        attributes += f' text-anchor="{anchor}"'
    if size:
        attributes += f' font-size="{_n(size)}"'
    if bold:
        attributes += ' font-weight="700"'
    return f'<text{attributes} fill="{fill}">{escape(words)}</text>'


def _rect(
    css: str, x: float, y: float, width: float, height: float, fill: str, rx: float = 0
) -> str:
    corner = f' rx="{_n(rx)}"' if rx else ""
    return (
        f'<rect class="{css}" x="{_n(x)}" y="{_n(y)}" width="{_n(max(width, 0))}" '
        f'height="{_n(height)}"{corner} fill="{fill}"/>'
    )


def _path(css: str, d: str, *, stroke: str = "", width: float = 1.0, fill: str = "none") -> str:
    line = f' stroke="{stroke}" stroke-width="{width:g}"' if stroke else ""
    return f'<path class="{css}" d="{d}" fill="{fill}"{line}/>'


def _svg(
    css: str, height: float, parts: Iterable[str], title: str, desc: str, key: str
) -> SafeString:
    body = "".join(parts)
    mark = key or hashlib.sha256(f"{title}\n{desc}\n{body}".encode()).hexdigest()[:10]
    return mark_safe(  # noqa: S308  every text in it went through escape()
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{css}" viewBox="0 0 {WIDTH} {_n(height)}" '
        f'role="img" aria-labelledby="{mark}-t {mark}-d">'
        f'<title id="{mark}-t">{escape(title)}</title><desc id="{mark}-d">{escape(desc)}</desc>'
        f'<g font-family="{FONTS}" font-size="13">{body}</g></svg>'
    )


# -- Bands ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Label:
    """A number under the track with an optional word below it."""

    x: float  # where its tick is
    number: str
    word: str = ""

    @property
    def width(self) -> float:
        return max(_width(self.number, bold=True), _width(self.word))


def _nice(value: float) -> int:
    """The next round number (1, 2, 2.5, 5 times a power of ten) not below `value`."""
    power = 10 ** math.floor(math.log10(max(value, 1)))
    for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10):
        if step * power >= value:
            return math.ceil(step * power)
    return math.ceil(value)


def _round_step(value: float) -> int:
    """1, 2, 5, 10, 20, 50 …: the first that is not below `value`."""
    power = 10 ** math.floor(math.log10(max(value, 1)))
    return int(next(step for step in (1, 2, 5, 10) if step * power >= value) * power)


def _scale_end(value: int | None, low: int, high: int | None) -> tuple[int, bool]:
    """The last number of the scale, and whether the value lies beyond a break."""
    top = high if high is not None else low * 2 + 1
    reach = max(top, low, 1)
    far = value is not None and value > max(reach * FAR, SMALL_SCALE)
    if value is not None and not far:
        reach = max(reach, value)
    if high is None and reach == top and reach <= SMALL_SCALE:
        return reach, far
    beyond = value is not None and high is not None and high < value <= SMALL_SCALE
    if reach < SMALL_SCALE or beyond:
        return (reach if beyond else reach + 1), far
    return _nice(reach * 1.1), far


def _apart(labels: Sequence[_Label], gap: float = 8) -> list[float]:
    """Where the centres of the (one or two) labels go so that they neither touch nor stick out."""
    centres = [label.x for label in labels]
    if len(labels) == 2:
        lack = (labels[0].width + labels[1].width) / 2 + gap - (centres[1] - centres[0])
        if lack > 0:
            centres = [centres[0] - lack / 2, centres[1] + lack / 2]
    out_left = max(0.0, *(label.width / 2 - c for label, c in zip(labels, centres, strict=True)))
    if out_left and len(labels) == 2:
        room = centres[1] - centres[0] - (labels[0].width + labels[1].width) / 2 - gap
        centres = [centres[0] + out_left, centres[1] + max(0.0, out_left - max(room, 0))]
    elif out_left:
        centres = [centres[0] + out_left]
    out_right = max(
        0.0, *(c + label.width / 2 - WIDTH for label, c in zip(labels, centres, strict=True))
    )
    return [c - out_right for c in centres]


def _band_labels(low: int, high: int | None, at: dict[int, float]) -> list[_Label]:
    if high == low:
        return [_Label(at[low], count(low), _("chỉ tiêu"))]
    labels = [_Label(at[low], count(low), _("tối thiểu"))]
    if high is not None:
        labels.append(_Label(at[high], count(high), _("tối đa")))
    return labels


def _ticks(end: int) -> range:
    step = 1 if end <= SMALL_SCALE else _round_step(end / 5)
    return range(0, end + 1, step)


def _free_ticks(
    ticks: Iterable[int], position: dict[int, float], taken: list[tuple[float, float]]
) -> list[tuple[float, str]]:
    """The ticks that find room between the labels already placed."""
    out = []
    for tick in ticks:
        words = "0" if tick == 0 else count(tick)
        half = _width(words) / 2 + 5
        x = min(max(position[tick], half - 5), WIDTH - half + 5)
        if all(x + half <= a or x - half >= b for a, b in taken):
            taken.append((x - half, x + half))
            out.append((x, words))
    return out


def _hollow(x_low: float, x_high: float) -> str:
    """The band where nothing is known yet: only its outline."""
    return (
        f'<rect class="b-hollow" x="{_n(x_low)}" y="38" width="{_n(x_high - x_low)}" height="20" '
        f'fill="none" stroke="{AXIS}" stroke-dasharray="3 3"/>'
    )


def _mark(x: float, *, closed: bool) -> str:
    if closed:
        return (
            f'<rect class="b-done" x="{_n(x - 8)}" y="40" width="16" height="16" rx="2" '
            f'fill="{SEA}" stroke="{INK}" stroke-width="1.5"/>'
        )
    return _path(
        "b-now",
        f"M{_n(x)} 37.5l10.5 10.5l-10.5 10.5l-10.5-10.5z",
        stroke=INK,
        width=1.5,
        fill=GOLD,
    )


def _value_parts(value: int | None, x: float, label: str, *, closed: bool, far: bool) -> list[str]:
    words = f"{label}: {count(value)}"
    half = _width(words, 14, bold=True) / 2
    if value is None:
        return [_text(LEFT - 9, 16, words, size=14, bold=True, anchor="start")]
    parts = []
    if far:
        slash = f"M{_n(x - 27)} 57l7-18M{_n(x - 20)} 57l7-18"
        parts += [
            _path("b-gap", slash, stroke=SURFACE, width=6),
            _path("b-stem", slash, stroke=INK, width=1.25),
        ]
    parts.append(_path("b-stem", f"M{_n(x)} 23v16", stroke=INK, width=1.25))
    parts.append(_mark(x, closed=closed))
    at = min(max(x, half + 3), WIDTH - half - 2)
    parts.append(_text(at, 16, words, size=14, bold=True))
    return parts


def band(
    value: int | None,
    low: int,
    high: int | None,
    *,
    title: str,
    desc: str,
    today_label: str = "",
    closed: bool = False,
    key: str = "",
) -> SafeString:
    """A target as a band from `low` to `high` on a track, with the mark of `value`.

    `value` None: no data, an empty track and a dash. `high` None: open end, an arrow. `closed`:
    the period is over, a sea-coloured square "Kết quả" instead of the gold "Hôm nay". A value
    far beyond the target stands behind a break in the track.
    """
    label = today_label or (_("Kết quả") if closed else _("Hôm nay"))
    end, far = _scale_end(value, low, high)
    scale = (RIGHT - LEFT - (40 if far else 0)) / end
    at = {n: LEFT + n * scale for n in {0, end, low, high or low, *_ticks(end)}}
    mark = RIGHT if far else LEFT + (value or 0) * scale
    x_low, x_high = at[low], RIGHT if high is None else at[high]

    parts = [
        _rect("b-track", LEFT, 45, RIGHT - LEFT, 6, LINE, 3),
        _rect("b-band", x_low, 38, x_high - x_low, 20, BAND)
        if value is not None
        else _hollow(x_low, x_high),
    ]
    if value:
        parts.append(_rect("b-fill", LEFT, 46, mark - LEFT, 4, SEA, 2))
    parts.append(_path("b-edge", f"M{_n(x_low)} 35v26", stroke=SEA, width=2.5))
    if high is None:
        parts.append(_path("b-edge", "M343 38l8 10l-8 10", stroke=SEA, width=2.5))
    elif high > low:
        parts.append(_path("b-edge", f"M{_n(x_high)} 35v26", stroke=SEA, width=2.5))
    parts += _value_parts(value, mark, label, closed=closed, far=far)

    labels = _band_labels(low, high, at)
    taken: list[tuple[float, float]] = []
    for one, centre in zip(labels, _apart(labels), strict=True):
        if abs(centre - one.x) > 6:
            parts.append(_path("b-edge", f"M{_n(one.x)} 61L{_n(centre)} 66", stroke=SEA, width=1))
        half = _width(one.number, bold=True) / 2 + 3
        taken.append((centre - half, centre + half))
        parts.append(_text(centre, 77, one.number, bold=True))
        parts.append(_text(centre, 93, one.word, css="b-soft", fill=SOFT))
    if high is None:
        parts.append(_text(RIGHT, 93, _("trở lên"), css="b-soft", fill=SOFT, anchor="end"))
    others = [tick for tick in _ticks(end) if tick not in {low, high}]
    parts += [
        _text(x, 77, words, css="b-soft", fill=SOFT) for x, words in _free_ticks(others, at, taken)
    ]
    return _svg("band", 98, parts, title, desc, key)


# -- Funnel -----------------------------------------------------------------------------------


def _lines(words: str, most: float, size: float) -> list[str]:
    """The words in lines no wider than `most`."""
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _width(longer, size) > most:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def funnel(rows: Sequence[tuple[str, int]], *, title: str, desc: str, key: str = "") -> SafeString:
    """One bar for each stage, from many to few; a stage without any keeps its place."""
    most = max([number for _label, number in rows], default=0) or 1
    room = WIDTH - _width(count(most), 15, bold=True) - 16
    parts, y = [], 0.0
    for label, number in rows:
        for line in _lines(label, WIDTH, 13.5):
            parts.append(_text(0, y + 15, line, anchor="start", size=13.5))
            y += 17
        y += 4
        length = number / most * room
        if number:
            length = max(length, 2)
            parts.append(_rect("bar", 0, y, length, 13, SEA, min(2, length / 2)))
        else:
            parts.append(_path("axis", f"M1 {_n(y)}v13", stroke=AXIS, width=2))
        parts.append(_text(length + 8, y + 12, count(number), anchor="start", size=15, bold=True))
        y += 22
    return _svg("chart", max(y - 4, 10), parts, title, desc, key)


# -- Leaning ----------------------------------------------------------------------------------


def leaning(
    rows: Sequence[tuple[str, Decimal]], *, title: str, desc: str, key: str = ""
) -> SafeString:
    """One bar for each row, to the left of the middle below 0 and to the right of it above 0."""
    most = max([abs(value) for _label, value in rows], default=Decimal(0)) or Decimal(1)
    middle = WIDTH / 2
    room = middle - _width("−000,0", 14, bold=True) - 10
    parts, y = [], 0.0
    for label, value in rows:
        for line in _lines(label, WIDTH, 13.5):
            parts.append(_text(0, y + 15, line, anchor="start", size=13.5))
            y += 17
        y += 4
        length = float(abs(value) / most) * room
        left = middle - length if value < 0 else middle
        parts.append(_rect("bar", left, y, length, 13, SEA, min(2, length / 2)))
        parts.append(_path("axis", f"M{_n(middle)} {_n(y - 3)}v19", stroke=AXIS, width=1.5))
        words, gap = written(value, 1), 8.0
        if value < 0:
            parts.append(_text(left - gap, y + 12, words, anchor="end", size=14, bold=True))
        else:
            at = left + length + gap
            parts.append(_text(at, y + 12, words, anchor="start", size=14, bold=True))
        y += 22
    return _svg("chart", max(y - 2, 10), parts, title, desc, key)


# -- Quarters ---------------------------------------------------------------------------------

_BASE, _TOP = 168.0, 34.0


def trend(
    quarters: Sequence[tuple[str, int | None, int | None]],
    *,
    title: str,
    desc: str,
    key: str = "",
) -> SafeString:
    """Bars: in the period; dots: cumulative; both on one scale.

    None is not known: a dash instead of a bar, no dot. A label that ends in `*` is a period not
    finished yet: its bar is hollow and its dot gold.
    """
    most = max([n for _label, *pair in quarters for n in pair if n is not None], default=0) or 1
    slot = WIDTH / max(len(quarters), 1)
    every = math.ceil(max([_width(label) for label, *_rest in quarters], default=0) / slot + 0.01)
    numbered = slot >= 40
    parts = [_path("axis", f"M0 {_n(_BASE)}H{WIDTH}", stroke=AXIS)]
    for index, (label, in_period, total) in enumerate(quarters):
        left, open_ = index * slot, label.endswith("*")
        last = index == len(quarters) - 1
        bar, centre, dot = slot * 0.44, left + slot * 0.3, left + slot * 0.74
        up = (_BASE - _TOP) / most
        if in_period is None:
            parts.append(_text(centre, _BASE - 6, NOTHING, css="soft", fill=SOFT))
        else:
            y = _BASE - in_period * up
            parts.append(_bar(centre - bar / 2, y, bar, open_=open_))
            if numbered:
                parts.append(_text(centre, y - 5, count(in_period), bold=True))
        if total is not None:
            parts += _dot(dot, _BASE - total * up, min(6, slot / 6), now=open_)
            if numbered or last:
                at = min(dot, WIDTH - _width(count(total), bold=True) / 2)
                parts.append(_text(at, _BASE - total * up - 11, count(total), bold=True))
        if (len(quarters) - 1 - index) % every == 0:
            half = _width(label) / 2
            middle = min(max(left + slot / 2, half), WIDTH - half)
            parts.append(_text(middle, 186, label, css="soft", fill=SOFT))
    return _svg("chart", 194, parts, title, desc, key)


def _bar(x: float, y: float, width: float, *, open_: bool) -> str:
    if not open_:
        return _rect("bar-2", x, y, width, _BASE - y, BAND, 2)
    return (
        f'<rect class="bar-open" x="{_n(x + 0.75)}" y="{_n(y)}" width="{_n(width - 1.5)}" '
        f'height="{_n(_BASE - y)}" rx="2" fill="none" stroke="{SEA}" stroke-width="1.5" '
        f'stroke-dasharray="4 3"/>'
    )


def _dot(x: float, y: float, radius: float, *, now: bool) -> list[str]:
    css, fill, line = ("now", GOLD, INK) if now else ("bar", SEA, SEA)
    return [
        _path("line", f"M{_n(x)} {_n(_BASE)}V{_n(y)}", stroke=SEA, width=2),
        (
            f'<circle class="{css}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="{fill}" '
            f'stroke="{line}" stroke-width="1.25"/>'
        ),
    ]
