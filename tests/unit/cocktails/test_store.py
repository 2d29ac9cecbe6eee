"""The table: new, changed, unchanged and superseded drinks, what each costs, and what the indexes answer."""

from collections.abc import Callable
from typing import Any

import pytest

from cocktails.models import admit
from cocktails.normalise import content_hash, normalised
from cocktails.queries import CocktailQueries
from cocktails.question import question_from
from cocktails.store import HISTORY, CocktailTable, Counts
from cocktails.transform import Hashed
from common.errors import Contended
from tests.unit.cocktails.conftest import TABLE

Aws = Callable[[str], Any]
FIRST, SECOND, THIRD = (f"2026-11-2{day}T06:00:00+00:00" for day in (0, 1, 2))


def hashed(identity: str = "1", *ingredients: str, **fields: Any) -> Hashed:
    columns = {f"strIngredient{n}": name for n, name in enumerate(ingredients or ("Gin", "Lime juice"), 1)}
    raw = {"idDrink": identity, "strDrink": f"Drink {identity}", "strAlcoholic": "Alcoholic", **columns, **fields}
    drink = normalised(admit(raw))
    return Hashed(drink, content_hash(drink))


@pytest.fixture
def table(aws: Aws) -> CocktailTable:
    return CocktailTable(aws("dynamodb"), TABLE)


@pytest.fixture
def queries(aws: Aws) -> CocktailQueries:
    return CocktailQueries(aws("dynamodb"), TABLE)


def item(aws: Aws, identity: str) -> Any:
    return aws("dynamodb").get_item(TableName=TABLE, Key={"id": {"S": identity}}).get("Item")


def ids(queries: CocktailQueries, *made_with: str) -> list[str]:
    return [card["id"] for card in queries.ask(question_from({"with": made_with})).page.drinks]


