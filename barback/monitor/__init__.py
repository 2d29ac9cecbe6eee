"""The logs of all functions as one: what an event says, in one line, and what invocations came to in all."""
