"""The bounds that reading keeps to, whatever the input is. They are part of the specification (docs/orders.md)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    order_chars: int = 1 << 20  # the longest order, as text
    depth: int = 100  # how deep an order may be nested
    raw_chars: int = 64 << 10  # how much of a rejected order's text is kept
    rejected: int = 100_000  # so many rejected orders, and not a tenth as many good ones, end a file
    expanded_bytes: int = 16 << 30  # the most that a compressed file may hold
    expanded_ratio: int = 400  # how many times larger than itself,
    expanded_free: int = 64 << 20  # once it is larger than this
    examples: int = 5  # of each kind of issue in the manifest


DEFAULTS = Limits()
