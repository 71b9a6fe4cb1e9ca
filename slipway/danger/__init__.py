"""What a change puts at risk, read from the engine's preview: data, URNs that vanish, traffic, the way back."""
