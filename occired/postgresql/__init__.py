"""Django's PostgreSQL backend on a driver that does not wait for ever."""
