"""Validates specs, chart files and reports with the JSON Schemas of the `phiscale` command on PATH.

    pip install jsonschema pytest
    pytest python/tests/test_schemas.py

Skipped where `jsonschema` or the command is missing.
"""

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

jsonschema = pytest.importorskip("jsonschema")
tomllib = pytest.importorskip("tomllib")

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = shutil.which("phiscale")

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no `phiscale` on PATH")

# What docs/schemas.md says that schemas cannot say: files that phiscale refuses, and the schemas do not.
CANNOT_SAY = {
    "tests/charts": "bad_font columns empty hints missing_file nameless same_names stages unknown_network unknown_published "
    "unnamed unscaled wrong_columns wrong_costs wrong_repeats measured macs_on_device roofline time",
    "tests/mistakes": "attention branches defaults fraction groups huge_repeat kernel_larger_than_input no_width padding "
    "recursion residual styles unbounded widths",
}


def run(*arguments):
    """Runs phiscale in the root of the repository."""
    return subprocess.run([PROGRAM, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def names():
    report = json.loads(run("list", "--schemas", "--format", "json").stdout)
    return [schema["name"] for schema in report["schemas"]]


@pytest.fixture(scope="session")
def validators():
    found = {}
    for name in names():
        schema = json.loads(run("list", "--schema", name).stdout)
        jsonschema.Draft202012Validator.check_schema(schema)
        found[name] = jsonschema.Draft202012Validator(schema)
    return found


def files(*patterns):
    return sorted(path.relative_to(ROOT) for pattern in patterns for path in ROOT.glob(pattern))


def schema_of(path):
    """The schema that the first line of a file names."""
    first = (ROOT / path).read_text(encoding="utf-8").splitlines()[0]
    return Path(first.removeprefix("#:schema ")).stem


def read(path):
    return tomllib.loads((ROOT / path).read_text(encoding="utf-8"))


def mistakes(validator, value):
    return [f"{list(error.absolute_path)}: {error.message}" for error in validator.iter_errors(value)]


@pytest.mark.parametrize(
    "path",
    files("specs/*.toml", "specs/blocks/*.toml", "specs/examples/*.toml", "specs/published/*.toml", "plots/*.toml")
    + files("specs/devices/*.toml", "plots/time/*.toml")
    + files("docs/class/**/*.toml"),
    ids=str,
)
def test_bundled_files_are_valid(path, validators):
    assert mistakes(validators[schema_of(path)], read(path)) == []


@pytest.mark.parametrize("path", files("tests/mistakes/*.toml", "tests/charts/*.toml"), ids=str)
def test_what_the_schema_refuses_is_refused_by_phiscale(path, validators, tmp_path):
    try:
        table = read(path)
    except tomllib.TOMLDecodeError:
        pytest.skip("no TOML")
    is_chart = path.parent.name == "charts"
    if is_chart:
        refused = run("plot", str(path), "-o", str(tmp_path / "chart.svg")).returncode == 2
    else:
        refused = run("count", str(path)).returncode == 2
    by_schema = bool(mistakes(validators["chart" if is_chart else "spec"], table))
    assert refused or not by_schema, "the schema refuses what phiscale reads"
    is_listed = path.stem in CANNOT_SAY[path.parent.as_posix()].split()
    assert is_listed == (refused and not by_schema), "CANNOT_SAY names what the schema accepts and phiscale refuses"


# Reports that no page writes.
MORE = ["list --blocks", "list --schemas", "list --devices", "plot plots/stages.toml plots/scaling-alone.toml plots/torchvision-macs.toml"]


def commands():
    """Every command on the pages that writes a report, once."""
    found = list(MORE)
    for path in files("tests/pages/*.md", "docs/*.md", "docs/*/*.md", "README.md"):
        lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
        for line, after in zip(lines, [*lines[1:], ""]):
            if after.startswith("? 2"):
                continue  # bad input
            match = re.match(r"\$ phiscale ((?:count|scale|check|explain|fit|audit|list|time|plot|search|compare)\b.*)", line)
            if match and not re.search(r"[|<>;&$]|--(?:save|folder|evaluator|write-spec|schema)\b", match[1]):
                found.append(re.sub(r" (?:-o|--output|--csv|--format) \S+", "", match[1]))
    return sorted(set(found))


@pytest.mark.parametrize("command", commands())
def test_reports_are_valid(command, validators, tmp_path):
    arguments = shlex.split(command)
    if arguments[0] == "plot":
        arguments += ["-o", str(tmp_path) if len(arguments) > 2 else str(tmp_path / "chart.svg")]
    ended = run(*arguments, "--format", "json")
    if ended.returncode == 2:
        pytest.skip("the command has bad input, or writes no report")
    report = json.loads(ended.stdout)
    schema = report["schema"].removeprefix("phiscale.").split("/")[0]
    assert mistakes(validators[f"report-{schema}"], report) == []
    strict = closed(validators[f"report-{schema}"].schema)
    assert mistakes(jsonschema.Draft202012Validator(strict), report) == [], "a key that the schema does not list"


def closed(schema):
    """The same schema, in which an object with properties takes no others."""
    if isinstance(schema, list):
        return [closed(value) for value in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and "additionalProperties" not in schema:
        inner["additionalProperties"] = False
    return inner


def test_saved_baselines_are_valid(validators, tmp_path):
    saved = tmp_path / "counts.json"
    assert run("check", "efficientnet:b0", "--save", str(saved)).returncode == 0
    assert mistakes(validators["baseline"], json.loads(saved.read_text(encoding="utf-8"))) == []


def test_the_journal_is_valid(validators):
    journal = (ROOT / "docs/search/journal.jsonl").read_text(encoding="utf-8")
    for line in journal.splitlines():
        assert mistakes(validators["journal"], json.loads(line)) == []


def test_an_unknown_schema_names_the_nearest():
    ended = run("list", "--schema", "report-cuont")
    assert ended.returncode == 2
    assert "report-count" in ended.stderr
