"""The notebook shows what its code gives. After a change of what is shown, run it anew:

jupyter nbconvert --to notebook --execute --inplace --ExecutePreprocessor.record_timing=False examples/scaling.ipynb
"""

import ast
import io
import json
from contextlib import redirect_stdout
from importlib.util import find_spec
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).parents[1] / "examples" / "scaling.ipynb"


def shown(code: str, names: dict[str, Any]) -> tuple[str, object]:
    """What a cell prints, and its last value."""
    body = ast.parse(code).body
    last = body.pop() if isinstance(body[-1], ast.Expr) else None
    printed = io.StringIO()
    value = None
    with redirect_stdout(printed):
        exec(compile(ast.Module(body, []), "cell", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    return printed.getvalue(), value


def texts(value: object) -> dict[str, str]:
    """A value in every form that a notebook shows, except the HTML of pandas, which differs between versions."""
    if value is None:
        return {}
    forms = {"text/plain": repr(value)}
    if type(value).__module__ == "phiscale":
        for kind, method in {"text/html": "_repr_html_", "image/svg+xml": "_repr_svg_"}.items():
            if hasattr(value, method):
                forms[kind] = getattr(value, method)()
    return forms


def kept(outputs: list[Any]) -> tuple[str, dict[str, str]]:
    """What the notebook has of a cell: printed text, and the forms of its last value."""
    printed = "".join("".join(output["text"]) for output in outputs if output["output_type"] == "stream")
    forms: dict[str, str] = {}
    for output in outputs:
        forms |= {kind: "".join(text) for kind, text in output.get("data", {}).items()}
    return printed, forms


def test_notebook_shows_what_its_code_gives() -> None:
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    names: dict[str, Any] = {}
    for cell in notebook["cells"]:
        code = "".join(cell["source"])
        if cell["cell_type"] != "code" or ("to_frame" in code and find_spec("pandas") is None):
            continue
        printed, value = shown(code, names)
        kept_text, kept_forms = kept(cell["outputs"])
        assert kept_text == printed, code
        forms = texts(value)
        assert kept_forms.keys() - {"text/html"} == forms.keys() - {"text/html"}, code
        for kind, text in forms.items():
            assert kept_forms[kind].rstrip() == text.rstrip(), code


def test_cells_need_pandas_only_where_they_make_frames() -> None:
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    names: dict[str, Any] = {}
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for code in cells:
        if "to_frame" not in code:
            shown(code, names)
