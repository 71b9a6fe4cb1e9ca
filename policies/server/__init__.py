"""Rules about single servers, whoever hosts them."""
