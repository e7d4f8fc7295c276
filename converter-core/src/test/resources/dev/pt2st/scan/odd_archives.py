"""Writes odd archives, and what Python's own readers get out of each.

usage: odd_archives.py KIND SEED COUNT FOLDER
       odd_archives.py record FILE

KIND is tar, zip or stream. For each archive one line is printed: its file name, a tab, and 1 if
a content that a reader of Python gives out begins with the payload, else 0. The payload is a
pickle, which is never loaded here: its bytes are only compared. "record" writes the table of
RecordedArchivesTest.
"""

import base64
import bz2
import gzip
import io
import lzma
import random
import signal
import struct
import sys
import tarfile
import zipfile
import zlib

PAYLOAD = b"\x80\x02cos\nsystem\nX\x02\x00\x00\x00id\x85R."
MOST_MEMBERS = 64
SECONDS = 0.5
LARGEST_KEPT = 20_000


class Late(BaseException):
    """A reader of Python that never ends, as tarfile does over some files with holes."""


def late(*_):
    raise Late


def in_time(sees, r, data):
    """Counts this process's own time: a busy machine changes nothing."""
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
        try:
            return sees(r, data)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    except Late:
        return False


def pad(content, size=512):
    return content + bytes(-len(content) % size)


# ---------------------------------------------------------------------------------------------- tar


def number(r, value, width):
    """A number field in one of the ways that int(text, 8) or base 256 take it."""
    sign = "-" if value < 0 else ""
    digits = "%o" % abs(value)
    ways = [
        sign + digits.rjust(max(1, width - 1 - len(sign)), "0") + "\0",
        sign + digits,
        " " + sign + digits + " ",
        sign + "0o" + digits,
        ("+" if value >= 0 else "-") + digits,
        sign + "_".join(digits),
        "\t" + sign + digits + "\0junk",
        sign + "0O_" + digits,
    ]
    way = r.choice(ways) if r.random() < 0.4 else ways[0]
    if value == 0 and r.random() < 0.1:
        return r.choice([b" " * width, bytes(width)])
    if r.random() < 0.1:
        raw = (value & (1 << 8 * (width - 1)) - 1).to_bytes(width - 1, "big")
        return (b"\xff" if value < 0 else b"\x80") + raw
    way = way.encode()
    return way[:width].ljust(width, b"\0") if len(way) <= width else ways[0].encode()[:width]


def tar_header(r, name, size, kind, prefix=b"", sparse=b""):
    h = bytearray(512)
    h[0:100] = name[:100].ljust(100, b"\0")
    h[100:108] = number(r, 0o644, 8)
    h[108:116] = number(r, r.choice([0, 1000, -2]), 8)
    h[116:124] = number(r, 0, 8)
    h[124:136] = number(r, size, 12)
    h[136:148] = number(r, r.choice([0, 1 << 30]), 12)
    h[156:157] = kind
    magic = r.choice([b"ustar\x0000", b"ustar  \0", bytes(8), b"\xff" * 8])
    h[257:265] = magic
    h[345:500] = prefix.ljust(155, b"\0")[:155]
    if sparse:
        h[386 : 386 + len(sparse)] = sparse
    if r.random() < 0.15:
        # Enough of these, and the sum of signed bytes is negative.
        h[265:329] = b"\xff" * 64
        if not prefix and not sparse and r.random() < 0.5:
            h[345:500] = b"\x80" * 155
    unsigned = 256 + sum(struct.unpack_from("148B8x356B", h))
    signed = 256 + sum(struct.unpack_from("148b8x356b", h))
    h[148:156] = number(r, r.choice([unsigned, unsigned, signed]), 8)
    if r.random() < 0.02:
        h[r.randrange(512)] ^= 1 << r.randrange(8)
    return bytes(h)


def record(r, key, value):
    body = b" " + key + b"=" + value + b"\n"
    length = len(body)
    while len(b"%d" % length) + len(body) != length:
        length = len(b"%d" % length) + len(body)
    if r.random() < 0.05:
        length += r.randrange(-2, 3)
    return b"%d" % length + body


