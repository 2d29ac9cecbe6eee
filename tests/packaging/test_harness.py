"""The routes that write are on this machine only: what is deployed has none of them, and nothing to make them from."""

import zipfile

from barback.package import Build, build_package
from barback.paths import LAMBDA_SRC, STACK
from barback.stack.load import load

WRITING = (b"/harness", b"barback.", b"put_object", b"send_message", b"put_item", b"update_item", b"transact_write")


def test_the_package_has_the_api_and_no_route_that_writes() -> None:
    package = build_package(load(STACK, LAMBDA_SRC), Build.for_here())
    with zipfile.ZipFile(package.path) as archive:
        names = archive.namelist()
        api = {name: archive.read(name) for name in names if name.startswith("api/") and name.endswith(".py")}
    assert "api/app.py" in api
    assert not [name for name in names if "harness" in name or name.split("/")[0] in ("barback", "uvicorn", "upstream")]
    found = {name: word for name, text in api.items() for word in WRITING if word in text}
    assert found == {}
    assert not [name for name, text in api.items() if b"router.post" in text or b"router.put" in text]
