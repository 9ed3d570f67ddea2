"""Signatures by Ed25519 (RFC 8032), verified a second time: nothing is signed here, so that no step
has to hide what it knows, and plain arithmetic will do.

It belongs to `verify_notes.py` and needs nothing but Python's standard library either.
"""

import hashlib

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def is_signed(public, message, signature):
    """Whether the signature is that of the public key over the message."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, s = point(public), int.from_bytes(signature[32:], "little")
    if a is None or s >= ORDER:
        return False
    hashed = hashlib.sha512(signature[:32] + public + message).digest()
    h = int.from_bytes(hashed, "little") % ORDER
    minus = (P - a[0], a[1], 1, P - a[3])
    return packed(both(s, BASE, h, minus)) == signature[:32]


def both(s, one, h, other):
    """s times one point and h times another, together."""
    table = (None, one, other, added(one, other))
    total = (0, 1, 1, 0)
    for bit in range(max(s.bit_length(), h.bit_length()) - 1, -1, -1):
        total = doubled(total)
        if which := (s >> bit & 1) | (h >> bit & 1) << 1:
            total = added(total, table[which])
    return total


def added(one, other):
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = other
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def doubled(one):
    x, y, z, _ = one
    a, b = x * x % P, y * y % P
    h = a + b
    e = h - (x + y) ** 2 % P
    g = a - b
    f = 2 * z * z % P + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def point(packed_point):
    """The point that 32 bytes say; None when they say none."""
    y = int.from_bytes(packed_point, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def packed(one):
    x, y, z, _ = one
    inverse = pow(z, -1, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
