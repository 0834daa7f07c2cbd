"""Builds every bundled network from what `phiscale export --to pytorch` writes, and compares it with its counts and with
the libraries' own networks.

    python python/compare/export.py [NETWORK ...]

Writes docs/python/export.csv, one row for each network, and docs/python/export.md from all rows. Networks that the file
has are skipped unless they are named. Exits with 1 if a difference has no explanation.

For every network, on the device `meta`: the number of params, the output shapes of convolutions, linear layers and norms
in the order in which they run, and MACs, half of the FLOPs of `torch.utils.flop_counter.FlopCounterMode` with attention
by the formula (`SDPBackend.MATH`). For those of torchvision and timm also the output, in double precision on one image:
the library's random weights and norm statistics are copied by their position, and the epsilons of norms, which specs do
not have.

Needs torch, torchvision, timm, and the command `phiscale`, or its path in the environment variable PHISCALE.
"""

import argparse
import csv
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import warnings
from collections import defaultdict
from pathlib import Path

import timm
import torch
import torchvision
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

FOLDER = Path(__file__).parents[2] / "docs" / "python"
PHISCALE = os.environ.get("PHISCALE", "phiscale")
COLUMNS = ["network", "params", "torch_params", "layers", "shapes", "macs", "torch_macs", "side", "difference"]
# Layers whose shapes are compared.
MODULES = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear, nn.modules.batchnorm._BatchNorm, nn.LayerNorm, nn.GroupNorm)
KINDS = ("conv", "transposed_conv", "linear", "norm")
# The largest difference of outputs, over the largest output.
TOLERANCE = 1e-5
# Networks that cost more run on a smaller image where they can.
MAX_MACS, SMALL_SIDE = 3e9, 160
FIXED_SIDE = ("vit", "swin", "maxvit", "deit", "vgg")

# Why the outputs of some networks differ, by a part of their names.
REASONS = {
    "inception_resnet_v2": "branches are added with a factor that is not learned, which a spec does not say",
    "inception_v4": "average pools leave padding out of their means, which a spec does not say",
    "nasnet": "the spec takes as many channels of earlier cells as there are, but not always the right ones",
    "swin": "the windows of every second block are shifted, which costs the same and a spec does not say",
    "maxvit": "every second attention is over a grid, which costs what windows cost and a spec does not say",
}

PAGE = """# Exported modules, beside their counts and the libraries

`phiscale export NETWORK --to pytorch` for every bundled network: {all} modules, built and run with
{versions}.
`python/compare/export.py` makes this page from [export.csv](export.csv).

| of {all} modules | equal |
| --- | ---: |
| params: `sum(p.numel() for p in network.parameters())` | {params} |
| the output shape of every convolution, linear layer and norm, in order | {shapes} |
| MACs: half of the FLOPs of `torch.utils.flop_counter.FlopCounterMode` | {macs} |

Where a library has the network, its random weights, norm statistics and epsilons were copied by position, and both ran on
one image in double precision; weights that a library sets to zero got random values. Outputs are equal if they differ by at most {tolerance:g} of the largest:

| library | networks | equal outputs |
| --- | ---: | ---: |
{libraries}

The others, and why:

{misses}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("networks", nargs="*", metavar="NETWORK")
    named = parser.parse_args().networks
    warnings.filterwarnings("ignore")
    path = FOLDER / "export.csv"
    rows = {}
    if path.exists():
        with path.open(newline="") as file:
            rows = {row["network"]: row for row in csv.DictReader(file)}
    networks = all_networks()
    for network in networks:
        if network in rows and network not in named:
            continue
        rows[network] = {key: str(value) for key, value in measured(network).items()}
        print(network, *list(rows[network].values())[1:], file=sys.stderr, flush=True)
        write(path, [rows[one] for one in networks if one in rows])
    rows = [rows[network] for network in networks]
    write(path, rows)
    (FOLDER / "export.md").write_text(page(rows))
    sys.exit(0 if all(is_explained(row) for row in rows) else 1)


def write(path, rows):
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def phiscale(*arguments):
    """What the command prints."""
    return subprocess.run([PHISCALE, *arguments], check=True, capture_output=True, text=True).stdout


def all_networks():
    """Every bundled network: families, their members, and the libraries' names."""
    names = []
    for family in json.loads(phiscale("list", "--format", "json"))["families"]:
        names.append(family["name"])
        names.extend(f"{family['name']}:{member}".lower() for member in family["members"])
    for library in ["keras", "pycls", "timm", "torchvision"]:
        members = json.loads(phiscale("list", library, "--format", "json"))["members"]
        names.extend(member["network"] for member in members)
    return names


