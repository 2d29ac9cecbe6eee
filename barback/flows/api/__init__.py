"""What a person does with the HTTP API: finding where it answers, and asking it."""
