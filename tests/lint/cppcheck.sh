#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# cppcheck's warnings, performance and portability findings are errors. Its view of
# macros is partial, so style findings are left to the compilers and clang-tidy; across
# files it takes what a function fills for what it reads (ctuuninitvar).
set -u
mkdir -p build/cppcheck
cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
  --error-exitcode=1 --suppress=missingInclude --suppress=unknownMacro \
  --suppress=memleak --suppress=legacyUninitvar --suppress=ctuuninitvar --suppress=nullPointerRedundantCheck --suppress=invalidPointerCast \
  --suppress=normalCheckLevelMaxBranches --cppcheck-build-dir=build/cppcheck \
  -D_GNU_SOURCE -D__x86_64__ -Iinclude -Isrc -j "$(nproc)" src
