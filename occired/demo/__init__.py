"""Invented companies and people to try the portal with. Their passwords and secrets are public: the demo alone loads them."""
