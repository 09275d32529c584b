"""The programme's data files say what the programme says, and hang together."""

import json
import re
import unicodedata
from datetime import date, timedelta
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parent.parent / "data"
FILES = sorted(DATA.glob("*.json"))


def load(name):
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def by_code(rows):
    return {row["code"]: row for row in rows}


def plain(text):
    """The words without marks of layout: emphasis, bullets, line and page breaks."""
    text = text.replace("*", "")
    text = re.sub(r"^- ", "", text, flags=re.MULTILINE)
    return re.sub(r"\s+", " ", text).strip()


PROGRAMME_TEXT = plain((DATA / "chuong-trinh-hanh-dong.md").read_text(encoding="utf-8"))
CLAUSES = load("clauses")["clauses"]
AGENCIES = load("agencies")["agencies"]
INDICATORS = load("indicators")["indicators"]
UNITS = load("admin_units")["units"]


def test_every_expected_file_is_there():
    assert [path.stem for path in FILES] == [
        "admin_units",
        "agencies",
        "clauses",
        "configuration",
        "indicators",
        "programme",
    ]


@pytest.mark.parametrize("path", sorted(DATA.iterdir()), ids=lambda path: path.name)
def test_text_is_nfc(path):
    text = path.read_text(encoding="utf-8")
    assert text == unicodedata.normalize("NFC", text)


def test_programme_text_is_complete():
    """First and last words and the footnote, so that a cut copy is noticed."""
    assert PROGRAMME_TEXT.startswith("CHƯƠNG TRÌNH HÀNH ĐỘNG CỦA BAN THƯỜNG VỤ THỊ ỦY")
    assert PROGRAMME_TEXT.endswith("T/M BAN THƯỜNG VỤ BÍ THƯ Nguyễn Kiên")
    assert "¹ Tham gia cuộc thi Sáng tạo trẻ" in PROGRAMME_TEXT


class TestClauses:
    def test_codes_are_unique(self):
        assert len(by_code(CLAUSES)) == len(CLAUSES)

    def test_parents_come_before_their_children(self):
        seen = set()
        for clause in CLAUSES:
            assert clause["parent"] is None or clause["parent"] in seen, clause["code"]
            seen.add(clause["code"])

    def test_codes_say_parent_and_place(self):
        for clause in CLAUSES:
            last = clause["number"].split(".")[-1]
            expected = f"{clause['parent']}.{last}" if clause["parent"] else last
            assert clause["code"] == expected

    def test_the_tree_has_the_shape_of_the_text(self):
        children = {}
        for clause in CLAUSES:
            children[clause["parent"]] = children.get(clause["parent"], 0) + 1
        assert children == {
            None: 4,
            "I": 3,
            "II": 3,
            "II.1": 4,
            "II.3": 2,
            "II.3.1": 2,
            "II.3.2": 2,
            "III": 5,
            "III.1": 6,
            "III.2": 3,
            "III.3": 2,
            "III.4": 4,
            "III.5": 4,
            "IV": 6,
        }

    def test_kinds_match_the_tree(self):
        parents = {clause["parent"] for clause in CLAUSES}
        for clause in CLAUSES:
            if clause["parent"] is None:
                expected = "section"
            else:
                expected = "group" if clause["code"] in parents else "clause"
            assert clause["kind"] == expected, clause["code"]

    @pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause["code"])
    def test_words_are_the_programmes_words(self, clause):
        assert clause["text"] in PROGRAMME_TEXT
        assert clause["title"] in PROGRAMME_TEXT
        assert clause["text"] == plain(clause["text"])
        if "footnote" in clause:
            assert clause["footnote"]["mark"] in clause["text"]
            assert clause["footnote"]["text"] in PROGRAMME_TEXT

    def test_clauses_follow_the_order_of_the_text(self):
        """Each clause is found after the one before it."""
        at = PROGRAMME_TEXT.index("I. TÌNH HÌNH")
        for clause in CLAUSES:
            found = PROGRAMME_TEXT.find(clause["text"], at)
            assert found >= at, clause["code"]
            at = found + len(clause["text"])

    def test_no_words_of_the_sections_are_lost(self):
        """Without clauses, headings and footnote only numbers are left of the sections."""
        rest = PROGRAMME_TEXT[PROGRAMME_TEXT.index("I. TÌNH HÌNH") :].split(" Nơi nhận:")[0]
        words = [clause["text"] for clause in CLAUSES] + [clause["title"] for clause in CLAUSES]
        words += [clause["footnote"]["text"] for clause in CLAUSES if "footnote" in clause]
        for text in sorted(words, key=len, reverse=True):
            rest = rest.replace(text, "", 1)
        assert re.sub(r"[IV\d.¹\s]", "", rest) == ""

    def test_titles_are_short_or_headings(self):
        for clause in CLAUSES:
            heading = clause["kind"] != "clause"
            assert clause["title"] == clause["text"] if heading else len(clause["title"]) <= 90

    def test_opening_is_the_programmes(self):
        top = load("clauses")
        for key in ("title", "subject", "opening"):
            assert top[key] in PROGRAMME_TEXT
        assert top["resolution"]["number"] == "08-NQ/TU"
        assert top["resolution"]["date"] == "2022-05-20"
        assert top["date"] is None, "the text has no date of issue"


