"""Scheduled ingestion of records from public APIs through a queue, with deduplication and exact counts."""
