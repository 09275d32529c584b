"""The drawings: valid alone, readable, honest about what is not known."""

import itertools
import re
import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import charts
from core.documents import pictures

SVG = "{http://www.w3.org/2000/svg}"


def texts(drawing: str) -> list[str]:
    return [one.text or "" for one in ET.fromstring(drawing).iter(f"{SVG}text")]  # noqa: S314


def boxes(drawing: str, *, bottom: bool) -> list[tuple[float, float]]:
    """Where the texts on the line of numbers (or, `bottom`, of words) begin and end."""
    out = []
    for one in ET.fromstring(drawing).iter(f"{SVG}text"):  # noqa: S314
        if one.get("y") == ("93" if bottom else "77"):
            width = charts._width(one.text, bold=one.get("font-weight") == "700")
            x, anchor = float(one.get("x")), one.get("text-anchor")
            start = x - (width / 2 if anchor == "middle" else width)
            out.append((start, start + width))
    return sorted(out)


def band(value, low, high, **options):
    return charts.band(value, low, high, title="Dự án", desc="Mô tả", **options)


def test_a_band_says_today_its_target_and_its_scale():
    assert texts(band(3, 2, 5)) == [
        "Hôm nay: 03",
        "02",
        "tối thiểu",
        "05",
        "tối đa",
        "0",
        "01",
        "03",
        "04",
        "06",
    ]


def test_no_data_is_an_outline_and_a_dash_not_a_zero():
    drawing = band(None, 2, 5)
    assert "Hôm nay: —" in texts(drawing)
    assert "b-hollow" in drawing
    assert "b-now" not in drawing
    assert "b-fill" not in drawing
    zero = band(0, 2, 5)
    assert "Hôm nay: 00" in texts(zero)
    assert "b-now" in zero


def test_an_open_end_is_an_arrow():
    drawing = band(1, 1, None)
    assert texts(drawing)[-3:] == ["0", "02", "03"]
    assert "trở lên" in texts(drawing)
    assert "tối đa" not in texts(drawing)


def test_a_period_that_is_over_has_a_result_and_no_gold():
    drawing = band(4, 2, 5, closed=True)
    assert "Kết quả: 04" in texts(drawing)
    assert charts.GOLD not in drawing
    assert "b-done" in drawing


def test_today_may_be_called_otherwise():
    assert texts(band(4, 2, 5, today_label="Đến 14/12"))[0] == "Đến 14/12: 04"


def test_one_number_as_target_has_one_label():
    assert texts(band(3, 5, 5))[:3] == ["Hôm nay: 03", "05", "chỉ tiêu"]


def test_far_beyond_the_target_the_track_breaks_and_the_band_stays_readable():
    drawing = band(500, 2, 5)
    assert "b-gap" in drawing
    assert "Hôm nay: 500" in texts(drawing)
    edges = re.findall(r'class="b-edge" d="M([\d.]+) 35', drawing)
    assert float(edges[1]) - float(edges[0]) > 100


def test_large_numbers_are_grouped():
    assert "Hôm nay: 1.250.000" in texts(band(1_250_000, 1_000_000, 2_000_000))


TARGETS = st.tuples(st.integers(0, 5000), st.integers(0, 5000)).map(sorted)


@given(st.none() | st.integers(0, 100_000), TARGETS, st.booleans(), st.booleans())
def test_labels_never_touch_nor_leave_the_drawing(value, target, is_open, closed):
    low, high = target
    drawing = band(value, max(low, 1), None if is_open else max(high, low, 1), closed=closed)
    for bottom in (False, True):
        found = boxes(drawing, bottom=bottom)
        assert found[0][0] >= -2
        assert found[-1][1] <= charts.WIDTH + 2
        for (_start, end), (start, _end) in itertools.pairwise(found):
            assert end <= start


DRAWINGS = [
    band(3, 2, 5),
    band(None, 1, None),
    charts.funnel([("Ý tưởng <b>", 34), ("Doanh nghiệp & khác", 0)], title="A & B", desc="<c>"),
    charts.funnel([], title="Trống", desc="Chưa có gì"),
    charts.leaning(
        [("Bùi Hà <b>", Decimal("-11.55")), ("Hồ Khoa", Decimal(0)), ("Đỗ Giang", Decimal("6.85"))],
        title="A & B",
        desc="<c>",
    ),
    charts.leaning([], title="Trống", desc="Chưa có gì"),
    charts.trend([("Quý I", None, None), ("Quý II*", 2, 2)], title="T", desc="D"),
    charts.trend([], title="Trống", desc="Chưa có gì"),
]


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_every_drawing_stands_alone(drawing):
    root = ET.fromstring(drawing)  # noqa: S314
    assert root.tag == f"{SVG}svg"
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert root.get("aria-labelledby").split() == ids
    assert not [one for one in root.iter() if one.get("style") or one.tag == f"{SVG}style"]


def test_words_are_escaped():
    drawing = charts.funnel([("<script>", 1)], title="</title><script>", desc='"')
    assert "<script>" not in drawing


def test_equal_drawings_are_equal_text_and_a_key_parts_them():
    assert band(3, 2, 5) == band(3, 2, 5)
    assert band(3, 2, 5, key="a") != band(3, 2, 5, key="b")


def test_a_drawing_can_be_printed():
    made = pictures.png(str(band(3, 2, 5)), 60)
    assert pictures.png_size(made)[0] > 600


def test_leaning_bars_stand_on_both_sides_of_the_middle():
    drawing = charts.leaning([("Chặt", Decimal(-10)), ("Rộng", Decimal(5))], title="T", desc="D")
    bars = re.findall(r'class="bar" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', drawing)
    (left, long), (right, short) = [(float(x), float(width)) for x, width in bars]
    assert abs(left + long - 180) <= 0.1
    assert right == 180
    assert abs(long - 2 * short) <= 0.1
    assert "−10" in drawing


def test_a_funnel_keeps_an_empty_stage():
    drawing = charts.funnel([("Ý tưởng", 34), ("Doanh nghiệp", 0)], title="T", desc="D")
    assert texts(drawing) == ["Ý tưởng", "34", "Doanh nghiệp", "00"]
    assert drawing.count('class="bar"') == 1


def test_quarters_share_one_scale_and_the_unfinished_one_is_hollow_and_gold():
    drawing = charts.trend([("Quý III", 2, 2), ("Quý IV*", 1, 3)], title="T", desc="D")
    heights = {float(h) for h in re.findall(r'class="bar-2".*?height="([\d.]+)"', drawing)}
    dots = [float(y) for y in re.findall(r'cy="([\d.]+)"', drawing)]
    assert {round(charts._BASE - dots[0], 1)} == heights
    assert drawing.count("bar-open") == 1
    assert drawing.count(charts.GOLD) == 1


def test_what_is_not_known_in_a_quarter_is_a_dash():
    drawing = charts.trend([("Quý I", None, None)], title="T", desc="D")
    assert texts(drawing) == ["—", "Quý I"]


def test_many_quarters_drop_labels_and_never_overlap():
    rows = [(f"{q}/{y}", 1, 2) for y in range(2026, 2031) for q in ("I", "II", "III", "IV")]
    shown = [t for t in texts(charts.trend(rows, title="T", desc="D")) if "/" in t]
    assert shown[-1] == "IV/2030"
    assert len(shown) < len(rows)
