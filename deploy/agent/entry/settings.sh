# shellcheck shell=bash
# The variables this script understands, read once and checked. README.md says what each means.

# Gone from the environment once they are read. AZP_URL, AZP_POOL, AZP_AGENT_NAME and AZP_WORK stay, as with the
# official script.
own_variables=(
    AZP_TOKEN AZP_TOKEN_FILE AZP_CLIENTID AZP_CLIENTSECRET AZP_TENANTID
    SLIPWAY_CLAIM_URL SLIPWAY_CLAIM_CODE SLIPWAY_CLAIM_SECONDS SLIPWAY_CA_FILE SLIPWAY_ALLOW_HTTP
    SLIPWAY_ONCE SLIPWAY_IDLE_MINUTES SLIPWAY_MAXIMUM_MINUTES SLIPWAY_STOP_SECONDS
    SLIPWAY_CONFIGURE_SECONDS SLIPWAY_REMOVE_SECONDS SLIPWAY_RETRY_SECONDS
    SLIPWAY_AGENT_ROOT SLIPWAY_AGENT_VERSION
)
number=
loopback_http='^http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?(/[^[:space:]"\\]*)?$'
https='^https://[^][:space:]/"\\@]+(/[^[:space:]"\\]*)?$'

# read_settings ARGUMENT…: the arguments are the container's command.
read_settings() {
    local standing_minutes
    look_at_clock
    started=$now
    if ((EUID == 0)) && [[ -z ${AGENT_ALLOW_RUNASROOT:-} ]]; then
        leave "$exit_settings" "the agent must not run as root: run the container as the image's own user"
    fi
    root=${SLIPWAY_AGENT_ROOT:-/azp}
    agent_version=${SLIPWAY_AGENT_VERSION:-}
    agent_name=${AZP_AGENT_NAME:-$HOSTNAME}
    pool=${AZP_POOL:-Default}
    work=${AZP_WORK:-}
    allow_http=${SLIPWAY_ALLOW_HTTP:-}
    ca_file=${SLIPWAY_CA_FILE:-}
    read_once "$@"
    # A standing agent has no limit by itself. 0 is none.
    if [[ -z $once ]]; then standing_minutes=0; fi
    read_number SLIPWAY_IDLE_MINUTES "${standing_minutes:-30}" 60000 none; idle_limit=$number
    read_number SLIPWAY_MAXIMUM_MINUTES "${standing_minutes:-1440}" 60000 none; maximum_age=$number
    read_number SLIPWAY_STOP_SECONDS 45 1000; stop_limit=$number
    read_number SLIPWAY_CLAIM_SECONDS 120 1000; claim_limit=$number
    read_number SLIPWAY_CONFIGURE_SECONDS 180 1000; configure_limit=$number
    read_number SLIPWAY_REMOVE_SECONDS 60 1000; remove_limit=$number
    read_number SLIPWAY_RETRY_SECONDS 2 1000; first_pause=$number

    claim_url=${SLIPWAY_CLAIM_URL:-}
    if [[ -n $claim_url || -n $claim_code ]]; then
        form=preregistered
        read_claim_settings
    else
        form=self
        read_self_settings
    fi
}

# read_once ARGUMENT…: sets `once`, empty for a standing agent. One job is what the variable says by itself, since an agent
# that Slipway starts must never take a second one. `--once` in the command means it too, as with the official script.
read_once() {
    local argument
    once=yes
    case ${SLIPWAY_ONCE:-1} in
    1) return ;;
    0) ;;
    *) leave "$exit_settings" "SLIPWAY_ONCE must be 1, or 0 for an agent that serves job after job" ;;
    esac
    if [[ -n ${SLIPWAY_CLAIM_URL:-}$claim_code ]]; then
        leave "$exit_settings" "SLIPWAY_ONCE=0 can't be had with a claim: a registration that Slipway made is for one job"
    fi
    # Slipway counts on one job each, and would stop the agent during a second one, or remove its registration.
    if [[ $agent_name == slipway-* ]]; then
        leave "$exit_settings" "SLIPWAY_ONCE=0 can't be had for $agent_name: names with slipway- are those of Slipway's agents"
    fi
    for argument in "$@"; do
        if [[ ${argument,,} == --once ]]; then
            say "one job, since the command has --once: it goes before SLIPWAY_ONCE=0"
            return
        fi
    done
    once=
}

