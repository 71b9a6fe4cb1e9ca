"""Programs that servers run by themselves, with nothing but the Python of Debian 12 and its standard library."""
