"""What the API is asked for under its role. It gets by on reading: the role holds no action that writes."""

import importlib
import json
from typing import Any

from cocktails.models import admit
from cocktails.normalise import content_hash, normalised
from cocktails.store import CocktailTable
from cocktails.transform import Hashed
from common.items import typed
from tests.iam.bench import Bench


def api(bench: Bench) -> None:
    try:
        _ask_for_everything(bench)
    finally:
        importlib.import_module("api.asgi").loop().close()


def _ask_for_everything(bench: Bench) -> None:
    """Every address, with something there to find and with nothing."""
    _put(bench, "records", {"id": "a-1", "source": "a", "captured_at": "2026-01-01T00:00:00.000Z"})
    place = f"s3://{bench.names.bucket('processed')}/profiles/a.csv.json"
    at = {"processed_timestamp": "2026-01-01T00:00:00.000Z"}
    _put(bench, "file_metadata", {"file_name": "a.csv", "status": "success", **at, "profile": place})
    _put(bench, "file_metadata", {"file_name": "b.csv", "status": "success", **at, "profile": place + "x"})
    bench.put("processed", "profiles/a.csv.json", b'{"whole": true}')
    drink = normalised(admit({"idDrink": "1", "strDrink": "One", "strIngredient1": "Gin", "strMeasure1": "1 oz"}))
    CocktailTable(bench.admin("dynamodb"), bench.names.table("cocktails")).store(
        [Hashed(drink, content_hash(drink))], "2026-01-01T00:00:00+00:00"
    )
    assert len(_get(bench, "/records")["records"]) == 1
    assert len(_get(bench, "/records", "source=a")["records"]) == 1
    assert _get(bench, "/records/a-1")["source"] == "a"
    assert _get(bench, "/analytics")["total"] == 0
    assert len(_get(bench, "/profiles")["profiles"]) == 2
    assert _get(bench, "/profiles/a.csv", "detail=full") == {"whole": True}
    assert _get(bench, "/profiles/b.csv", "detail=full", status=404)
    [version] = _get(bench, "/profiles/a.csv", "detail=versions")["versions"]
    assert _get(bench, "/profiles/a.csv", f"detail=full&version={version['id']}") == {"whole": True}
    assert _get(bench, "/profiles/a.csv", f"detail=drift&against={version['id']}") == {"drift": None}
    assert _get(bench, "/profiles/a.csv", f"detail=full&version={'x' * 32}", status=404)
    assert _get(bench, "/summary")["profiles"]["files"] == 2
    assert [_get(bench, "/cocktails", query)["total"] for query in ("", "with=gin")] == [1, 1]
    assert _get(bench, "/cocktails/1")["name"] == "One"
    assert _get(bench, "/ingredients")["ingredients"]
    actions = [action for entry in bench.stack["functions"]["api"]["permissions"] for action in entry["actions"]]
    assert not [
        action for action in actions if action.partition(":")[2].startswith(("Put", "Update", "Delete", "Send"))
    ]


def _get(bench: Bench, path: str, query: str = "", *, status: int = 200) -> Any:
    request = {"http": {"method": "GET", "path": path, "sourceIp": "127.0.0.1"}}
    event = {"version": "2.0", "rawPath": path, "rawQueryString": query, "headers": {}, "requestContext": request}
    answer = bench.invoke(event)
    assert answer["statusCode"] == status, answer["body"]
    return json.loads(answer["body"])


def _put(bench: Bench, table: str, item: dict[str, Any]) -> None:
    bench.admin("dynamodb").put_item(TableName=bench.names.table(table), Item=typed(item))
