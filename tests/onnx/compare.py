"""Compares phiscale's counts of exported networks with PyTorch's own.

    python compare.py export LIBRARY FOLDER [--ways WAY,...] [--names NAME,...] [--cnn]
    python compare.py count FOLDER PHISCALE TABLE.csv
    python compare.py why FOLDER PHISCALE NAME WAY

`export` writes every classification network of torchvision or timm (or those named) to FOLDER, smallest first, and
what PyTorch counts in it. Each network is exported in a process that has limits of time and memory, and a network in
FOLDER is not exported again, so it can be stopped and started at any time. `--cnn` leaves out what is not a CNN. Why a
network was not exported is in NAME-WAY.error; without that file, it is tried again.

`count` compares the params and MACs that `PHISCALE count` prints for each file with the module's params and with half
of what torch.utils.flop_counter counts when attention is computed as products of matrices. It writes a table of all
networks to TABLE.csv, and to standard output how many are exact and what makes up the gaps of the others. `why` prints
what is known of one gap: which modules hold it, and which tensors only the module or only the file has.

Needs torch, torchvision or timm, onnx, onnxscript.
"""

import argparse
import csv
import json
import multiprocessing
import os
import re
import resource
import shutil
import subprocess
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import misses

# What both exporters do by default folds batch norms and computes constants.
WAYS = ["torchscript", "torchscript-unfolded", "dynamo", "dynamo-unfolded"]
SECONDS = 180
GIGABYTES = 10


def export(library, name, way, path):
    import torch

    import networks

    module, shape = networks.network(library, name)
    networks.random(module)
    example = (torch.zeros(shape),)
    folded = not way.endswith("unfolded")
    if way.startswith("dynamo"):
        torch.onnx.export(module, example, str(path), dynamo=True, external_data=True, optimize=folded, verbose=False)
        return
    training = torch.onnx.TrainingMode.EVAL if folded else torch.onnx.TrainingMode.PRESERVE
    with torch.no_grad():  # or else the tracer keeps every map
        torch.onnx.export(module, example, str(path), dynamo=False, training=training, do_constant_folding=folded)


def write_export(library, name, way, work, path):
    from strip import strip

    export(library, name, way, work / "whole.onnx")
    strip(work / "whole.onnx", work / "stripped.onnx", most=1 << 16, tables=True)
    os.replace(work / "stripped.onnx", path)


def write_truth(library, name, work, path):
    import networks

    (work / "truth.json").write_text(json.dumps(networks.truth(library, name)))
    os.replace(work / "truth.json", path)


def confined(function, *arguments, work):
    """Calls the function in a process with limits; returns the first line of what went wrong."""

    def call():
        resource.setrlimit(resource.RLIMIT_DATA, (GIGABYTES << 30, GIGABYTES << 30))
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(1, 2)
        try:
            function(*arguments)
        except BaseException as error:  # an exporter may raise anything
            while error.__cause__:
                error = error.__cause__
            (work / "error").write_text(f"{type(error).__name__}: {error}".strip().splitlines()[0])
            os._exit(1)

    process = multiprocessing.get_context("fork").Process(target=call)
    process.start()
    process.join(SECONDS)
    if process.is_alive():
        process.kill()
        process.join()
        return f"takes more than {SECONDS} s"
    if process.exitcode == 0:
        return None
    error = work / "error"
    return error.read_text() if error.exists() else f"ended with {process.exitcode}"


def write(function, *arguments, path):
    """Has the function write the file at `path`, or else writes why it could not to NAME.error beside it."""
    failed = path.with_suffix(".error")
    if path.exists() or failed.exists():
        return
    with tempfile.TemporaryDirectory(prefix="work-", dir=path.parent) as work:
        work = Path(work)
        error = confined(function, *arguments, work, path, work=work)
    if error:
        failed.write_text(error)
    print(time.strftime("%H:%M:%S"), path.name, error or "", flush=True)


def prepare(ways):
    """Imports and compiles once what every process needs."""
    import torch

    import strip

    torch.set_num_threads(1)
    if any(way.startswith("dynamo") for way in ways):
        torch.onnx.export(torch.nn.Linear(1, 1), (torch.zeros(1, 1),), dynamo=True, verbose=False)


def export_all(library, folder, ways, cnn, names):
    import networks

    folder.mkdir(parents=True, exist_ok=True)
    for stopped in folder.glob("work-*"):
        shutil.rmtree(stopped)
    prepare(ways)
    truths = {}
    for name in names or networks.LIBRARIES[library].names():
        path = folder / f"{name}.json"
        write(write_truth, library, name, path=path)
        if path.exists():
            truth = json.loads(path.read_text())
            truths[name] = (truth["params"], truth["cnn"])
    for way in ways:
        for name in sorted(truths, key=truths.get):
            if truths[name][1] or not cnn:
                path = folder / f"{name}-{way}.onnx"
                write(write_export, library, name, way, path=path)


