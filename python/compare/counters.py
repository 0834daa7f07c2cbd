"""Compares phiscale.torch.count with PyTorch's and fvcore's counters on the networks of torchvision.

    python python/compare/counters.py [NETWORK ...]

Writes docs/python/torchvision.csv, one row for each network, and docs/python/torchvision.md from all rows. With names,
only their rows are made again. Exits with 1 if a difference is not explained to the last unit.

PyTorch's counter and fvcore run with gradients enabled, as users run them: without, `torch.nn.MultiheadAttention`
takes one fused operator, in which both count nothing.

Needs torch, torchvision, fvcore.
"""

import csv
import logging
import math
import sys
import warnings
from pathlib import Path
from unittest import mock

import fvcore
import torch
import torchvision
from fvcore.nn import FlopCountAnalysis
from torch.utils.flop_counter import FlopCounterMode

import phiscale.torch

FOLDER = Path(__file__).parents[2] / "docs" / "python"
COLUMNS = [
    "network", "side", "module_params", "auxiliary_params", "params", "torch", "phiscale_torch", "fvcore",
    "phiscale_fvcore", "fused", "rounding",
]  # fmt: skip

# Networks that run at another size than that of their default weights: some have none.
SIDES = {"inception_v3": 299, "vit_h_14": 224}
OPTIONS = {"googlenet": {"init_weights": False}, "inception_v3": {"init_weights": False}}
# Classifiers that run only in training.
AUXILIARY = ("aux1", "aux2", "AuxLogits")
SEGMENTATION = ["deeplabv3_mobilenet_v3_large", "deeplabv3_resnet50", "fcn_resnet50", "lraspp_mobilenet_v3_large"]

PAGE = """# phiscale.torch.count on torchvision

`phiscale.torch.count(model, (1, 3, S, S))` beside PyTorch's and fvcore's counters, on every classification network of
torchvision and four that segment images. `python/compare/counters.py` makes this page from
[torchvision.csv](torchvision.csv), with {versions}.

| of {all} networks | exact |
| --- | ---: |
| params: the module's `sum(p.numel() for p in model.parameters())` | {exact[0]} |
| FLOPs: `torch.utils.flop_counter.FlopCounterMode`, convention `torch` | {exact[1]} |
| MACs: `fvcore.nn.FlopCountAnalysis(...).total()`, convention `fvcore` | {exact[2]} |

Every difference is explained to the last unit; a column shows what the other tool counts more or less than phiscale:

- **auxiliary**: params of auxiliary classifiers, which run only in training. `phiscale.torch.count` warns of them.
- **attention**: fvcore does not see the two products in `scaled_dot_product_attention`. In an ONNX file they are
  ordinary products of matrices, and phiscale counts them.
- **rounding**: for `torch.einsum`, fvcore reads the count that NumPy prints, with four digits.

PyTorch's counter and fvcore run in evaluation mode with gradients enabled. Under `torch.no_grad()`,
`torch.nn.MultiheadAttention` runs as one fused operator, and both tools count nothing for it, projections included:
for `vit_b_16`, 12,585,406,464 FLOPs fewer than phiscale by PyTorch's counter, and 6,292,703,232 MACs fewer by fvcore.

| network | S | params | module | torch: FLOPs | FlopCounterMode | fvcore: MACs | FlopCountAnalysis |
| --- | ---: | ---: | --- | ---: | --- | ---: | --- |
{table}
"""


class Differences:
    """What fvcore is known to count differently, in multiply-adds; as a context, it watches two functions of PyTorch.

    `fused`: the two products in each call of scaled_dot_product_attention, which it does not see. `rounding`: what it
    adds to an einsum by reading NumPy's count, printed with four digits.
    """

    def __init__(self):
        self.fused = self.rounding = 0
        self.patches = [
            self.watched(torch.nn.functional, "scaled_dot_product_attention", self.attention),
            self.watched(torch, "einsum", self.einsum),
        ]

    @staticmethod
    def watched(module, name, see):
        original = getattr(module, name)

        def call(*args, **kwargs):
            see(*args)
            return original(*args, **kwargs)

        return mock.patch.object(module, name, call)

    def __enter__(self):
        for patch in self.patches:
            patch.start()
        return self

    def __exit__(self, *_):
        for patch in self.patches:
            patch.stop()

    def attention(self, query, key, value, *_):
        rows = query.numel() // query.shape[-1]
        self.fused += rows * key.shape[-2] * (query.shape[-1] + value.shape[-1])

    def einsum(self, equation, *tensors):
        terms = equation.replace(" ", "").partition("->")[0].split(",")
        sizes = {letter: size for term, held in zip(terms, tensors) for letter, size in zip(term, held.shape)}
        exact = math.prod(sizes.values())
        self.rounding += math.floor(float(f"{2 * exact + 1:.3e}") / 2) - exact


