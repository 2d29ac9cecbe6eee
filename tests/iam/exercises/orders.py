"""What the orders flow is put through under its role: together it uses all that the role allows, and no more."""

import json

from tests.iam.bench import Bench, upload_event

ORDER = {
    "order_id": "O-1",
    "placed_at": "2026-01-31T12:00:00Z",
    "currency": "EUR",
    "customer": {"customer_id": "C-1"},
    "items": [{"sku": "S-1", "quantity": 1, "unit_price": "9.50"}],
    "total": "9.50",
}


def orders(bench: Bench) -> None:
    """A new file, its event once more, a newer one in its place, and a file that is deleted before it can be read."""
    key = "orders/shop.json"
    event = upload_event(bench, "raw", key, bench.put("raw", key, json.dumps(ORDER).encode()))
    assert bench.invoke(event) == {"success": 1}
    assert bench.invoke(event) == {"duplicate": 1}
    event = upload_event(bench, "raw", key, bench.put("raw", key, json.dumps([ORDER]).encode()))
    assert bench.invoke(event) == {"success": 1}
    assert "orders/shop/manifest.json" in bench.keys("processed")
    gone = "orders/gone.json"
    event = upload_event(bench, "raw", gone, bench.put("raw", gone, b"[]"))
    bench.admin("s3").delete_object(Bucket=bench.names.bucket("raw"), Key=gone)
    assert bench.invoke(event) == {"error": 1}
    assert {item["status"]["S"] for item in bench.items("order_batches")} == {"success", "error"}
