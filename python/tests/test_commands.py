"""The commands in Python answer what the program prints, and their keywords are its options."""

import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import phiscale
import pytest

DYNAMO = Path(__file__).parents[2] / "tests" / "onnx" / "dynamo.onnx"
PROGRAM = shutil.which("phiscale", path=sysconfig.get_path("scripts"))

# Calls, and the same on the command line.
COMMANDS: list[tuple[Callable[[], phiscale.Report], str]] = [
    (lambda: phiscale.list(), "list"),
    (lambda: phiscale.list("efficientnet"), "list efficientnet"),
    (lambda: phiscale.list("torchvision"), "list torchvision"),
    (lambda: phiscale.list(conventions=True), "list --conventions"),
    (lambda: phiscale.list("mbconv", blocks=True), "list --blocks mbconv"),
    (lambda: phiscale.count("efficientnet:b0"), "count efficientnet:b0"),
    (
        lambda: phiscale.count("efficientnet:b0", "resnet:50", sort="macs", reverse=True, columns=["network", "macs"]),
        "count efficientnet:b0 resnet:50 --sort macs --reverse --columns network,macs",
    ),
    (
        lambda: phiscale.count("efficientnet", per="layer", unroll=True, phi=1.5, dtype="int8", batch=2),
        "count efficientnet --per layer --unroll --phi 1.5 --dtype int8 --batch 2",
    ),
    (
        lambda: phiscale.count("resnet:50", width=2, depth=0.5, input=(192, 256), classes=10, convention="thop"),
        "count resnet:50 --width 2 --depth 0.5 --input 192x256 --classes 10 --convention thop",
    ),
    (
        lambda: phiscale.count("model.onnx", not_trained=["head.*"], allow_unknown=True),
        "count model.onnx --not-trained head.* --allow-unknown",
    ),
    (lambda: phiscale.count(Path("model.onnx"), input=32), "count model.onnx --input 32"),
    (lambda: phiscale.count("model.onnx", dim={}, trained="head.*"), "count model.onnx --trained head.*"),
    (lambda: phiscale.explain("efficientnet:b0"), "explain efficientnet:b0"),
    (
        lambda: phiscale.explain("efficientnet:b0", between=("thop", "fvcore")),
        "explain efficientnet:b0 --between thop fvcore",
    ),
    (lambda: phiscale.explain("efficientnet:b0", given="401.7M"), "explain efficientnet:b0 --given 401.7M"),
    (lambda: phiscale.law("efficientnet", hold_out=2), "law efficientnet --hold-out 2"),
    (
        lambda: phiscale.law("regnet", accuracy="torchvision", macs=["64G", 128_000_000_000]),
        "law regnet --accuracy torchvision --macs 64G,128000000000",
    ),
    (lambda: phiscale.scale("efficientnet"), "scale efficientnet"),
    (lambda: phiscale.scale("efficientnet", phi=range(4)), "scale efficientnet --phi 0,1,2,3"),
    (
        lambda: phiscale.scale("efficientnet", phi="0..=2:0.5", strategy=["compound", "w"]),
        "scale efficientnet --phi 0..=2:0.5 --strategy compound,w",
    ),
    (
        lambda: phiscale.scale("resnet", phi=-0.5, alpha=1.2, beta=1.1, gamma=1.15),
        "scale resnet --phi=-0.5 --alpha 1.2 --beta 1.1 --gamma 1.15",
    ),
    (
        lambda: phiscale.sweep("efficientnet", depth=[1, 1.5], width="1..=2:0.5", min_macs=7e8, max_params="20M"),
        "sweep efficientnet --depth 1,1.5 --width 1..=2:0.5 --min-macs 700000000 --max-params 20M",
    ),
    (
        lambda: phiscale.sweep("efficientnet", phi=range(3), alpha=[1, 1.2], front=["params", "activations"], random=9),
        "sweep efficientnet --phi 0,1,2 --alpha 1,1.2 --front params,activations --random 9",
    ),
    (
        lambda: phiscale.fit("efficientnet", max_macs="300M", max_params=5_000_000, max_memory="24MiB"),
        "fit efficientnet --max-macs 300M --max-params 5000000 --max-memory 24MiB",
    ),
    (
        lambda: phiscale.fit("efficientnet", max_macs=3e8, round_repeats="nearest", no_compare=True),
        "fit efficientnet --max-macs 300000000 --round-repeats nearest --no-compare",
    ),
    (lambda: phiscale.check("efficientnet", phi=[0, 1, 2]), "check efficientnet --phi 0,1,2"),
    (
        lambda: phiscale.check("efficientnet", phi="0..=3", cumulative=True, tolerance="30%", convention="params"),
        "check efficientnet --phi 0..=3 --cumulative --tolerance 30% --convention params",
    ),
    (lambda: phiscale.check("efficientnet:b0", max_macs="600M"), "check efficientnet:b0 --max-macs 600M"),
    (lambda: phiscale.check("efficientnet:b0", max_macs="380M"), "check efficientnet:b0 --max-macs 380M"),
    (lambda: phiscale.audit("efficientnet", failing=True), "audit efficientnet --failing"),
    (
        lambda: phiscale.time("efficientnet:b0", device="rtx4090", batch=256, per="layer"),
        "time efficientnet:b0 --device rtx4090 --batch 256 --per layer",
    ),
    (
        lambda: phiscale.time("resnet:50", device="l4", dtype="int8", compiled=True),
        "time resnet:50 --device l4 --dtype int8 --compiled",
    ),
    (
        lambda: phiscale.fit("efficientnet", max_time="10ms", device="rtx4090", batch=64),
        "fit efficientnet --max-time 10ms --device rtx4090 --batch 64",
    ),
    (
        lambda: phiscale.count("resnet:50", training=True, batch=32),
        "count resnet:50 --training --batch 32",
    ),
    (lambda: phiscale.audit(strict=True), "audit --strict"),
]


