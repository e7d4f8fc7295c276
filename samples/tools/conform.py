"""Holds a converter or a scanner to the samples, and makes a table of what came out.

    conform.py convert NAME RESULT.json -- COMMAND... {in} {out}
    conform.py scan NAME RESULT.json [--unsafe 1,3] -- COMMAND... {in}
    conform.py table RESULT.json... >table.md

A command is run once for each sample, in a folder of its own and for SECONDS at most, and a second time if that was not
enough. `{in}` and `{out}` stand for the sample and the output. A converter must give the tensors of the manifest, or refuse where the manifest says so. A scanner
must end with one of the exit codes of --unsafe for an attack, and with 0 for a sample of `checkpoints` that is converted
without an option. Needs nothing but Python's standard library, and loads no pickle itself.

Do not give `convert` a command that unpickles with anything but `weights_only=True`.
"""

import hashlib
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

SAMPLES = pathlib.Path(__file__).resolve().parent.parent
SECONDS = 60

# Of other verdicts a tool may have another opinion.
RUNS_CODE = ("dangerous", "not-safe")


def manifest(folder):
    answers = json.loads((SAMPLES / folder / "manifest.json").read_text())
    return {name: answer for name, answer in sorted(answers.items()) if (SAMPLES / folder / name).is_file()}


def tensors(path):
    """What a safetensors file holds, as the manifest has it."""
    data = path.read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    header.pop("__metadata__", None)
    found = {}
    for name, tensor in header.items():
        begin, end = tensor["data_offsets"]
        content = data[8 + size + begin : 8 + size + end]
        found[name] = (tensor["dtype"], tensor["shape"], hashlib.sha256(content).hexdigest())
    return found


def run(command, folder):
    """The exit code; None if there is no end to it, twice: the machine may have been busy once."""
    for _ in range(2):
        try:
            ended = subprocess.run(
                command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False
            )
            return ended.returncode
        except subprocess.TimeoutExpired:
            continue
    return None


def fill(command, source, output=""):
    return [word.replace("{in}", str(source)).replace("{out}", str(output)) for word in command]


def absolute(command):
    """A command that works in any folder: what names a file from here does so from there, too."""
    # Links are not followed: the program of a virtual environment is one.
    return [os.path.abspath(word) if "/" in word and os.path.exists(word) else word for word in command]


def judge_conversion(answer, code, output):
    if code is None:
        return "no end"
    if code < 0:
        return "crash"
    written = output.is_file()
    if answer["expect"] == "refuse":
        return "right" if code != 0 and not written else "taken though it must be refused"
    if answer["expect"] != "convert":
        return "right"
    if code != 0 or not written:
        return "not converted"
    try:
        found = tensors(output)
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError, struct.error):
        return "no safetensors file"  # whatever the header is instead
    wanted = {n: (t["dtype"], t["shape"], t["sha256"]) for n, t in answer["tensors"].items()}
    if found != wanted:
        return "other tensors"
    same = hashlib.sha256(output.read_bytes()).hexdigest() == answer.get("reference_sha256")
    return "right" if same else "same tensors, another file"


def convert(command):
    results = {}
    for name, answer in manifest("checkpoints").items():
        with tempfile.TemporaryDirectory() as folder:
            output = pathlib.Path(folder) / "out.safetensors"
            code = run(fill(command, SAMPLES / "checkpoints" / name, output), folder)
            results["checkpoints/" + name] = judge_conversion(answer, code, output)
    return results


def scan(command, unsafe):
    results = {}
    for kind in ("hostile", "evasions", "checkpoints"):
        for name, answer in manifest(kind).items():
            attack = kind != "checkpoints"
            if (answer["verdict"] not in RUNS_CODE) if attack else (answer["expect"] != "convert"):
                continue
            with tempfile.TemporaryDirectory() as folder:
                code = run(fill(command, SAMPLES / kind / name), folder)
            if code is None:
                result = "no end"
            elif attack:
                result = "right" if code in unsafe else "missed" if code == 0 else "could not say"
            else:
                result = "right" if code == 0 else "false alarm" if code in unsafe else "could not say"
            results[kind + "/" + name] = result
    return results


def table(files):
    for kind, title in (("convert", "Converters"), ("scan", "Scanners")):
        rows = [r for r in (json.loads(pathlib.Path(f).read_text()) for f in files) if r["kind"] == kind]
        if not rows:
            continue
        print(f"### {title}\n\n| tool | samples | of | right | else |\n|---|---|---:|---:|---|")
        for row in rows:
            for group in ("checkpoints", "hostile", "evasions"):
                found = [v for k, v in row["results"].items() if k.startswith(group + "/")]
                if found:
                    other = {v: found.count(v) for v in sorted(set(found)) if v != "right"}
                    words = "; ".join(f"{n} {what}" for what, n in other.items())
                    print(f"| {row['name']} | `{group}` | {len(found)} | {found.count('right')} | {words} |")
        print("\nThe commands:\n")
        for row in rows:
            print(f"    {row['name']}: {' '.join(row['command'])}")
        print()


def main(words):
    if len(words) > 1 and words[0] == "table":
        table(words[1:])
        return
    if len(words) < 5 or words[0] not in ("convert", "scan") or "--" not in words:
        sys.exit(__doc__)
    split = words.index("--")
    kind, name, target, *options = words[:split]
    command = words[split + 1 :]
    codes = options or ["--unsafe", "1"]
    if len(codes) != 2 or codes[0] != "--unsafe" or (options and kind == "convert"):
        sys.exit(__doc__)
    places = ["{in}", "{out}"] if kind == "convert" else ["{in}"]
    missing = [place for place in places if not any(place in word for word in command)]
    if missing or shutil.which(command[0]) is None:
        sys.exit(f"the command has no {missing[0]}" if missing else f"there is no program {command[0]}")
    unsafe = [int(code) for code in codes[1].split(",")]
    own = absolute(command)
    results = convert(own) if kind == "convert" else scan(own, unsafe)
    report = {"kind": kind, "name": name, "command": command, "results": results}
    pathlib.Path(target).write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
