PLAN = "mine"
