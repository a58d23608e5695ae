# shellcheck shell=bash
# The self form: config.sh registers the agent, and takes the registration away at the end.

saved_files=

configure() {
    local attempt pause_ms=$first_pause
    for attempt in 1 2 3; do
        # What a try left behind would make the next one think that the agent is configured.
        delete_agent_files
        # On a signal the try gets 20 s to come to its end: only then can a registration be taken away again.
        run_limited $((configure_limit / 1000 + 1)) 20 config_sh_configure
        if ((code == 0)); then
            save_agent_files
            if [[ -n $stop_signal ]]; then deregister; fi
            leave_if_stopped
            return
        fi
        if [[ -n $stop_signal && -e $root/.agent ]]; then deregister; fi
        leave_if_stopped
        complain "config.sh failed with code $code, try $attempt of 3"
        if ((attempt < 3)); then pause_unless_stopped "$pause_ms"; fi
        leave_if_stopped
        pause_ms=$((pause_ms * 2))
    done
    leave "$exit_configure" "the agent could not be registered in pool $pool as $agent_name"
}

config_sh_configure() {
    cd -- "$root"
    export_credential
    exec setsid ./config.sh --unattended --agent "$agent_name" --url "$url" "${credential_arguments[@]}" \
        --pool "$pool" --work "$work" --replace --acceptTeeEula {never}>&-
}

config_sh_remove() {
    cd -- "$root"
    export_credential
    exec setsid ./config.sh remove --unattended "${credential_arguments[@]}" {never}>&-
}

# The agent takes any argument from a variable too, and that one is readable by the same user only.
export_credential() {
    if [[ -n $client_id ]]; then
        credential_arguments=(--auth SP --clientid "$client_id" --tenantid "$tenant_id")
        export VSTS_AGENT_INPUT_CLIENTSECRET=$client_secret
    else
        credential_arguments=(--auth PAT)
        export VSTS_AGENT_INPUT_TOKEN=$token
    fi
}

# A removal is refused while the service thinks that a job runs, so it is repeated, for remove_limit in all. What it
# leaves behind Slipway removes.
deregister() {
    local attempt end pause_ms=$first_pause left
    end_other_processes
    restore_agent_files
    look_at_clock
    end=$((now + remove_limit))
    for attempt in 1 2 3 4 5; do
        left=$(((end - now) / 1000 + 1))
        run_limited "$left" "$left" config_sh_remove
        if ((code == 0)); then return 0; fi
        complain "config.sh remove failed with code $code, try $attempt of 5"
        look_at_clock
        if ((attempt == 5 || now + pause_ms >= end)); then break; fi
        # Not pause_unless_stopped: a signal is often why this runs.
        local resume=$((now + pause_ms))
        while ((now < resume)); do
            pause 0.25
            look_at_clock
        done
        pause_ms=$((pause_ms * 2))
    done
    complain "the agent $agent_name is left registered in pool $pool"
    return 0
}

delete_agent_files() { rm -f -- "$root"/.agent "$root"/.credentials "$root"/.credentials_rsaparams; }

# A job can write in the agent's folder. Before the token is used again the settings files are put back as they were,
# and those that were not there are deleted: a changed .agent or an added .proxy would send the token elsewhere.
save_agent_files() {
    saved_files=$(cd -- "$root" && shopt -s nullglob && tar -cf - -- .[!.]* | base64 --wrap=0)
}

restore_agent_files() {
    if [[ -z $saved_files ]]; then return 0; fi
    rm -rf -- "$root"/.[!.]* 2>/dev/null || true
    printf '%s' "$saved_files" | base64 --decode | tar -C "$root" -xf - ||
        complain "the agent's files could not be put back"
}

# In the image every other process of this user is what the job left running: it could read the token in the
# environment of config.sh. Elsewhere, where this script is not the child of a container's tini, nothing is done.
end_other_processes() {
    local init=''
    { read -r init </proc/1/comm; } 2>/dev/null || true
    # docker-init is the tini that ECS puts in front with initProcessEnabled.
    if [[ $PPID == 1 && ($init == tini || $init == docker-init) ]]; then
        kill -KILL -1 2>/dev/null || true
    fi
}
