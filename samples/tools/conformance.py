"""Runs the converters and scanners that are here on the samples, and writes the tables of docs/conformance.md.

    conformance.py [--pt2st COMMAND] [--results FOLDER] [ROW...]

Rows that are named are run and kept in FOLDER. Without names, all that FOLDER does not have are run, and the page is
written.

A tool that is not installed is named below the tables. Which samples a tool gets, and what counts as right, conform.py
says; each row is one run of it. No tool that unpickles gets a file of `hostile` or `evasions`: a scanner stands in TOOLS
only if it reads pickles without loading them.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys

import conform

ROOT = conform.SAMPLES.parent
PAGE = ROOT / "docs" / "conformance.md"
BEGIN, END = "<!-- results: begin -->\n", "<!-- results: end -->\n"
MOST_NAMES = 12

# A row: its name, convert or scan, the exit codes that mean "unsafe", the command, and one that says the version.
TOOLS = [
    ("pt2st convert", "convert", [], ["{pt2st}", "convert", "-q", "{in}", "{out}"], ["{pt2st}", "--version"]),
    (
        "torch + safetensors",
        "convert",
        [],
        ["{python}", str(conform.SAMPLES / "tools" / "convert_torch.py"), "{in}", "{out}"],
        ["{python}", "-c", "import torch, safetensors; print('torch', torch.__version__, 'and safetensors', safetensors.__version__)"],
    ),
    ("pt2st scan", "scan", [3], ["{pt2st}", "scan", "-q", "{in}"], ["{pt2st}", "--version"]),
    ("picklescan", "scan", [1], ["picklescan", "-p", "{in}"], ["{python}", "-c", "from importlib.metadata import version; print(version('picklescan'))"]),
    ("modelscan", "scan", [1], ["modelscan", "-p", "{in}"], ["{python}", "-c", "from importlib.metadata import version; print(version('modelscan'))"]),
    ("fickling", "scan", [1], ["fickling", "--check-safety", "{in}"], ["{python}", "-c", "from importlib.metadata import version; print(version('fickling'))"]),
]


def version(command):
    """What the tool says of itself; None if it is not here."""
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=conform.SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = ended.stdout.strip().splitlines()
    return lines[0] if ended.returncode == 0 and lines else None


def again(name, kind, unsafe, command):
    """The line that makes a row again, from the root of the repository."""
    words = [word.replace(str(ROOT) + "/", "").replace("{python}", "python3").replace("{pt2st}", "pt2st") for word in command]
    codes = " --unsafe " + ",".join(map(str, unsafe)) if kind == "scan" else ""
    return f"python3 samples/tools/conform.py {kind} '{name}' result.json{codes} -- " + " ".join(words)


def tables(rows):
    """The tables of all rows as Markdown."""
    text = ""
    for kind, title in (("convert", "Converters"), ("scan", "Scanners")):
        some = [row for row in rows if row["kind"] == kind]
        if not some:
            continue
        text += f"## {title}\n\n| tool | samples | of | right | else |\n|---|---|---:|---:|---|\n"
        for row in some:
            for group, found in groups(row).items():
                other = {v: list(found.values()).count(v) for v in sorted(set(found.values())) if v != "right"}
                words = "; ".join(f"{count} {what}" for what, count in other.items())
                right = len(found) - sum(other.values())
                text += f"| {row['name']} ({row['version']}) | `{group}` | {len(found)} | {right} | {words} |\n"
        text += "\nEach row again:\n\n"
        text += "".join("    " + row["again"] + "\n" for row in some) + "\n"
    different = "".join(samples(row) for row in rows)
    if different:
        text += "## What is not right\n\n| tool | what | samples |\n|---|---|---|\n" + different + "\n"
    return text


def groups(row):
    found = {}
    for sample, result in row["results"].items():
        found.setdefault(sample.split("/")[0], {})[sample] = result
    return found


def samples(row):
    """The samples of a row that are not right, by what came out."""
    text = ""
    for what in sorted(set(row["results"].values()) - {"right"}):
        names = [sample for sample, result in row["results"].items() if result == what]
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        shown = ", ".join(f"`{name}`" for name in names[:MOST_NAMES])
        text += f"| {row['name']} | {what} | {shown}{more} |\n"
    return text


def page(old, rows, missing):
    """The page with other results."""
    start, _, rest = old.partition(BEGIN)
    _, found, end = rest.partition(END)
    if not found:
        raise ValueError("the page has no place for the results")
    absent = f"Not installed where these tables were made, so without a row: {', '.join(missing)}.\n\n" if missing else ""
    return start + BEGIN + "\n" + tables(rows) + absent + END + end


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pt2st", default=shutil.which("pt2st") or str(ROOT / "cli" / "bin" / "pt2st"))
    parser.add_argument("--results", type=pathlib.Path, help="where rows are kept, and not run again")
    parser.add_argument("rows", nargs="*", help="rows to be run now, without writing the page")
    given = parser.parse_args()
    rows, missing = [], []
    for name, kind, unsafe, command, says in TOOLS:
        kept = given.results and given.results / (name.replace(" ", "_") + ".json")
        if given.rows and name not in given.rows:
            continue
        if kept and kept.exists() and not given.rows:
            rows.append(json.loads(kept.read_text()))
            continue
        fill = {"{pt2st}": given.pt2st, "{python}": sys.executable}
        found = version([fill.get(word, word) for word in says])
        if found is None:
            missing.append(name)
            continue
        own = [fill.get(word, word) for word in command]
        results = conform.convert(own) if kind == "convert" else conform.scan(own, unsafe)
        shown = found.removeprefix("pt2st ")
        rows.append({"kind": kind, "name": name, "version": shown, "again": again(name, kind, unsafe, command), "results": results})
        if kept:
            kept.write_text(json.dumps(rows[-1], indent=1) + "\n")
        print(f"{name}: {sum(r == 'right' for r in results.values())} of {len(results)}", file=sys.stderr)
    if not given.rows:
        PAGE.write_text(page(PAGE.read_text(), rows, missing))


if __name__ == "__main__":
    main()
