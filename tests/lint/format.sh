#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every C file is as .clang-format (version 14) would write it.
set -u
git ls-files -z '*.c' '*.h' | xargs -0 clang-format --dry-run -Werror
