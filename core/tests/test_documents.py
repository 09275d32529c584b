"""Official documents: numbering, model, and the printed files read back."""

import io
import os
import shutil
import subprocess
import zipfile
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, date, datetime
from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.shared import Mm
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pypdf import PdfReader

from core.documents import (
    Annex,
    Bullets,
    Column,
    Document,
    Figure,
    Heading,
    Letterhead,
    Paragraph,
    Row,
    Run,
    Signature,
    Table,
    Verification,
    annex_labels,
    fonts_used,
    letter,
    numbered,
    official_date,
    official_number,
    padded,
    roman,
    to_docx,
    to_pdf,
)
from core.documents.layout import clean, column_widths, header_rows, width_mm

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 40"><title>Dải</title>'
    '<rect width="200" height="12" fill="#0f6e6e"/>'
    '<text x="0" y="34" font-size="14">đạt mức tối thiểu</text></svg>'
)
HOSTILE = '<b>&amp; "#set page(width: 1pt)" $x^2$ *đậm* _nghiêng_ @nhãn \\u{41} [x] `m` // hết'
TARGETS = Table(
    [
        Column("TT", 10, align="center"),
        Column("Chỉ tiêu"),
        Column("Thấp", 18, group="Kế hoạch"),
        Column("Cao", 18, group="Kế hoạch"),
        Column("Lũy kế", 20, align="right"),
    ],
    [["1", "Dự án được hỗ trợ", "02", "05", "03"], ["", "Tổng số", "", "", "03"]],
    caption="Chỉ tiêu của giai đoạn",
    total=True,
    column_numbers=True,
)


def report(**changes) -> Document:
    """A small quarterly report with one of everything."""
    made = Document(
        letterhead=Letterhead(
            parent="Ủy ban nhân dân phường Đức Phổ",
            issuer="Ban Chỉ đạo khởi nghiệp",
            symbol="BC-BCĐ",
            place="Đức Phổ",
            number=5,
            date=date(2027, 1, 5),
        ),
        kind="BÁO CÁO",
        subject="Kết quả thực hiện quý IV năm 2026",
        note_under_subject="(Số liệu từ ngày 15/09/2026 đến ngày 14/12/2026)",
        addressed_to=["Ủy ban nhân dân tỉnh Quảng Ngãi", "Sở Khoa học và Công nghệ"],
        body=[
            Paragraph("Ban Chỉ đạo báo cáo như sau:"),
            Heading(1, "Công tác chỉ đạo"),
            Heading(2, "Văn bản"),
            Heading(3, "Kế hoạch"),
            Bullets(["Một văn bản;", ["Hai ", Run("cuộc họp", bold=True), "."]]),
            Heading(1, "Kết quả"),
            Figure(SVG, "Dự án: 3, chỉ tiêu từ 2 đến 5", 120),
            TARGETS,
            Paragraph("Trên đây là báo cáo của Ban Chỉ đạo."),
        ],
        signature=Signature(["TM. BAN CHỈ ĐẠO", "TRƯỞNG BAN"], "Nguyễn Văn A"),
        distribution=["Như trên", "Lưu: VT, KHCN"],
        annexes=[
            Annex("Kết quả thực hiện chỉ tiêu", [TARGETS]),
            Annex("Dự án, doanh nghiệp", [TARGETS], landscape=True),
        ],
        verification=Verification("ab" * 32, "https://vi-du.vn/bao-cao/2026/quy-4/"),
    )
    return replace(made, **changes)


def word(document: Document):
    return docx.Document(io.BytesIO(to_docx(document)))


def word_text(document: Document) -> str:
    """All text of the Word file's body, tables included."""
    return "\n".join(p.text for p in _paragraphs(word(document)))


def _paragraphs(file):
    return [docx.text.paragraph.Paragraph(p, file) for p in file.element.body.iter(f"{W}p")]


def pdf(document: Document) -> PdfReader:
    return PdfReader(io.BytesIO(to_pdf(document)))


def pdf_text(document: Document) -> str:
    text = "\n".join(page.extract_text() for page in pdf(document).pages)
    return text.replace("\u200b", "")


# Numbers, letters, dates


