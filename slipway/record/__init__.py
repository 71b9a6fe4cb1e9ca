"""The child process that records a Pulumi program.

It runs under the program's own interpreter, so this package needs pulumi and the standard library only, and is
loaded under a private name (`child.py`): nothing of ours may shadow a module of the program.
"""
