"""What a person does with a flow: its samples, demo step, checks and views. One folder a flow, found by its name."""
