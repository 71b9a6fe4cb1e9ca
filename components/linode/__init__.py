"""Components of Linode, Akamai's cloud."""
