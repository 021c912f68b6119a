# Thin: each target calls one script, so that CI, a developer and an operator do the same things.
.PHONY: run check test test-peers bench shots fix
run: ; @scripts/run
check: ; @scripts/check
test: ; @scripts/check && scripts/test browser && scripts/test package
test-peers: ; @scripts/test peers
bench: ; @scripts/bench
shots: ; @scripts/shots
fix: ; @scripts/fix
