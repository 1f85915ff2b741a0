# contrib: nothing compiled
EXTRA_DIST += contrib/packages.sh contrib/quickstart contrib/run-tests .ci/run
