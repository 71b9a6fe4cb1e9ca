"""Texts that make a Linux machine serve an application, whichever cloud it is in."""
