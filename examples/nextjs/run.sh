#!/bin/bash
export HOSTNAME=127.0.0.1 PORT="${PORT:-8080}"
exec node server.js