def tar_records(r, size):
    records = b""
    for _ in range(r.randrange(1, 4)):
        key = r.choice([b"path", b"size", b"size", b"mtime", b"hdrcharset", b"comment",
                        b"GNU.sparse.size", b"GNU.sparse.realsize", b"GNU.sparse.name"])
        value = {
            b"path": b"a/b.pkl", b"mtime": b"1.5", b"hdrcharset": b"BINARY", b"comment": b"x",
            b"GNU.sparse.name": b"n",
        }.get(key, b"%d" % r.choice([size, size, 0, 511, 1024, -512, 1 << 40]))
        if key == b"size" and r.random() < 0.2:
            value = r.choice([b" %d " % size, b"+%d" % size, b"x", b"1_0"])
        records += record(r, key, value)
    return records


def tar_member(r):
    payload = r.random() < 0.5
    content = PAYLOAD if payload else r.choice([b"", b"text", b"N" * 600, bytes(512)])
    if r.random() < 0.3:
        content += bytes(r.randrange(1200))
    size = len(content)
    said = size if r.random() < 0.8 else r.choice([0, 0, 512, size + 512, -512, -1, 1 << 33])
    name = r.choice([b"a.pkl", b"dir/", b"model_weights.ckpt", b"storages", b"x\xff.pt", b"p/"])
    out = b""
    for _ in range(r.choice([0, 0, 0, 1, 1, 2, 3])):
        kind = r.choice([b"x", b"x", b"g", b"g", b"L", b"K", b"X"])
        extended = tar_records(r, size) if kind in b"xgX" else b"long/name" + bytes(1)
        length = len(extended) if r.random() < 0.9 else r.choice([0, 512, 100])
        out += tar_header(r, b"pax", length, kind) + pad(extended)
    way = r.random()
    if way < 0.08:
        # The old format of GNU with holes.
        pieces = [(0, size)] if r.random() < 0.5 else [(0, 9), (9, max(0, size - 9))]
        sparse = b"".join(number(r, a, 12) + number(r, b, 12) for a, b in pieces)
        sparse = sparse.ljust(96, b"0") + b"\0" + number(r, size + r.choice([0, 700]), 12)
        return out + tar_header(r, name, size, b"S", b"", sparse) + pad(content)
    if way < 0.16:
        kind = r.random()
        half = min(size, 9)
        if kind < 0.4:
            lines = b"2\n0\n%d\n%d\n%d\n" % (half, half, size - half)
            said_size = len(pad(lines)) + size
            records = record(r, b"GNU.sparse.major", b"1") + record(r, b"GNU.sparse.minor", b"0")
            records += record(r, b"GNU.sparse.realsize", b"%d" % size)
            content = pad(lines) + content
        elif kind < 0.7:
            said_size = size
            records = record(r, b"GNU.sparse.map", b"0,%d,%d,%d" % (half, half, size - half))
            records += record(r, b"GNU.sparse.size", b"%d" % size)
        else:
            said_size = size
            records = record(r, b"GNU.sparse.size", b"%d" % size)
            for a, b in [(0, half), (half, size - half)]:
                records += record(r, b"GNU.sparse.offset", b"%d" % a)
                records += record(r, b"GNU.sparse.numbytes", b"%d" % b)
        kind = r.choice([b"x", b"x", b"g"])
        out += tar_header(r, b"pax", len(records), kind) + pad(records)
        return out + tar_header(r, name, said_size, b"0") + pad(content)
    kind = r.choice([b"0", b"0", b"0", b"\0", b"7", b"5", b"1", b"2", b"3", b"6", b"Z", b"V", b"\xff"])
    prefix = r.choice([b"", b"", b"pre/fix"])
    return out + tar_header(r, name, said, kind, prefix) + pad(content)


