# shellcheck shell=bash
# Secrets live in this shell's memory only: in no environment but that of config.sh, in no argument, in no file.

token=
client_secret=
claim_code=

# Hands the secrets to a second run of SCRIPT through a pipe, and becomes that run: under tini where this is process 1.
hand_over_secrets() {
    local script=$1 pipe init=()
    shift
    warn_of_process_1
    exec {pipe}< <(printf '%s\0' "${AZP_TOKEN:-}" "${AZP_CLIENTSECRET:-}" "${SLIPWAY_CLAIM_CODE:-}")
    unset AZP_TOKEN AZP_CLIENTSECRET SLIPWAY_CLAIM_CODE
    exec {never}>&-
    if (($$ == 1)); then init=(/usr/bin/tini --); fi
    exec "${init[@]}" "$BASH" "$script" "--secrets-on=$pipe" "$@"
}

# An init that the container's runtime put in front was started with the secrets too, and keeps them.
warn_of_process_1() {
    local entry found=
    if [[ $PPID != 1 ]]; then return 0; fi
    # Fails where it can't be read, and then a job can't either.
    {
        while IFS= read -r -d '' entry; do
            case $entry in AZP_TOKEN=?* | AZP_CLIENTSECRET=?*) found=${entry%%=*} ;; esac
        done </proc/1/environ
    } 2>/dev/null || true
    if [[ -n $found ]]; then
        complain "a job can read $found in the environment of process 1: turn initProcessEnabled off"
    fi
}

# take_secrets DESCRIPTOR
take_secrets() {
    local pipe=$1
    IFS= read -r -d '' -u "$pipe" token || true
    IFS= read -r -d '' -u "$pipe" client_secret || true
    IFS= read -r -d '' -u "$pipe" claim_code || true
    exec {pipe}<&-
}

# The listener tells its whole environment to the pool as capabilities, except what VSO_AGENT_IGNORE names. Unset what
# nobody needs; hide what must stay.
#
# AWS_CONTAINER_CREDENTIALS_RELATIVE_URI stays, so that a job can use the task role. Other names stay as they are: a
# demand of a profile is a variable too.
prepare_environment() {
    local name hidden=()
    for name in $(compgen -e); do
        case $name in
        ECS_CONTAINER_METADATA_URI* | ECS_AGENT_URI) unset "$name" ;;
        esac
    done
    unset "${own_variables[@]}"
    hidden=(
        "${own_variables[@]}" VSTS_AGENT_INPUT_TOKEN VSTS_AGENT_INPUT_CLIENTSECRET
        ECS_CONTAINER_METADATA_URI ECS_CONTAINER_METADATA_URI_V4 ECS_AGENT_URI
        AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_CONTAINER_CREDENTIALS_FULL_URI
        AWS_CONTAINER_AUTHORIZATION_TOKEN AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE AWS_EXECUTION_ENV
        AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
    )
    local IFS=,
    export VSO_AGENT_IGNORE="${VSO_AGENT_IGNORE:+$VSO_AGENT_IGNORE,}${hidden[*]}"
}
