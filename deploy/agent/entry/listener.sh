# shellcheck shell=bash
# Runs the listener, and ends it when it is time. The listener is started itself, not over run.sh: that one passes no
# signal on. It has its own session, so that only this script signals it, also under `tini -g`.

outcome=
outcome_text=
reason=      # why this script told the listener to end: signal, maximum, idle or over
busy=        # a job ran when it was told
killed=      # the listener had to be killed
quiet_limit=15000 # so long after its last job a standing agent has none on its way, in milliseconds

# run_listener ARGUMENT…: sets `outcome` and `outcome_text`.
run_listener() {
    local restarted=''
    while :; do
        start_listener "$@" &
        listener=$!
        watch_listener
        listener=
        if ((code != 4)) || [[ -n $reason$restarted ]]; then break; fi
        # As run.sh does: under --once an update ends with 4, and the new version is started once.
        restarted=yes
        say "the agent updates itself and is started once more"
        pause_unless_stopped 5000
        await_program
        if [[ -n $stop_signal ]]; then reason=signal; break; fi
    done
    name_outcome
}

# agent.disableupdate can't be set by bash, its name is no name there.
start_listener() {
    local arguments=(run) argument name
    if [[ -n $once ]]; then arguments+=(--once); fi
    # Arguments for config.sh by variable, such as the password of a proxy. The listener needs none.
    for name in $(compgen -e VSTS_AGENT_INPUT_ || true); do unset "$name"; done
    for argument in "$@"; do
        if [[ ${argument,,} != --once ]]; then arguments+=("$argument"); fi
    done
    cd -- "$root"
    exec setsid env agent.disableupdate=true ./bin/Agent.Listener "${arguments[@]}" {never}>&-
}

await_program() {
    local end
    look_at_clock
    end=$((now + 15000))
    while [[ ! -x $root/bin/Agent.Listener && -z $stop_signal ]] && ((now < end)); do
        pause 0.25
        look_at_clock
    done
}

# Waits for the real end of the listener and sets `code`. Once told to end, it has stop_limit; a running job is told to
# cancel by the listener itself.
watch_listener() {
    local look_at='' job_seen='' over='' idle_since kill_at=0
    look_at_clock
    idle_since=$now
    while runs "$listener"; do
        if [[ -z $reason ]]; then
            if [[ -n $stop_signal ]]; then
                tell_listener signal
            elif [[ -n $once ]]; then
                look_at_one_job
            else
                look_at_standing_agent
            fi
            if [[ -n $reason ]]; then kill_at=$((now + stop_limit)); fi
        elif [[ -n $kill_at ]] && ((now >= kill_at)); then
            complain "the listener did not end in $((stop_limit / 1000)) s and is killed"
            kill_group "$listener"
            killed=yes
            kill_at=
        fi
        pause 0.25
        look_at_clock
    done
    code=0
    wait "$listener" || code=$?
}

too_old() { ((maximum_age > 0 && now >= started + maximum_age)); }

# After the idle limit there must be a job; when the job is over, the listener has stop_limit to end by itself.
look_at_one_job() {
    if [[ -z $look_at ]]; then look_at=$((now + (idle_limit > 0 ? idle_limit : stop_limit))); fi
    if too_old; then
        tell_listener maximum
    elif ((now >= look_at)); then
        look_at=$((now + stop_limit))
        if job_runs; then
            job_seen=yes over=
        elif [[ -z $job_seen ]]; then
            if ((idle_limit > 0)); then tell_listener idle; fi
        elif [[ -z $over ]]; then
            over=yes
        else
            tell_listener over
        fi
    fi
}

# A standing agent leaves between two jobs only, since a listener that is told to end cancels its job. And not right after
# a job: the pool may have given it the next one already, which would then be lost.
look_at_standing_agent() {
    if ((idle_limit == 0 && maximum_age == 0)) || ((now < ${look_at:-0})); then return; fi
    look_at=$((now + 1000))
    if job_runs; then
        idle_since=$now
        if too_old && [[ -z $over ]]; then
            over=yes
            say "the agent reached its greatest age: it leaves when it has no job"
        fi
    elif too_old && ((now >= idle_since + quiet_limit)); then
        tell_listener maximum
    elif ((idle_limit > 0 && now >= idle_since + idle_limit)); then
        tell_listener idle
    fi
}

tell_listener() {
    reason=$1
    if job_runs; then busy=yes; fi
    say "the listener is told to end: $reason${busy:+, a job runs}"
    kill -TERM "$listener" 2>/dev/null || true
}

# The listener starts a process Agent.Worker for a job, which lives as long as the job. That is seen without asking
# anybody. With --once the listener ends after its first job, so a look at the moment of a decision is enough; a standing
# agent is looked at each second, where it has a limit.
job_runs() {
    local process
    for process in /proc/[0-9]*; do
        if is_worker "$process"; then return 0; fi
    done
    return 1
}

# A function of its own, since its loop must do without `continue`: bash forgets the trap of a signal that comes while one
# is under way, and a stop would go unheard.
is_worker() {
    local line='' state session program=''
    { read -r line <"$1/stat"; } 2>/dev/null || return 1
    # After the name, which may hold anything: state, parent, process group, session.
    read -r state _ _ session _ <<<"${line##*) }"
    if [[ $session != "$listener" || $state == Z ]]; then return 1; fi
    { IFS= read -r -d '' program <"$1/cmdline"; } 2>/dev/null || true
    [[ $line == *"(Agent.Worker) "* || ${program##*/} == Agent.Worker ]]
}

name_outcome() {
    local signal_exit
    if [[ -n $killed ]]; then
        outcome=$exit_killed outcome_text="the listener had to be killed"
        return
    fi
    case $reason in
    idle) outcome=$exit_idle outcome_text="no job came in time" ;;
    over) outcome=$exit_over outcome_text="the job was over, but the listener did not end by itself" ;;
    maximum) outcome=$exit_maximum outcome_text="the agent reached its greatest age" ;;
    signal)
        if [[ -n $busy ]]; then
            outcome=$exit_job_cancelled outcome_text="SIG$stop_signal while a job ran: the listener cancelled it"
        else
            signal_exit=exit_signal_$stop_signal
            outcome=${!signal_exit} outcome_text="SIG$stop_signal, no job ran"
        fi
        ;;
    *)
        case $code in
        0) outcome=0 outcome_text="the listener ended in order" ;;
        1) outcome=$exit_listener_error outcome_text="the listener ended with an error" ;;
        2) outcome=$exit_listener_retryable outcome_text="the listener ended with a retryable error" ;;
        3 | 4)
            outcome=$exit_listener_updating
            outcome_text="the listener wants to update itself: build the image with a newer agent"
            ;;
        *) outcome=$exit_listener_unknown outcome_text="the listener ended with code $code" ;;
        esac
        ;;
    esac
}