def odd_tar(r):
    out = b"".join(tar_member(r) for _ in range(r.randrange(1, 5)))
    end = r.random()
    if end < 0.6:
        out += bytes(1024)
    if end < 0.2:
        out += r.choice([b"garbage", tar_member(r), bytes(512) + tar_member(r)])
    if r.random() < 0.1:
        out = out[: r.randrange(1, len(out) + 1)]
    if r.random() < 0.1:
        out = r.choice([gzip.compress, bz2.compress, lzma.compress])(out)
    return out


def seek_to_the_end(stream, position=0):
    """What tarfile's own seek does, without its reads of nothing behind the end of the data: a size of 2**60 is read
    in steps of 10,240 bytes there, and nearly all of the time of a run went into that."""
    if position < stream.pos:
        raise tarfile.StreamError("seeking backwards is not allowed")
    while stream.pos < position and stream.read(min(stream.bufsize, position - stream.pos)):
        pass
    return stream.pos


tarfile._Stream.seek = seek_to_the_end


def tar_sees(r, data):
    modes = [("r:*", {}), ("r|*", {}), ("r:*", {"ignore_zeros": True})]
    for mode, options in modes:
        try:
            with tarfile.open(fileobj=io.BytesIO(data), mode=mode, **options) as tar:
                for count, member in enumerate(tar):
                    if count > MOST_MEMBERS:
                        break
                    try:
                        file = tar.extractfile(member)
                        if file is not None and file.read(len(PAYLOAD)) == PAYLOAD:
                            return True
                    except Exception:
                        pass
        except Exception:
            pass
    return False


# ---------------------------------------------------------------------------------------------- zip


def raw_deflate(content):
    c = zlib.compressobj(9, zlib.DEFLATED, -15)
    return c.compress(content) + c.flush()


def zip_lzma(content):
    filters = [{"id": lzma.FILTER_LZMA1, "lc": 3, "lp": 0, "pb": 2, "dict_size": 1 << 16}]
    c = lzma.LZMACompressor(lzma.FORMAT_RAW, filters=filters)
    body = c.compress(content) + c.flush()
    return struct.pack("<BBH", 9, 4, 5) + b"\x5d" + struct.pack("<I", 1 << 16) + body


METHODS = {0: lambda c: c, 8: raw_deflate, 12: bz2.compress, 14: zip_lzma}


