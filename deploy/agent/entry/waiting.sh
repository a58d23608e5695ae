# shellcheck shell=bash
# Waiting so that a signal is noticed within a quarter of a second, and so that every wait has an end. Bash runs a trap
# only between commands; therefore nothing long runs in the foreground.

stop_signal=
now=
code=

# A pipe that stays open and never has data: reading it with a limit is a sleep without a process.
exec {never}<> <(:)

# The first signal counts, later ones change nothing: the way out has begun, and its steps are limited in time.
note_signal() {
    if [[ -z $stop_signal ]]; then
        stop_signal=$1
        say "SIG$1: leaving"
    fi
}

# Sets `now` to milliseconds of a clock that nobody sets.
look_at_clock() {
    local uptime
    # Where it can't be read, for want of descriptors, the clock stands still until the next look.
    { read -r uptime _ </proc/uptime; } 2>/dev/null || return 0
    now=$((10#${uptime/./} * 10))
}

pause() { read -r -t "$1" -u "$never" _ || true; }

# pause_unless_stopped MILLISECONDS
pause_unless_stopped() {
    local end
    look_at_clock
    end=$((now + $1))
    while [[ -z $stop_signal ]] && ((now < end)); do
        pause 0.1
        look_at_clock
    done
}

leave_if_stopped() {
    if [[ -n $stop_signal ]]; then
        local exit_name=exit_signal_$stop_signal
        leave "${!exit_name}" "SIG$stop_signal before the agent was started"
    fi
}

runs() { kill -0 "$1" 2>/dev/null; }

kill_group() {
    kill -KILL "$1" 2>/dev/null || true
    kill -KILL -- "-$1" 2>/dev/null || true
}

# run_limited SECONDS SECONDS_AFTER_STOP COMMAND…: runs the command, a function that ends in `exec setsid …`, and
# sets `code`: 124 when it was killed because its time, or its time after a signal to this script, was over.
run_limited() {
    local limit=$1 limit_after_stop=$2 end shortened='' step
    shift 2
    "$@" &
    step=$!
    look_at_clock
    end=$((now + limit * 1000))
    while runs "$step"; do
        pause 0.1
        look_at_clock
        if [[ -n $stop_signal && -z $shortened ]]; then
            shortened=yes
            if ((now + limit_after_stop * 1000 < end)); then
                end=$((now + limit_after_stop * 1000))
            fi
        fi
        if ((now >= end)); then
            kill_group "$step"
            wait "$step" || true
            code=124
            return 0
        fi
    done
    code=0
    wait "$step" || code=$?
}
