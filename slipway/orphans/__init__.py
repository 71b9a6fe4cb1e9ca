"""What a cloud holds and no state records: found by its tags, and how to take it over or delete it."""
