#!/usr/bin/env python3
"""Runs a search with --executor command on a real engine: Ray or task-spooler. It is killed once and resumed.

    tests/cluster/command.py target/release/phiscale ray            needs `pip install 'ray[default]'`
    tests/cluster/command.py target/release/phiscale task-spooler   needs Debian's task-spooler
"""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# Five by two by two networks.
GRID = ["--alpha", "1..=1.8:0.2", "--beta", "1,1.2", "--gamma", "1,1.2", "--tolerance", "100"]

# The engines, and their headings in docs/cluster.md.
HEADINGS = {"ray": "Ray", "task-spooler": "task-spooler"}

EVALUATOR = """\
set -e
value() { sed -n "s/^  \\"$1\\": \\([0-9.]*\\).*/\\1/p" candidate.json; }
sleep "$1"
echo "$(value alpha) $(value beta) $(value gamma)" |
    awk '{ printf "{\\"accuracy\\": %.4f}\\n", 10 * $1 + $2 + $3 / 10 }' > result.json
"""


def templates(engine: str) -> list[str]:
    """The command lines that docs/cluster.md gives for an engine."""
    page = (Path(__file__).parents[2] / "docs/cluster.md").read_text()
    section = page.split(f"\n### {HEADINGS[engine]}\n")[1].split("\n#")[0]
    found = re.findall(r"^    +(--(?:submit|status|cancel)) '(.*?)'(?: \\)?$", section, re.MULTILINE | re.DOTALL)
    assert [name for name, _ in found] == ["--submit", "--status", "--cancel"], found
    return [word for pair in found for word in pair]


def journal(folder: Path) -> list[dict]:
    path = folder / "journal.jsonl"
    text = path.read_text() if path.exists() else ""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("phiscale", type=Path)
    parser.add_argument("engine", choices=list(HEADINGS))
    arguments = parser.parse_args()
    phiscale = str(arguments.phiscale.resolve())
    folder = Path(tempfile.mkdtemp(prefix="phiscale-command-"))
    (folder / "evaluator.sh").write_text(EVALUATOR)
    environment = dict(os.environ)
    try:
        if arguments.engine == "ray":
            environment["RAY_ADDRESS"] = "http://127.0.0.1:8265"
            start = ["ray", "start", "--head", "--num-cpus=2", "--include-dashboard=true", f"--temp-dir={folder}/ray"]
            without_address = {**environment}
            del without_address["RAY_ADDRESS"]
            subprocess.run([*start, "--disable-usage-stats"], env=without_address, check=True, capture_output=True)
        else:
            environment["TMPDIR"] = str(folder)
        run(phiscale, arguments.engine, folder, environment)
    finally:
        if arguments.engine == "ray":
            subprocess.run(["ray", "stop", "--force"], check=False, capture_output=True)
        if arguments.engine == "task-spooler":
            subprocess.run(["tsp", "-K"], env=environment, check=False)
    shutil.rmtree(folder, ignore_errors=True)


def run(phiscale: str, engine: str, folder: Path, environment: dict[str, str]) -> None:
    search = [phiscale, "search", "efficientnet", *GRID, "--format", "json", "--evaluator"]
    local = [*search, f"sh {folder}/evaluator.sh 0", "--folder", str(folder / "local"), "--jobs", "4"]
    expected = json.loads(subprocess.run(local, capture_output=True, check=True).stdout)
    remote = [*search, f"sh {folder}/evaluator.sh 1", "--folder", str(folder / "remote"), "--poll", "5"]
    remote += ["--executor", "command", *templates(engine)]
    began = time.monotonic()
    killed = subprocess.Popen(remote, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(random.uniform(3, 20) if engine == "ray" else random.uniform(0.2, 8))
    assert killed.poll() is None, "the search ended before it was killed"
    killed.kill()
    killed.wait()
    submitted = (folder / "remote/jobs.jsonl").read_text().count('{"submitted"')
    print(f"{engine}: killed with {submitted} jobs submitted and {len(journal(folder / 'remote'))} in the journal")
    resumed = subprocess.run([*remote, "--resume"], env=environment, capture_output=True, text=True, check=False)
    if resumed.returncode != 0:
        sys.exit(resumed.stderr)
    report = json.loads(resumed.stdout)
    entries = journal(folder / "remote")
    points = {(entry["alpha"], entry["beta"], entry["gamma"]) for entry in entries}
    retried = sum(entry["attempts"] > 1 for entry in entries)
    print(f"{engine}: {len(entries)} lines in the journal for {len(points)} candidates, tried again: {retried}")
    assert len(entries) == len(points) == len(expected["ranking"]) == 20
    assert report["ranking"] == expected["ranking"], "the ranking differs from the undisturbed one"
    status = subprocess.run(
        [phiscale, "search", "status", str(folder / "remote"), "--format", "json"],
        env=environment, capture_output=True, text=True, check=True,
    )
    status = json.loads(status.stdout)
    assert status["measured"] == 20 and status["running"] + status["waiting"] + status["gone"] == 0
    left = subprocess.run(["pgrep", "-f", f"{folder}/evaluator.sh"], capture_output=True, text=True, check=False)
    assert not left.stdout, f"processes left: {left.stdout}"
    seconds = time.monotonic() - began
    print(f"{engine}: ranking of the undisturbed search, nothing left, {seconds:.0f} s; {resumed.stderr.strip()}")


if __name__ == "__main__":
    main()
