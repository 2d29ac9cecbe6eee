"""Orders as nested JSON, turned into three tables that join: docs/orders.md is the specification.

source (bytes → text) → reader (text → one order at a time) → models (what an order is) → tables (rows, and what was
noticed) → files (CSV, Parquet) → manifest. All of it is pure; handler.py and store.py are the doors to AWS.
"""
