"""Compares the table of safetensors headers that the tests hold with what the reference reader takes and refuses.

    python samples/tools/check_headers.py converter-core/src/test/resources/dev/pt2st/safetensors/format/headers.tsv

Exit code 1 where the table says otherwise than the reader, or says that pt2st takes what the reader refuses. The lines
printed are those where pt2st is stricter.
"""
import re, struct, sys

import safetensors


def file_of(row):
    header = re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]), row["header"].encode())
    length = len(header) if row["length"] == "-" else int(row["length"])
    return struct.pack("<Q", length) + header + bytes(int(row["data"]))


def main(path):
    with open(path, encoding="utf-8", newline="\n") as table:
        keys, *rows = [line.rstrip("\n").split("\t") for line in table]
    wrong = 0
    for row in (dict(zip(keys, cells, strict=True)) for cells in rows):
        try:
            safetensors.deserialize(file_of(row))
            reference = "takes"
        except safetensors.SafetensorError:
            reference = "refuses"
        if reference != row["reference"] or (reference == "refuses" and row["sentence"] == "-"):
            wrong += 1
            print(f"WRONG: {row['rule']}: the reader {reference} it")
        elif reference == "takes" and row["sentence"] != "-":
            print(f"stricter: {row['rule']}: {row['sentence']}")
    print(f"{len(rows)} headers, safetensors {safetensors.__version__}, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
