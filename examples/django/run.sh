#!/bin/bash
exec python3 -m gunicorn backend.wsgi
