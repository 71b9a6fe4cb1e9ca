"""What `release.py` does: a release is fetched, started beside the one that serves, asked, and only then served."""
