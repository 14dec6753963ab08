"""Read by gunicorn by itself. WEB_CONCURRENCY, which gunicorn knows, sets the number of processes."""

import os

bind = f"0.0.0.0:{os.environ.get('PORT') or 8080}"
worker_class = "gthread"
threads = 8
