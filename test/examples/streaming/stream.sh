#!/bin/bash
exec python3 stream.py
