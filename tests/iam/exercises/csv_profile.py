"""What the CSV profiler is put through under its role: together it uses all that the role allows, and no more."""

import json

from tests.iam.bench import Bench, upload_event


def csv_profile(bench: Bench) -> None:
    """A new file, its event once more, and a file that is deleted before it can be read."""
    key = "uploads/sales.csv"
    event = upload_event(bench, "raw", key, bench.put("raw", key, b"name,age\nAda,36\n"))
    assert bench.invoke(event) == {"success": 1}
    assert bench.invoke(event) == {"duplicate": 1}
    # Its profile was removed by hand: the same event makes it anew.
    bench.admin("s3").delete_object(Bucket=bench.names.bucket("processed"), Key=f"profiles/{key}.json")
    assert bench.invoke(event) == {"success": 1}
    assert bench.keys("processed") == [f"profiles/{key}.json"]
    gone = "uploads/gone.csv"
    event = upload_event(bench, "raw", gone, bench.put("raw", gone, b"name\nAda\n"))
    bench.admin("s3").delete_object(Bucket=bench.names.bucket("raw"), Key=gone)
    assert bench.invoke(event) == {"error": 1}
    assert {json.dumps(item["status"]) for item in bench.items("file_metadata")} == {
        '{"S": "success"}',
        '{"S": "error"}',
    }
