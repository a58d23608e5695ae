"""RSA in whole numbers: checks a .credentials_rsaparams as .NET would read it, and makes keys with short integers."""

import base64
import functools
import hashlib
import json
import math
import random
import subprocess
import sys

E = 65537
LENGTHS = {"modulus": 256, "d": 256, "p": 128, "q": 128, "dp": 128, "dq": 128, "inverseQ": 128, "exponent": 3}
# DigestInfo of SHA-256, RFC 8017 section 9.2.
SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")


def read(text):
    """The integers of a key file. Fails where a length or a name is not the one that .NET expects."""
    fields = json.loads(text)
    assert set(fields) == set(LENGTHS) | {"ContainerName", "UseCng"}, sorted(fields)
    assert fields["ContainerName"] == "" and fields["UseCng"] is False
    numbers = {}
    for name, length in LENGTHS.items():
        raw = base64.b64decode(fields[name], validate=True)
        assert len(raw) == length, f"{name} has {len(raw)} bytes"
        numbers[name] = int.from_bytes(raw, "big")
    return numbers


def check(text, modulus):
    """The key file's private key signs, by each way of computing it, so that the claimed modulus verifies."""
    k = read(text)
    n, p, q = k["modulus"], k["p"], k["q"]
    assert n == p * q == int.from_bytes(modulus, "big") and n.bit_length() == 2048 and len(modulus) == 256
    assert k["exponent"] == E and k["inverseQ"] == pow(q, -1, p)
    assert k["dp"] == k["d"] % (p - 1) and k["dq"] == k["d"] % (q - 1)
    digest = SHA256_PREFIX + hashlib.sha256(b"assertion").digest()
    padded = b"\x00\x01" + b"\xff" * (256 - 3 - len(digest)) + b"\x00" + digest
    m = int.from_bytes(padded, "big")
    m1, m2 = pow(m, k["dp"], p), pow(m, k["dq"], q)
    by_parts = m2 + ((m1 - m2) * k["inverseQ"] % p) * q
    assert by_parts == pow(m, k["d"], n), "the parts and the whole sign differently"
    assert pow(by_parts, E, n).to_bytes(256, "big") == padded
    return k


def short_integers(k):
    return {name for name in ("d", "dp", "dq", "inverseQ") if k[name].bit_length() <= 8 * (LENGTHS[name] - 1)}


def is_prime(n, rounds=4):
    if any(n % small == 0 for small in SMALL):
        return False
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(rounds):
        x = pow(random.randrange(2, n - 1), odd, n)
        if x in (1, n - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


SMALL = [n for n in range(3, 2000, 2) if all(n % m for m in range(3, math.isqrt(n) + 1, 2))]


def prime(k):
    """A prime p of 1024 bits whose exponent (1 + k(p-1))/E is short, for a small k above 1: its value is about kp/E."""
    residue = (1 - pow(k, -1, E)) % E
    while True:
        p = random.getrandbits(1024) | (3 << 1022)
        p += (residue - p) % E
        if p % 2 == 0:
            p += E
        if p.bit_length() == 1024 and is_prime(p):
            return p


def key_in_pem(p, q):
    n, d = p * q, pow(E, -1, math.lcm(p - 1, q - 1))
    numbers = [0, n, E, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p)]
    body = b"".join(der(2, value.to_bytes(value.bit_length() // 8 + 1, "big")) for value in numbers)
    lines = base64.encodebytes(der(0x30, body)).decode()
    return f"-----BEGIN RSA PRIVATE KEY-----\n{lines}-----END RSA PRIVATE KEY-----\n"


def der(tag, content):
    length = len(content)
    if length < 128:
        return bytes([tag, length]) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + content


@functools.cache
def short_keys():
    """Made in a process of its own, since it computes for some seconds beside the threads of the other cases."""
    made = subprocess.run([sys.executable, "-B", __file__], capture_output=True, text=True, check=True)
    return json.loads(made.stdout)


def make_short_keys():
    """Keys that between them have every integer short: dp and dq by choice of the primes, d and inverseQ by trying."""
    primes = [prime(k) for k in (2, 2, 3, 7, 200, 201, 202, 203)] + [prime(60000 + i) for i in range(4)]
    pairs = [(p, q) for p in primes for q in primes if p != q]
    both = pairs[0]
    only_dp = next((p, q) for p, q in pairs if p in primes[:4] and q in primes[8:])
    only_dq = (only_dp[1], only_dp[0])
    d = [(p, q) for p, q in pairs if pow(E, -1, math.lcm(p - 1, q - 1)).bit_length() <= 2040]
    inverse = [(p, q) for p, q in pairs if pow(q, -1, p).bit_length() <= 1016]
    while not d or not inverse:
        primes.append(prime(50000 + len(primes)))
        fresh = [pair for other in primes[:-1] for pair in ((other, primes[-1]), (primes[-1], other))]
        d += [(p, q) for p, q in fresh if pow(E, -1, math.lcm(p - 1, q - 1)).bit_length() <= 2040]
        inverse += [(p, q) for p, q in fresh if pow(q, -1, p).bit_length() <= 1016]
    return [key_in_pem(p, q) for p, q in (both, only_dp, only_dq, d[0], inverse[0], *pairs[5:10])]


def new_key():
    command = ["openssl", "genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
    made = subprocess.run(command, capture_output=True, text=True)
    if made.returncode != 0:  # an openssl without -quiet
        del command[2]
        made = subprocess.run(command, capture_output=True, text=True, check=True)
    return made.stdout


if __name__ == "__main__":
    print(json.dumps(make_short_keys()))