class TestStoring:
    def test_new(self, table: CocktailTable, aws: Aws) -> None:
        assert table.store([hashed()], FIRST) == Counts(
            new=1, writes=6
        )  # the drink, its card; gin, lime juice, lime, juice
        assert item(aws, "1")["landed_at"] == {"S": FIRST}
        assert item(aws, "1#lime")["drink_id"] == {"S": "1"}

    def test_unchanged_writes_nothing(self, table: CocktailTable, snapshot: Callable[[], Any]) -> None:
        table.store([hashed()], FIRST)
        before = snapshot()
        assert table.store([hashed()], SECOND) == Counts(unchanged=1)
        assert snapshot() == before

    def test_changed_keeps_its_history_and_only_writes_what_changed(self, table: CocktailTable, aws: Aws) -> None:
        table.store([hashed()], FIRST)
        later = hashed(strInstructions="Stir.")
        assert table.store([later], SECOND) == Counts(changed=1, writes=1)
        history = [entry["M"] for entry in item(aws, "1")["history"]["L"]]
        assert history == [
            {"content_hash": {"S": hashed().sha256}, "landed_at": {"S": FIRST}},
            {"content_hash": {"S": later.sha256}, "landed_at": {"S": SECOND}},
        ]

    def test_a_changed_recipe_moves_in_the_index(self, table: CocktailTable, queries: CocktailQueries) -> None:
        table.store([hashed("1", "Gin", "Lime juice")], FIRST)
        table.store([hashed("1", "Vodka", "Lime juice")], SECOND)
        assert ids(queries, "gin") == []
        assert ids(queries, "vodka", "lime") == ["1"]

    def test_another_glass_costs_two_writes(self, table: CocktailTable) -> None:
        table.store([hashed()], FIRST)
        assert table.store([hashed(strGlass="Teacup")], SECOND) == Counts(changed=1, writes=2)

    def test_an_older_answer_that_comes_late_changes_nothing(
        self, table: CocktailTable, snapshot: Callable[[], Any]
    ) -> None:
        table.store([hashed(strInstructions="Stir.")], SECOND)
        before = snapshot()
        assert table.store([hashed()], FIRST) == Counts(superseded=1)
        assert snapshot() == before

    def test_content_that_comes_back_is_a_change(self, table: CocktailTable, aws: Aws) -> None:
        for when, text in ((FIRST, "Stir."), (SECOND, "Shake."), (THIRD, "Stir.")):
            table.store([hashed(strInstructions=text)], when)
        assert item(aws, "1")["instructions"] == {"S": "Stir."}
        assert len(item(aws, "1")["history"]["L"]) == 3

    def test_history_is_bounded(self, table: CocktailTable, aws: Aws) -> None:
        for n in range(HISTORY + 5):
            table.store([hashed(strInstructions=f"Stir {n} times.")], f"2026-11-20T06:00:{n:02d}+00:00")
        assert len(item(aws, "1")["history"]["L"]) == HISTORY

    def test_more_drinks_than_one_read_takes(self, table: CocktailTable, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("cocktails.store.AT_ONCE", 3)
        drinks = [hashed(str(n)) for n in range(7)]
        assert table.store(drinks, FIRST).new == 7
        assert table.store(drinks, SECOND) == Counts(unchanged=7)

    def test_another_form_of_items_stores_every_drink_and_row_again(
        self, table: CocktailTable, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        table.store([hashed()], FIRST)
        monkeypatch.setattr("cocktails.store.SCHEMA", 99)
        assert table.store([hashed()], FIRST) == Counts(changed=1, writes=6)
        assert table.store([hashed()], FIRST) == Counts(unchanged=1)


class Interrupted:
    """A DynamoDB client in front of which something happens just before some of its transactions."""

    def __init__(self, client: Any, happens: Callable[[int], None]) -> None:
        self._client = client
        self._happens = happens
        self._transactions = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def transact_write_items(self, **arguments: Any) -> Any:
        self._transactions += 1
        self._happens(self._transactions)
        return self._client.transact_write_items(**arguments)


class TestInterruptions:
    def test_a_crash_half_way_leaves_whole_drinks_and_is_healed_by_the_next_run(
        self, aws: Aws, table: CocktailTable, snapshot: Callable[[], Any]
    ) -> None:
        def crash(transaction: int) -> None:
            if transaction == 3:
                raise ConnectionError

        drinks = [hashed(str(n)) for n in range(5)]
        with pytest.raises(ConnectionError):
            CocktailTable(Interrupted(aws("dynamodb"), crash), TABLE).store(drinks, FIRST)
        assert len(snapshot()[0]) == 2 * 6
        assert table.store(drinks, FIRST) == Counts(new=3, unchanged=2, writes=18)

    def test_a_newer_writer_that_comes_between_wins(self, aws: Aws, table: CocktailTable) -> None:
        def write_newer(transaction: int) -> None:
            if transaction == 1:
                table.store([hashed(strInstructions="Shake.")], SECOND)

        slow = CocktailTable(Interrupted(aws("dynamodb"), write_newer), TABLE)
        assert slow.store([hashed()], FIRST) == Counts(superseded=1)
        assert item(aws, "1")["instructions"] == {"S": "Shake."}

    def test_an_older_writer_that_comes_between_is_kept_in_the_history(self, aws: Aws, table: CocktailTable) -> None:
        def write_older(transaction: int) -> None:
            if transaction == 1:
                table.store([hashed(strInstructions="Shake.")], FIRST)

        slow = CocktailTable(Interrupted(aws("dynamodb"), write_older), TABLE)
        assert slow.store([hashed()], SECOND).changed == 1
        assert len(item(aws, "1")["history"]["L"]) == 2

    def test_the_same_answer_twice_at_once_is_stored_once(self, aws: Aws, table: CocktailTable) -> None:
        def write_same(transaction: int) -> None:
            if transaction == 1:
                table.store([hashed()], FIRST)

        slow = CocktailTable(Interrupted(aws("dynamodb"), write_same), TABLE)
        assert slow.store([hashed()], FIRST) == Counts(unchanged=1)
        assert len(item(aws, "1")["history"]["L"]) == 1

    def test_writers_without_end_are_told_of(self, aws: Aws, table: CocktailTable) -> None:
        def write_again(transaction: int) -> None:
            table.store([hashed(strInstructions=f"{transaction} times.")], FIRST)

        slow = CocktailTable(Interrupted(aws("dynamodb"), write_again), TABLE)
        with pytest.raises(Contended, match="drink 1"):
            slow.store([hashed()], SECOND)
