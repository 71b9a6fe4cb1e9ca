"""What a user may write: applications, stack files, their models and the reading of both."""
