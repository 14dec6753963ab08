#!/bin/bash
exec python3 app.py
