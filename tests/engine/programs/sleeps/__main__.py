"""Takes longer than anyone waits."""

import pathlib
import time

(pathlib.Path.home() / "started").touch()
time.sleep(600)
