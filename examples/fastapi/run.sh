#!/bin/bash
exec python3 -m uvicorn app:app --host "${HOST:-0.0.0.0}" --port "${PORT:-8080}" --no-access-log
