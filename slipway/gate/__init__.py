"""The gate: what a pipeline runs before and when it deploys a stack. The rehearsal runs the same, in a simulation."""
