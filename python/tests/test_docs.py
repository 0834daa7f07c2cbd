"""The code on the pages about Python runs, and prints what the pages say."""

import doctest
import re
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import phiscale
import pytest

ROOT = Path(__file__).parents[2]
PAGES = ["docs/python.md", "python/README.md", "README.md"]

# Blocks with these words need these packages.
NEEDS = {
    "to_frame": ["pandas"],
    "phiscale.torch": ["torch", "onnx"],
    "torchvision.": ["torchvision"],
}

SPEC = """
input = { size = 32, classes = 10 }
[[stage]]
name = 'stem'
block = 'conv_norm_activation'
width = 16
kernel = 3
"""


class Checker(doctest.OutputChecker):
    """Compares without the empty lines at the end."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        return super().check_output(want.rstrip() + "\n", got.rstrip() + "\n", optionflags)


def blocks(page: str) -> Iterator[tuple[int, str]]:
    text = (ROOT / page).read_text(encoding="utf-8")
    for block in re.finditer(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield text.count("\n", 0, block.start(1)), block[1]


def run(page: str, line: int, code: str, names: dict[str, Any]) -> None:
    """Runs a block; one with prompts must print what it says, and tests in it must pass."""
    if code.startswith(">>> "):
        example = doctest.DocTestParser().get_doctest(code, names, page, page, line)
        report: list[str] = []
        doctest.DocTestRunner(Checker()).run(example, out=report.append, clear_globs=False)
        assert not report, "".join(report)
        names.update(example.globs)
        return
    known = {*names}
    exec(compile("\n" * line + code, page, "exec"), names)
    for name in sorted(names.keys() - known):
        if name.startswith("test_"):
            names[name]()


@pytest.mark.parametrize("page", PAGES)
def test_page_is_true(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "tests" / "onnx" / "dynamo.onnx", "model.onnx")
    Path("mine.toml").write_text(SPEC, encoding="utf-8")
    phiscale.check("mine.toml", save="counts.json")
    names: dict[str, Any] = {}
    found = [*blocks(page)]
    assert found
    for line, code in found:
        needed = [package for word, packages in NEEDS.items() if word in code for package in packages]
        if all(find_spec(package) for package in needed):
            run(page, line, code, names)


def test_docstring_of_the_package_is_true() -> None:
    assert doctest.testmod(phiscale) == (0, 2)


def test_page_has_everything() -> None:
    table = (ROOT / PAGES[0]).read_text(encoding="utf-8").split("## Everything")[1]
    classes = [phiscale.Network, phiscale.Family, phiscale.Report, phiscale.Chart]
    members = {name for kind in classes for name in vars(kind) if not name.startswith("_")}
    mapping = {"keys", "values", "items", "get"}
    named = {*re.findall(r"\w+", table)}
    assert {*phiscale.__all__} | (members - mapping) <= named
    for name in phiscale.__all__:
        assert getattr(phiscale, name).__doc__, name
