"""How the web server runs, everywhere. `--bind` gives its address, WEB_CONCURRENCY its number of processes."""

worker_class = "occired.web_server.TornadoWorker"
threads = 8
worker_connections = 900  # per process; many systems let it open 1024 files
timeout = 30
graceful_timeout = 15
max_requests = 5000
max_requests_jitter = 500
control_socket_disable = True
errorlog = "-"
