# shellcheck shell=bash
# The preregistered form: tells Slipway the public half of a new key and gets the agent's settings for it, once.
#
# Every repetition sends the same key, so that a claim whose answer was lost is answered again the same way.

answer_limit=65536 # bytes
claimed=

claim() {
    local end pause_ms=$first_pause attempt=0
    make_key
    leave_if_stopped
    write_claim_body
    look_at_clock
    end=$((now + claim_limit))
    while :; do
        attempt=$((attempt + 1))
        post_claim $(((end - now) / 1000 + 1))
        leave_if_stopped
        judge_claim
        if [[ -n $claimed ]]; then return; fi
        look_at_clock
        if ((now + pause_ms >= end)); then
            leave "$exit_claim_unanswered" \
                "the claim got no answer in $((claim_limit / 1000)) s, $attempt tries; the last: $claim_result"
        fi
        say "claim, try $attempt: $claim_result; again in $((pause_ms / 1000)) s"
        pause_unless_stopped "$pause_ms"
        leave_if_stopped
        look_at_clock
        pause_ms=$((pause_ms * 2 > 15000 ? 15000 : pause_ms * 2))
    done
}

write_claim_body() {
    local system=Linux version=$agent_version
    if [[ -z $version ]]; then version=$("$root/bin/Agent.Listener" --version 2>/dev/null) || version=; fi
    # shellcheck source=/dev/null
    system="$(. /etc/os-release 2>/dev/null && printf '%s' "${PRETTY_NAME:-Linux}") $(uname -sr)"
    jq --null-input --compact-output --arg modulus "$key_modulus" --arg version "$version" --arg system "$system" \
        '{publicKey: {exponent: "AQAB", modulus: $modulus}, agentVersion: $version, osDescription: $system}' \
        >"$scratch/body"
}

# post_claim SECONDS: one try. Sets `code` to curl's exit code, `status` and `problem`.
post_claim() {
    local seconds=$(($1 > 30 ? 30 : $1 < 1 ? 1 : $1))
    rm -f -- "$scratch/answer" "$scratch/outcome"
    run_limited $((seconds + 2)) 0 curl_claim "$seconds"
    status=000
    problem=
    if [[ -s $scratch/outcome ]]; then IFS=' ' read -r status problem <"$scratch/outcome" || true; fi
}

# The code goes to curl on its standard input, since arguments can be read in /proc. A redirect isn't followed. The size
# of the answer is limited by the system: curl alone can't limit an answer that doesn't tell its size.
curl_claim() {
    local seconds=$1 options=()
    if [[ -n $ca_file ]]; then options+=(--cacert "$ca_file"); fi
    if [[ $claim_url == https:* ]]; then
        options+=(--proto =https --tlsv1.2)
    else
        options+=(--proto =http --noproxy '*')
    fi
    ulimit -c 0
    ulimit -f $((answer_limit / 1024))
    exec setsid curl --disable --config - --silent --globoff --max-redirs 0 "${options[@]}" \
        --connect-timeout 10 --max-time "$seconds" --max-filesize "$answer_limit" --request POST \
        --header 'Content-Type: application/json' --header 'Accept: application/json' --header 'Expect:' \
        --data-binary "@$scratch/body" --output "$scratch/answer" \
        --write-out '%{stderr}%{http_code} %{errormsg}\n' 2>"$scratch/outcome" {never}>&- \
        < <(printf 'url = "%s"\nheader = "Authorization: Bearer %s"\n' "$claim_url" "$claim_code")
}

# Leaves the script, or sets `claim_result` when the claim is worth another try, or takes the answer.
judge_claim() {
    # 63: larger than announced as allowed. 153: the system's limit, SIGXFSZ.
    if ((code == 63 || code == 153)); then
        leave "$exit_claim_unusable" "the answer to the claim is larger than $answer_limit bytes"
    fi
    # Certificate not trusted or not readable, address or protocol not understood: no repetition mends it.
    case $code in
    1 | 3 | 58 | 59 | 60 | 77 | 83 | 90 | 91)
        leave "$exit_claim_unanswered" "Slipway can't be called: curl $code${problem:+, $problem}"
        ;;
    esac
    if ((code != 0)); then
        claim_result="no answer (curl $code${problem:+: $problem})"
        return
    fi
    case $status in
    200) take_answer ;;
    408 | 429 | 502 | 503 | 504) claim_result="status $status" ;;
    *) leave "$exit_claim_refused" "the claim was refused with status $status: $(told_reason)" ;;
    esac
}

# The start of a refusal's text, fit for a log.
told_reason() {
    local text=
    if [[ -s $scratch/answer ]]; then text=$(head -c 400 "$scratch/answer" | tr -cd '[:print:]'); fi
    text=${text//"$claim_code"/…}
    printf '%s' "${text:-no reason given}"
}

take_answer() {
    local wrong
    if [[ ! -s $scratch/answer ]]; then leave "$exit_claim_unusable" "the answer to the claim is empty"; fi
    wrong=$(jq --slurp --raw-output --arg http "$allow_http" --from-file "$here/entry/claim-answer.jq" \
        "$scratch/answer" 2>/dev/null) ||
        leave "$exit_claim_unusable" "the answer to the claim is not JSON of the expected form"
    if [[ -n $wrong ]]; then leave "$exit_claim_unusable" "the answer to the claim is missing or has wrong: $wrong"; fi
    write_credentials
}

# `.agent` is written last: it is what makes the listener think that it is configured.
write_credentials() {
    local mask
    # For these files only: the listener and its jobs inherit the mask.
    mask=$(umask)
    umask 077
    if ! printf '%s\n' "$key_file_text" >"$root/.credentials_rsaparams" ||
        ! jq .credentials "$scratch/answer" >"$root/.credentials" ||
        ! jq --arg work "$work" '.agent | if $work == "" then . else .workFolder = $work end' \
            "$scratch/answer" >"$root/.agent"; then
        leave "$exit_machine" "the agent's files can't be written in $root"
    fi
    umask "$mask"
    prepare_work_folder "$(jq --raw-output .workFolder "$root/.agent")"
    claim_code=
    key_file_text=
    say "claimed the registration of $(jq --raw-output '.agentName | tostring' "$root/.agent" | tr -cd '[:print:]')"
    claimed=yes
}
