"""Counts the test models of the `onnx` package and compares their shapes: docs/onnx/backend.csv.

    pip install onnx==1.23.2
    cargo build --release
    python tests/onnx/backend.py target/release/phiscale > docs/onnx/backend.csv

Every model is counted twice: as it is, and with the small tensors of its test data, but for the first input, stored as
initializers, as they are in files of networks; the first only where its numbers are needed. To each model are added a ReLU, so that something has a cost, and the
shapes of its values: those that strict shape inference finds, and those of its inputs and outputs in the test data. phiscale notes
the shapes that differ. Whatever is neither a count nor an error that names a node or an operator ends up on stderr.
"""

import csv
import json
import re
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper, shape_inference
from onnx.backend.test.loader import load_model_tests

KINDS = ["node", "simple", "pytorch-converted", "pytorch-operator"]
MAX_STORED = 4096
MAX_SECONDS = 0.5
NAMES_NODE = re.compile(r"node \d+ .*\(\w+\)")


def main(program):
    warnings.simplefilter("ignore")
    tests = [(kind, test) for kind in KINDS for test in load_model_tests(kind=kind)]
    tests.sort(key=lambda test: (KINDS.index(test[0]), test[1].name))
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(["kind", "test", "operators", "as it is", "with stored inputs"])
    tally, wrong = Counter(), []
    with ThreadPoolExecutor(2) as pool:
        for row, problems in pool.map(lambda test: tried(program, *test), tests):
            rows.writerow(row)
            wrong += problems
            for way, result in [("as it is", row[3]), ("stored", row[4])]:
                tally[way, kind_of(result)] += 1
    for (way, kind), count in sorted(tally.items()):
        print(f"{way}: {kind}: {count}", file=sys.stderr)
    for problem in wrong:
        print(problem, file=sys.stderr)


def kind_of(result):
    if not result.startswith("error"):
        return "shapes differ" if "differ" in result else "count"
    for kind in ["unknown operator", "only known when", "not every size", "no shape"]:
        if kind in result:
            return f"error: {kind}"
    return "error: other"


def tried(program, kind, test):
    model = test.model or onnx.load(Path(test.model_dir) / "model.onnx", load_external_data=False)
    operators = sorted({f"{node.domain}.{node.op_type}".lstrip(".") for node in model.graph.node})
    data = test_data(test, model)
    results = [counted(program, prepared(model, data, first)) for first in (None, 1)]
    if "only known when" in results[1][0]:
        results[1] = counted(program, prepared(model, data, 0))
    problems = [f"{test.name}: {problem}" for _, problem in results if problem]
    return [kind, test.name, " ".join(operators), *(result for result, _ in results)], problems


def test_data(test, model):
    """The first inputs and outputs of a test, by the names of the values."""
    if test.data_sets:
        inputs, outputs = test.data_sets[0]
    elif test.model_dir:
        folders = sorted(Path(test.model_dir).glob("test_data_set_*"))
        inputs, outputs = (loaded(folders, model, way) for way in ("input", "output"))
    names = [value.name for value in [*model.graph.input, *model.graph.output]]
    outputs = list(outputs)
    inputs = (list(inputs) + [None] * len(model.graph.input))[: len(model.graph.input)]
    return dict(zip(names, [as_array(value) for value in [*inputs, *outputs]]))


def loaded(folders, model, way):
    values = []
    for index, info in enumerate(getattr(model.graph, way)):
        path = folders[0] / f"{way}_{index}.pb" if folders else None
        is_tensor = info.type.HasField("tensor_type")
        values.append(onnx.load_tensor(path) if path and path.exists() and is_tensor else None)
    return values


def as_array(value):
    if isinstance(value, TensorProto):
        return numpy_helper.to_array(value)
    return value if isinstance(value, (numpy.ndarray, numpy.generic)) else None


def prepared(model, data, first):
    """A copy of a model with a ReLU, the shapes of its values, and inputs stored from the first with this index."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    graph = copy.graph
    for value in [] if first is None else list(graph.input)[first:]:
        array = data.get(value.name)
        known = {tensor.name for tensor in graph.initializer}
        if array is None or array.size > MAX_STORED or value.name in known:
            continue
        if array.dtype.kind in "iufb" and value.type.tensor_type.elem_type in PLAIN:
            tensor = numpy_helper.from_array(numpy.asarray(array), value.name)
            graph.initializer.append(tensor)
    for value in graph.input:
        set_shape(value, data.get(value.name))
    try:
        copy = shape_inference.infer_shapes(copy, strict_mode=True, data_prop=True)
    except Exception:
        pass  # some tests use operators without shape inference
    for value in copy.graph.output:
        set_shape(value, data.get(value.name))
    copy.graph.input.append(helper.make_tensor_value_info("seen.x", TensorProto.FLOAT, [1]))
    copy.graph.node.append(helper.make_node("Relu", ["seen.x"], ["seen.y"], name="seen"))
    return copy


def set_shape(value, array):
    if array is not None and value.type.HasField("tensor_type"):
        value.type.tensor_type.shape.ClearField("dim")
        for size in array.shape:
            value.type.tensor_type.shape.dim.add().dim_value = size


# Types of numbers that take whole bytes.
PLAIN = {*range(1, 8), 9, 10, 11, 12, 13}


def counted(program, model):
    """What phiscale says about a model, and what is wrong with that."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.onnx")
        path.write_bytes(model.SerializeToString())
        start = time.monotonic()
        ran = subprocess.run([program, "count", path, "--format", "json"], capture_output=True, text=True)
        seconds = time.monotonic() - start
    problem = f"took {seconds:.1f} s" if seconds > MAX_SECONDS else None
    if ran.returncode == 0:
        report = json.loads(ran.stdout)
        totals = report["totals"]
        result = f"{totals['params']} params {totals['macs']} MACs"
        differs = [note for note in report.get("notes", []) if note.startswith("some shapes differ")]
        return (f"{result}: {differs[0]}" if differs else result), (differs[0] if differs else problem)
    lines = ran.stderr.replace(f"{path}: ", "").splitlines()
    first = next((line for line in lines if line.startswith("error")), "")
    operators = [line.removeprefix(" = help: ") for line in lines if " ×): node" in line]
    error = "; ".join([first, *operators])
    if ran.returncode != 2 or "panicked" in ran.stderr:
        problem = f"exit status {ran.returncode}: {ran.stderr[:300]}"
    elif not operators and not NAMES_NODE.search(first) and "input `" not in first:
        problem = f"names nothing: {first}"
    return error, problem


if __name__ == "__main__":
    main(sys.argv[1])
