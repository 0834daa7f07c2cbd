#!/usr/bin/env python3
"""Times phiscale and its peers on the same networks, in turn, and writes the tables of benches/README.md.

    python3 benches/peers/peers.py [--repeats N] [--threads N] [NETWORK ...]

Needs Python 3.10 or newer with venv, cargo, and 8 GB of disk: it makes a virtual environment, builds phiscale and its
Python package, installs tract, and exports the networks, all below target/peers, where the next run finds them. With
names of networks, the tables are printed and not written.
"""

import argparse
import csv
import io
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import tools

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FOLDER = ROOT / "target" / "peers"
PYTHON = FOLDER / "venv" / "bin" / "python"
PHISCALE = ROOT / "target" / "release" / "phiscale"
TRACT = FOLDER / "bin" / "tract"
PAGE = ROOT / "benches" / "README.md"
TRACT_VERSION = "0.23.9"

EXPORT = """
import sys, warnings
sys.path.insert(0, sys.argv[1])
import tools, torch
warnings.simplefilter("ignore")
for name in sys.argv[3:]:
    model, shape = tools.module(name)
    torch.onnx.export(model, (torch.zeros(shape),), f"{sys.argv[2]}/{name}.onnx", external_data=False, verbose=False)
"""

# Rows of a table: what a tool reads, its name, its tool in tools.py if it is timed in a loop, and its command.
ROWS = [
    ("spec", "**phiscale**", "phiscale", lambda name: [PHISCALE, "count", f"torchvision/{name}", "--format", "csv"]),
    ("config", "pycls", "pycls", None),
    ("module", "**phiscale.torch**", "phiscale_torch", None),
    ("module", "fvcore", "fvcore", None),
    ("module", "ptflops", "ptflops", None),
    ("module", "torchinfo", "torchinfo", None),
    ("module", "thop", "thop", None),
    ("ONNX", "**phiscale**", "phiscale_onnx", lambda name: [PHISCALE, "count", exported(name), "--format", "csv"]),
    ("ONNX", "onnx-tool", "onnx_tool", None),
    ("ONNX", "tract", None, lambda name: [TRACT, exported(name), "dump", "--cost"]),
]
HEAD = """| reads | counter | MACs | params | process: min | median | max | ÷ | call: min | median | max | ÷ |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"""

# benches/peers/peers.py writes what lies between these, and adds it at the end of a page without them.
START, END = "<!-- peers: written by benches/peers/peers.py -->", "<!-- /peers -->"
INTRO = """## Beside other counters

`python3 benches/peers/peers.py --repeats {repeats}` on {machine}, with {versions}. In every round, each counter ran
once on each network as a whole process and once as calls, one counter after the other; {repeats} rounds. PyTorch ran
on {threads} thread{plural}: more wait for each other where other work runs.

- **process**: the whole process, from its start to its end, with imports and the building of the module.
- **call**: a call once everything is imported and the module, the family or the file's bytes are there; for calls
  shorter than {batch:.0f} ms, the mean of as many as fit. phiscale builds the network and counts it, from Python.
- **÷**: the median divided by phiscale's; for counters that read ONNX files, by phiscale's with the same file.

The counters mean different things by MACs: {meaning}
"""
MEANING = """fvcore adds batch norms and pools; ptflops and thop add biases, activation functions or
norms; torchinfo counts parameters at each output position; onnx-tool adds biases and more; tract adds pools; pycls has
convolutions and linear layers, with their biases, and no MobileNetV3. PyTorch's exporter folds batch norms into
convolutions, hence the smaller params of files.
"""


def exported(name):
    return FOLDER / f"{name}.onnx"


def run(command, **options):
    print("+", *map(str, command), file=sys.stderr, flush=True)
    subprocess.run([*map(str, command)], check=True, cwd=ROOT, **options)


def prepared(networks):
    """Makes what is missing: virtual environment, tract, phiscale as a program and as a package, ONNX files."""
    wanted, installed = (HERE / "requirements.txt").read_text(), FOLDER / "installed.txt"
    if not installed.exists() or installed.read_text() != wanted:
        run([sys.executable, "-m", "venv", "--clear", FOLDER / "venv"])
        run([PYTHON, "-m", "pip", "install", "--quiet", "-r", HERE / "requirements.txt"])
        installed.write_text(wanted)
    if not TRACT.exists():
        features = ["--no-default-features", "--features", "onnx"]
        run(["cargo", "install", "tract-cli", "--version", TRACT_VERSION, "--locked", *features, "--root", FOLDER])
    build = {**os.environ, "CARGO_TARGET_DIR": str(ROOT / "target")}
    run(["cargo", "build", "--release", "--locked", "--package", "phiscale"], env=build)
    wheels = FOLDER / "wheels"
    run([PYTHON, "-m", "maturin", "build", "--quiet", "--manifest-path", "python/Cargo.toml", "--profile", "release",
         "--interpreter", PYTHON, "--locked", "--out", wheels], env=build)  # fmt: skip
    run([PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--force-reinstall", *wheels.glob("*.whl")])
    missing = [name for name in networks if not exported(name).exists()]
    if missing:
        run([PYTHON, "-c", EXPORT, HERE, FOLDER, *missing], stdout=subprocess.DEVNULL)


def counts(printed):
    """Multiply-adds and params, as phiscale, tract or tools.py print them."""
    if "totals.macs" in printed:
        row = next(csv.DictReader(io.StringIO(printed)))
        return int(row["totals.macs"]), int(row["totals.params"])
    if "FMA(F32)" in printed:
        plain = re.sub(r"\x1b\[[0-9;]*m", "", printed)
        return tuple(int(re.search(rf"{re.escape(what)}: *([\d,]+)", plain)[1].replace(",", ""))
                     for what in ("FMA(F32)", "Params(F32)"))  # fmt: skip
    macs, params = printed.split()
    return int(macs), int(params)


def process(command):
    """The seconds of a whole process, and its counts."""
    start = time.perf_counter()
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, cwd=FOLDER)
    spent = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}:\n{done.stderr}")
    return spent, *counts(done.stdout)