@pytest.mark.parametrize(
    ("number", "words"), [(0, "00"), (5, "05"), (9, "09"), (10, "10"), (123, "123"), (-3, "-3")]
)
def test_counts_below_ten_are_padded(number, words):
    assert padded(number) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2027, 1, 5), "Đức Phổ, ngày 05 tháng 01 năm 2027"),
        (date(2027, 2, 28), "Đức Phổ, ngày 28 tháng 02 năm 2027"),
        (date(2026, 3, 9), "Đức Phổ, ngày 09 tháng 3 năm 2026"),
        (date(2026, 10, 10), "Đức Phổ, ngày 10 tháng 10 năm 2026"),
        (None, "Đức Phổ, ngày … tháng … năm …"),
    ],
)
def test_only_days_below_ten_and_months_one_and_two_are_padded(day, words):
    assert official_date("Đức Phổ", day) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (5, "Số: 05/BC-BCĐ"),
        ("9", "Số: 09/BC-BCĐ"),
        (12, "Số: 12/BC-BCĐ"),
        ("05a", "Số: 05a/BC-BCĐ"),
        ("", "Số: \u00a0\u00a0\u00a0\u00a0\u00a0\u00a0/BC-BCĐ"),
        (None, "Số: \u00a0\u00a0\u00a0\u00a0\u00a0\u00a0/BC-BCĐ"),
    ],
)
def test_document_number(number, words):
    assert official_number(number, "BC-BCĐ") == words


def test_vietnamese_lettering_has_d_with_stroke_and_no_f_j_w_z():
    assert [letter(n) for n in range(1, 12)] == list("abcdđeghikl")
    assert letter(23) == "y"
    assert letter(24) == "aa"


def test_roman_numerals():
    assert [roman(n) for n in (1, 4, 9, 14, 40, 1999)] == ["I", "IV", "IX", "XIV", "XL", "MCMXCIX"]


@pytest.mark.parametrize("write", [roman, letter])
def test_numbering_starts_at_one(write):
    with pytest.raises(ValueError, match="0"):
        write(0)


def test_headings_are_numbered_and_lower_levels_restart():
    levels = (1, 2, 3, 3, 3, 3, 3, 2, 3, 1, 2)
    labels = [item.label for item in numbered(Heading(level, "x") for level in levels)]
    assert labels == ["I.", "1.", "a)", "b)", "c)", "d)", "đ)", "2.", "a)", "II.", "1."]


def test_an_unnumbered_heading_takes_no_number():
    blocks = [Heading(1, "x"), Heading(1, "y", is_numbered=False), Heading(1, "z"), Paragraph("t")]
    assert [item.label for item in numbered(blocks)] == ["I.", "", "II.", ""]


def test_annex_labels():
    two = [Annex("a"), Annex("b")]
    assert annex_labels(two) == ["Biểu 01", "Biểu 02"]
    assert annex_labels(two, "Phụ lục") == ["Phụ lục I", "Phụ lục II"]
    assert annex_labels(two[:1], "Phụ lục") == ["Phụ lục"]
    assert annex_labels([Annex("a", label="Biểu 03"), Annex("b")]) == ["Biểu 03", "Biểu 02"]


# The model


def test_a_document_is_frozen_and_keeps_tuples():
    made = report()
    with pytest.raises(FrozenInstanceError):
        made.subject = "khác"
    assert isinstance(made.body, tuple)
    assert made.body[0].runs == (Run("Ban Chỉ đạo báo cáo như sau:"),)
    assert hash(made) == hash(report())


@pytest.mark.parametrize(
    ("body", "ending"),
    [
        ([Paragraph("Trân trọng báo cáo.")], "Trân trọng báo cáo./."),
        ([Paragraph("Trân trọng báo cáo./.")], "Trân trọng báo cáo./."),
        ([Paragraph("Trân trọng báo cáo ")], "Trân trọng báo cáo./."),
        ([Paragraph([])], "./."),
        ([TARGETS], "./."),
    ],
)
def test_the_text_ends_once_with_the_closing_sign(body, ending):
    assert report(body=body).text[-1].plain == ending


def test_the_closing_sign_goes_to_the_last_item_of_a_list():
    last = report(body=[Bullets(["một;", ["hai ", Run("ba;", bold=True)]])]).text[-1]
    assert last.items[-1] == (Run("hai "), Run("ba./.", bold=True))


def test_an_empty_body_has_no_closing_sign():
    assert report(body=[]).text == ()


