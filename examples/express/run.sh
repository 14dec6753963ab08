#!/bin/bash
exec node app.js
