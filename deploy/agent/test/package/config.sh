#!/bin/bash
# Stands in for the agent's config.sh.
cd "$(dirname "$0")" || exit 1
if [[ $1 == remove ]]; then
    ./bin/Agent.Listener "$@"
else
    ./bin/Agent.Listener configure "$@"
fi