def test_rows_are_filled_and_never_too_long():
    table = Table([Column("a"), Column("b"), Column("c")], [["1", "2"], ["nhóm"]])
    assert table.rows == (Row(("1", "2", "")), Row(("nhóm",)))
    with pytest.raises(ValueError, match="3 cells in a table of 2"):
        Table([Column("a"), Column("b")], [["1", "2", "3"]])
    with pytest.raises(ValueError, match="at least one column"):
        Table([])


def test_a_figure_needs_words_and_a_heading_a_known_level():
    with pytest.raises(ValueError, match="description"):
        Figure(SVG, " ")
    with pytest.raises(ValueError, match="level"):
        Heading(4, "x")


def test_groups_span_their_columns():
    upper, lower = header_rows(TARGETS)
    assert [(c.text, c.colspan, c.rowspan) for c in upper] == [
        ("TT", 1, 2),
        ("Chỉ tiêu", 1, 2),
        ("Kế hoạch", 2, 1),
        ("Lũy kế", 1, 2),
    ]
    assert [(c.text, c.column) for c in lower] == [("Thấp", 2), ("Cao", 3)]


@given(
    st.lists(st.tuples(st.none() | st.floats(5, 400), st.floats(0.1, 9)), min_size=1, max_size=12)
)
def test_columns_always_fill_the_line(sizes):
    table = Table([Column("x", width, weight) for width, weight in sizes])
    widths = column_widths(table, 165)
    assert sum(widths) == pytest.approx(165, abs=0.05)
    assert min(widths) > 0


def test_text_is_cleaned_of_what_paper_cannot_show():
    assert clean("a\x00b\x0b\ud800\ue000\ufffe\u202ec\td\r\ne") == "abc d\ne"
    assert clean("e\u0302\u0301") == "ế"


# Word


def test_word_page_setup_follows_the_decree():
    file = word(report())
    assert len(file.sections) == 3
    for section in file.sections:
        margins = (
            section.top_margin,
            section.bottom_margin,
            section.left_margin,
            section.right_margin,
        )
        assert [round(m.mm) for m in margins] == [20, 20, 30, 15]
        assert section.different_first_page_header_footer
        assert section._sectPr.find(f"{W}pgNumType").get(f"{W}start") == "1"
    portrait, _, wide = file.sections
    assert abs(portrait.page_width - Mm(210)) < Mm(0.1)
    assert abs(wide.page_width - Mm(297)) < Mm(0.1)
    assert [s.orientation for s in file.sections] == [
        WD_ORIENT.PORTRAIT,
        WD_ORIENT.PORTRAIT,
        WD_ORIENT.LANDSCAPE,
    ]


def test_word_page_number_is_centred_in_the_top_margin_but_not_on_page_one():
    for section in word(report()).sections:
        other, first = section.header._element, section.first_page_header._element
        assert [e.text for e in other.iter(f"{W}instrText")] == [" PAGE "]
        assert [e.text for e in first.iter(f"{W}instrText")] == []
        room = section.page_width - section.left_margin - section.right_margin
        centre = section.header.paragraphs[0].paragraph_format.tab_stops[0]
        assert abs(centre.position - room // 2) < Mm(0.1)
        assert not section.footer._sectPr.footerReference_lst


def test_word_says_times_new_roman_everywhere_and_no_theme_font():
    archive = zipfile.ZipFile(io.BytesIO(to_docx(report())))
    xml = {n: archive.read(n).decode() for n in archive.namelist() if n.endswith(".xml")}
    assert not any("Theme=" in text for text in xml.values())
    assert "word/theme/theme1.xml" not in xml
    root = etree.fromstring(xml["word/styles.xml"].encode())
    fonts = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}rFonts")
    assert set(fonts.attrib.values()) == {"Times New Roman"}
    language = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
    assert language.get(f"{W}val") == "vi-VN"
    named = {e.get(f"{W}ascii") for text in xml.values() for e in _all(text, "rFonts")}
    assert named == {"Times New Roman"}
    colours = {e.get(f"{W}val") for text in xml.values() for e in _all(text, "color")}
    assert colours == {"000000"}
    mode = next(iter(_all(xml["word/settings.xml"], "compatSetting")))
    assert (mode.get(f"{W}name"), mode.get(f"{W}val")) == ("compatibilityMode", "15")


def _all(xml: str, name: str):
    return etree.fromstring(xml.encode()).iter(f"{W}{name}")


