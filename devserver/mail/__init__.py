"""The demo's mail server: keeps every message as a file and shows it in the browser. It sends nothing anywhere."""
