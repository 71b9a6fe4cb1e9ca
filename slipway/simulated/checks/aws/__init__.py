"""What AWS and its provider refuse, service by service; `checks` says how a module here is found."""
