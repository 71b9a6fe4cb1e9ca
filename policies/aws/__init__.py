"""Rules about resources of AWS."""
