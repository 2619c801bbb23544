#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every error says what, why and what to do.
exec /usr/bin/python3 "$(dirname "$0")/errors.py"
