"""One way to search; and the index that keeps it fast on PostgreSQL."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from core import search
from core.search_index import TrigramIndex


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("  cà   phê ", "cà phê"),
        ("cà phe\u0302", "cà phê"),
        ("a\0b\x07", "ab"),
        ("dòng\nhai", "dòng hai"),
        ("x" * 500, "x" * search.LONGEST),
        ("", ""),
    ],
)
def test_what_is_asked_is_one_clean_bounded_line(typed, shown):
    assert search.asked(typed) == shown


def test_words_are_folded_and_few():
    assert search.words("Cà PHÊ Đức") == ["ca", "phe", "duc"]
    assert len(search.words("a b c d e f g h i j k")) == search.MOST_WORDS


@pytest.mark.parametrize(
    ("typed", "enough"),
    [("", False), ("a", False), ("%_", False), ("ạ", False), ("xã", True), ("2 6", True)],
)
def test_less_than_two_letters_is_not_enough(typed, enough):
    assert search.is_enough(typed) is enough


@pytest.fixture
def plain():
    """A state of the models and a table of text to index."""
    state = ProjectState()
    migrations.CreateModel(
        "Note",
        [
            ("id", models.BigAutoField(primary_key=True)),
            ("search_text", models.TextField(blank=True)),
        ],
    ).state_forwards("core", state)
    return state


def _indexes(table):
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    return {name for name, about in found.items() if about["index"]}


@pytest.mark.django_db(transaction=True)
def test_the_trigram_index_is_made_and_taken_away(plain):
    model = plain.apps.get_model("core", "Note")
    with connection.schema_editor() as editor:
        editor.create_model(model)
    operation = TrigramIndex("Note")
    name = "core_note_search_text_trgm"
    try:
        with connection.schema_editor() as editor:
            operation.database_forwards("core", editor, plain, plain)
        assert (name in _indexes("core_note")) == (connection.vendor == "postgresql")
        with connection.schema_editor() as editor:
            operation.database_backwards("core", editor, plain, plain)
        assert name not in _indexes("core_note")
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(model)


def test_the_operation_is_written_into_migrations_whole():
    name, given, named = TrigramIndex("venture").deconstruct()
    assert (name, list(given), named) == ("TrigramIndex", ["venture"], {})
    assert TrigramIndex("venture").migration_name_fragment == "venture_search_text_trigrams"
