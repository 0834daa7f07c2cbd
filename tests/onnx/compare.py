"""Compares phiscale's counts of exported networks with PyTorch's own.

    python compare.py PHISCALE FOLDER [NAME ...]

Every classification network of torchvision (or those named) is exported to FOLDER by both of PyTorch's exporters, each
with batch norms folded, as is the default, and with batch norms kept. The params and MACs that `PHISCALE count` prints
are compared with the module's params and with half of what torch.utils.flop_counter counts when attention is computed
as products of matrices. Weights are random, so that no two tensors are equal and none is zero: exporters drop those.
A file in FOLDER is not exported again. The table goes to standard output.

Needs torch, torchvision, onnx, onnxscript.
"""

import json
import re
import subprocess
import sys
import warnings
from pathlib import Path

import torch
import torchvision
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from strip import strip

warnings.filterwarnings("ignore")
# Fused attention cannot be exported to ONNX.
torch.backends.mha.set_fastpath_enabled(False)

# Networks that are built for another size than their default weights.
SIDES = {"inception_v3": 299, "vit_h_14": 224}
WAYS = ["torchscript", "torchscript-unfolded", "dynamo", "dynamo-unfolded"]


def network(name):
    """The network as it runs, without the auxiliary classifiers of training."""
    own = {"init_weights": False, "aux_logits": False} if name in ("googlenet", "inception_v3") else {}
    return torchvision.models.get_model(name, weights=None, **own).eval()


def image(name):
    side = SIDES.get(name)
    if side is None:
        try:
            side = torchvision.models.get_model_weights(name).DEFAULT.transforms().crop_size[0]
        except (ValueError, AttributeError):
            side = 224
    return [1, 3, side, side]


def counted_by_torch(name):
    module = network(name).to("meta")
    counter = FlopCounterMode(display=False)
    with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), counter:
        module(torch.zeros(image(name), device="meta"))
    return sum(p.numel() for p in module.parameters()), counter.get_total_flops() // 2


def export(name, way, path):
    module = network(name)
    with torch.no_grad():
        for tensor in [*module.parameters(), *module.buffers()]:
            if tensor.is_floating_point():
                tensor.uniform_(0.1, 1)
    example = (torch.zeros(image(name)),)
    folded = not way.endswith("unfolded")
    if way.startswith("dynamo"):
        torch.onnx.export(module, example, str(path), dynamo=True, external_data=True, optimize=folded, verbose=False)
    else:
        training = torch.onnx.TrainingMode.EVAL if folded else torch.onnx.TrainingMode.PRESERVE
        torch.onnx.export(
            module, example, str(path), dynamo=False, training=training, do_constant_folding=folded
        )


def exported(name, way, folder):
    path = folder / f"{name}-{way}.onnx"
    if not path.exists():
        work = folder / "work"
        work.mkdir(exist_ok=True)
        try:
            export(name, way, work / "whole.onnx")
            strip(work / "whole.onnx", path, most=1024)
        finally:
            for file in work.iterdir():
                file.unlink()
    return path


def counted_by_phiscale(phiscale, path):
    ran = subprocess.run([phiscale, "count", path, "--format", "json"], capture_output=True, text=True)
    if ran.returncode != 0:
        return None, ran.stderr.strip().splitlines()[0]
    report = json.loads(ran.stdout)
    note = re.search(r"the file has ([\d,]+) params", " ".join(report.get("notes", [])))
    fewer = int(note[1].replace(",", "")) if note else 0
    return (report["totals"]["params"] + fewer, report["totals"]["macs"]), None


def cell(phiscale, name, way, folder, params, macs):
    try:
        found, error = counted_by_phiscale(phiscale, exported(name, way, folder))
    except Exception as error:  # an exporter may raise anything
        return f"no export: {type(error).__name__}"
    if error:
        return error
    parts = [(found[0] - params, "params"), (found[1] - macs, "MACs")]
    return ", ".join(f"{gap:+,} {what}" for gap, what in parts if gap) or "exact"


def main(phiscale, folder, *names):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    names = names or torchvision.models.list_models(module=torchvision.models)
    rows = []
    for name in names:
        params, macs = counted_by_torch(name)
        cells = [cell(phiscale, name, way, folder, params, macs) for way in WAYS]
        rows.append([name, f"{params:,}", f"{macs:,}", *cells])
        print(*rows[-1], sep=" | ", file=sys.stderr, flush=True)
    print("| network | params (torch) | MACs (torch) | TorchScript | … unfolded | dynamo | … unfolded |")
    print("| --- | ---: | ---: | --- | --- | --- | --- |")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    exact = [sum(row[3 + way] == "exact" for row in rows) for way in range(len(WAYS))]
    print(f"\nExact, of {len(rows)}: {', '.join(f'{way} {count}' for way, count in zip(WAYS, exact))}.")


if __name__ == "__main__":
    main(*sys.argv[1:])
