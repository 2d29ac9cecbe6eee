"""Times the cocktail flow and prints the numbers as Markdown: `python benchmarks/cocktails.py`.

Transforming is timed alone, over the stand-in's catalogue; writes are counted against tables in memory, where a count
means what it means on AWS but a time does not; imports are timed in fresh interpreters, as a cold start has them.
"""

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "lambda_src")]

from cocktails import measures  # noqa: E402 - the path is made above
from cocktails.ingredients import understood  # noqa: E402
from cocktails.store import CocktailTable  # noqa: E402
from cocktails.texts import bare  # noqa: E402
from cocktails.transform import transform  # noqa: E402
from upstream.drinks import make_drinks  # noqa: E402

ROUNDS = 15
FUNCTIONS = ("cocktails.fetch_handler", "cocktails.transform_handler")
TABLE = "cocktails"


def main() -> None:
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores; medians of {ROUNDS}.\n")
    print("| what | measured |\n| --- | ---: |")
    for what, measured in (*_transforming(), *_writing(), *_importing()):
        print(f"| {what} | {measured} |")


def _transforming() -> Iterator[tuple[str, str]]:
    drinks = make_drinks(1)
    body = json.dumps({"drinks": drinks}).encode()

    def cold() -> None:
        for cache in (measures.parse, understood, bare):
            cache.cache_clear()
        transform(body)

    for name, action in (("nothing remembered", cold), ("measures remembered", lambda: transform(body))):
        wall, cpu = _timed(action)
        yield f"drinks a second through transform, {name}", f"{len(drinks) / wall:,.0f}"
        yield f"drinks a CPU second, {name}", f"{len(drinks) / cpu:,.0f}"


def _timed(action: Callable[[], Any]) -> tuple[float, float]:
    """Median seconds by the clock on the wall and of this process."""
    action()
    walls, cpus = [], []
    for _ in range(ROUNDS):
        wall, cpu = time.perf_counter(), time.process_time()
        action()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return median(walls), median(cpus)


def _writing() -> Iterator[tuple[str, str]]:
    import boto3
    from moto import mock_aws

    os.environ |= {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "eu-west-1"}
    drinks = make_drinks(1)[:40]
    kinds = {
        "drink that is new": drinks,
        "drink that is unchanged": drinks,
        "drink with other instructions": [{**d, "strInstructions": f"{d['strInstructions']} Well."} for d in drinks],
        "drink with another name (its cards change)": [{**d, "strDrink": f"{d['strDrink']} II"} for d in drinks],
    }
    with mock_aws():
        dynamodb = boto3.client("dynamodb")
        dynamodb.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )
        for day, (kind, drinks) in enumerate(kinds.items(), 1):
            batch = transform(json.dumps({"drinks": drinks}).encode())
            stored = CocktailTable(dynamodb, TABLE).store(batch.drinks, f"2026-01-{day:02d}T00:00:00+00:00")
            yield f"items written for a {kind}", f"{stored.writes / len(drinks):.1f}"


def _importing() -> Iterator[tuple[str, str]]:
    for module in FUNCTIONS:
        seconds = median(_import_seconds(f"import {module}") for _ in range(ROUNDS))
        first_client = f"import {module}; from common.aws import client; client('s3')"
        with_client = median(_import_seconds(first_client) for _ in range(ROUNDS // 3))
        yield f"import of `{module}`", f"{seconds * 1000:,.0f} ms"
        yield f"import of `{module}` and a first client", f"{with_client * 1000:,.0f} ms"


def _import_seconds(statement: str) -> float:
    code = f"import time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "lambda_src")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout)


if __name__ == "__main__":
    main()
