"""The developer's side of Barback: targets, packaging, the embedded engine and the commands. Never deployed."""
