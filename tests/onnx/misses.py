"""Why phiscale's count of a file and PyTorch's count of the module differ."""

import re
from collections import Counter
from itertools import combinations
from math import prod

import onnx

from strip import tensors

FLOATS = {onnx.TensorProto.FLOAT, onnx.TensorProto.DOUBLE, onnx.TensorProto.FLOAT16, onnx.TensorProto.BFLOAT16}


def causes(path, truth, layers):
    """In words: which tensors make up the gaps of params, and which modules hold the gaps of MACs."""
    gaps = gaps_by_module(truth, layers, "params")
    unfold(gaps, truth)
    absent, extra = unpaired(path, truth)
    words = Counter()
    for place, gap in places(gaps):
        words.update(tensors_that_add_up(place, gap, absent, extra, truth["buffers"]) or [f"unknown in {stem(place)}"])
    for place, gap in places(gaps_by_module(truth, layers, "macs")):
        words[f"{'fewer' if gap < 0 else 'more'} MACs in {stem(place)}"] += 1
    return [f"{word} ({count} ×)" if count > 1 else word for word, count in words.items()]


def explained(path, truth, layers):
    """Everything that is known of the gaps, for a reader who looks for a cause."""
    params, macs = gaps_by_module(truth, layers, "params"), gaps_by_module(truth, layers, "macs")
    unfold(params, truth)
    absent, extra = unpaired(path, truth)
    parts = {"params": places(params), "MACs": places(macs), "only in the module": absent, "only in the file": extra}
    return "\n".join("\n  ".join([title, *map(str, entries)]) for title, entries in parts.items())


def unfold(gaps, truth):
    """Takes out of the gaps what a folded batch norm makes of them: no scale and shift, and a bias before it."""
    biases = Counter()
    for name, shape in truth["buffers"]:
        place = name.removesuffix(".running_mean")
        if place != name and gaps[place] == -2 * prod(shape):
            gaps[place] = 0
            biases[prod(shape)] += 1
    for place, gap in gaps.items():
        if gap > 0 and biases[gap]:
            biases[gap] -= 1
            gaps[place] = 0


def tensors_that_add_up(place, gap, absent, extra, buffers):
    """One to three groups of tensors in a module whose values add up to the gap."""

    def inside(module):
        return place == "the network" or f"{module}.".startswith(f"{place}.")

    groups = Counter()
    for name, shape in buffers:
        if inside(name):
            groups[f"buffer {stem(name)}"] += prod(shape)
    for name, shape in absent:
        if inside(name):
            groups[f"no {stem(name)}"] -= prod(shape)
    for name, shape, values in extra:
        if "/" in name and inside(module_of(name)):
            groups[values or "computed"] += prod(shape)
        elif "/" not in name:
            groups[f"{values or 'computed'} {'×'.join(map(str, shape))}"] = prod(shape)
    for name, shape in buffers:  # a table that this module is the first to read
        groups.setdefault(f"buffer {stem(name)}", prod(shape))
    for size in (1, 2, 3) if len(groups) < 40 else (1, 2):
        for chosen in combinations(groups, size):
            if sum(groups[name] for name in chosen) == gap:
                return [re.sub(r" \d[\d×]*$", "", name) for name in chosen]
    return None


def module_of(name):
    """The module that TorchScript's exporter names: /stages/stages.0/conv/Constant_output_0 is stages.0.conv."""
    modules = []
    for part in name.strip("/").split("/")[:-1]:
        if modules and part.startswith(f"{modules[-1]}."):
            modules.pop()
        modules.append(part)
    return ".".join(modules)


def stem(name):
    """The last two parts of a name, without numbers: blocks.3.attn.k_bias is attn.k_bias."""
    return ".".join([part for part in name.split(".") if not part.isdigit()][-2:])


