NAME = "from-my-config"