def test_word_body_is_justified_14_pt_with_a_first_line_and_a_gap():
    style = word(report()).styles["Body Text"]
    form = style.paragraph_format
    assert form.alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.JUSTIFY
    assert round(form.first_line_indent.cm, 2) == 1.27
    assert form.space_after.pt == 6
    assert form.line_spacing == 1.1
    sizes = word(report()).styles.element.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}sz")
    assert sizes.get(f"{W}val") == "28"


def test_word_headings_are_headings_with_their_numbers():
    found = [
        (p.style.name, p.text)
        for p in _paragraphs(word(report()))
        if p.style.name.startswith("Heading")
    ]
    assert found == [
        ("Heading 1", "I. CÔNG TÁC CHỈ ĐẠO"),
        ("Heading 2", "1. Văn bản"),
        ("Heading 3", "a) Kế hoạch"),
        ("Heading 1", "II. KẾT QUẢ"),
    ]


def test_word_letterhead_and_ending():
    head, *_, ending, check, _annex, _wide = word(report()).tables
    west, east = (cell.text.split("\n") for cell in head.rows[0].cells)
    assert west == ["ỦY BAN NHÂN DÂN PHƯỜNG ĐỨC PHỔ", "BAN CHỈ ĐẠO KHỞI NGHIỆP", ""]
    assert east == ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", ""]
    assert [cell.text for cell in head.rows[1].cells] == [
        "Số: 05/BC-BCĐ",
        "Đức Phổ, ngày 05 tháng 01 năm 2027",
    ]
    copies, signature = ending.rows[0].cells
    assert copies.text.split("\n") == ["Nơi nhận:", "- Như trên;", "- Lưu: VT, KHCN."]
    assert [p for p in signature.text.split("\n") if p] == [
        "TM. BAN CHỈ ĐẠO",
        "TRƯỞNG BAN",
        "Nguyễn Văn A",
    ]
    assert "ab" * 32 in check.rows[0].cells[1].text


def test_word_rules_have_the_length_that_the_decree_asks_for():
    head = word(report()).tables[0]
    rules = []
    for cell, room in zip(head.rows[0].cells, (67, 98), strict=True):
        line = cell.paragraphs[-1]
        assert line._p.find(f"{W}pPr/{W}pBdr/{W}bottom").get(f"{W}val") == "single"
        form = line.paragraph_format
        rules.append(room - form.left_indent.mm - form.right_indent.mm)
    issuer, motto = rules
    assert 1 / 3 <= issuer / width_mm("BAN CHỈ ĐẠO KHỞI NGHIỆP", 12) <= 1 / 2
    # 12.224 em is the line's length in Times New Roman Bold.
    assert motto == pytest.approx(12.224 * 13 * 25.4 / 72, rel=0.02)


def test_word_table_headers_repeat_and_rows_stay_whole():
    table = word(report()).tables[1]
    flags = [row._tr.find(f"{W}trPr/{W}tblHeader") is not None for row in table.rows]
    assert flags == [True, True, True, False, False]
    assert all(row._tr.find(f"{W}trPr/{W}cantSplit") is not None for row in table.rows)
    assert [c.text for c in table.rows[0].cells] == [
        "TT", "Chỉ tiêu", "Kế hoạch", "Kế hoạch", "Lũy kế",
    ]  # fmt: skip
    assert [c.text for c in table.rows[2].cells] == ["(1)", "(2)", "(3)", "(4)", "(5)"]
    total = table.rows[-1].cells[1].paragraphs[0].runs[0]
    assert (total.text, total.bold) == ("Tổng số", True)


def test_word_pictures_carry_their_words():
    file = word(report())
    assert [e.get("descr") for e in file.element.body.iter() if e.tag.endswith("}docPr")] == [
        "Dự án: 3, chỉ tiêu từ 2 đến 5",
        "Mã QR dẫn đến trang kiểm tra văn bản",
    ]
    figure = file.inline_shapes[0]
    assert round(figure.width.mm) == 120
    assert round(figure.height.mm) == 24


def test_word_properties_tell_title_author_and_day():
    core = word(report()).core_properties
    assert core.title == "Báo cáo: Kết quả thực hiện quý IV năm 2026"
    assert core.author == "Ban Chỉ đạo khởi nghiệp"
    assert core.created == core.modified == datetime(2027, 1, 5, tzinfo=UTC)
    assert core.language == "vi-VN"


