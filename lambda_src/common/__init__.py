"""What every flow shares: events in, results out, errors, settings, logs and metrics."""