def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    assert PROGRAM is not None, "pip install puts the program on the path"
    return subprocess.run([PROGRAM, *arguments], capture_output=True, check=False)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    shutil.copy(DYNAMO, "model.onnx")
    return tmp_path


@pytest.mark.parametrize(("call", "line"), COMMANDS, ids=[line for _, line in COMMANDS])
def test_call_answers_what_the_program_prints(call: Callable[[], phiscale.Report], line: str) -> None:
    report = call()
    printed = run(*line.split(), "--format", "json")
    assert printed.stdout.decode() == report.write("json")
    assert printed.returncode == (0 if report.passes else 1)
    remarks = printed.stderr.decode().splitlines()
    assert remarks == report.remarks


@pytest.mark.parametrize("format", ["table", "json", "csv", "markdown", "latex", "html"])
def test_report_is_written_as_the_program_does(format: str) -> None:
    printed = run("check", "efficientnet", "--phi", "0..=3", "--format", format)
    report = phiscale.check("efficientnet", phi="0..=3")
    assert printed.stdout.decode().strip() == report.write(format).strip()  # type: ignore[arg-type]


@pytest.mark.parametrize("to", ["pytorch", "toml"])
def test_export_is_the_text_that_the_program_writes(to: str) -> None:
    printed = run("export", "efficientnet", "--to", to, "--phi", "0.5", "--input", "64", "--classes", "10")
    text = phiscale.export("efficientnet", to=to, phi=0.5, input=64, classes=10)  # type: ignore[arg-type]
    assert printed.stdout.decode() == text


def test_exported_modules_are_python() -> None:
    for network in ["efficientnet:b0", "swin:t", "torchvision/googlenet", "nasnet", "densenet"]:
        compile(phiscale.export(network, to="pytorch"), network, "exec")


def test_chart_is_drawn_as_the_program_does() -> None:
    chart = phiscale.plot("efficientnet", "resnet", x="params", theme="auto", size="3.3x2.4in", title="Params")
    options = ["--x", "params", "--theme", "auto", "--size", "3.3x2.4in", "--title", "Params"]
    for suffix, written in {"svg": chart.svg().encode(), "pdf": chart.pdf(), "png": chart.png()}.items():
        file = f"chart.{suffix}"
        assert run("plot", "efficientnet", "resnet", *options, "-o", file).returncode == 0
        assert Path(file).read_bytes() == written, suffix


def test_one_chart_is_drawn_at_a_time() -> None:
    with pytest.raises(TypeError, match="at least one"):
        phiscale.plot()


def test_commands_write_the_files_that_they_are_asked_for() -> None:
    phiscale.fit("efficientnet", max_macs="300M", write_spec=Path("small.toml"))
    assert phiscale.network("small.toml").macs == 253_775_936
    phiscale.check("small.toml", save="counts.json")
    assert phiscale.check("small.toml", baseline="counts.json").passes
    small = Path("small.toml").read_text(encoding="utf-8")
    Path("small.toml").write_text(small.replace("size = 192", "size = 224"), encoding="utf-8")
    changed = phiscale.check("small.toml", baseline="counts.json")
    assert not changed.passes
    with pytest.raises(phiscale.Error):
        phiscale.check("small.toml", baseline="no-such.json")