def test_word_annexes_name_the_document_they_belong_to():
    text = word_text(report())
    pointer = (
        "(Kèm theo Báo cáo số 05/BC-BCĐ ngày 05 tháng 01 năm 2027 của Ban Chỉ đạo khởi nghiệp)"
    )
    assert text.count(pointer) == 2
    assert "Biểu 01\nKẾT QUẢ THỰC HIỆN CHỈ TIÊU" in text
    assert "Biểu 02\nDỰ ÁN, DOANH NGHIỆP" in text


# PDF


def test_pdf_is_tagged_archive_and_accessible():
    reader = pdf(report())
    catalogue = reader.trailer["/Root"]
    assert bool(catalogue["/MarkInfo"]["/Marked"].value)
    assert catalogue["/Lang"].lower().startswith("vi")
    assert bool(catalogue["/ViewerPreferences"]["/DisplayDocTitle"].value)
    meta = catalogue["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in meta
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in meta
    assert "<pdfuaid:part>1</pdfuaid:part>" in meta
    assert reader.metadata.title == "Báo cáo: Kết quả thực hiện quý IV năm 2026"
    assert reader.metadata.author == "Ban Chỉ đạo khởi nghiệp"
    assert reader.metadata.creation_date == datetime(2027, 1, 5, tzinfo=UTC)


def test_pdf_structure_has_headings_tables_lists_and_described_figures():
    tags, words = _structure(pdf(report()))
    assert tags.count("/H1") == 1
    assert tags.count("/H2") == 4  # two sections, two annexes
    assert tags.count("/TH") == 3 * (6 + 5)
    assert tags.count("/Table") == 3
    assert tags.count("/Figure") == 2
    assert tags.count("/LI") == 2 + 2
    assert words == ["Dự án: 3, chỉ tiêu từ 2 đến 5", "Mã QR dẫn đến trang kiểm tra văn bản"]


def _structure(reader: PdfReader) -> tuple[list[str], list[str]]:
    tags, words = [], []

    def walk(node) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for kid in node:
                walk(kid)
        elif isinstance(node, dict):
            if "/S" in node:
                tags.append(node["/S"])
            if "/Alt" in node:
                words.append(node["/Alt"])
            if "/K" in node:
                walk(node["/K"])

    walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])
    return tags, words


def test_pdf_pages_turn_for_wide_annexes_and_count_from_one_in_each_part():
    long = Table([Column("TT", 12), Column("Nội dung")], [[str(n), "x"] for n in range(120)])
    reader = pdf(report(annexes=[Annex("dài", [long]), Annex("ngang", [long], landscape=True)]))
    sizes = [tuple(round(float(x) / 72 * 25.4) for x in p.mediabox[2:]) for p in reader.pages]
    tops = [page.extract_text().split("\n")[0].strip() for page in reader.pages]
    first_wide = sizes.index((297, 210))
    assert set(sizes[:first_wide]) == {(210, 297)}
    assert set(sizes[first_wide:]) == {(297, 210)}
    first_annex = next(at for at, top in enumerate(tops) if top == "Biểu 01")
    assert tops[first_annex + 1] == "2"
    assert tops[first_wide] == "Biểu 02"
    assert tops[first_wide + 1 :] == [str(n) for n in range(2, len(tops) - first_wide + 1)]


def test_pdf_repeats_the_header_of_a_long_table():
    long = Table([Column("TT", 12), Column("Tên cột")], [[str(n), "x"] for n in range(300)])
    reader = pdf(report(body=[], annexes=[Annex("dài", [long])]))
    texts = [page.extract_text() for page in reader.pages[1:]]
    assert len(texts) > 5
    assert [text.count("Tên cột") for text in texts] == [1] * len(texts)


def test_pdf_text_can_be_read_back():
    text = pdf_text(report())
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 05/BC-BCĐ",
        "Đức Phổ, ngày 05 tháng 01 năm 2027",
        "I. CÔNG TÁC CHỈ ĐẠO",
        "a) Kế hoạch",
        "Trên đây là báo cáo của Ban Chỉ đạo./.",
        "- Lưu: VT, KHCN.",
        "Nguyễn Văn A",
    ):
        assert words in text


