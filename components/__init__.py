"""Component resources: the parts that stacks are made of. They read no configuration, environment or clock."""
