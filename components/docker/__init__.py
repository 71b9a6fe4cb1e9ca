"""Components that need a builder of images."""
