"""How the web server runs, everywhere. `--bind` gives its address, WEB_CONCURRENCY its number of processes."""

worker_class = "occired.web_worker.BufferingWorker"
threads = 8
timeout = 30
graceful_timeout = 15
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
# Nobody may answer for the portal by a header; who is a proxy is decided by OCCIRED_TRUSTED_PROXIES.
forwarded_allow_ips = ""
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
control_socket_disable = True
accesslog = None
errorlog = "-"
