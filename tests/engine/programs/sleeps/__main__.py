"""Takes longer than anyone waits."""

import time

time.sleep(600)
