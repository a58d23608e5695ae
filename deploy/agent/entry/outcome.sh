# shellcheck shell=bash
# How the container ends: its exit codes, and what is cleared away on every way out.

# The listener ended by itself: 0 in order, else its own code told apart.
exit_listener_error=10      # code 1, for example: no session, since the agent or its pool is gone
exit_listener_retryable=11  # code 2
exit_listener_updating=12   # code 3, or a second 4: the pool wants another version of the agent
exit_listener_unknown=13
# Nothing was started.
exit_settings=20
exit_machine=21
exit_configure=30
exit_claim_refused=31
exit_claim_unanswered=32
exit_claim_unusable=33
# This script ended the listener.
exit_idle=40
exit_maximum=41
exit_job_cancelled=42       # told to stop while a job ran
exit_killed=43              # the listener did not end in time
exit_over=44                # the job was over, but the listener did not end by itself
exit_fault=70
# 128 + signal: told to stop, and no job ran.
exit_signal_TERM=143
exit_signal_INT=130

leaving=
scratch=
listener=

# A log that takes nothing more is no reason to leave a job.
say() { printf 'slipway-agent: %s\n' "$*" || true; }
complain() { printf 'slipway-agent: %s\n' "$*" >&2 || true; }

# leave CODE TEXT: ends the script on purpose. Any other end is a fault of the script.
leave() {
    leaving=yes
    if (($1 == 0)); then say "$2"; else complain "$2 (exit code $1)"; fi
    exit "$1"
}

# Runs on every way out. Nothing in here may fail, so errexit is off.
at_exit() {
    local code=$?
    set +e
    trap '' TERM INT
    if [[ -z $leaving ]]; then
        complain "the entry script broke off with code $code (exit code $exit_fault)"
        code=$exit_fault
        if [[ -n $listener ]]; then kill -TERM "$listener" 2>/dev/null; fi
    fi
    if [[ -n $scratch ]]; then rm -rf -- "$scratch"; fi
    exit "$code"
}