def unpaired(path, truth):
    """The module's params without a tensor in the file, and the file's tensors without a param or a buffer.

    Exporters rename what they transpose: a matrix without a partner of its name takes one of its sides.
    """
    module = [("trained", *entry) for entry in truth["trained"]] + [("buffer", *entry) for entry in truth["buffers"]]
    module = [entry for entry in module if prod(entry[2]) > 1]
    file = stored(path)
    for key in (lambda name, shape: (name, prod(shape)), sides):
        here = Counter(key(*entry[1:]) for entry in module)
        there = Counter(key(*entry[:2]) for entry in file)
        module = left(module, lambda entry: key(*entry[1:]), here & there)
        file = left(file, lambda entry: key(*entry[:2]), here & there)
    return [entry[1:] for entry in module if entry[0] == "trained"], file


def sides(name, shape):
    """The sides of a matrix in any order; the name of anything else."""
    longer = tuple(sorted(side for side in shape if side > 1))
    return longer if len(longer) > 1 else name


def left(entries, key, taken):
    """The entries without as many of each key as were taken."""
    taken, rest = Counter(taken), []
    for entry in entries:
        if taken[key(entry)]:
            taken[key(entry)] -= 1
        else:
            rest.append(entry)
    return rest


def stored(path):
    """Name, shape and, where they are all equal, values of the file's floating-point tensors of more than one value."""
    model = onnx.load(path, load_external_data=False)
    every = [(name, tensor) for name, tensor in tensors(model.graph) if tensor.data_type in FLOATS]
    return [(name, list(tensor.dims), values(tensor)) for name, tensor in every if prod(tensor.dims) > 1]


def values(tensor):
    if tensor.data_location == onnx.TensorProto.EXTERNAL:
        return None
    every = onnx.numpy_helper.to_array(tensor)
    if (every != every.flat[0]).any():
        return None
    return {0: "zeros", 1: "ones"}.get(float(every.flat[0]), "equal values")


def places(gaps):
    """The deepest modules that hold the whole of a gap, from gaps of modules without the modules in them."""
    sums, children = Counter(), {}
    for path, gap in gaps.items():
        for parent, child in steps(path):
            children.setdefault(parent, set()).add(child)
        for place in ["", *(child for _, child in steps(path))]:
            sums[place] += gap
    found, open_places = [], [""]
    while open_places:
        place = open_places.pop(0)
        below = [child for child in sorted(children.get(place, ())) if sums[child]]
        here = sums[place] - sum(sums[child] for child in below)
        # A weight that a module above its own uses is a gap in both, of opposite signs.
        if here and any((sums[child] > 0) != (here > 0) for child in below):
            below, here = [], sums[place]
        if here:
            found.append((place or "the network", here))
        open_places.extend(below)
    return found


def steps(path):
    """a.b.c: a in the whole, a.b in a, a.b.c in a.b."""
    names = path.split(".") if path else []
    parents = [".".join(names[:depth]) for depth in range(len(names) + 1)]
    return list(zip(parents, parents[1:]))


def gaps_by_module(truth, layers, unit):
    """For params or macs: what phiscale counts more than PyTorch in each module, without the modules in it."""
    expected = Counter()
    if unit == "params":
        for name, shape in truth["trained"]:
            expected[name.rpartition(".")[0]] += prod(shape)
    else:
        whole = truth["modules"] | {"": truth["macs"]}
        for path, macs in whole.items():
            expected[path] += macs
            if path:
                expected[nearest(path.rpartition(".")[0], whole)] -= macs
    known = {""} | set(truth["modules"])
    known.update(child for name, _ in truth["trained"] for _, child in steps(name.rpartition(".")[0]))
    gaps = Counter()
    for layer in layers:
        gaps[nearest(layer["name"].partition("/")[0], known)] += layer[unit] * layer["repeats"]
    gaps.subtract(expected)
    return gaps


def nearest(path, known):
    """The path, or the innermost module around it that is known."""
    while path and path not in known:
        path = path.rpartition(".")[0]
    return path
