"""A plain Django site: the floor under a page (session, user, one query, a template) and under a sign-in (one hash)."""
