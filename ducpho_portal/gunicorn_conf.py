"""Gunicorn: a few processes with a few threads each, everything from the environment."""

import os

bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True  # loaded once, shared by fork; nothing connects or starts threads while loading
timeout = 60
graceful_timeout = 10
keepalive = 5  # behind nginx a little longer than its own pause between two requests
max_requests = 5000  # a process is replaced now and then, so that no leak grows for months
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
control_socket_disable = True  # it would want to write into HOME
accesslog = "-" if os.environ.get("ACCESS_LOG") else None
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL", "info").lower()
