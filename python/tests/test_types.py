"""What type checkers know of the package is true."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("mypy")

USE = """
import phiscale
from phiscale import Chart, Family, Network, Report

network: Network = phiscale.network("efficientnet:b0", input=(192, 256), classes=10)
family: Family = phiscale.spec("input = 1", name="mine")
scaled: Network = phiscale.family("efficientnet").network(phi=1.5)
bytes_of_weights: int = network.memory("int8")["weights_bytes"]
sides: tuple[int, int, int] = network.input
report: Report = phiscale.count("efficientnet:b0", "resnet50", sort="macs", columns=["network", "macs"])
passes: bool = phiscale.check("mine.toml", max_macs="600M", phi=[0, 0.5]).passes
chart: Chart = phiscale.plot("efficientnet", x="phi", size="3.3x2.4in")
written: bytes = chart.png(dpi=300)
try:
    phiscale.onnx(b"")
except phiscale.Error as error:
    line: int | None = error.problems[0].line
"""

MISUSE = """
import phiscale

phiscale.network(3)
phiscale.count("efficientnet", per="block")
phiscale.network("efficientnet:b0").memory("fp8")
phiscale.plot("efficientnet", z="phi")
macs: str = phiscale.network("efficientnet:b0").macs
"""


def mypy(folder: Path, text: str) -> str:
    file = folder / "use.py"
    file.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "use.py"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


def test_use_has_types(tmp_path: Path) -> None:
    assert mypy(tmp_path, USE) == ""


def test_misuse_is_found(tmp_path: Path) -> None:
    found = [line.split(":")[1] for line in mypy(tmp_path, MISUSE).splitlines() if ": error:" in line]
    assert found == ["4", "5", "6", "7", "8"]


def test_stub_is_that_of_the_module(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mypy.stubtest", "phiscale._phiscale"]
    compared = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert compared.returncode == 0, compared.stdout
