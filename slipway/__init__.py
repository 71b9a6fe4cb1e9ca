"""The command: recording, reports, rehearsal. It runs a program as a child and never imports stacks or components."""
