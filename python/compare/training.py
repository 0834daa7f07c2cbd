"""Compares the training counts of phiscale with what PyTorch counts and keeps for the backward pass.

    python python/compare/training.py [--processor] [NETWORK ...]

Writes docs/python/training.csv, one row for each network, and docs/python/training.md from all rows. phiscale counts
all networks anew; PyTorch measures those that the file lacks, and those named, such as torchvision/resnet50. Exits with
1 if a difference has no explanation.

Networks run on the device `meta`. With `--processor`, they also run on the processor, with real tensors, and the bytes
must be the same.

Needs torch, torchvision, timm, and the command `phiscale`, or its path in the environment variable PHISCALE.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import timm
import torch
import torchvision

import autograd
from autograd import BATCHES

FOLDER = Path(__file__).parents[2] / "docs" / "python"
PHISCALE = os.environ.get("PHISCALE", "phiscale")
# What autograd keeps more in each image, in bytes, measured on variants of the network without the copies.
KNOWN = {"timm/nasnetalarge": {"copies": 25_752_480 + 22_615_152, "parts": -26_180_640}}
COLUMNS = [
    "network", "side", "torch_forward", "torch_backward", "torch_grouped", "torch_bytes", "torch_once", "processor",
    "forward", "backward", "torch_convention", "bytes", "once",
]  # fmt: skip

PAGE = """# Training, beside PyTorch

`phiscale count --training` beside what PyTorch counts and keeps in a training step, on the {all} networks of torchvision
and timm that phiscale has by name. `python/compare/training.py` makes this page from [training.csv](training.csv), with
{versions}.

| of {all} networks | exact |
| --- | ---: |
| MACs of the forward and of the backward pass: half of the FLOPs of `torch.utils.flop_counter.FlopCounterMode`, but for **grouped** | {macs} |
| bytes kept for the backward pass: `torch.autograd.graph.saved_tensors_hooks` | {bytes} |

The rules of what a layer keeps were written with 117 of them at hand: torchvision's, and forty of timm's. The other 138
were measured afterwards, and changed nothing.

How PyTorch was run:

- in fp32 and training mode, with dropout and stochastic depth as the library's constructor sets them; the loss is the
  sum of the output, and the image needs no gradient, so the first layer computes none for it;
- attention by the formula (`SDPBackend.MATH`): the fused operator keeps less, and multiplies queries and keys again in
  the backward pass;
- every storage that autograd keeps counts once and as a whole, also where only a part of it is needed, without
  parameters and buffers; an image that the first layer keeps counts too;
- at batch 2 and 4: what grows is of the **image**, what does not is of the **batch** as a whole, the means and
  deviations that batch norm keeps for each channel;
- on the device `meta`, where autograd keeps the same tensors without their values. {processor} of the networks also ran
  on a processor at batch 2, and kept the same bytes, every one.

**grouped**: `FlopCounterMode` counts the gradient of a convolution's weights as if it had one group: for a depthwise
convolution of 512 channels, 512 × the work. phiscale's MACs are those that are needed, and the column shows what
PyTorch's counter adds. With its formula corrected, it counts what phiscale counts. As it is, its number is
`torch_backward_flops` of `phiscale count --training --format json`.

NASNet keeps 2.4 % more in PyTorch than in phiscale. **copies**: the pools of a reduction cell each pad a copy of the
same map, and factorised reductions shift one. **parts**: phiscale's spec has the inputs of a cell as parts of one map,
and where a layer keeps a part, it keeps the whole.

Auxiliary classifiers of torchvision's GoogLeNet and Inception v3 run in training, so both sides count them:

| they add | forward MACs | backward MACs | bytes of an image | bytes of the batch |
| --- | ---: | ---: | ---: | ---: |
| torchvision/googlenet | 8,372,224 | 16,744,448 | 123,904 | 2,048 |
| torchvision/inception_v3 | 5,683,200 | 11,366,400 | 111,616 | 7,168 |

