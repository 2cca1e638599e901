"""The servers a demo or a test run needs, from Python wheels: PostgreSQL, Valkey, a mail catcher, and a browser.

Nothing in here is imported by the portal itself, and production does not install the wheels.
"""
