NAME = "my config"