| network | S | forward MACs | PyTorch | backward MACs | PyTorch | bytes of an image | autograd | bytes of the batch | autograd |
| --- | ---: | ---: | --- | ---: | --- | ---: | --- | ---: | --- |
{table}
"""


def phiscale(*arguments):
    done = subprocess.run([PHISCALE, *arguments, "--format", "json"], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def networks():
    """The networks with the heights of their inputs."""
    listed = [member for library in ("torchvision", "timm") for member in phiscale("list", library)["members"]]
    return {member["network"]: member["input"]["height"] for member in listed}


def counted(network):
    """MACs and bytes of one image by phiscale, and the bytes that stay the same for any batch."""
    training = phiscale("count", network, "--training")["training"]
    return {
        "forward": training["forward_macs"],
        "backward": training["backward_macs"],
        "torch_convention": training["torch_backward_flops"] // 2,
        "bytes": training["saved_bytes_per_image"],
        "once": training["saved_bytes_per_batch"],
    }


def row(network, side, on_processor):
    values = {"network": network, "side": side, "processor": ""}
    values |= {f"torch_{name}": count for name, count in autograd.measured(network, side).items()}
    if on_processor:
        values["processor"] = autograd.kept(autograd.made(network, "cpu"), autograd.images(BATCHES[0], side, "cpu"))
    return values


def measured(chosen, on_processor):
    """All rows: PyTorch's side of those in the table that are not chosen is kept."""
    sides = networks()
    path, rows = FOLDER / "training.csv", {}
    if path.exists():
        with open(path, newline="") as file:
            rows = {found["network"]: found for found in csv.DictReader(file)}
    for network, side in sides.items():
        if network in chosen or network not in rows:
            rows[network] = row(network, side, on_processor)
        rows[network] = {name: str(value) for name, value in (rows[network] | counted(network)).items()}
        print(" ".join(rows[network].values()), flush=True)
        with open(path, "w", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows[network] for network in sides if network in rows)
    return [rows[network] for network in sides]


def difference(found, causes):
    """What PyTorch counts more, by its causes."""
    if not found:
        return "exact"
    if found != sum(causes.values()):
        return f"{found:+,} unexplained"
    return ", ".join(f"{amount:+,} {cause}" for cause, amount in causes.items() if amount) or "exact"


def cells(row):
    """The cells of a network in the table."""
    number = {column: int(row[column] or 0) for column in COLUMNS[1:]}
    more = {name: number[f"torch_{name}"] - number[name] for name in ("forward", "backward", "bytes", "once")}
    if row["processor"]:
        more["processor"] = number["processor"] - BATCHES[0] * number["torch_bytes"] - number["torch_once"]
    grouped = number["torch_convention"] - number["backward"]
    compared = [
        difference(more["forward"], {}),
        difference(more["backward"], {"grouped": grouped if grouped == number["torch_grouped"] else 0}),
        difference(more["bytes"], KNOWN.get(row["network"], {})),
        difference(more["once"] or more.get("processor", 0), {}),
    ]
    counts = [f"{number[column]:,}" for column in ("forward", "backward", "bytes", "once")]
    return [row["network"], row["side"], *(cell for pair in zip(counts, compared) for cell in pair)]


def versions():
    modules = {"torch": torch, "torchvision": torchvision, "timm": timm}
    return ", ".join(f"{name} {module.__version__.partition('+')[0]}" for name, module in modules.items())


def written(rows):
    """Writes the page; returns whether every difference is explained."""
    found = [cells(row) for row in rows]
    all_macs = sum("unexplained" not in row[3] + row[5] for row in found)
    all_bytes = sum(row[7] == row[9] == "exact" for row in found)
    table = "\n".join(f"| {' | '.join(row)} |" for row in found)
    page = PAGE.format(
        versions=versions(), all=len(rows), macs=all_macs, bytes=all_bytes, table=table,
        processor=sum(bool(row["processor"]) for row in rows),
    )  # fmt: skip
    (FOLDER / "training.md").write_text(page)
    return not any("unexplained" in cell for row in found for cell in row)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--processor", action="store_true")
    parser.add_argument("networks", nargs="*")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    # Counts do not depend on weights, and random numbers take long.
    for fill in ("normal_", "uniform_", "trunc_normal_", "kaiming_normal_", "kaiming_uniform_", "xavier_uniform_"):
        setattr(torch.nn.init, fill, lambda tensor, *_, **__: tensor)
    sys.exit(not written(measured(arguments.networks, arguments.processor)))


if __name__ == "__main__":
    main()
