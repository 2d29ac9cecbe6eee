"""Where the rules for a file are: in schema.yaml beside it, or else under the longest prefix of the stack that it has.

The stack's are in the package (`expect.json`, made of infra/stack.yaml): changing them is a deployment.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from common.objects import is_missing
from csv_profile.rules import Mistake, Rules, Unreadable, dotted, rules_from

NAME = "schema.yaml"
IN_PACKAGE = Path(__file__).parents[1] / "expect.json"
_LARGEST = 1 << 20  # bytes


class WrongRules(Exception):
    """The rules that hold for a file cannot be read; the message says why and where."""


class Rulebook:
    def __init__(self, s3: Any, expect: Mapping[str, Mapping[str, Any]]) -> None:
        """`expect` has rules by bucket and prefix."""
        self._s3, self._expect = s3, expect

    def rules_for(self, bucket: str, key: str) -> tuple[str, Rules] | None:
        """The rules and where they stand; None where nobody stated any."""
        folder = key.rpartition("/")[0]
        place = f"{folder}/{NAME}" if folder else NAME
        content = self._beside(bucket, place)
        if content is not None:
            try:
                return place, parsed(content)
            except WrongRules as error:
                raise WrongRules(f"{place}: {error}") from error
        prefixes = [prefix for prefix in self._expect.get(bucket, {}) if key.startswith(prefix)]
        if not prefixes:
            return None
        prefix = max(prefixes, key=len)
        return f"the stack, {prefix}", rules_from(self._expect[bucket][prefix])

    def _beside(self, bucket: str, key: str) -> bytes | None:
        try:
            answer = self._s3.get_object(Bucket=bucket, Key=key)
        except self._s3.exceptions.ClientError as error:
            if is_missing(error):
                return None
            raise
        with answer["Body"] as body:
            content: bytes = body.read(_LARGEST + 1)
        return content


def in_package(path: Path = IN_PACKAGE) -> dict[str, dict[str, Any]]:
    """The stack's rules by the stack's own names of buckets."""
    try:
        found: dict[str, dict[str, Any]] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    return found


def parsed(content: bytes) -> Rules:
    """Rules in YAML, or JSON, which is YAML. Raises WrongRules, with the line of each mistake."""
    import yaml  # only files that have rules pay for it

    if len(content) > _LARGEST:
        raise WrongRules("it has more than 1 MiB")
    loader = yaml.SafeLoader("")
    try:
        loader = yaml.SafeLoader(content.decode("utf-8-sig"))
        node = loader.get_single_node()
        raw = loader.construct_document(node) if node else None
    except UnicodeDecodeError as error:
        raise WrongRules("it is not UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise WrongRules(f"{line}{error.problem or 'it is no YAML'}") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:  # ValueError: a date that does not exist
        raise WrongRules(f"it is no YAML ({type(error).__name__})") from error
    finally:
        loader.dispose()
    mistakes = list(_twice(node, ()))
    try:
        rules = rules_from(raw)
    except Unreadable as error:
        mistakes += error.mistakes
    if mistakes:
        raise WrongRules("; ".join(f"line {_line(node, path)}: {dotted(path)} {what}" for path, what in mistakes[:5]))
    return rules


def _children(node: Any) -> list[tuple[Any, Any, Any]]:
    """The names in a mapping, each with its node and its value's."""
    import yaml

    return [(name.value, name, value) for name, value in node.value] if isinstance(node, yaml.MappingNode) else []


def _line(node: Any, path: tuple[str | int, ...]) -> int:
    line = node.start_mark.line if node else 0
    for step in path:
        child = next((child for child in _children(node) if child[0] == step), None)
        if child is None:
            break
        line, node = child[1].start_mark.line, child[2]
    return int(line) + 1


def _twice(node: Any, path: tuple[str | int, ...]) -> Iterator[Mistake]:
    """YAML lets a later name replace an earlier one in silence."""
    seen = set()
    for name, _, value in _children(node):
        if name in seen:
            yield (*path, name), "is there twice"
        seen.add(name)
        if len(path) < 3:
            yield from _twice(value, (*path, name))
