"""Components on a Docker engine, and the image that one builds."""