def odd_zip(r):
    front = r.choice([b"", b"", b"", b"GIF89a" + bytes(r.randrange(200)), b"#!/bin/sh\n", bytes(7)])
    behind = r.choice([b"", b"", b"", bytes(r.randrange(300)), b"tail", bytes(65536)])
    shift = len(front) if r.random() < 0.5 else 0
    out = bytearray(front)
    directory = bytearray()
    count = r.randrange(1, 5)
    for i in range(count):
        payload = r.random() < 0.5
        content = PAYLOAD if payload else r.choice([b"text", b"", bytes(300)])
        method = r.choice([0, 0, 8, 8, 12, 14])
        body = METHODS[method](content)
        name = r.choice([b"a/data.pkl", b"a.pkl", b"b.txt", b"dir/", b"\xc3\xa9.pt", b"A.PKL"])
        flags = r.choice([0, 0, 0, 8, 0x800, 1])
        crc = zlib.crc32(content) if r.random() < 0.9 else r.choice([0, 1])
        size, packed = len(content), len(body)
        if r.random() < 0.1:
            size = r.choice([0, len(PAYLOAD) - 1, size + 1, size * 2, 0xFFFFFFFF])
        if r.random() < 0.08:
            packed = r.choice([0, packed + 1, packed * 2, max(0, packed - 1), 0xFFFFFFFF])
        local_at = len(out)
        local_name = name if r.random() < 0.95 else b"other"
        extra = r.choice([b"", b"", b"", b"\x99\x99\2\0ab", b"\1"])
        streamed = flags & 8
        local_method = method if r.random() < 0.92 else r.choice([0, 8, 99])
        out += struct.pack(
            "<4s5H3L2H", b"PK\3\4", 20, flags if r.random() < 0.95 else flags ^ 1, local_method, 0,
            0x21, 0 if streamed else crc, 0 if streamed else packed if packed < 1 << 32 else 0,
            0 if streamed else size, len(local_name), len(extra)) + local_name + extra + body
        if streamed and r.random() < 0.8:
            out += r.choice([b"PK\7\x08", b""]) + struct.pack("<3L", crc, packed, size)
        wide = b""
        said_at = local_at - shift
        if r.random() < 0.1:
            wide = struct.pack("<HHQQQ", 1, 24, size, packed, said_at & (1 << 64) - 1)
            size = packed = said_at = 0xFFFFFFFF
        if r.random() < 0.05:
            said_at = r.choice([0, 5, said_at + 1])
        said_at &= 0xFFFFFFFF
        disk = 0 if r.random() < 0.95 else r.choice([1, 2, 0xFFFF])
        comment = r.choice([b"", b"", b"c"])
        directory += struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", 20, 20, flags, method, 0, 0x21, crc, packed, size, len(name),
            len(wide), len(comment), disk, 0, 0, said_at) + name + wide + comment
    if r.random() < 0.1:
        out += b"gap" * r.randrange(1, 20)
    start = len(out)
    out += directory
    disk = 0 if r.random() < 0.9 else r.choice([1, 7])
    said = count if r.random() < 0.9 else r.choice([0, count + 1, 0xFFFF])
    if r.random() < 0.15:
        at = len(out)
        out += struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, said, said, len(directory),
                           start - shift)
        out += struct.pack("<4sLQL", b"PK\6\7", 0, at if r.random() < 0.8 else 1, 1)
        end_size, end_at = r.choice([(0xFFFFFFFF, 0xFFFFFFFF), (len(directory), start - shift)])
    else:
        end_size, end_at = len(directory), start - shift
    if r.random() < 0.05:
        end_size = r.choice([end_size + 1, max(0, end_size - 46), 0])
    comment = behind if r.random() < 0.5 and len(behind) < 65536 else b""
    out += struct.pack("<4s4H2LH", b"PK\5\6", disk, disk, said & 0xFFFF, said & 0xFFFF,
                       end_size & 0xFFFFFFFF,
                       end_at & 0xFFFFFFFF, len(comment)) + behind
    if r.random() < 0.05:
        out[r.randrange(len(out))] ^= 1 << r.randrange(8)
    if r.random() < 0.05:
        return bytes(out) + odd_zip(r)
    return bytes(out)


def zip_sees(r, data):
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist()[:MOST_MEMBERS]:
                for name in (info, info.filename):
                    try:
                        with archive.open(name) as file:
                            if file.read(len(PAYLOAD)) == PAYLOAD:
                                return True
                    except Exception:
                        pass
    except Exception:
        pass
    return False


# ------------------------------------------------------------------------------------------- stream


def lzma_alone(r, content):
    lc, lp = r.choice([(3, 0), (0, 0), (4, 0), (0, 4), (2, 2), (1, 3)])
    filters = [{"id": lzma.FILTER_LZMA1, "lc": lc, "lp": lp, "pb": r.randrange(5),
                "dict_size": r.choice([4096, 1 << 16, 3 << 20, 5000, 1 << 12])}]
    data = lzma.compress(content, lzma.FORMAT_ALONE, filters=filters)
    if r.random() < 0.3:
        data = data[:5] + struct.pack("<Q", len(content)) + data[13:]
    return data


def xz(r, content):
    check = r.choice([lzma.CHECK_NONE, lzma.CHECK_CRC32, lzma.CHECK_CRC64, lzma.CHECK_SHA256])
    filters = r.choice([
        None,
        [{"id": lzma.FILTER_DELTA, "dist": 5}, {"id": lzma.FILTER_LZMA2, "preset": 1}],
        [{"id": lzma.FILTER_X86}, {"id": lzma.FILTER_LZMA2, "preset": 0}],
    ])
    return lzma.compress(content, lzma.FORMAT_XZ, check=check, filters=filters)


