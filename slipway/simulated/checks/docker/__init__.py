"""What a Docker engine and its provider refuse; `checks` says how a module here is found."""