def test_pdf_says_which_font_it_used():
    assert fonts_used() in ("Times New Roman", "Tinos", "Libertinus Serif")
    fonts = {
        font.get_object()["/BaseFont"].split("+")[1]
        for page in pdf(report(body=[], verification=None)).pages
        for font in page["/Resources"]["/Font"].values()
    }
    family = fonts_used().replace(" ", "")
    assert {name.split("-")[0].replace("PSMT", "").replace("PS", "") for name in fonts} == {family}


# Both printers


@pytest.mark.parametrize("text_of", [word_text, pdf_text])
def test_a_draft_shows_blanks_and_says_so(text_of):
    text = text_of(report(draft=True)).replace("\u00a0", " ")
    assert "Số:       /BC-BCĐ" in text or "Số: /BC-BCĐ" in " ".join(text.split())
    assert "Đức Phổ, ngày … tháng … năm …" in text
    assert "05/BC" not in text
    assert "năm 2027" not in text


def test_draft_and_demo_marks_stand_on_every_page():
    marked = report(draft=True, demo=True)
    for page in pdf(marked).pages:
        assert "DỰ THẢO" in page.extract_text()
        assert "Dữ liệu minh họa" in page.extract_text()
    for section in word(marked).sections:
        for header in (section.header, section.first_page_header):
            assert header.paragraphs[0].text.startswith("DỰ THẢO\t")
            assert header.paragraphs[0].text.endswith("\tDữ liệu minh họa")
    assert "Dữ liệu minh họa" not in pdf_text(report())
    assert word(report()).sections[0].first_page_header.paragraphs[0].text == "\t\t"


@pytest.mark.parametrize("print_it", [to_docx, to_pdf])
def test_the_same_document_is_the_same_bytes(print_it):
    assert print_it(report()) == print_it(report())
    noon = datetime(2027, 1, 5, 12, tzinfo=UTC)
    assert print_it(report(), made_at=noon) == print_it(report(), made_at=noon)
    assert print_it(report(), made_at=noon) != print_it(report())
    undated = replace(report().letterhead, date=None)
    assert print_it(report(letterhead=undated)) == print_it(report(letterhead=undated))


@pytest.mark.parametrize("print_it", [to_docx, to_pdf])
def test_the_moment_needs_a_time_zone(print_it):
    with pytest.raises(ValueError, match="time zone"):
        print_it(report(), made_at=datetime(2027, 1, 5))  # noqa: DTZ001


@pytest.mark.parametrize("print_it", [to_docx, to_pdf])
def test_a_drawing_that_is_none_is_refused(print_it):
    with pytest.raises(ValueError, match=r"(cannot|can) be printed"):
        print_it(report(body=[Figure("<svg", "hỏng")]))


def everywhere(text: str) -> Document:
    """A document that says `text` in every place that people can write in."""
    return Document(
        letterhead=Letterhead(text, text, text, text, text, date(2026, 9, 25)),
        kind=text,
        subject=text,
        note_under_subject=text,
        addressed_to=[text, text],
        body=[
            Heading(2, text),
            Heading(1, text),
            Heading(3, text),
            Paragraph([text, Run(text, bold=True, italic=True)]),
            Paragraph(text, align="center"),
            Bullets([text]),
            Figure(SVG, f"x{text}", caption=text),
            Table([Column(text), Column(text, 12, group=text)], [[text, text], [text]], text),
            Paragraph(text),
        ],
        signature=Signature([text], text, text),
        distribution=[text, text],
        annexes=[Annex(text, [Heading(3, text)], label=text), Annex(text, landscape=True)],
        verification=Verification(text, f"https://vi-du.vn/{len(text)}"),
    )


@pytest.mark.parametrize("text_of", [word_text, pdf_text])
def test_hostile_text_is_shown_literally(text_of):
    text = text_of(report(body=[Paragraph(HOSTILE), Paragraph("Hết")], annexes=[]))
    assert HOSTILE in " ".join(text.split())


