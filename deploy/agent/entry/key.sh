# shellcheck shell=bash
# The agent's RSA key, made here: its private half never leaves the container.

key_modulus=
key_file_text=

make_key() {
    local pem
    pem=$(openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 2>/dev/null ||
        openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 2>/dev/null) ||
        leave "$exit_machine" "openssl made no key"
    read_key <<<"$pem" || leave "$exit_machine" "openssl made a key that can't be read"
}

# Reads a private key in PEM, sets `key_modulus` and `key_file_text`, the content of .credentials_rsaparams.
#
# The integers of a key have no fixed length, .NET's parameters have: shorter ones are padded with zeros on the left.
read_key() {
    local pkcs1 listing integers modulus d p q dp dq inverse_q
    pkcs1=$(openssl pkey -traditional) || return 1
    listing=$(openssl asn1parse <<<"$pkcs1") || return 1
    mapfile -t integers < <(sed -n 's/^.*INTEGER *:\([0-9A-F]*\)$/\1/p' <<<"$listing")
    # version, modulus, exponent, d, p, q, dp, dq, inverseQ
    if ((${#integers[@]} != 9)) || [[ ${integers[2]} != 010001 ]]; then return 1; fi
    modulus=$(fixed_length 256 "${integers[1]}") || return 1
    d=$(fixed_length 256 "${integers[3]}") || return 1
    p=$(fixed_length 128 "${integers[4]}") || return 1
    q=$(fixed_length 128 "${integers[5]}") || return 1
    dp=$(fixed_length 128 "${integers[6]}") || return 1
    dq=$(fixed_length 128 "${integers[7]}") || return 1
    inverse_q=$(fixed_length 128 "${integers[8]}") || return 1
    key_modulus=$modulus
    printf -v key_file_text \
        '{"ContainerName":"","UseCng":false,"exponent":"AQAB","modulus":"%s","d":"%s","p":"%s","q":"%s",%s}' \
        "$modulus" "$d" "$p" "$q" "\"dp\":\"$dp\",\"dq\":\"$dq\",\"inverseQ\":\"$inverse_q\""
}

# fixed_length BYTES HEX: prints base64 of exactly that many bytes, big-endian.
fixed_length() {
    local digits=$(($1 * 2)) hex=$2 zeros
    while [[ $hex == 00* ]]; do hex=${hex:2}; done
    if ((${#hex} > digits)); then return 1; fi
    printf -v zeros '%*s' $((digits - ${#hex})) ''
    printf '%s' "${zeros// /0}$hex" | basenc --base16 --decode | base64 --wrap=0
}