class TestTargets:
    def test_targets_are_those_of_the_programme(self):
        targets = {
            (row["indicator"], row["phase"]): (row["low"], row["high"])
            for row in load("programme")["targets"]
        }
        assert targets == {
            ("projects_supported", "2022-2025"): (2, 4),
            ("projects_supported", "2026-2030"): (2, 5),
            ("enterprises_formed", "2022-2025"): (1, 3),
            ("enterprises_formed", "2026-2030"): (1, 3),
            ("clubs_formed", "2022-2030"): (1, None),
        }

    def test_target_words_stand_in_their_clause(self):
        clauses = by_code(CLAUSES)
        programme = load("programme")
        for row in programme["targets"] + programme["expectations"] + programme["baseline"]:
            assert row["words"] in clauses[row["clause"]]["text"]

    def test_target_kinds_match_their_bounds(self):
        kinds = load("programme")["kinds"]
        for row in load("programme")["targets"]:
            assert row["kind"] in kinds["target"]
            assert row["kind"] == ("range" if row["high"] else "at_least")
            assert row["high"] is None or row["low"] <= row["high"]
        assert {row["kind"] for row in load("programme")["expectations"]} == set(
            kinds["expectation"]
        )
        assert {row["kind"] for row in CLAUSES} == set(kinds["clause"])

    def test_phases_meet_and_fill_the_programme(self):
        phases = by_code(load("programme")["phases"])
        first, second, whole = (phases[c] for c in ("2022-2025", "2026-2030", "2022-2030"))
        assert date.fromisoformat(first["end"]) + timedelta(days=1) == date.fromisoformat(
            second["start"]
        )
        assert (whole["start"], whole["end"]) == (first["start"], second["end"])
        assert (first["start"], second["end"]) == ("2022-01-01", "2030-12-31")

    def test_references_resolve(self):
        programme = load("programme")
        phases, clauses, codes = (
            by_code(programme["phases"]),
            by_code(CLAUSES),
            by_code(INDICATORS),
        )
        for row in programme["targets"]:
            assert row["phase"] in phases
            assert row["indicator"] in codes
        for row in programme["phases"]:
            assert row["clause"] is None or row["clause"] in clauses


class TestIndicators:
    def test_codes_and_order(self):
        assert [row["code"] for row in INDICATORS] == [
            "projects_supported",
            "enterprises_formed",
            "clubs_formed",
            "ideas_received",
            "forums_held",
            "trainings_held",
            "people_reached",
            "support_value_state",
            "support_value_socialised",
            "contests_held",
            "contest_entries",
            "entries_referred",
            "prizes_won",
        ]
        assert [row["order"] for row in INDICATORS] == list(range(1, 14))

    @pytest.mark.parametrize("row", INDICATORS, ids=lambda row: row["code"])
    def test_every_field_is_filled(self, row):
        for key in ("name", "short", "unit", "definition", "rule", "source"):
            assert row[key], key
            assert row[f"{key}_en"], f"{key}_en"
        assert row["owner"] in by_code(AGENCIES)
        assert row["clauses"]
        assert set(row["clauses"]) <= set(by_code(CLAUSES))
        assert date.fromisoformat(row["since"]) == date(2022, 1, 1)


