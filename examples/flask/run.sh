#!/bin/bash
exec python3 -m gunicorn app:app
