"""What the cocktail tests do: fetch, drop raw answers by hand, look at what is stored, and play the API's bad days."""

import hashlib
import json
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from common.items import plain
from tests.integration.flows import Dropped, Flows
from tests.waiting import SECONDS
from upstream.server import PREFIXES

FETCH, TRANSFORM = "cocktails_fetch", "cocktails_transform"
Drink = dict[str, Any]


class Cocktails:
    def __init__(self, flows: Flows) -> None:
        self.flows = flows
        self._dynamodb = flows.target.client("dynamodb")
        self._table = flows.target.names.table("cocktails")

    def raw(self, number: int, **fields: Any) -> Drink:
        """A drink as the catalogue would send it, with an id and an ingredient of this run's own."""
        return {
            "idDrink": self.id(number),
            "strDrink": f"Drink {number} of {self.flows.run}",
            "strCategory": "Homemade Liqueur",
            "strAlcoholic": "Alcoholic",
            "strGlass": "Highball Glass ",
            "strInstructions": "Shake.\r\nStrain.",
            "strIngredient1": f"Gin {self.flows.run}",
            "strMeasure1": "1 1/2 oz ",
            "strIngredient2": "Lime juice",
            "strMeasure2": "2-3 dashes",
        } | fields

    def id(self, number: int) -> str:
        return f"{self.flows.run}-{number}"

    def drop(self, name: str, *drinks: Any) -> Dropped:
        """A raw answer under the run's own prefix, as if the fetch had landed it."""
        return self.flows.drop(name, json.dumps({"drinks": drinks}), prefix="cocktails")

    def summary(self, raw_key: str) -> dict[str, Any]:
        """How the transform of what now lies at the raw key ended. It is written last, so all else is there, too."""
        source = hashlib.sha256(self.flows.read("raw", raw_key)).hexdigest()
        s3, raw = self.flows.target.client("s3"), self.flows.target.names.bucket("raw")
        landed_at = s3.head_object(Bucket=raw, Key=raw_key)["Metadata"].get("landed-at", "")
        key = raw_key.removesuffix(".json") + ".summary.json"

        def of_this_content() -> dict[str, Any] | None:
            if not self.flows.exists("processed", key):
                return None
            bucket = self.flows.target.names.bucket("processed")
            found = self.flows.target.client("s3").get_object(Bucket=bucket, Key=key)
            summary: dict[str, Any] = json.load(found["Body"])
            told = found["Metadata"]
            return summary if told["sha256"].startswith(source) and told["landed-at"] >= landed_at else None

        seconds = self.flows.target.stack.functions[TRANSFORM].timeout
        return self.flows.eventually(of_this_content, f"the summary {key}", TRANSFORM, seconds)

    def fetch(self, **payload: Any) -> dict[str, Any]:
        """Fetches, and waits until all that landed is stored."""
        told: dict[str, Any] = self.flows.invoke(FETCH, payload)
        for answer in told["answers"]:
            if answer["status"] == "landed":
                self.summary(answer["key"])
        return told

    @contextmanager
    def waiting_at_most(self, seconds: int) -> Iterator[None]:
        """The fetch with less patience for one answer than the stack gives it, so that a test need not wait so long."""
        functions, name = self.flows.target.client("lambda"), self.flows.target.names.function(FETCH)
        usual = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]

        def configure(variables: dict[str, str]) -> None:
            functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})
            functions.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})

        configure(usual | {"HTTP_TIMEOUT": str(seconds)})
        try:
            yield
        finally:
            configure(usual)

    def lines(self, raw_key: str, prefix: str = "") -> list[dict[str, Any]]:
        """The NDJSON that came of a raw object; with the prefix `rejected/`, what could not come in."""
        body = self.flows.read("processed", prefix + raw_key.removesuffix(".json") + ".ndjson")
        return [json.loads(line) for line in body.splitlines()]

    def items(self, start: str = "") -> dict[str, Drink]:
        """Everything in the table whose id starts so: drinks and their rows."""
        pages = self._dynamodb.get_paginator("scan").paginate(TableName=self._table, ConsistentRead=True)
        items = (plain(item) for page in pages for item in page["Items"] if item["id"]["S"].startswith(start))
        return {item["id"]: item for item in items}

    def item(self, identity: str) -> Drink:
        key = {"id": {"S": identity}}
        return plain(self._dynamodb.get_item(TableName=self._table, Key=key, ConsistentRead=True)["Item"])

    def put(self, item: dict[str, str]) -> None:
        """An item by hand, past the flow."""
        self._dynamodb.put_item(TableName=self._table, Item={name: {"S": value} for name, value in item.items()})

    def remove(self, identity: str) -> None:
        self._dynamodb.delete_item(TableName=self._table, Key={"id": {"S": identity}})


class StandIn:
    """The API's stand-in that runs beside a local engine."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._search = f"{PREFIXES['COCKTAILDB_URL']}/search.php"

    def reset(self) -> None:
        """As freshly started."""
        for path in ("/_faults", "/_drinks", "/_requests"):
            self._call("DELETE", path)

    def drinks(self, letter: str | None = None) -> list[Drink]:
        """Of one letter, or of all: an answer has a hundred drinks at most."""
        letters = letter or "abcdefghijklmnopqrstuvwxyz0123456789"
        answers = [self._call("GET", f"{self._search}?f={one}")["drinks"] for one in letters]
        return [drink for drinks in answers for drink in drinks or []]

    def renew(self, letter: str) -> tuple[str, str]:
        """Changes a drink of the letter, so that its answer was never seen before: the id, and the new video."""
        identity, video = self.drinks(letter)[0]["idDrink"], f"https://video.example.org/{uuid.uuid4().hex}"
        self._call("PATCH", f"/_drinks/{identity}", {"strVideo": video})
        return identity, video

    def fail(self, kind: str, letter: str | None = None, **options: Any) -> None:
        """How requests go wrong from now on, for a letter or for all; once, unless `times` says otherwise."""
        path = self._search + (f"?f={letter}" if letter else "")
        self._call("PUT", "/_faults", {"path": path, "kind": kind, **options})

    def recover(self) -> None:
        self._call("DELETE", "/_faults")

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, method=method, data=data)
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(request, timeout=SECONDS) as answer:
            return json.load(answer)
