#!/usr/bin/env python3
"""Starts Slurm on this machine, runs a search on it end to end, and stops it.

Needs Debian's slurm-wlm and munge, and root; no systemd. Nothing outside a temporary folder is changed.

    tests/cluster/slurm.py target/release/phiscale               200 candidates, 20 kills, 5 losses of the node
    tests/cluster/slurm.py target/release/phiscale --follow 1000 processor time and memory of a search that waits
"""

import argparse
import json
import os
import pty
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CONFIG = """\
ClusterName=phiscale
SlurmctldHost={host}(127.0.0.1)
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
SlurmUser=root
SlurmdUser=root
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
SlurmctldPort=16817
SlurmdPort=16818
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
SlurmdTimeout=10
KillWait=2
SchedulerType=sched/backfill
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
MaxArraySize={array}
MaxJobCount=20000
SchedulerParameters=sched_interval=1,batch_sched_delay=0,default_queue_depth=1000,bf_interval=2
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory=1000 State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""

# The accuracy follows from the candidate alone. One candidate always fails, and one hangs.
EVALUATOR = """\
set -e
value() { sed -n "s/^  \\"$1\\": \\([0-9.]*\\).*/\\1/p" candidate.json; }
point="$(value alpha) $(value beta) $(value gamma)"
case "$point" in
    "2.6 1.4 1.4") echo "always fails" >&2; exit 3 ;;
    "1.0 1.0 1.1") sleep 1000000 ;;
esac
sleep "$1"
echo "$point" | awk '{ printf "{\\"accuracy\\": %.4f}\\n", 10 * $1 + $2 + $3 / 10 }' > result.json
"""

# Eight by five by five points, which are as many networks.
GRID = ["--alpha", "1..=2.6:0.2", "--beta", "1..=1.4:0.1", "--gamma", "1..=1.4:0.1", "--tolerance", "100"]
# Ten by ten by ten networks.
LARGE_GRID = ["--alpha", "1..=3.2:0.2", "--beta", "1..=1.9:0.1", "--gamma", "1..=1.9:0.1", "--tolerance", "1000"]


class Cluster:
    """One node and its controller, in a folder."""

    def __init__(self, folder: Path, cpus: int, array: int) -> None:
        self.folder = folder
        for name in ("state", "spool", "bin"):
            (folder / name).mkdir()
        config = folder / "slurm.conf"
        host = socket.gethostname().split(".")[0]
        config.write_text(CONFIG.format(host=host, folder=folder, cpus=cpus, array=array))
        self.squeue_log = folder / "squeue.log"
        self.sacct_log = folder / "sacct.log"
        self.squeue = shutil.which("squeue")
        script(folder / "bin/squeue", f'date +%s.%N >> {self.squeue_log}; exec {self.squeue} "$@"\n')
        # A cluster without accounting: whoever asks for it gets an error.
        script(folder / "bin/sacct", f"echo asked >> {self.sacct_log}; exit 1\n")
        path = f"{folder}/bin:{os.environ['PATH']}"
        self.environment = {**os.environ, "PATH": path, "SLURM_CONF": str(config)}
        self.processes: dict[str, subprocess.Popen] = {}

    def start(self) -> None:
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        munge = {"key-file": "munge.key", "pid-file": "munge.pid", "log-file": "munge.log", "seed-file": "munge.seed"}
        files = [f"--{option}={self.folder / name}" for option, name in munge.items()]
        self.launch("munged", "--foreground", "--force", f"--socket={self.folder}/munge.socket", *files)
        wait_for(lambda: (self.folder / "munge.socket").exists(), 20, "munged")
        self.launch("slurmctld", "-D", "-c")
        self.launch("slurmd", "-D")
        wait_for(lambda: "idle" in self.ask("sinfo", "--noheader", "--format=%T"), 60, "the node")

    def launch(self, name: str, *arguments: str) -> None:
        with (self.folder / f"{name}.out").open("ab") as output:
            self.processes[name] = subprocess.Popen(
                [name, *arguments], env=self.environment, stdout=output, stderr=output, start_new_session=True
            )

    def ask(self, *command: str) -> str:
        answer = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        return answer.stdout

    def jobs(self) -> str:
        return self.ask(str(self.squeue), "--noheader", "--array", "--format=%j %i %T")

    def lose_node(self) -> int:
        """Kills the node's daemon and everything that it runs, and starts it again. Gives the number of lost jobs."""
        lost = self.jobs().count("RUNNING")
        self.processes["slurmd"].kill()
        self.processes["slurmd"].wait()
        self.kill_jobs()
        self.launch("slurmd", "-D")
        return lost

    def kill_jobs(self) -> None:
        own = f"SLURM_CONF={self.environment['SLURM_CONF']}".encode()
        for process in Path("/proc").iterdir():
            if not process.name.isdigit():
                continue
            try:
                words = (process / "cmdline").read_bytes()
                environment = (process / "environ").read_bytes().split(b"\0")
                is_job = any(word.startswith(b"SLURM_JOB_ID=") for word in environment)
                if own in environment and (is_job or words.startswith(b"slurmstepd")):
                    os.kill(int(process.name), signal.SIGKILL)
            except OSError:
                pass

    def stop(self) -> None:
        for name in ("slurmd", "slurmctld", "munged"):
            process = self.processes.get(name)
            if process and process.poll() is None:
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        self.kill_jobs()


