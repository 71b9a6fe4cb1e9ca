NAME = "my runner"