@pytest.mark.parametrize("print_it", [to_docx, to_pdf])
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        HOSTILE,
        "a" * 3000,
        "W" * 400,
        "https://vi-du.vn/" + "duong-dan-" * 60,
        "từ " * 3000,
        "\x00\x01\x1b\ud800\ufffe\u202e",
        "😀 中文 ไทย עברית العربية हिन्दी \U000e0041 \u0301\u0301",
        "dòng một\ndòng hai\r\ndòng ba\n\n",
        "]]>--><!--",
        "{{ x }} {% y %} \\ \\n #eval(read(\"/etc/passwd\"))",
    ],
    ids=["empty", "blank", "markup", "long-word", "capitals", "address", "long", "control",
         "scripts", "lines", "cdata", "code"],
)  # fmt: skip
def test_any_text_prints(print_it, text):
    assert len(print_it(everywhere(text))) > 5000


def test_a_sign_without_glyph_is_printed_as_a_question_mark():
    lines = pdf_text(report(body=[Paragraph("trước \U0001e8c7\U0001e8c8 sau"), Paragraph("ế")]))
    assert "trước ?? sau" in lines
    assert "Đức Phổ" in lines


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60))
def test_any_unicode_prints(text):
    made = everywhere(text)
    word(made)
    assert len(pdf(made).pages) >= 3


def test_a_row_higher_than_a_page_loses_nothing():
    words = " ".join(f"từ{n}" for n in range(2500))
    table = Table([Column("a", 30), Column("b")], [["1", words]])
    assert "từ2499" in pdf_text(report(body=[table], annexes=[]))


def test_long_words_stay_inside_their_cell():
    table = Table([Column("a", 20), Column("b")], [["x" * 200, "y"]])
    pages = pdf(report(body=[table], annexes=[])).pages
    assert max(line.count("x") for page in pages for line in _lines(page)) < 20


def _lines(page) -> list[str]:
    return page.extract_text().split("\n")


@pytest.mark.parametrize("text_of", [word_text, pdf_text])
def test_empty_parts_leave_no_trace(text_of):
    bare = Document(
        letterhead=Letterhead("", "Ban Chỉ đạo", "BB-BCĐ", "Đức Phổ"),
        kind="BIÊN BẢN",
        subject="Họp Ban Chỉ đạo",
        body=[Bullets([]), Table([Column("a")]), Paragraph("Hết")],
    )
    text = text_of(bare)
    assert "Không có số liệu." in text
    assert "Kính gửi" not in text
    assert "Nơi nhận" not in text
    assert "SHA-256" not in text


@pytest.mark.parametrize("text_of", [word_text, pdf_text])
def test_an_official_letter_has_its_subject_under_the_number(text_of):
    letterhead = Letterhead("", "Ban Chỉ đạo", "BCĐ", "Đức Phổ", 12, date(2026, 9, 25))
    lines = text_of(
        report(letterhead=letterhead, kind="", subject="đôn đốc báo cáo", addressed_to=["Sở KH"])
    )
    assert "V/v đôn đốc báo cáo" in lines
    assert "Kính gửi: Sở KH." in lines
    assert "(Kèm theo Công văn số 12/BCĐ ngày 25 tháng 9 năm 2026 của Ban Chỉ đạo)" in lines


@pytest.mark.parametrize("text_of", [word_text, pdf_text])
def test_minutes_carry_two_signatures_and_then_the_copies(text_of):
    text = text_of(report(co_signature=Signature(["Thư ký"], "Trần Thị B"), annexes=[]))
    assert text.index("THƯ KÝ") < text.index("TRƯỞNG BAN")
    assert text.index("Trần Thị B") < text.index("Nơi nhận:")


@pytest.mark.libreoffice
def test_libreoffice_opens_the_word_file(tmp_path: Path):
    office = shutil.which("soffice")
    assert office, "LibreOffice (soffice) is needed for this test; deselect it by its marker."
    source = tmp_path / "bao-cao.docx"
    source.write_bytes(to_docx(report(demo=True)))
    subprocess.run(
        [office, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile",
         "--convert-to", "pdf", "--outdir", str(tmp_path), str(source)],
        check=True, capture_output=True, timeout=120, env={**os.environ, "HOME": str(tmp_path)},
    )  # fmt: skip
    pages = PdfReader(tmp_path / "bao-cao.pdf").pages
    text = "\n".join(page.extract_text() for page in pages)
    assert "I. CÔNG TÁC CHỈ ĐẠO" in text
    assert "Trên đây là báo cáo của Ban Chỉ đạo./." in text
    assert [page.mediabox.width > page.mediabox.height for page in pages][-1]
    assert all("Dữ liệu minh họa" in page.extract_text() for page in pages)
