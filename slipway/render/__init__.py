"""What a plan puts on machines, and what people need to deploy it, as files."""
