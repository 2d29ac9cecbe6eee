"""The stand-ins have the real services' paths and shapes, repeat themselves for a seed, and fail when told to."""

import http.client
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.waiting import SECONDS
from upstream.drinks import make_drinks
from upstream.faults import KINDS
from upstream.server import Upstream

SEARCH = "/cocktaildb/api/json/v1/1/search.php"


@pytest.fixture(scope="module")
def server() -> Iterator[Upstream]:
    with Upstream() as running:
        yield running


@pytest.fixture
def upstream(server: Upstream) -> Upstream:
    server.reset()
    return server


def get(upstream: Upstream, path: str) -> Any:
    with urllib.request.urlopen(upstream.url + path, timeout=SECONDS) as response:
        return json.load(response)


def send(upstream: Upstream, method: str, path: str, body: Any = None) -> Any:
    request = urllib.request.Request(upstream.url + path, method=method, data=json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=SECONDS) as response:
        return json.load(response)


class TestDrinks:
    def test_enough_of_them_under_every_letter(self) -> None:
        drinks = make_drinks(1)
        letters = Counter(str(drink["strDrink"]).strip()[0].lower() for drink in drinks)
        assert len(drinks) >= 150
        assert set("abcdefghijklmnopqrstuvwxyz") <= set(letters)
        assert len({drink["idDrink"] for drink in drinks}) == len(drinks)

    def test_each_has_the_51_fields_as_text_or_null(self) -> None:
        for drink in make_drinks(1):
            assert len(drink) == 51
            assert all(value is None or isinstance(value, str) for value in drink.values())

    def test_the_seed_decides(self) -> None:
        assert make_drinks(3) == make_drinks(3)
        assert make_drinks(3) != make_drinks(4)

    @pytest.mark.parametrize("seed", [1, 2, 99])
    def test_as_untidy_as_the_real_ones(self, seed: int) -> None:
        drinks = make_drinks(seed)

        def ingredients(drink: dict[str, str | None]) -> list[str]:
            return [text for n in range(1, 16) if (text := drink[f"strIngredient{n}"])]

        assert any(d["strDrink"] != str(d["strDrink"]).strip() for d in drinks)
        assert any("\r" in str(d["strInstructions"]) for d in drinks)
        assert any(d["strInstructions"] is None for d in drinks)
        assert any(len(set(ingredients(d))) < len(ingredients(d)) for d in drinks)
        assert any(d["strIngredient1"] and d["strMeasure2"] is None for d in drinks)
        assert any(d["strIngredient2"] is None and d["strIngredient3"] for d in drinks)
        glasses = {str(d["strGlass"]) for d in drinks}
        assert len({glass.casefold() for glass in glasses}) < len(glasses)


class TestCocktailDB:
    def test_search_by_letter(self, upstream: Upstream) -> None:
        names = [drink["strDrink"].strip() for drink in get(upstream, f"{SEARCH}?f=e")["drinks"]]
        assert "Éclair Noir Parade" in names
        assert all(name[0] in "EÉ" for name in names)

    def test_nothing_found_is_null(self, upstream: Upstream) -> None:
        assert get(upstream, f"{SEARCH}?f=9") == {"drinks": None}
        assert get(upstream, f"{SEARCH}?s=no+such+drink") == {"drinks": None}

    def test_every_drink_is_found_by_its_first_letter(self, upstream: Upstream) -> None:
        asked = "abcdefghijklmnopqrstuvwxyz0123456789"
        found = [drink["idDrink"] for c in asked for drink in get(upstream, f"{SEARCH}?f={c}")["drinks"] or []]
        assert sorted(found) == sorted(str(drink["idDrink"]) for drink in make_drinks(1))

    def test_lookup_random_and_lists(self, upstream: Upstream) -> None:
        base = "/cocktaildb/api/json/v1/1"
        [found] = get(upstream, f"{base}/lookup.php?i=20001")["drinks"]
        assert found["idDrink"] == "20001"
        assert get(upstream, f"{base}/lookup.php?i=1") == {"drinks": None}
        assert len(get(upstream, f"{base}/random.php")["drinks"]) == 1
        glasses = get(upstream, f"{base}/list.php?g=list")["drinks"]
        assert {"strGlass": "Mason jar"} in glasses

    def test_filter_answers_with_summaries_or_a_sentence(self, upstream: Upstream) -> None:
        base = "/cocktaildb/api/json/v1/1/filter.php"
        soft = get(upstream, f"{base}?a=Non_Alcoholic")["drinks"]
        assert len(soft) > 20
        assert set(soft[0]) == {"idDrink", "strDrink", "strDrinkThumb"}
        assert get(upstream, f"{base}?i=gin")["drinks"]
        assert get(upstream, f"{base}?c=Nothing") == {"drinks": "no data found"}

    def test_an_answer_has_a_hundred_drinks_at_most(self, upstream: Upstream) -> None:
        assert len(get(upstream, f"{SEARCH}?s=")["drinks"]) == 100 < len(upstream.cocktaildb.drinks)

    def test_a_drink_can_be_changed_and_restored(self, upstream: Upstream) -> None:
        send(upstream, "PATCH", "/_drinks/20001", {"strGlass": "Teacup"})
        assert upstream.cocktaildb.drinks[0]["strGlass"] == "Teacup"
        send(upstream, "DELETE", "/_drinks")
        assert upstream.cocktaildb.drinks[0]["strGlass"] != "Teacup"
        with pytest.raises(urllib.error.HTTPError, match="400"):
            send(upstream, "PATCH", "/_drinks/0", {"strGlass": "Teacup"})


