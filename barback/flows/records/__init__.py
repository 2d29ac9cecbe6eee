"""What a person does with the records: fetching them now, and seeing what is stored."""
