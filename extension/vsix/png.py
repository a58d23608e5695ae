"""What a PNG file's header says."""

import struct

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def size(data):
    """(width, height); None when `data` is no PNG file."""
    if len(data) < 33 or not data.startswith(SIGNATURE) or data[12:16] != b"IHDR":
        return None
    return struct.unpack(">II", data[16:24])


def check(sources, problems, name, expected):
    data = sources.data(name)
    if data is None:
        return
    found = size(data)
    if found is None:
        problems.add(name, "is no PNG file; extension/images/draw makes the pictures")
    elif found != (expected, expected):
        problems.add(name, f"has {found[0]}×{found[1]} pixels; it must have {expected}×{expected}")