class TestJSONPlaceholder:
    def test_sizes(self, upstream: Upstream) -> None:
        sizes = {table: len(get(upstream, f"/jsonplaceholder/{table}")) for table in ("posts", "users", "comments")}
        assert sizes == {"posts": 100, "users": 10, "comments": 500}

    def test_by_id_and_by_query(self, upstream: Upstream) -> None:
        assert get(upstream, "/jsonplaceholder/posts/7")["id"] == 7
        assert [post["id"] for post in get(upstream, "/jsonplaceholder/posts?userId=2")] == list(range(11, 21))
        assert get(upstream, "/jsonplaceholder/posts/3/comments") == get(upstream, "/jsonplaceholder/comments?postId=3")
        assert [post["id"] for post in get(upstream, "/jsonplaceholder/posts?_page=3&_limit=5")] == [11, 12, 13, 14, 15]
        with pytest.raises(urllib.error.HTTPError, match="404"):
            get(upstream, "/jsonplaceholder/posts/101")


class TestRandomUser:
    def test_seed_and_page_decide(self, upstream: Upstream) -> None:
        first = get(upstream, "/randomuser/api/?results=5&seed=x&page=1")
        assert first == get(upstream, "/randomuser/api?results=5&seed=x&page=1")
        assert first["results"] != get(upstream, "/randomuser/api/?results=5&seed=x&page=2")["results"]
        assert first["info"] == {"seed": "x", "results": 5, "page": 1, "version": "1.4"}

    def test_shape_with_its_traps(self, upstream: Upstream) -> None:
        people = get(upstream, "/randomuser/api/?results=200&seed=x")["results"]
        assert {type(person["location"]["postcode"]) for person in people} == {int, str}
        assert any(person["id"]["value"] is None for person in people)
        assert all(person["login"]["sha256"] for person in people)

    def test_selection(self, upstream: Upstream) -> None:
        people = get(upstream, "/randomuser/api/?results=3&inc=name,nat&nat=no")["results"]
        assert [set(person) for person in people] == [{"name", "nat"}] * 3
        assert {person["nat"] for person in people} == {"NO"}
        assert "login" not in get(upstream, "/randomuser/api/?exc=login")["results"][0]


