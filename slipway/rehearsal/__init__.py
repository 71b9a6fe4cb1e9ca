"""`slipway rehearse`: the whole life of a stack on the real engine, in a simulated cloud, with faults."""
