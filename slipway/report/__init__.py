"""What a person reads: plans and findings in the terminal."""