def counted_by_phiscale(phiscale, path):
    command = [phiscale, "count", path, "--per", "layer", "--format", "json"]
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode == 0:
        return json.loads(ran.stdout), None
    error = re.sub(r"^error: (\S+\.onnx: )?", "", ran.stderr.strip().splitlines()[0])
    which = re.search(r"= help: (\w+) \(\d+ ×\)", ran.stderr)
    return None, f"{error}: {which[1]}" if which else error


def compared(phiscale, folder, way, truth):
    """What phiscale counts more than PyTorch, or why that is not known; and what makes up the gap."""
    path = folder / f"{truth['name']}-{way}.onnx"
    failed = path.with_suffix(".error")
    if failed.exists():
        return f"does not export: {short(failed.read_text())}", []
    if not path.exists():
        return "", []
    report, error = counted_by_phiscale(phiscale, path)
    if error:
        return error, []
    note = re.search(r"the file has ([\d,]+) fewer params", " ".join(report.get("notes", [])))
    fewer = int(note[1].replace(",", "")) if note else 0
    params = report["totals"]["params"] + fewer - truth["params"]
    macs = report["totals"]["macs"] - truth["macs"]
    if not params and not macs:
        return "exact", []
    gaps = [f"{gap:+,} {unit}" for gap, unit in [(params, "params"), (macs, "MACs")] if gap]
    return ", ".join(gaps), misses.causes(path, truth, report["layers"])


def short(error):
    """The error without the addresses, scopes and paths that exporters add."""
    return re.split(r"\s+\[Caused| Please | at 0x|\s/\S+/", error)[0].strip()


def count_all(folder, phiscale, table):
    truths = [{"name": path.stem} | json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    ways = [way for way in WAYS if any(folder.glob(f"*-{way}.onnx"))]
    with ThreadPoolExecutor(2) as threads:
        cells = {way: list(threads.map(partial(compared, phiscale, folder, way), truths)) for way in ways}
    with open(table, "w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["network", "cnn", "params", "macs", *(head for way in ways for head in (way, f"{way} causes"))])
        for index, truth in enumerate(truths):
            found = [text for way in ways for text in (cells[way][index][0], "; ".join(cells[way][index][1]))]
            rows.writerow([truth["name"], "yes" if truth["cnn"] else "no", truth["params"], truth["macs"], *found])
    for way in ways:
        summary(way, [(truth["name"], truth["cnn"], *cell) for truth, cell in zip(truths, cells[way])])


def summary(way, rows):
    """Prints how many counts are exact, and the networks of the others by what makes up their gaps."""
    print(f"\n## {way}\n\n| | networks | exact | MACs exact | not exact | refused | no export |")
    print(f"| --- {'| ---: ' * 6}|")
    for title, chosen in [("all", rows), ("CNNs", [row for row in rows if row[1]])]:
        texts = [text for _, _, text, _ in chosen if text]
        lost = sum(text.startswith("does not export") for text in texts)
        exact = sum(text == "exact" for text in texts)
        gaps = sum(text[0] in "+-" for text in texts)
        macs = exact + sum(text[0] in "+-" and "MACs" not in text for text in texts)
        refused = len(texts) - lost - exact - gaps
        print("|", " | ".join(map(str, [title, len(texts), exact, macs, gaps, refused, lost])), "|")
    groups = defaultdict(list)
    for name, _, text, causes in rows:
        if text and text != "exact":
            kinds = {re.sub(r" \(\d+ ×\)$", "", cause) for cause in causes}
            groups["; ".join(sorted(kinds)) or ("unknown" if text[0] in "+-" else text)].append(name)
    print("\n| what makes up the gap | networks | |\n| --- | ---: | --- |")
    for cause, names in sorted(groups.items(), key=lambda group: -len(group[1])):
        print(f"| {cause} | {len(names)} | {', '.join(names[:4])}{', …' if len(names) > 4 else ''} |")


def why(folder, phiscale, name, way):
    truth = json.loads((folder / f"{name}.json").read_text())
    path = folder / f"{name}-{way}.onnx"
    report, error = counted_by_phiscale(phiscale, path)
    print(error or misses.explained(path, truth, report["layers"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    exporting, counting, explaining = (commands.add_parser(command) for command in ("export", "count", "why"))
    exporting.add_argument("library", choices=["torchvision", "timm"])
    exporting.add_argument("folder", type=Path)
    exporting.add_argument("--ways", type=lambda ways: ways.split(","), default=WAYS)
    exporting.add_argument("--names", type=lambda names: names.split(","))
    exporting.add_argument("--cnn", action="store_true")
    for command in (counting, explaining):
        command.add_argument("folder", type=Path)
        command.add_argument("phiscale")
    counting.add_argument("table", type=Path)
    explaining.add_argument("name")
    explaining.add_argument("way", choices=WAYS)
    given = vars(parser.parse_args())
    {"export": export_all, "count": count_all, "why": why}[given.pop("command")](**given)


if __name__ == "__main__":
    main()
