"""The network of a plan: who stands where, which way leads out, and who can reach whom."""
