"""What the provider of random values refuses; `checks` says how a module here is found."""
