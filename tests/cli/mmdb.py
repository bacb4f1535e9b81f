"""Writes databases in MaxMind's format (version 2.0), as small as a test needs them.

A binary tree over the bits of IPv6 addresses, IPv4 ones below ::/96; behind it the data, each record
once; behind that the metadata.
"""

import ipaddress
import struct

METADATA_MARKER = b"\xab\xcd\xefMaxMind.com"
RECORD_BITS = 32
UTF8, DOUBLE, UINT16, UINT32, MAP, UINT64, ARRAY = 2, 3, 5, 6, 7, 9, 11


def head(kind, size):
    """The control byte of a value, and what has no room in it."""
    extended = b"" if kind <= 7 else bytes([kind - 7])
    first = (kind << 5) if kind <= 7 else 0
    if size < 29:
        return bytes([first | size]) + extended
    if size < 29 + 256:
        return bytes([first | 29]) + extended + bytes([size - 29])
    return bytes([first | 30]) + extended + struct.pack(">H", size - 285)


def encoded(value, kind=UINT32):
    if isinstance(value, str):
        text = value.encode()
        return head(UTF8, len(text)) + text
    if isinstance(value, float):
        return head(DOUBLE, 8) + struct.pack(">d", value)
    if isinstance(value, int):
        digits = value.to_bytes(8, "big").lstrip(b"\0")
        return head(kind, len(digits)) + digits
    if isinstance(value, list):
        return head(ARRAY, len(value)) + b"".join(map(encoded, value))
    kinds = {"binary_format_major_version": UINT16, "binary_format_minor_version": UINT16,
             "record_size": UINT16, "ip_version": UINT16, "build_epoch": UINT64}
    return head(MAP, len(value)) + b"".join(
        encoded(key) + encoded(each, kinds.get(key, UINT32)) for key, each in value.items())


def database(kind, records):
    """The bytes of a database of that type; `records` are {network: record}."""
    nodes = [[None, None]]
    data, offsets = b"", []
    for network, record in records.items():
        parsed = ipaddress.ip_network(network)
        bits = int(parsed.network_address)
        length = parsed.prefixlen + (96 if parsed.version == 4 else 0)
        offsets.append(len(data))
        data += encoded(record)
        node = 0
        for depth in range(length):
            side = bits >> (127 - depth) & 1
            if depth == length - 1:
                nodes[node][side] = ("data", offsets[-1])
            else:
                if nodes[node][side] is None:
                    nodes.append([None, None])
                    nodes[node][side] = ("node", len(nodes) - 1)
                node = nodes[node][side][1]
    tree = b""
    for node in nodes:
        for side in node:
            if side is None:
                value = len(nodes)
            elif side[0] == "node":
                value = side[1]
            else:
                value = len(nodes) + 16 + side[1]
            tree += struct.pack(">I", value)
    metadata = {"binary_format_major_version": 2, "binary_format_minor_version": 0, "build_epoch": 1767225600,
                "database_type": kind, "description": {"en": "for tests"}, "ip_version": 6, "languages": ["en"],
                "node_count": len(nodes), "record_size": RECORD_BITS}
    return tree + bytes(16) + data + METADATA_MARKER + encoded(metadata)


def place(code, country, city, latitude, longitude):
    return {"country": {"iso_code": code, "names": {"en": country}}, "city": {"names": {"en": city}},
            "location": {"latitude": float(latitude), "longitude": float(longitude)}}


def network(number, name):
    return {"autonomous_system_number": number, "autonomous_system_organization": name}
