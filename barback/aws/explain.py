"""From what Terraform and AWS say when something fails, to what is wrong and what to do next."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from barback.errors import Problem

LONGEST = 600


@dataclass(frozen=True)
class KnownError:
    pattern: str
    what: str
    hint: str


# The first that matches is told. Groups of a pattern fill the braces.
KNOWN = (
    KnownError(
        r"ExpiredToken|RequestExpired|TokenRefreshRequired|token.{0,40}\bexpired|InvalidClientTokenId|"
        r"refresh cached SSO",
        "AWS no longer accepts your credentials: they have expired or are not valid",
        "sign in again (aws sso login) and run the same command",
    ),
    KnownError(
        r"AWS account ID not allowed: (\d+)",
        "Terraform's credentials belong to account {0}, not to the one that was shown",
        "unset AWS_PROFILE or AWS_ACCESS_KEY_ID, whichever you did not mean, and try again",
    ),
    KnownError(
        r"S3 Bucket \(([^)]+)\).{0,200}(?:BucketAlreadyExists|BucketAlreadyOwnedByYou)",
        "the bucket name {0} is taken",
        "bucket names are shared by everyone on AWS: choose another `name` in infra/stack.yaml, "
        "or remove that bucket if it is yours",
    ),
    KnownError(
        r"Saved plan is stale",
        "somebody else deployed while you were looking at the plan; nothing of it was applied",
        "run the same command again and look at the new plan",
    ),
    KnownError(
        r"Unsupported state file format|Error loading state|state file could not be parsed",
        "Terraform's state is damaged",
        "restore an earlier version of it (the bucket for states keeps versions; a file has terraform.tfstate.backup "
        "beside it); or remove it, and take what is deployed into a new one: make deploy ARGS=--adopt",
    ),
    KnownError(
        r"protected against deletion|DeletionProtection",
        "a table is protected against deletion",
        "set deletion_protection = false in infra/environments/<ENV>.tfvars, deploy just that, and try again",
    ),
    KnownError(r"BucketNotEmpty", "a bucket is not empty: something still writes to it", "run the same command again"),
    KnownError(
        r"(?:not authorized to perform: |UnauthorizedOperation.{0,80}?)([a-z0-9-]+:\w+)",
        "these credentials may not do {0}",
        "ask for that permission; docs/aws.md lists what a deployment needs",
    ),
    KnownError(
        r"AccessDenied|is not authorized|UnauthorizedOperation",
        "AWS refuses a call that the deployment needs",
        "docs/aws.md lists what a deployment needs",
    ),
    KnownError(
        r"Error acquiring the state lock.{0,2000}?Lock Info:\s+ID:\s+(\S+)",
        "another deployment holds the state (lock {0})",
        "wait until it has ended; if it was killed: TARGET=aws make terraform ARGS='force-unlock -force {0}' "
        "(with the same ENV)",
    ),
    KnownError(
        r"(?:EntityAlreadyExists|ResourceConflictException|ResourceAlreadyExistsException|ResourceInUseException|"
        r"QueueAlreadyExists|QueueNameExists)",
        "something of that name is there already, but not in Terraform's state",
        "take it into the state (make deploy ARGS=--adopt), or remove it if it was left over",
    ),
    KnownError(
        r"LimitExceeded|ServiceQuotaExceeded|TooManyBuckets",
        "the account has reached a limit",
        "ask for a higher one in the console under Service Quotas, then run the same command again",
    ),
    KnownError(
        r"Failed to (?:query available provider packages|install provider)|could not connect to registry|"
        r"provider registry .{0,60}failed|does not have a provider named",
        "Terraform cannot get the AWS provider",
        "check the network, or set BARBACK_TF_PLUGIN_DIR to a folder that holds it (docs/aws.md)",
    ),
    KnownError(
        r"no such host|connection refused|i/o timeout|no route to host|Could not connect to the endpoint",
        "AWS cannot be reached from here",
        "check the network and AWS_REGION, then run the same command again",
    ),
)


def problem_from(errors: Sequence[dict[str, Any]], text: Sequence[str] = (), left: str = "") -> Problem:
    """One message for all that went wrong. `left` says what a half-done change leaves and how to go on."""
    parts = [" ".join(filter(None, (e.get("summary"), e.get("address"), e.get("detail")))) for e in errors]
    whole = _flat(" ".join(parts) or "\n".join(text))
    shown = _flat(parts[0]) if parts else whole
    more = f" (and {len(parts) - 1} more)" if len(parts) > 1 else ""
    known = explain(whole)
    if known is None:
        return Problem(f"{shown[:LONGEST]}{more}", left or "fix what it names and run the same command again")
    return Problem(
        f"{known.what}\n  Terraform: {shown[:LONGEST]}{more}", "\n  → ".join(filter(None, (known.hint, left)))
    )


def explain(message: str) -> Problem | None:
    for known in KNOWN:
        if found := re.search(known.pattern, message, re.IGNORECASE | re.DOTALL):
            return Problem(known.what.format(*found.groups()), known.hint.format(*found.groups()))
    return None


@contextmanager
def in_words(doing: str) -> Iterator[None]:
    """What AWS refuses while we are `doing` something, as a Problem."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        known = explain(str(error))
        what = f"{known.what}\n  {doing}: {error}" if known else f"{doing}: {error}"
        raise Problem(what, known.hint if known else "fix what it names and run the same command again") from None


def _flat(text: str) -> str:
    """Without Terraform's colours, and its box of lines around a message."""
    return re.sub(r"\s+", " ", re.sub(r"\x1b\[[\d;]*m|[│╷╵]", " ", text)).strip()
