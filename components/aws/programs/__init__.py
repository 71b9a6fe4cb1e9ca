"""Programs that machines run by themselves: the standard library alone, and Python 3.8 is new enough."""