def called(worker, name):
    """The seconds of a call in a process that goes on, and its counts."""
    print(name, file=worker.stdin, flush=True)
    spent, macs, params = worker.stdout.readline().split()
    return float(spent), int(macs), int(params)


def measured(networks, repeats, threads):
    """Seconds of processes and of calls, and the counts, by network and row."""
    os.environ["OMP_NUM_THREADS"] = str(threads)
    script = [PYTHON, HERE / "tools.py"]
    start = lambda tool: subprocess.Popen(
        [*script, tool, FOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=FOLDER
    )
    workers = {tool: start(tool) for _, _, tool, _ in ROWS if tool}
    found = {(name, row): ([], [], set()) for name in networks for row in range(len(ROWS)) if has(ROWS[row], name)}
    for repeat in range(repeats):
        for (name, row), (processes, calls, totals) in found.items():
            _, _, tool, command = ROWS[row]
            seconds, *count = process(command(name) if command else [*script, tool, FOLDER, name])
            processes.append(seconds)
            totals.add(tuple(count))
            if tool:
                seconds, *count = called(workers[tool], name)
                calls.append(seconds)
                totals.add(tuple(count))
        print(f"round {repeat + 1} of {repeats}", file=sys.stderr, flush=True)
    for worker in workers.values():
        worker.communicate()
    return found


def has(row, name):
    return row[2] != "pycls" or name in tools.PYCLS


def shown(seconds):
    for unit, scale in (("s", 1), ("ms", 1e3), ("µs", 1e6)):
        if seconds * scale >= 1:
            break
    return f"{seconds * scale:.3g} {unit}"


def times(seconds, reference):
    """Cells: least, median, most, and the ratio to the median of what is compared with."""
    if not seconds:
        return ["", "", "", ""]
    ratio = statistics.median(seconds) / statistics.median(reference)
    cells = [shown(of(seconds)) for of in (min, statistics.median, max)]
    return [*cells, "1" if reference is seconds else f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"]


def table(name, found):
    lines = [f"\n{name} of torchvision, 3 × {tools.NETWORKS[name][2]} × {tools.NETWORKS[name][2]}:\n", HEAD]
    own = {reads: row for row, (reads, counter, _, _) in enumerate(ROWS) if counter == "**phiscale**"}
    for row, (reads, counter, _, _) in enumerate(ROWS):
        if (name, row) in found:
            processes, calls, totals = found[name, row]
            reference = found[name, own.get(reads, own["spec"])]
            macs, params = (" or ".join(f"{count:,}" for count in sorted(set(of))) for of in zip(*totals))
            cells = [reads, counter, macs, params, *times(processes, reference[0]), *times(calls, reference[1])]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def machine():
    about = Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*: (.*)", about)
    return f"{os.cpu_count()} cores of {model[1] if model else 'an unknown processor'}"


def versions():
    """What was compared: Rust, Python, and the pinned packages that count or run networks."""
    rust = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()[1]
    pinned = dict(line.split("==") for line in (HERE / "requirements.txt").read_text().splitlines() if "==" in line)
    helpers = {"maturin", "numpy", "onnxscript", "setuptools", "yacs"}
    packages = [f"{name} {version}" for name, version in pinned.items() if name not in helpers]
    return ", ".join([f"rustc {rust}", f"Python {sys.version.split()[0]}", *packages, f"tract {TRACT_VERSION}"])


def main():
    parser = argparse.ArgumentParser(description="Times phiscale and its peers on the same networks.")
    parser.add_argument("--repeats", type=int, default=5, help="rounds [default: 5]")
    parser.add_argument("--threads", type=int, default=1, help="threads of PyTorch [default: 1]")
    parser.add_argument("networks", metavar="NETWORK", nargs="*", help=f"of {', '.join(tools.NETWORKS)}")
    options = parser.parse_args()
    unknown = set(options.networks) - set(tools.NETWORKS)
    if unknown:
        parser.error(f"no network {', '.join(unknown)}: there are {', '.join(tools.NETWORKS)}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    networks = options.networks or list(tools.NETWORKS)
    prepared(networks)
    found = measured(networks, options.repeats, options.threads)
    tables = "\n".join(table(name, found) for name in networks)
    print(tables)
    if not options.networks:
        intro = INTRO.format(repeats=options.repeats, machine=machine(), versions=versions(), batch=tools.BATCH * 1e3,
                             meaning=MEANING, threads=options.threads, plural="s" * (options.threads != 1))  # fmt: skip
        before, _, after = PAGE.read_text().partition(START)
        after = after.partition(END)[2].strip("\n")
        parts = [before.rstrip("\n"), START, f"{intro}{tables}", END, *[after] * bool(after)]
        PAGE.write_text("\n\n".join(parts) + "\n")


if __name__ == "__main__":
    main()
