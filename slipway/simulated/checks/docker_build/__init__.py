"""What the provider that builds images refuses; `checks` says how a module here is found."""
