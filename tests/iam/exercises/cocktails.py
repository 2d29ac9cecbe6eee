"""What the functions of the cocktails flow are put through under their roles."""

import json
import urllib.request
from typing import Any

from tests.iam.bench import Bench, upload_event


def cocktails_fetch(bench: Bench) -> None:
    """An answer that is new, and the same one again."""
    first = bench.invoke({"letters": "a"})
    assert (first["status"], first["landed"]) == ("ok", 1)
    again = bench.invoke({"letters": "a"})
    assert (again["status"], again["unchanged"]) == ("ok", 1)


def cocktails_transform(bench: Bench) -> None:
    """An answer with a bad drink in it, the same one again, a drink that lost an ingredient, an answer that is gone."""
    key = "cocktails/date=2026-01-01/letter=a.json"
    drinks = fetched(bench, "a")
    answer = json.dumps({"drinks": [*drinks, {"idDrink": None}]}).encode()
    event = upload_event(bench, "raw", key, bench.put("raw", key, answer))
    [first] = bench.invoke(event)["answers"]
    assert (first["new"], first["rejected"]) == (len(drinks), 1)
    [again] = bench.invoke(event)["answers"]
    assert again["unchanged"] == len(drinks)
    before = len(bench.items("cocktails"))
    poorer = json.dumps({"drinks": [without_last_ingredient(drinks[0])]}).encode()
    event = upload_event(bench, "raw", key, bench.put("raw", key, poorer), version=False)
    [changed] = bench.invoke(event)["answers"]
    assert changed["changed"] == 1
    assert len(bench.items("cocktails")) == before - 1
    gone = bench.put("raw", key, answer)
    event = upload_event(bench, "raw", key, gone)
    bench.admin("s3").delete_object(Bucket=bench.names.bucket("raw"), Key=key, VersionId=gone["VersionId"])
    assert [answer["status"] for answer in bench.invoke(event)["answers"]] == ["gone"]


def fetched(bench: Bench, letter: str) -> list[dict[str, Any]]:
    url = f"{bench.upstream.base_urls()['COCKTAILDB_URL']}/search.php?f={letter}"
    with urllib.request.urlopen(url) as answer:
        drinks: list[dict[str, Any]] = json.load(answer)["drinks"]
    return drinks


def without_last_ingredient(drink: dict[str, Any]) -> dict[str, Any]:
    last = max(n for n in range(1, 16) if (drink.get(f"strIngredient{n}") or "").strip())
    return {**drink, f"strIngredient{last}": None, f"strMeasure{last}": None}