class TestFaults:
    def test_429_says_when_to_come_back(self, upstream: Upstream) -> None:
        send(upstream, "PUT", "/_faults", {"path": SEARCH, "kind": "429", "seconds": 3})
        with pytest.raises(urllib.error.HTTPError) as caught:
            get(upstream, f"{SEARCH}?f=a")
        caught.value.close()
        assert (caught.value.code, caught.value.headers["Retry-After"]) == (429, "3")
        assert get(upstream, f"{SEARCH}?f=a")["drinks"]

    def test_only_the_path_and_query_named_and_as_often_as_asked(self, upstream: Upstream) -> None:
        send(upstream, "PUT", "/_faults", {"path": f"{SEARCH}?f=c", "kind": "500", "times": 2, "after": 1})
        outcomes = []
        for letter in "accbcc":
            try:
                get(upstream, f"{SEARCH}?f={letter}")
                outcomes.append(f"{letter}:200")
            except urllib.error.HTTPError as error:
                outcomes.append(f"{letter}:{error.code}")
                error.close()
        assert outcomes == ["a:200", "c:200", "c:500", "b:200", "c:500", "c:200"]
        assert [request["fault"] for request in upstream.requests(SEARCH)] == [None, None, "500", None, "500", None]

    def test_cut_off_in_the_middle_of_the_body(self, upstream: Upstream) -> None:
        with pytest.raises(http.client.IncompleteRead):
            get(upstream, f"{SEARCH}?f=a&_fault=cut_off")

    @pytest.mark.parametrize("kind", ["wrong_json", "empty"])
    def test_bodies_that_are_no_json(self, upstream: Upstream, kind: str) -> None:
        with pytest.raises(json.JSONDecodeError):
            get(upstream, f"{SEARCH}?f=a&_fault={kind}")

    def test_changed_schema_and_envelope(self, upstream: Upstream) -> None:
        renamed = get(upstream, f"{SEARCH}?f=a&_fault=changed_schema")["drinks"][0]
        assert "new_idDrink" in renamed
        assert "new_id" in get(upstream, "/jsonplaceholder/posts?_fault=changed_schema")[0]
        assert "new_gender" in get(upstream, "/randomuser/api/?_fault=changed_schema")["results"][0]
        assert get(upstream, f"{SEARCH}?f=a&_fault=changed_envelope")["data"]["drinks"]

    def test_slow_is_late_but_right(self, upstream: Upstream) -> None:
        before = time.monotonic()
        assert get(upstream, f"{SEARCH}?f=a&_fault=slow&_seconds=0.2")["drinks"]
        assert time.monotonic() - before >= 0.2

    @pytest.mark.parametrize(
        "fields", [{"path": SEARCH, "kind": "sulk"}, {"path": "a", "kind": "500"}, {"kind": "500"}, 7, {"colour": 1}]
    )
    def test_a_fault_that_cannot_be_is_refused(self, upstream: Upstream, fields: Any) -> None:
        with pytest.raises(urllib.error.HTTPError, match="400") as caught:
            send(upstream, "PUT", "/_faults", fields)
        assert json.load(caught.value)["error"]
        caught.value.close()
        assert upstream.faults.listed() == []

    def test_records_that_are_not_sent(self, upstream: Upstream) -> None:
        whole = get(upstream, f"{SEARCH}?f=a")["drinks"]
        assert get(upstream, f"{SEARCH}?f=a&_fault=nothing") == {"drinks": None}
        assert get(upstream, f"{SEARCH}?f=a&_fault=half")["drinks"] == whole[: len(whole) // 2]

    def test_dripping_is_late_but_right(self, upstream: Upstream) -> None:
        assert get(upstream, f"{SEARCH}?f=9&_fault=drip&_seconds=0.01") == {"drinks": None}

    def test_every_kind_can_be_asked_for(self, upstream: Upstream) -> None:
        send(upstream, "PUT", "/_faults", [{"path": "/x", "kind": kind, "times": None} for kind in KINDS])
        assert [fault["kind"] for fault in get(upstream, "/_faults")["faults"]] == list(KINDS)
        send(upstream, "DELETE", "/_faults")
        assert get(upstream, "/_faults") == {"faults": []}


def test_as_a_program_it_says_where_it_serves_and_ends_when_told_to() -> None:
    # Isolated and without site-packages: as in a bare Python image.
    code = "import sys; sys.path.insert(0, '.'); import upstream.__main__ as program; program.main()"
    with subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", code, "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        variable, url = process.stdout.readline().strip().split("=", 1)
        with urllib.request.urlopen(f"{url}/random.php", timeout=SECONDS) as response:
            assert (variable, response.status) == ("COCKTAILDB_URL", 200)
        process.terminate()
        assert process.wait(timeout=SECONDS) == 0


def test_health_and_log(upstream: Upstream) -> None:
    assert get(upstream, "/_health")["status"] == "ok"
    get(upstream, f"{SEARCH}?f=b")
    asked = get(upstream, f"/_requests?path={SEARCH}")
    assert asked["requests"] == [{"path": SEARCH, "query": {"f": "b"}, "status": 200, "fault": None}]
    send(upstream, "DELETE", "/_requests")
    assert get(upstream, "/_requests")["total"] == 0
