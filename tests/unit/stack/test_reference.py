"""docs/stack.md says what the models say."""

from typing import get_args

from barback.stack import model
from barback.stack.reference import PAGE, SECTIONS, page


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "make it new: python -m barback.stack.reference"


def test_every_kind_of_entry_has_its_section() -> None:
    entries = {kind for kind in vars(model).values() if isinstance(kind, type) and issubclass(kind, model.Model)}
    assert {entry for _, _, entry, _ in SECTIONS} == entries - {model.Model, model.Owner}
    triggers = {get_args(kind)[0] for kind in get_args(get_args(model.Trigger)[0])}
    assert triggers <= entries


def test_every_field_is_explained() -> None:
    for _, _, entry, _ in SECTIONS:
        assert [name for name, field in entry.model_fields.items() if not field.description] == [], entry