def params(module):
    return sum(parameter.numel() for parameter in module.parameters())


def side(name):
    if name in SIDES or name in SEGMENTATION:
        return SIDES.get(name, 520)
    crop = torchvision.models.get_model_weights(name).DEFAULT.transforms().crop_size
    return crop[0] if isinstance(crop, list) else crop


def row(name):
    own = {"weights_backbone": None, "aux_loss": True} if name in SEGMENTATION[:3] else {}
    own |= {"weights_backbone": None} if name in SEGMENTATION else OPTIONS.get(name, {})
    model = torchvision.models.get_model(name, weights=None, **own).eval()
    shape = (1, 3, side(name), side(name))
    network = phiscale.torch.count(model, shape)
    image = torch.zeros(shape)
    with FlopCounterMode(display=False) as counter, Differences() as known:
        output = model(image)
    del output
    analysis = FlopCountAnalysis(model, image)
    auxiliary = sum(params(module) for name, module in model.named_children() if name in AUXILIARY)
    values = [
        name, shape[-1], params(model), auxiliary, network.params,
        counter.get_total_flops(), network.count("torch"), int(analysis.total()), network.count("fvcore"),
        known.fused, known.rounding,
    ]  # fmt: skip
    return dict(zip(COLUMNS, map(str, values)))


def measured(chosen):
    """All rows: those in the table, and those of the chosen networks made again."""
    names = torchvision.models.list_models(module=torchvision.models) + SEGMENTATION
    path, rows = FOLDER / "torchvision.csv", {}
    if path.exists():
        with open(path, newline="") as file:
            rows = {found["network"]: found for found in csv.DictReader(file)}
    for name in chosen or names:
        rows[name] = row(name)
        print(" ".join(rows[name].values()), flush=True)
        with open(path, "w", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows[known] for known in names if known in rows)
    return [rows[known] for known in names if known in rows]


def cells(row):
    """The cells of a network in the table, and whether every difference is explained."""
    number = {column: int(row[column]) for column in COLUMNS[1:]}
    params = number["module_params"] - number["params"]
    flops = number["torch"] - number["phiscale_torch"]
    macs = number["fvcore"] - number["phiscale_fvcore"]
    compared = [
        difference(params, {"auxiliary": number["auxiliary_params"]}),
        difference(flops, {}),
        difference(macs, {"attention": -number["fused"], "rounding": number["rounding"]}),
    ]
    counted = [f"{number[column]:,}" for column in ("params", "phiscale_torch", "phiscale_fvcore")]
    values = [row["network"], row["side"], *(cell for pair in zip(counted, compared) for cell in pair)]
    return values, not any("unexplained" in cell for cell in compared)


def difference(found, causes):
    """What the other tool counts more, by its causes."""
    if found != sum(causes.values()):
        return f"{found:+,} unexplained"
    return ", ".join(f"{amount:+,} {cause}" for cause, amount in causes.items() if amount) or "exact"


def written(rows):
    """Writes the page; returns whether every difference is explained."""
    found = [cells(row) for row in rows]
    exact = [sum(values[column] == "exact" for values, _ in found) for column in (3, 5, 7)]
    table = "\n".join(f"| {' | '.join(values)} |" for values, _ in found)
    versions = {"torch": torch, "torchvision": torchvision, "fvcore": fvcore}
    said = ", ".join(f"{name} {module.__version__.partition('+')[0]}" for name, module in versions.items())
    page = PAGE.format(versions=said, all=len(rows), exact=exact, table=table)
    (FOLDER / "torchvision.md").write_text(page)
    return all(is_explained for _, is_explained in found)


def main():
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    torch.set_num_threads(1)
    # Counts do not depend on weights, and random numbers take long.
    torch.nn.init.trunc_normal_ = torch.nn.init.normal_ = torch.nn.init.uniform_ = lambda tensor, *_, **__: tensor
    sys.exit(not written(measured(sys.argv[1:])))


if __name__ == "__main__":
    main()