def test_names_are_not_taken_for_options() -> None:
    for name in ("--help", "-h", "--version"):
        with pytest.raises(phiscale.Error):
            phiscale.count(name)
    for name in ("-", "-:b0"):
        with pytest.raises(ValueError, match="standard input"):
            phiscale.count(name)


WRONG_KINDS: list[tuple[Callable[..., Any], dict[str, Any], str]] = [
    (phiscale.count, {"unroll": "yes"}, "unroll is True or False, not str"),
    (phiscale.count, {"allow_unknown": 1}, "allow_unknown is True or False, not int"),
    (phiscale.count, {"phi": True}, "phi takes a text or a number, not bool"),
    (phiscale.count, {"not_trained": 3}, "not_trained is a sequence, not int"),
    (phiscale.count, {"columns": [b"macs"]}, "columns takes a text or a number, not bytes"),
    (phiscale.explain, {"between": "thop"}, "between is two names"),
    (phiscale.explain, {"between": ["thop"]}, "between is two names"),
    (phiscale.scale, {"phi": {0: 1}}, "phi takes a text or a number, not dict"),
]


@pytest.mark.parametrize(("command", "keywords", "message"), WRONG_KINDS)
def test_wrong_kinds_name_the_keyword(command: Callable[..., Any], keywords: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        command("efficientnet", **keywords)


WRONG_VALUES: list[tuple[Callable[..., Any], dict[str, Any], str]] = [
    (phiscale.check, {"max_macs": "380Q"}, "max_macs"),
    (phiscale.fit, {}, "max_macs, max_flops, max_params"),
    (phiscale.sweep, {}, "depth, width or resolution, phi, or members"),
    (phiscale.sweep, {"depth": "1..=9:0.001", "width": "1..=9:0.001"}, "at most 100000 points"),
    (phiscale.check, {"phi": 1, "max_params": "5M"}, "phi is for the cost rule"),
    (phiscale.count, {"per": "stages"}, "'stage'"),
    (phiscale.count, {"not_trained": "x"}, "not_trained"),
    (phiscale.fit, {"max_macs": "300M", "round_repeats": "up"}, "round_repeats"),
]


@pytest.mark.parametrize(("command", "keywords", "message"), WRONG_VALUES)
def test_wrong_values_are_told_in_keywords(command: Callable[..., Any], keywords: dict[str, Any], message: str) -> None:
    with pytest.raises(phiscale.Error, match=message) as raised:
        command("efficientnet", **keywords)
    assert "--" not in str(raised.value)


def test_numbers_of_other_libraries_are_numbers() -> None:
    class Integer:
        def __index__(self) -> int:
            return 2

    class Real:
        def __float__(self) -> float:
            return 1.5

    expected = phiscale.scale("efficientnet", phi=[2, 1.5]).to_dict()
    numbers: list[Any] = [Integer(), Real()]
    assert phiscale.scale("efficientnet", phi=numbers).to_dict() == expected


def test_column_of_a_frame_is_a_sequence() -> None:
    pytest.importorskip("pandas")
    scaled = phiscale.scale("efficientnet", phi=[0, 0.5])
    column: Any = scaled.to_frame()["phi"]
    assert phiscale.scale("efficientnet", phi=column).to_dict() == scaled.to_dict()


def test_sequences_end() -> None:
    def phis() -> Any:
        while True:
            yield 1

    with pytest.raises(ValueError, match="phi has more than 65536 values"):
        phiscale.scale("efficientnet", phi=phis())


def test_program_ends_with_its_status() -> None:
    assert run("count", "efficientnet:b0").returncode == 0
    assert run("check", "efficientnet:b0", "--max-macs", "380M").returncode == 1
    refused = run("count", "efficientnet:b9")
    assert refused.returncode == 2
    assert refused.stdout == b""
    assert b"no member `b9`" in refused.stderr


def test_module_is_the_program() -> None:
    arguments = ["count", "efficientnet:b0", "--format", "csv"]
    command = [sys.executable, "-m", "phiscale", *arguments]
    module = subprocess.run(command, capture_output=True, check=True)
    assert module.stdout == run(*arguments).stdout
    usage = subprocess.run([*command[:3], "count", "--help"], capture_output=True, check=True)
    assert b"Usage: phiscale count" in usage.stdout


def test_program_reads_standard_input() -> None:
    assert PROGRAM is not None
    command = [PROGRAM, "count", "-", "--format", "json"]
    printed = subprocess.run(command, input=DYNAMO.read_bytes(), capture_output=True, check=True)
    assert b'"macs": 315808' in printed.stdout


def test_versions_are_equal() -> None:
    assert run("--version").stdout.decode().split() == ["phiscale", version("phiscale")]
