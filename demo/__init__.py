"""Invented companies and people to try the portal with. Their passwords are public: only the demo loads them."""
