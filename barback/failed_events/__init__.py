"""Failed events: the queues that keep them, and sending them again."""
