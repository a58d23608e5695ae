"""Writes a zip file that has the same bytes wherever and whenever it is written.

Of our own, since Python's zipfile leaves the compressed bytes to the zlib of the machine, and two versions of zlib may
compress differently. Here each part is a DEFLATE stream of stored blocks: the method that the format's own tools use,
and valid for every reader, at the price of about 60 KB instead of 20.
"""

import struct
import zlib

BLOCK = 65535
# 1980-01-01 00:00:00, the earliest a zip file can tell.
TIME, DATE = 0, (0 << 9) | (1 << 5) | 1
VERSION_NEEDED = 20
MADE_BY_UNIX = 3 << 8 | VERSION_NEEDED
REGULAR_FILE_0644 = 0o100644 << 16
DEFLATED = 8


def stored_deflate(data):
    """A DEFLATE stream that holds `data` as it is."""
    blocks = [data[place : place + BLOCK] for place in range(0, len(data), BLOCK)] or [b""]
    stream = bytearray()
    for index, block in enumerate(blocks):
        is_last = index == len(blocks) - 1
        stream += struct.pack("<BHH", 1 if is_last else 0, len(block), len(block) ^ 0xFFFF) + block
    return bytes(stream)


def zip_bytes(parts):
    """The zip file of (name, bytes) pairs, in their order. Names are ASCII."""
    body, directory = bytearray(), bytearray()
    for name, data in parts:
        encoded, stream = name.encode("ascii"), stored_deflate(data)
        common = struct.pack(
            "<HHHHHIIIHH",
            VERSION_NEEDED,
            0,
            DEFLATED,
            TIME,
            DATE,
            zlib.crc32(data),
            len(stream),
            len(data),
            len(encoded),
            0,
        )
        directory += b"PK\x01\x02" + struct.pack("<H", MADE_BY_UNIX) + common
        directory += struct.pack("<HHHII", 0, 0, 0, REGULAR_FILE_0644, len(body)) + encoded
        body += b"PK\x03\x04" + common + encoded + stream
    end = struct.pack("<HHHHIIH", 0, 0, len(parts), len(parts), len(directory), len(body), 0)
    return bytes(body) + bytes(directory) + b"PK\x05\x06" + end