def script(path: Path, body: str) -> None:
    path.write_text("#!/bin/sh\n" + body)
    path.chmod(0o755)


def wait_for(condition, seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"{what} did not come within {seconds} s")
        time.sleep(0.1)


def journal(folder: Path) -> list[dict]:
    path = folder / "journal.jsonl"
    text = path.read_text() if path.exists() else ""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def point(entry: dict) -> tuple:
    return (entry["alpha"], entry["beta"], entry["gamma"])


def search(phiscale: str, folder: Path, sleep: str, grid: list[str]) -> list[str]:
    evaluator = f"sh {folder / 'evaluator.sh'} {sleep}"
    return [phiscale, "search", "efficientnet", *grid, "--evaluator", evaluator, "--timeout", "8", "--format", "json"]


def disturbed(cluster: Cluster, command: list[str], folder: Path, kills: int, losses: int) -> subprocess.Popen:
    """Runs a search that is killed and loses its node at random moments, and gives the process that may finish."""
    events = ["kill"] * kills + ["loss"] * losses
    random.shuffle(events)
    process = start(cluster, command, folder)
    for number, event in enumerate(events):
        # Events are spread over the search. Some kills come soon after another: while jobs are submitted.
        if event == "loss" or random.random() < 0.6:
            progressed = time.monotonic() + 15
            while len(journal(folder / "slurm")) < 160 * number / len(events) and time.monotonic() < progressed:
                time.sleep(0.1)
        time.sleep(random.uniform(0.02, 3))
        if process.poll() is not None:
            sys.exit("the search ended before all kills and losses")
        lost = ""
        if event == "kill":
            process.kill()
            process.wait()
            process = start(cluster, command, folder)
        else:
            wait_for(lambda: "RUNNING" in cluster.jobs(), 120, "a job to lose")
            lost = f" of the node with {cluster.lose_node()} jobs"
        print(f"  {event}{lost}; in the journal: {len(journal(folder / 'slurm'))}", flush=True)
    return process


def start(cluster: Cluster, command: list[str], folder: Path) -> subprocess.Popen:
    with (folder / "report.json").open("wb") as out, (folder / "errors.txt").open("ab") as err:
        return subprocess.Popen(command, env=cluster.environment, stdout=out, stderr=err, stdin=subprocess.DEVNULL)


def end_to_end(cluster: Cluster, phiscale: str, folder: Path, kills: int, losses: int) -> None:
    local = search(phiscale, folder, "0", GRID)
    local += ["--folder", str(folder / "local"), "--retries", "0", "--jobs", "8"]
    expected = subprocess.run(local, capture_output=True, check=False)
    expected = json.loads(expected.stdout)
    print(f"undisturbed, on this machine: {len(expected['ranking'])} measured, {len(expected['failed'])} failed")
    remote = search(phiscale, folder, "3", GRID)
    remote += ["--folder", str(folder / "slurm"), "--executor", "slurm", "--poll", "2", "--retry-lost", "20"]
    began = time.monotonic()
    process = disturbed(cluster, remote, folder, kills, losses)
    if process.wait(600) != 0:
        sys.exit((folder / "errors.txt").read_text())
    print(f"  finished after {time.monotonic() - began:.0f} s")
    report = json.loads((folder / "report.json").read_text())
    compare(report, expected, journal(folder / "slurm"))
    nothing_left(cluster, folder)


def compare(report: dict, expected: dict, entries: list[dict]) -> None:
    points = [point(entry) for entry in entries]
    twice = {one for one in points if points.count(one) > 1}
    by_failure: dict[str, int] = {}
    for entry in entries:
        failure = entry.get("failure", "measured")
        by_failure[failure] = by_failure.get(failure, 0) + 1
    retried = sum(entry["attempts"] > 1 for entry in entries)
    print(f"journal: {len(entries)} lines, {by_failure}, tried more than once: {retried}")
    assert not twice, f"more than once in the journal: {twice}"
    assert len(entries) == len(expected["ranking"]) + len(expected["failed"])
    assert report["ranking"] == expected["ranking"], "the ranking differs from the undisturbed one"
    assert by_failure.get("failed") == 1 and by_failure.get("timed_out") == 1 and "lost" not in by_failure
    print("ranking: that of the undisturbed search")


