"""A folder of uploaded files, copied into a stack's bucket."""
