"""The way of one application from a stack to another one, as a runbook: `slipway move FROM TO`."""
