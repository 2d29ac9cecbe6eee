"""Which requests the gateway turns away."""

import pytest

from barback.inside.origins import refusal


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://localhost"},
        {"Origin": "http://localhost:3000", "Host": "localhost:4566"},
        {"Origin": "http://[::1]:4566"},
        {"Origin": "http://pages.s3-website.localhost:4566"},
        {"Referer": "http://127.0.0.1:4566/barback-raw/page.html", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none", "Host": "127.0.0.1:4566"},
        {"Host": "barback-raw.s3.localhost:4566"},
        {"Host": "abc.lambda-url.us-east-1.localhost.localstack.cloud:4566"},
        {"Host": "172.17.0.2:4566"},
        {"Host": "barback-localstack:4566"},
        {"Host": "host.docker.internal:4566"},
    ],
    ids=str,
)
def test_programs_and_pages_of_this_machine_pass(headers: dict[str, str]) -> None:
    assert refusal(headers) == ""


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://app.localstack.cloud"},
        {"Origin": "https://localhost.example.org"},
        {"Origin": "https://localhost.localstack.cloud.example.org"},
        {"Origin": "http://notlocalhost"},
        {"Origin": "http://192.168.1.7"},
        {"Origin": "null"},
        {"Origin": "http://[bad"},
        {"Referer": "https://example.org/page"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "rebound.example.org:4566"},
        {"Host": "localhost.example.org"},
        {"Origin": "http://rebound.example.org:4566", "Host": "rebound.example.org:4566"},
    ],
    ids=str,
)
def test_pages_from_elsewhere_do_not(headers: dict[str, str]) -> None:
    assert "this LocalStack" in refusal(headers)
