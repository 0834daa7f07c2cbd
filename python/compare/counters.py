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
import time
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
    "network", "side", "module_params", "unread_params", "params", "torch", "phiscale_torch", "fvcore",
    "phiscale_fvcore", "fused", "rounding", "seconds",
]  # fmt: skip

# Networks that run at another size than that of their default weights: some have none.
SIDES = {"inception_v3": 299, "vit_h_14": 224}
OPTIONS = {"googlenet": {"init_weights": False}, "inception_v3": {"init_weights": False}}
SEGMENTATION = ["deeplabv3_mobilenet_v3_large", "deeplabv3_resnet50", "fcn_resnet50", "lraspp_mobilenet_v3_large"]


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
    start = time.perf_counter()
    network = phiscale.torch.count(model, shape)
    seconds = time.perf_counter() - start
    image = torch.zeros(shape)
    with FlopCounterMode(display=False) as counter, Differences() as known:
        output = model(image)
    del output
    analysis = FlopCountAnalysis(model, image)
    numbers = sum(parameter.numel() for parameter in model.parameters())
    values = [
        name, shape[-1], numbers, numbers - network.params, network.params,
        counter.get_total_flops(), network.count("torch"), int(analysis.total()), network.count("fvcore"),
        known.fused, known.rounding, f"{seconds:.2f}",
    ]  # fmt: skip
    return dict(zip(COLUMNS, map(str, values)))


def main():
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    torch.set_num_threads(1)
    torch.nn.init.trunc_normal_ = torch.nn.init.normal_ = torch.nn.init.uniform_ = lambda tensor, *_, **__: tensor
    names = torchvision.models.list_models(module=torchvision.models) + SEGMENTATION
    path = FOLDER / "torchvision.csv"
    rows = {}
    if path.exists():
        with open(path, newline="") as file:
            rows = {found["network"]: found for found in csv.DictReader(file)}
    for name in sys.argv[1:] or names:
        rows[name] = row(name)
        print(rows[name], flush=True)
        with open(path, "w", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows[known] for known in names if known in rows)


if __name__ == "__main__":
    main()
