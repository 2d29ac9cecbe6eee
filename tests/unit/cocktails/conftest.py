"""What the cocktail tests stand on: buckets and a table in memory, and a running stand-in of TheCocktailDB."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from moto import mock_aws

from cocktails.items import rows
from common.aws import client
from common.http import Answer, Session
from common.items import typed
from common.settings import settings
from tests.waiting import SECONDS
from upstream.faults import Fault
from upstream.server import PREFIXES, Upstream

RAW, PROCESSED, TABLE = "test-raw", "test-processed", "test-cocktails"


@pytest.fixture(scope="module")
def fresh_clients() -> Iterator[None]:
    """Clients cost a tenth of a second each to make, so they are shared, but not with other flows' tests."""
    client.cache_clear()
    yield
    client.cache_clear()


@pytest.fixture
def aws(fresh_clients: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """The clients' factory; the stack's buckets and table are there, and told to the functions."""
    environment = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "BUCKET_RAW": RAW,
        "BUCKET_PROCESSED": PROCESSED,
        "TABLE_COCKTAILS": TABLE,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    settings.cache_clear()
    with mock_aws():
        s3 = client("s3")
        for bucket in (RAW, PROCESSED):
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        client("dynamodb").create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"}
                for name in ("id", "category", "name", "ingredient", "drink_id")
            ],
            GlobalSecondaryIndexes=[
                _index("CategoryIndex", "category", "name"),
                _index("IngredientIndex", "ingredient", "drink_id"),
            ],
        )
        yield client
    settings.cache_clear()


def stock(aws: Callable[[str], Any], drinks: list[dict[str, Any]]) -> None:
    """Puts drinks into the table as they are stored, faster than by a transaction for each."""
    items = {drink["id"]: drink for drink in drinks}
    for drink in drinks:
        items |= rows(drink)
    puts = [{"PutRequest": {"Item": typed(item)}} for item in items.values()]
    for start in range(0, len(puts), 25):
        aws("dynamodb").batch_write_item(RequestItems={TABLE: puts[start : start + 25]})


def _index(name: str, key: str, sort: str) -> dict[str, Any]:
    schema = [{"AttributeName": key, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]
    return {"IndexName": name, "KeySchema": schema, "Projection": {"ProjectionType": "ALL"}}


@pytest.fixture(scope="session")
def running_upstream() -> Iterator[Upstream]:
    with Upstream() as running:
        yield running


@pytest.fixture
def upstream(running_upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> Upstream:
    running_upstream.reset()
    for variable, url in running_upstream.base_urls().items():
        monkeypatch.setenv(variable, url)
    return running_upstream


class Client(Session):
    """The flow's own, which does not wait long for an answer that is late on purpose, and for any other as long as a
    busy machine takes."""

    def __init__(self, upstream: Upstream) -> None:
        super().__init__(upstream.base_urls()["COCKTAILDB_URL"], timeout=SECONDS)
        self._faults = upstream.faults

    def get(self, page: str, params: Mapping[str, str]) -> Answer:
        path = f"{PREFIXES['COCKTAILDB_URL']}/{page}"
        late = [Fault(**one) for one in self._faults.listed() if one["kind"] in ("slow", "drip")]
        self._timeout = 0.2 if any(fault.matches(path, params) for fault in late) else SECONDS
        return super().get(page, params)


@pytest.fixture
def session(upstream: Upstream) -> Iterator[Session]:
    session = Client(upstream)
    yield session
    session.close()


@pytest.fixture
def snapshot(aws: Callable[[str], Any]) -> Callable[[], Any]:
    """All that is stored: items, and each object's version. Equal snapshots mean that nothing was written between."""

    def take() -> Any:
        items = aws("dynamodb").scan(TableName=TABLE)["Items"]
        versions = {
            (bucket, version["Key"], version["VersionId"])
            for bucket in (RAW, PROCESSED)
            for version in aws("s3").list_object_versions(Bucket=bucket).get("Versions", [])
        }
        return sorted(items, key=lambda item: item["id"]["S"]), versions

    return take
