"""Compares phiscale's params with those that a script finds by itself, in ONNX files that packages of PyPI ship.

    pip download --no-deps -d FOLDER ddddocr==1.6.1 magika==1.0.3 nudenet==3.4.2 rapidocr-onnxruntime==1.4.4 silero-vad==6.2.3
    python packages.py PHISCALE FOLDER

The script adds up every tensor that an operator reads as weights, bias, scale, shift or table, by the place of the
input; a single number only if Paddle named it as a param. It knows the five exporters of these files and no others.

Needs onnx.
"""

import io
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import onnx
from onnx import numpy_helper

# Inputs that hold params, by operator.
PARAMS = {
    "Add": (0, 1), "BatchNormalization": (1, 2), "Conv": (1, 2), "ConvInteger": (1,), "ConvTranspose": (1, 2), "Div": (0, 1),
    "Gather": (0,), "Gemm": (1, 2), "MatMul": (0, 1), "MatMulInteger": (1,), "Mul": (0, 1), "Sub": (0, 1),
}
ARITHMETIC = {"Add", "Div", "Mul", "Sub"}
VIEWS = {"Cast", "DequantizeLinear", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze"}
# Sizes that a file leaves open.
SIZES = {"320n": "320x320", "ch_PP-OCRv4_det_infer": "320x320", "ch_PP-OCRv4_rec_infer": "48x320", "ch_ppocr_mobile_v2.0_cls_infer": "48x192"}


def tensors(graph):
    found = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:
        values = [attribute.t for attribute in node.attribute if attribute.name == "value"]
        if node.op_type == "Constant" and values:
            found[node.output[0]] = numpy_helper.to_array(values[0])
    return found


def params(graph):
    stored, views, readers = tensors(graph), {}, {}
    for node in graph.node:
        if node.op_type in VIEWS:
            views[node.output[0]] = node.input[0]
        for index in PARAMS.get(node.op_type, ()):
            if index < len(node.input):
                name = node.input[index]
                while name in views:
                    name = views[name]
                if name in stored and stored[name].dtype.kind != "b":
                    readers.setdefault(name, set()).add(node.op_type)
    sizes = 0
    for name, operators in readers.items():
        tensor = stored[name]
        is_param = tensor.size > 1 or ".w_" in name or ".b_" in name or not operators <= ARITHMETIC
        is_number = tensor.dtype.kind == "f" or tensor.dtype.itemsize == 1
        sizes += tensor.size if is_param and is_number else 0
    return sizes


def counted(phiscale, path):
    size = ["--input", SIZES[path.stem]] if path.stem in SIZES else []
    ran = subprocess.run([phiscale, "count", path, *size, "--format", "json"], capture_output=True, text=True)
    if ran.returncode:
        lines = [line.split("help: ")[-1].split(f"{path}: ")[-1] for line in ran.stderr.splitlines() if line.strip(" |")]
        return None, None, "; ".join(lines)
    totals = json.loads(ran.stdout)["totals"]
    return totals["params"], totals["macs"], ""


def main(phiscale, folder):
    print("| package | file | params | MACs | script |")
    print("| --- | --- | ---: | ---: | --- |")
    for wheel in sorted(Path(folder).glob("*.whl")):
        package = " ".join(wheel.name.split("-")[:2])
        files = zipfile.ZipFile(wheel)
        for name in sorted(name for name in files.namelist() if name.endswith(".onnx")):
            data = files.read(name)
            with tempfile.TemporaryDirectory() as work:
                path = Path(work) / Path(name).name
                path.write_bytes(data)
                found, macs, error = counted(phiscale, path)
            if error:
                print(f"| {package} | {path.name} | {error} | | |")
                continue
            expected = params(onnx.load(io.BytesIO(data)).graph)
            verdict = "the same" if expected == found else f"{expected:,}"
            print(f"| {package} | {path.name} | {found:,} | {macs:,} | {verdict} |")


if __name__ == "__main__":
    main(*sys.argv[1:])
