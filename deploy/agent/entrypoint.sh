#!/bin/bash
# The entry of the agent's container: registers one Azure Pipelines agent, runs one job with it, and leaves. With
# SLIPWAY_ONCE=0 it runs job after job.
#
# Two forms. With SLIPWAY_CLAIM_URL the agent is already registered and its credentials are claimed (preregistered);
# without it the agent registers itself as with the official start script (self). README.md has every variable and
# exit code.
#
# It runs twice. First as process 1, where it takes the secrets out of the environment and replaces itself by tini,
# which starts it again: what a process was started with stays readable in /proc/PID/environ for as long as it lives,
# so neither process 1 nor the second run may be started with a secret.
set -euo pipefail
shopt -s inherit_errexit

here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=entry/outcome.sh
source "$here/entry/outcome.sh"
# shellcheck source=entry/waiting.sh
source "$here/entry/waiting.sh"
# shellcheck source=entry/secrets.sh
source "$here/entry/secrets.sh"
# shellcheck source=entry/settings.sh
source "$here/entry/settings.sh"
# shellcheck source=entry/key.sh
source "$here/entry/key.sh"
# shellcheck source=entry/claim.sh
source "$here/entry/claim.sh"
# shellcheck source=entry/configure.sh
source "$here/entry/configure.sh"
# shellcheck source=entry/listener.sh
source "$here/entry/listener.sh"

main() {
    if [[ ${1:-} != --secrets-on=* ]]; then
        hand_over_secrets "$here/entrypoint.sh" "$@"
    fi
    take_secrets "${1#--secrets-on=}"
    shift

    trap at_exit EXIT
    trap 'note_signal TERM' TERM
    trap 'note_signal INT' INT
    read_settings "$@"
    prepare_environment
    prepare_folders
    if [[ $form == preregistered ]]; then
        claim
    else
        configure
    fi
    run_listener "$@"
    if [[ $form == self ]]; then
        deregister
    fi
    leave "$outcome" "$outcome_text"
}

# The tests source this file for its functions.
if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
    main "$@"
fi