class TestAgencies:
    def test_codes_are_unique_ascii_slugs(self):
        assert len(by_code(AGENCIES)) == len(AGENCIES)
        for row in AGENCIES:
            assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["code"])

    def test_successors_resolve_and_follow_without_a_gap(self):
        agencies = by_code(AGENCIES)
        for row in AGENCIES:
            if row["successor"] is None:
                continue
            after = agencies[row["successor"]]
            assert date.fromisoformat(row["valid_to"]) + timedelta(days=1) == date.fromisoformat(
                after["valid_from"]
            )

    def test_kinds_are_known(self):
        assert {row["kind"] for row in AGENCIES} <= {
            "party",
            "council",
            "peoples_committee",
            "front",
            "union",
            "department",
            "commune",
            "school",
            "committee",
            "province",
            "other",
        }

    def test_every_unit_has_its_peoples_committee(self):
        """The committee of a unit lives as long as the unit, and hands over as the unit does."""
        agencies = by_code(AGENCIES)
        committees = {tuple(row["unit"]): row for row in AGENCIES if row["unit"]}
        assert set(committees) == {(unit["code"], unit["valid_from"]) for unit in UNITS}
        for unit in UNITS:
            row = committees[unit["code"], unit["valid_from"]]
            assert row["kind"] == "commune"
            assert row["name"].endswith(unit["name"])
            assert (row["valid_from"], row["valid_to"]) == (unit["valid_from"], unit["valid_to"])
            after = agencies[row["successor"]]["unit"] if row["successor"] else None
            assert after == unit["successor"]

    def test_bodies_of_the_former_town_end_with_it(self):
        for row in AGENCIES:
            if "thị xã" in row["name"] or "Thị ủy" in row["name"]:
                assert row["valid_to"] == "2025-06-30", row["code"]
                assert row["successor"] is None, row["code"]


class TestUnits:
    def test_twenty_units_fifteen_old_five_new(self):
        assert sum(unit["valid_to"] is None for unit in UNITS) == 5
        assert sum(unit["valid_to"] == "2025-06-30" for unit in UNITS) == 15
        assert len({(unit["code"], unit["valid_from"]) for unit in UNITS}) == 20

    def test_successors_resolve(self):
        keys = {(unit["code"], unit["valid_from"]) for unit in UNITS}
        for unit in UNITS:
            assert (unit["successor"] is None) == (unit["valid_to"] is None)
            assert unit["successor"] is None or tuple(unit["successor"]) in keys


class TestConfiguration:
    def test_entries_follow_without_a_gap(self):
        first, second = load("configuration")["entries"]
        assert (first["valid_from"], first["valid_to"]) == ("2022-01-01", "2025-06-30")
        assert (second["valid_from"], second["valid_to"]) == ("2025-07-01", None)
        assert set(first) == set(second)

    def test_what_is_not_published_is_marked(self):
        first, second = load("configuration")["entries"]
        assert second["confirmed"] is False
        assert "THỊ XÃ" not in second["issuing_body"] + second["parent_body"]
        assert first["signatory_name"] == second["signatory_name"] == ""

    def test_defaults(self):
        for entry in load("configuration")["entries"]:
            assert entry["portal_name"] == "Cổng khởi nghiệp đổi mới sáng tạo Đức Phổ"
            assert entry["number_symbol"] == "BC-BCĐ"
            assert (
                entry["report_due_day"],
                entry["contribution_working_days"],
                entry["promise_working_days"],
            ) == (25, 2, 10)

    def test_first_distribution_list_is_the_programmes(self):
        assert (
            load("configuration")["entries"][0]["distribution_list"]
            == load("clauses")["recipients"]
        )
        for line in load("clauses")["recipients"]:
            assert line in PROGRAMME_TEXT
