"""One module per topology: wiring and look-ups, imported only when its topology is chosen."""
