"""Is not Python."""

def broken(:
