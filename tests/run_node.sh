#!/bin/sh
# Runs a test that is written for Node: run_node.sh ARGS... Exit code 77 where there is no Node (ctest: skipped). Looked
# for when the test runs, not when CMake does, since `./dev test` may install it in between.
command -v node >/dev/null 2>&1 || { echo 'skipped: Node is not installed (Debian package nodejs)'; exit 77; }
exec node "$@"
