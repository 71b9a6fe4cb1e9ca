"""Rules about Redis wherever it runs: as a service of a cloud, on machines, in containers, elsewhere."""