# read_number NAME DEFAULT FACTOR [none]: sets `number` to the variable's value times the factor. Fractions are allowed,
# and with `none` 0, for no limit.
read_number() {
    local text=${!1:-$2} fraction
    if [[ ! $text =~ ^([0-9]{1,6})(\.([0-9]{1,3})[0-9]*)?$ ]]; then
        leave "$exit_settings" "$1 must be a number such as $2"
    fi
    fraction=${BASH_REMATCH[3]}000
    number=$((10#${BASH_REMATCH[1]} * $3 + 10#${fraction:0:3} * $3 / 1000))
    if ((number > 0)) || [[ ${4:-} == none && ! $text =~ [1-9] ]]; then return; fi
    leave "$exit_settings" "$1 must be above 0${4:+, or 0 for no limit}"
}

read_claim_settings() {
    if [[ -z $claim_url || -z $claim_code ]]; then
        leave "$exit_settings" "SLIPWAY_CLAIM_URL and SLIPWAY_CLAIM_CODE must be set together"
    fi
    if [[ ! $claim_url =~ $https ]] && ! [[ $allow_http == 1 && $claim_url =~ $loopback_http ]]; then
        leave "$exit_settings" "SLIPWAY_CLAIM_URL must begin with https:// and hold no user name, blank or quote"
    fi
    if [[ ! $claim_code =~ ^[A-Za-z0-9._~+/=-]{1,512}$ ]]; then
        leave "$exit_settings" "SLIPWAY_CLAIM_CODE is not of the form of a bearer token"
    fi
    if [[ -n $ca_file && ! -r $ca_file ]]; then
        leave "$exit_settings" "SLIPWAY_CA_FILE can't be read: $ca_file"
    fi
    if [[ -n $token || -n ${AZP_TOKEN_FILE:-} || -n $client_secret ]]; then
        complain "a credential of the organization is in this container for nothing: take it out of the task definition"
    fi
    token=
    client_secret=
}

read_self_settings() {
    url=${AZP_URL:-}
    client_id=${AZP_CLIENTID:-}
    tenant_id=${AZP_TENANTID:-}
    if [[ ! $url =~ ^https?://[^[:space:]]+$ ]]; then
        leave "$exit_settings" "AZP_URL must be the address of the organization, such as https://dev.azure.com/fabrikam"
    fi
    if [[ -z $work ]]; then work=_work; fi
    if [[ -n $client_id ]]; then
        if [[ -z $client_secret || -z $tenant_id ]]; then
            leave "$exit_settings" "AZP_CLIENTID needs AZP_CLIENTSECRET and AZP_TENANTID"
        fi
        token=
        return
    fi
    if [[ -z $token && -n ${AZP_TOKEN_FILE:-} ]]; then read_token_file "$AZP_TOKEN_FILE"; fi
    token=${token%"${token##*[![:space:]]}"} # a line end that a secret store kept
    if [[ -z $token ]]; then
        leave "$exit_settings" "AZP_TOKEN, AZP_TOKEN_FILE or AZP_CLIENTID is needed, or SLIPWAY_CLAIM_URL"
    fi
    if [[ $token =~ [[:space:][:cntrl:]] ]]; then leave "$exit_settings" "the token holds blanks: it is not a token"; fi
}

# The token is the file's first line; 16 KB are more than any token has.
read_token_file() {
    if [[ ! -f $1 || ! -r $1 ]]; then leave "$exit_settings" "AZP_TOKEN_FILE can't be read: $1"; fi
    IFS= read -r -n 16384 token <"$1" || true
}

prepare_folders() {
    local program
    for program in curl jq openssl setsid; do
        if ! type -P "$program" >/dev/null; then leave "$exit_machine" "$program is not in this image"; fi
    done
    if [[ ! -x $root/bin/Agent.Listener ]]; then
        leave "$exit_machine" "no agent in $root: bin/Agent.Listener is missing"
    fi
    if [[ ! -w $root ]]; then
        leave "$exit_machine" \
            "$root can't be written, but the agent keeps its settings and logs there (a read-only root file system?)"
    fi
    scratch=$(mktemp -d) || leave "$exit_machine" "no folder for temporary files can be made"
    delete_agent_files # an earlier start of this container may have left some
    prepare_work_folder "${work:-_work}"
}

prepare_work_folder() {
    local folder=$1
    if [[ $folder != /* ]]; then folder=$root/$folder; fi
    if ! mkdir -p -- "$folder" 2>/dev/null || [[ ! -w $folder ]]; then
        leave "$exit_machine" "the work folder can't be written: $folder"
    fi
}
