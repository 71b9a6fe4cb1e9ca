"""Components of Amazon Web Services."""