def odd_gzip(r, content):
    flags = r.choice([0, 0, 2, 4, 8, 16, 28, 30, 1])
    head = bytearray(struct.pack("<2sBBLBB", b"\x1f\x8b", 8, flags, 0, 0, 255))
    if flags & 4:
        head += struct.pack("<H", 5) + b"extra"
    if flags & 8:
        head += b"name\0"
    if flags & 16:
        head += b"comment\0"
    if flags & 2:
        head += struct.pack("<H", zlib.crc32(bytes(head)) & 0xFFFF if r.random() < 0.5 else 7)
    crc = zlib.crc32(content) if r.random() < 0.8 else 5
    return bytes(head) + raw_deflate(content) + struct.pack("<LL", crc, len(content) & 0xFFFFFFFF)


def odd_stream(r):
    parts = []
    for _ in range(r.choice([1, 1, 1, 2, 3])):
        content = PAYLOAD if r.random() < 0.6 else r.choice([b"", b"text", bytes(2000)])
        content += b"" if r.random() < 0.5 else bytes(r.randrange(5000))
        parts.append(content)
    way = r.randrange(5)
    coder = [odd_gzip, lambda r, c: bz2.compress(c, r.randrange(1, 10)), xz, lzma_alone,
             lambda r, c: zlib.compress(c, r.randrange(10))][way]
    between = r.choice([b"", b"", b"", bytes(4), bytes(512), b"\0", b"junk"])
    if r.random() < 0.3:
        out = coder(r, b"".join(parts))
    else:
        out = between.join(coder(r, p) for p in parts)
    out += r.choice([b"", b"", bytes(4), bytes(512), b"junk", b"\0\0\1"])
    if r.random() < 0.15:
        out = bytearray(out)
        out[r.randrange(len(out))] ^= 1 << r.randrange(8)
        out = bytes(out)
    if r.random() < 0.1:
        out = out[: r.randrange(1, len(out) + 1)]
    return out


def head_of(file):
    """What comes out before an error counts, as far as a reader gets to see it."""
    return file.read(len(PAYLOAD)) == PAYLOAD


def stream_sees(r, data):
    openers = [
        lambda: gzip.GzipFile(fileobj=io.BytesIO(data)),
        lambda: bz2.BZ2File(io.BytesIO(data)),
        lambda: lzma.LZMAFile(io.BytesIO(data)),
        lambda: lzma.LZMAFile(io.BytesIO(data), format=lzma.FORMAT_ALONE),
        lambda: io.BytesIO(zlib.decompressobj().decompress(data)),
    ]
    for opener in openers:
        try:
            if head_of(opener()):
                return True
        except Exception:
            pass
    return False


KINDS = {
    "tar": (odd_tar, tar_sees),
    "zip": (odd_zip, zip_sees),
    "stream": (odd_stream, stream_sees),
}


def generated(kind, seed, count):
    make, sees = KINDS[kind]
    for i in range(count):
        r = random.Random("%s %d %d" % (kind, seed, i))
        data = make(r)
        yield "%s-%d-%d.bin" % (kind, seed, i), data, in_time(sees, r, data)


def keep(path):
    """Keeps some of those that Python sees the payload in, for machines without Python."""
    with gzip.GzipFile(path, "wb", mtime=0) as table:
        for kind, count in [("zip", 900), ("tar", 700), ("stream", 700)]:
            for name, data, is_seen in generated(kind, 1, count):
                if is_seen and len(data) <= LARGEST_KEPT:
                    table.write(b"%s\t%s\n" % (name.encode(), base64.b64encode(data)))


def main():
    signal.signal(signal.SIGVTALRM, late)
    if sys.argv[1] == "record":
        keep(sys.argv[2])
        return
    kind, seed, count, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    for name, data, is_seen in generated(kind, seed, count):
        with open(folder + "/" + name, "wb") as file:
            file.write(data)
        print(name, int(is_seen), sep="\t")


main()