def measured(network):
    """The row of a network."""
    count = json.loads(phiscale("count", network, "--per", "layer", "--unroll", "--format", "json"))
    module = exported(network)
    with torch.device("meta"):
        model = module.build().eval()
        shapes, macs = run(model, module.INPUT)
    totals = count["totals"] if "totals" in count else count
    expected = [tuple(layer["output"].values()) for layer in count["layers"] if is_compared(layer)]
    row = dict.fromkeys(COLUMNS, "")
    row |= {"network": network, "params": totals["params"], "macs": totals["macs"]}
    row |= {"torch_params": sum(param.numel() for param in model.parameters()), "torch_macs": macs}
    row |= {"layers": len(expected), "shapes": "equal" if shapes == expected else "different"}
    if network.startswith(("timm/", "torchvision/")):
        side = module.INPUT[1]
        if totals["macs"] > MAX_MACS and not any(name in network for name in FIXED_SIDE):
            side = min(side, SMALL_SIDE)
        row |= {"side": side, "difference": difference(network, module, side)}
    return row


def is_compared(layer):
    return layer["kind"] in KINDS and not layer["settings"].startswith("input") and not is_auxiliary(layer)


def is_auxiliary(layer):
    """Whether a layer is beside the main path: it has params and costs nothing."""
    return layer["name"].startswith("auxiliary")


def exported(network):
    """The module that phiscale writes for a network."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.py"
        phiscale("export", network, "--to", "pytorch", "-o", str(path))
        spec = importlib.util.spec_from_file_location("network", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module


def run(model, shape):
    """The output shapes of the layers that are compared, in the order in which they run, and the MACs."""
    shapes = []
    for module in model.modules():
        if isinstance(module, MODULES):
            module.register_forward_hook(lambda layer, _, output: shapes.append(map_of(layer, output)))
    with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        model(torch.zeros(1, *shape))
    return shapes, counter.get_total_flops() // 2


def map_of(layer, output):
    """Channels, height and width of an output."""
    _, *sides = output.shape
    if len(sides) == 1:
        return (sides[0], 1, 1)
    if len(sides) == 2:
        return (sides[1], sides[0], 1)
    # Linear layers and layer norms of a map put out channels last, before they are moved back.
    return tuple(sides)


def difference(network, module, side):
    """How far the outputs are apart with the same weights, over the largest output."""
    library, name = network.split("/")
    torch.manual_seed(0)
    if library == "timm":
        theirs = timm.create_model(name, pretrained=False)
    else:
        options = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
        theirs = torchvision.models.get_model(name, weights=None, **options)
    theirs = theirs.double().eval()
    for part in theirs.modules():
        if isinstance(part, nn.modules.batchnorm._BatchNorm):
            part.running_mean.normal_(0, 0.1)
            part.running_var.uniform_(0.5, 1.5)
    with torch.no_grad():
        for param in theirs.parameters():
            # An output of zeros would tell nothing.
            if not param.any():
                param.normal_(0, 0.02)
    ours = module.build().double().eval()
    image = torch.rand(1, module.INPUT[0], side, side, dtype=torch.double)
    least = None
    for order in [running_order, defined_order, projections_last]:
        problem = copy(theirs, ours, image, order)
        if problem:
            return problem
        with torch.no_grad():
            expected, found = theirs(image), ours(image)
        if expected.shape != found.shape:
            return f"shapes {tuple(expected.shape)} and {tuple(found.shape)}"
        apart = ((expected - found).abs().max() / expected.abs().max()).item()
        least = apart if least is None else min(least, apart)
        if least <= TOLERANCE:
            break
    return f"{least:.1e}"


def copy(theirs, ours, image, order):
    """Copies weights by position among those of one shape; what went wrong, if anything did."""
    sources, targets = (tensors(order(model, image)) for model in (theirs, ours))
    if {shape: len(all) for shape, all in sources.items()} != {shape: len(all) for shape, all in targets.items()}:
        return "other weights"
    with torch.no_grad():
        for shape, pairs in targets.items():
            for (target, layer), (source, other) in zip(pairs, sources[shape], strict=True):
                target.copy_(source.reshape(target.shape))
                if hasattr(layer, "eps") and hasattr(other, "eps"):
                    layer.eps = other.eps
    return None


def tensors(layers):
    """Params and statistics with their layers, by shape, in the order of the layers."""
    by_shape = defaultdict(list)
    for layer in layers:
        own = [*layer.named_parameters(recurse=False), *layer.named_buffers(recurse=False)]
        for name, tensor in own:
            if tensor.is_floating_point() and name not in layer._non_persistent_buffers_set:
                kind = "buffer" if name in layer._buffers else "param"
                by_shape[kind, *without_ones(tensor.shape)].append((tensor, layer))
    return by_shape


def without_ones(shape):
    """A shape without the ones at its end: a linear layer is a convolution of 1×1."""
    shape = list(shape)
    while len(shape) > 1 and shape[-1] == 1:
        shape.pop()
    return shape


def defined_order(model, _):
    """All modules in the order in which they were defined."""
    return list(model.modules())


def projections_last(model, _):
    """All modules as they were defined, but a block's projection after its other parts."""

    def walk(module):
        yield module
        children = dict(module.named_children())
        for name in sorted(children, key=lambda name: name == "proj"):
            yield from walk(children[name])

    return list(dict.fromkeys(walk(model)))