def nothing_left(cluster: Cluster, folder: Path) -> None:
    wait_for(lambda: not cluster.jobs(), 30, "an empty queue")
    left = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                words = (process / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if "evaluator.sh" in words and str(folder) in words:
                left.append(words)
    assert not left, f"processes left: {left}"
    assert not cluster.sacct_log.exists(), "sacct was asked"
    times = [float(line) for line in cluster.squeue_log.read_text().split()]
    print(f"no job and no process left; sacct never asked; squeue {len(times)} times")


def follow(cluster: Cluster, phiscale: str, folder: Path, candidates: int) -> None:
    """Processor time and memory of a search with many candidates, while it does nothing but wait."""
    command = search(phiscale, folder, "1000", LARGE_GRID)
    command += ["--folder", str(folder / "many"), "--executor", "slurm"]
    command[command.index("--timeout") + 1] = "1000"
    process = start(cluster, command, folder)
    wait_for(lambda: cluster.jobs().count("\n") >= candidates, 300, f"{candidates} jobs")
    time.sleep(15)
    measured = [usage(process.pid)]
    for _ in range(6):
        time.sleep(20)
        measured.append(usage(process.pid))
    (first, _), (last, _) = measured[0], measured[-1]
    memory = ", ".join(f"{kilobytes / 1024:.1f}" for _, kilobytes in measured)
    share = (last - first) / 120
    print(f"jobs: {cluster.jobs().count(chr(10))}; processor: {100 * share:.2f} % of a core; memory in MiB: {memory}")
    asked = [float(line) for line in cluster.squeue_log.read_text().split()]
    gaps = [after - before for before, after in zip(asked, asked[1:])]
    print(f"squeue: {len(asked)} times, at least {min(gaps):.1f} s apart")
    process.send_signal(signal.SIGINT)
    process.wait(60)
    print((folder / "errors.txt").read_text())
    print(cluster.ask(phiscale, "search", "status", str(folder / "many")))
    said = interrupted(cluster, command, b"n")
    assert "go on without this process" in said and cluster.jobs().count("\n") >= candidates, said
    said = interrupted(cluster, command, b"y")
    assert f"jobs cancelled: {candidates}" in said, said
    wait_for(lambda: not cluster.jobs(), 60, "an empty queue")
    print("Ctrl-C on a terminal, n: the jobs go on; y: the queue is empty")
    assert share < 0.01
    assert measured[-1][1] < measured[0][1] * 1.05


def interrupted(cluster: Cluster, command: list[str], answer: bytes) -> str:
    """What a search says on a terminal that gets Ctrl-C and then an answer."""
    process, terminal = pty.fork()
    if process == 0:
        os.execvpe(command[0], command, cluster.environment)
    said = b""
    time.sleep(6)
    os.write(terminal, b"\x03")
    while True:
        try:
            said += os.read(terminal, 65536)
        except OSError:
            break
        if said.rstrip().endswith(b"[y/N]"):
            os.write(terminal, answer + b"\n")
    os.waitpid(process, 0)
    return said.decode(errors="replace")


def usage(process: int) -> tuple[float, int]:
    """Seconds of processor time, children included, and kilobytes in memory."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    ticks = sum(int(field) for field in fields[11:15])
    memory = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    return ticks / os.sysconf("SC_CLK_TCK"), int(memory[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("phiscale", type=Path)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--losses", type=int, default=5)
    parser.add_argument("--follow", type=int, metavar="CANDIDATES")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    random.seed(arguments.seed)
    phiscale = str(arguments.phiscale.resolve())
    folder = Path(tempfile.mkdtemp(prefix="phiscale-slurm-"))
    (folder / "evaluator.sh").write_text(EVALUATOR)
    # Arrays of at most 64 jobs, so that the candidates need several.
    cluster = Cluster(folder, cpus=2 if arguments.follow else 8, array=1001 if arguments.follow else 64)
    try:
        cluster.start()
        if arguments.follow:
            follow(cluster, phiscale, folder, arguments.follow)
        else:
            end_to_end(cluster, phiscale, folder, arguments.kills, arguments.losses)
    except BaseException:
        print(f"logs are in {folder}", file=sys.stderr)
        raise
    finally:
        cluster.stop()
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