def running_order(model, image):
    """All modules in the order in which they run; one that is not called follows its parent."""
    order = []
    hooks = [module.register_forward_pre_hook(lambda module, _: order.append(module)) for module in model.modules()]
    with torch.no_grad():
        model(image)
    for hook in hooks:
        hook.remove()
    order = list(dict.fromkeys(order))
    for parent in list(model.modules()):
        for child in parent.children():
            if child not in order:
                at = order.index(parent) + 1 if parent in order else len(order)
                order.insert(at, child)
    return order


def is_equal(row):
    return (row["params"], row["macs"], row["shapes"]) == (row["torch_params"], row["torch_macs"], "equal")


def is_same_output(row):
    try:
        return float(row["difference"]) <= TOLERANCE
    except ValueError:
        return False


def reason(row):
    return next((text for part, text in REASONS.items() if part in row["network"]), "")


def is_explained(row):
    return is_equal(row) and (not row["side"] or is_same_output(row) or bool(reason(row)))


def page(rows):
    """The text of docs/python/export.md."""
    libraries, misses = [], defaultdict(list)
    for library in ["torchvision", "timm"]:
        own = [row for row in rows if row["network"].startswith(f"{library}/")]
        libraries.append(f"| {library} | {len(own)} | {sum(map(is_same_output, own))} |")
        for row in own:
            if not is_same_output(row):
                misses[reason(row) or "not explained"].append(f"`{row['network']}`")
    for row in rows:
        if not is_equal(row):
            misses["params, shapes or MACs differ"].append(f"`{row['network']}`")
    versions = f"torch {plain(torch)}, torchvision {plain(torchvision)} and timm {plain(timm)}"
    return PAGE.format(
        all=len(rows),
        versions=versions,
        params=sum(row["params"] == row["torch_params"] for row in rows),
        shapes=sum(row["shapes"] == "equal" for row in rows),
        macs=sum(row["macs"] == row["torch_macs"] for row in rows),
        tolerance=TOLERANCE,
        libraries="\n".join(libraries),
        misses="\n".join(f"- {text}: {', '.join(names)}" for text, names in misses.items()) or "None.",
    )


def plain(library):
    return library.__version__.split("+")[0]


if __name__ == "__main__":
    main()
