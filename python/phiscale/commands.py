"""The commands of the command line, with their options as keywords.

Written from the command line's own arguments; do not edit.
"""

from __future__ import annotations

from . import _phiscale
from ._arguments import each, flag, one, pair, positional

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Literal

    from ._arguments import Amount, Image, Name, Number, Numbers
    from ._phiscale import Chart, Report


def list(
    family: Name | None = None,
    *,
    conventions: bool = False,
    blocks: bool = False,
    devices: bool = False,
    spaces: bool = False,
    schemas: bool = False,
) -> Report:
    """List bundled families, networks, conventions, devices.

    Args:
        family: A family, to list its members with their counts and published accuracy; or a library (torchvision,
            keras, timm, pycls), to list its networks. With blocks, a block.
        conventions: List the counting conventions instead.
        blocks: List the bundled blocks instead, or all that one block takes and does.
        devices: List the bundled devices instead.
        spaces: List the bundled search spaces instead, which `phiscale design` searches.
        schemas: List the JSON Schemas of files and reports instead.
    """
    __tracebackhide__ = True  # pytest shows the line that called
    arguments = [
        "phiscale",
        "list",
        *flag("--conventions", conventions),
        *flag("--blocks", blocks),
        *flag("--devices", devices),
        *flag("--spaces", spaces),
        *flag("--schemas", schemas),
        *positional([family]),
    ]
    return _phiscale.answer(arguments)


def count(
    *networks: Name,
    per: Literal["layer", "stage"] | None = None,
    unroll: bool = False,
    dtype: Literal["fp32", "fp16", "bf16", "int8"] | None = None,
    phi: Number | None = None,
    strategy: Name | Iterable[Name] | None = None,
    alpha: Number | None = None,
    beta: Number | None = None,
    gamma: Number | None = None,
    depth: Number | None = None,
    width: Number | None = None,
    resolution: Number | None = None,
    input: Image | None = None,
    classes: int | None = None,
    batch: int | None = None,
    dim: Mapping[str, int] | None = None,
    trained: Name | Iterable[Name] | None = None,
    not_trained: Name | Iterable[Name] | None = None,
    allow_unknown: bool = False,
    convention: str | None = None,
    sort: Literal["network", "family", "input", "depth", "width", "resolution", "params", "norm_stats", "macs", "flops", "activations", "reported"] | None = None,
    reverse: bool = False,
    columns: Name | Iterable[Name] | None = None,
    units: Name | Iterable[Name] | None = None,
    training: bool = False,
    optimizer: Literal["sgd", "momentum", "adamw"] | None = None,
    mixed_precision: bool = False,
    checkpoint: Literal["none", "stages"] | None = None,
    max_memory: Amount | None = None,
) -> Report:
    """Count params, MACs, FLOPs and activations.

    Args:
        networks: The networks: SPEC[:MEMBER], LIBRARY/NETWORK or FILE.onnx. Several make a table with a row for each.
        per: Break the count of one network down by stage or by layer. One of "layer", "stage".
        unroll: Give every repeat its own row.
        dtype: Type of the numbers in the bytes of each layer's input and output, with per layer. One of "fp32", "fp16",
            "bf16", "int8".
        phi: Scale by d = α^φ, w = β^φ, r = γ^φ.
        strategy: Share a doubling of cost between depth, width and resolution: d, w, r, dw, dr, wr, dwr, or dWr, where
            the capital takes 80 %. The spec's own α, β and γ are compound.
        alpha: Depth multiplier at φ = 1, instead of the spec's.
        beta: Width multiplier at φ = 1, instead of the spec's.
        gamma: Resolution multiplier at φ = 1, instead of the spec's.
        depth: Multiply the repeats of every stage by this.
        width: Multiply the channels of every stage by this.
        resolution: Multiply the height and width of the input by this.
        input: Height and width of the input in pixels, instead of the network's own.
        classes: Number of classes, instead of the network's own.
        batch: Images in a forward pass.
        dim: Set a dimension that an ONNX file leaves open, by its name in the file.
        trained: Count a tensor of an ONNX file as params, by its name in the file; `*` stands for any text.
        not_trained: Do not count a tensor of an ONNX file as params.
        allow_unknown: Skip unknown operators of an ONNX file; every total is then a lower bound.
        convention: The counting convention of the reported number (`phiscale list --conventions`).
        sort: Sort the networks by a column, or the layers or stages of per by a count, the smallest first. One of
            "network", "family", "input", "depth", "width", "resolution", "params", "norm_stats", "macs", "flops",
            "activations", "reported".
        reverse: Sort the largest first.
        columns: The columns of the table of networks, in this order; for Model Explorer, the one count to show. One of
            "network", "family", "input", "depth", "width", "resolution", "params", "norm_stats", "macs", "flops",
            "activations", "reported".
        units: Show counts in K, M, G or T (10^3 to 10^12; B is G) with four digits: one letter for all, or one for
            params and activations and one for MACs and FLOPs, such as M,G. JSON and CSV have all digits. One of "K",
            "M", "G", "B", "T".
        training: Count a training step: the forward and the backward pass, and the memory of both.
        optimizer: What updates the params; it keeps 0, 1 or 2 values for each. One of "sgd", "momentum", "adamw".
        mixed_precision: Maps in 2 bytes, params and their gradients in 4: an estimate by the sizes of elements.
        checkpoint: What is not kept for the backward pass but computed again. One of "none", "stages".
        max_memory: Find the largest batch whose training step needs at most this much memory: 24GB, 24GiB.
    """
    __tracebackhide__ = True  # pytest shows the line that called
    arguments = [
        "phiscale",
        "count",
        *one("--per", per),
        *flag("--unroll", unroll),
        *one("--dtype", dtype),
        *one("--phi", phi),
        *one("--strategy", strategy),
        *one("--alpha", alpha),
        *one("--beta", beta),
        *one("--gamma", gamma),
        *one("--depth", depth),
        *one("--width", width),
        *one("--resolution", resolution),
        *one("--input", input, "x"),
        *one("--classes", classes),
        *one("--batch", batch),
        *each("--dim", dim),
        *each("--trained", trained),
        *each("--not-trained", not_trained),
        *flag("--allow-unknown", allow_unknown),
        *one("--convention", convention),
        *one("--sort", sort),
        *flag("--reverse", reverse),
        *one("--columns", columns),
        *one("--units", units),
        *flag("--training", training),
        *one("--optimizer", optimizer),
        *flag("--mixed-precision", mixed_precision),
        *one("--checkpoint", checkpoint),
        *one("--max-memory", max_memory),
        *positional(networks, True),
    ]
    return _phiscale.answer(arguments)


def explain(
    network: Name,
    *,
    between: Sequence[str] | None = None,
    given: Amount | None = None,
    depth: Number | None = None,
    width: Number | None = None,
    resolution: Number | None = None,
    input: Image | None = None,
    classes: int | None = None,
    batch: int | None = None,
    dim: Mapping[str, int] | None = None,
    trained: Name | Iterable[Name] | None = None,
    not_trained: Name | Iterable[Name] | None = None,
    allow_unknown: bool = False,
) -> Report:
    """Show what every counting tool reports, and why.

    Args:
        network: The network: SPEC[:MEMBER], LIBRARY/NETWORK or FILE.onnx.
        between: Show where two conventions differ, event by event.
        given: Find the conventions and input sizes that give a reported number: 401.7M, 0.39B.
        depth: Multiply the repeats of every stage by this.
        width: Multiply the channels of every stage by this.
        resolution: Multiply the height and width of the input by this.
        input: Height and width of the input in pixels, instead of the network's own.
        classes: Number of classes, instead of the network's own.
        batch: Images in a forward pass.
        dim: Set a dimension that an ONNX file leaves open, by its name in the file.
        trained: Count a tensor of an ONNX file as params, by its name in the file; `*` stands for any text.
        not_trained: Do not count a tensor of an ONNX file as params.
        allow_unknown: Skip unknown operators of an ONNX file; every total is then a lower bound.
    """
    __tracebackhide__ = True  # pytest shows the line that called
    arguments = [
        "phiscale",
        "explain",
        *pair("--between", between),
        *one("--given", given),
        *one("--depth", depth),
        *one("--width", width),
        *one("--resolution", resolution),
        *one("--input", input, "x"),
        *one("--classes", classes),
        *one("--batch", batch),
        *each("--dim", dim),
        *each("--trained", trained),
        *each("--not-trained", not_trained),
        *flag("--allow-unknown", allow_unknown),
        *positional([network]),
    ]
    return _phiscale.answer(arguments)


def scale(
    network: Name,
    *,
    phi: Numbers | None = None,
    strategy: Name | Iterable[Name] | None = None,
    alpha: Number | None = None,
    beta: Number | None = None,
    gamma: Number | None = None,
    depth: Number | None = None,
    width: Number | None = None,
    resolution: Number | None = None,
    input: Image | None = None,
    classes: int | None = None,
    batch: int | None = None,
    cost: Literal["macs", "time"] | None = None,
    device: Name | Iterable[Name] | None = None,
    dtype: Literal["fp32", "fp16", "bf16", "int8"] | None = None,
    compiled: bool = False,
) -> Report:
    """Scale by φ, or by depth, width and resolution.

    Args:
        network: The family, or a member whose multipliers are 1: SPEC[:MEMBER].
        phi: Values of φ: 3, 0,0.5,1, 0..=7, 0..8, or 0..=7:0.5. Without φ and multipliers, the published members.
        strategy: Share a doubling of cost between depth, width and resolution: d, w, r, dw, dr, wr, dwr, or dWr, where
            the capital takes 80 %. The spec's own α, β and γ are compound.
        alpha: Depth multiplier at φ = 1, instead of the spec's.
        beta: Width multiplier at φ = 1, instead of the spec's.
        gamma: Resolution multiplier at φ = 1, instead of the spec's.
        depth: Multiply the repeats of every stage by this.
        width: Multiply the channels of every stage by this.
        resolution: Multiply the height and width of the input by this.
        input: Height and width of the input in pixels, instead of the network's own.
        classes: Number of classes, instead of the network's own.
        batch: Images in a forward pass.
        cost: The cost that is to grow; with time, the report says which α, β and γ double it. One of "macs", "time".
        device: The devices: names of bundled ones, or paths of device files, with commas between them.
        dtype: Type of weights and activations, instead of that of each device's measurements. One of "fp32", "fp16",
            "bf16", "int8".
        compiled: Run elementwise layers within the layer before them, as engines that compile networks do.
    """
    __tracebackhide__ = True  # pytest shows the line that called
    arguments = [
        "phiscale",
        "scale",
        *one("--phi", phi),
        *one("--strategy", strategy),
        *one("--alpha", alpha),
        *one("--beta", beta),
        *one("--gamma", gamma),
        *one("--depth", depth),
        *one("--width", width),
        *one("--resolution", resolution),
        *one("--input", input, "x"),
        *one("--classes", classes),
        *one("--batch", batch),
        *one("--cost", cost),
        *one("--device", device),
        *one("--dtype", dtype),
        *flag("--compiled", compiled),
        *positional([network]),
    ]
    return _phiscale.answer(arguments)


def sweep(
    network: Name,
    *,
    depth: Numbers | None = None,
    width: Numbers | None = None,
    resolution: Numbers | None = None,
    phi: Numbers | None = None,
    alpha: Numbers | None = None,
    beta: Numbers | None = None,
    gamma: Numbers | None = None,
    strategy: str | None = None,
    members: Name | Iterable[Name] | None = None,
    random: int | None = None,
    seed: int | None = None,
    range: str | None = None,
    max_macs: Amount | None = None,
    max_flops: Amount | None = None,
    max_params: Amount | None = None,
    max_activations: Amount | None = None,
    min_macs: Amount | None = None,
    min_flops: Amount | None = None,
    min_params: Amount | None = None,
    min_activations: Amount | None = None,
    front: Name | Iterable[Name] | None = None,
    input: Image | None = None,
    classes: int | None = None,
) -> Report:
    """Count millions of networks, or find the best of them.

    Args:
        network: The family, or a member whose multipliers are 1: SPEC[:MEMBER].
        depth: Depth multipliers: 3, 1,1.5,2, 1..=3:0.02. Depth varies fastest, then width, then resolution.
        width: Width multipliers.
        resolution: Resolution multipliers.
        phi: Values of φ. α varies fastest, then β, then γ, then φ.
        alpha: Depth multipliers at φ = 1, instead of the spec's.
        beta: Width multipliers at φ = 1, instead of the spec's.
        gamma: Resolution multipliers at φ = 1, instead of the spec's.
        strategy: Share a doubling of cost between depth, width and resolution, as in `phiscale scale`.
        members: Members of the family, each at every point; `all` stands for all of its own.
        random: Draw N points from all combinations, each as likely as any other. Point i depends on the seed and i
            alone.
        seed: The seed of random [default: 0].
        range: Only the points with these indices, from 0: 1000..2000 (without 2000), 1000..=1999, or 1000.. (to the
            last). The rows of 0..1000 and those of 1000.. are the rows of all: CSV has a header where the range starts
            at 0.
        max_macs: At most this many MACs for one image: 600M, 0.6B, 600_000_000.
        max_flops: At most this many FLOPs (2 × MACs) for one image.
        max_params: At most this many trained params: 5.3M.
        max_activations: At most this many activations for one image: output elements of convolutions, linear layers and
            products of maps.
        min_macs: At least this many MACs for one image.
        min_flops: At least this many FLOPs (2 × MACs) for one image.
        min_params: At least this many trained params.
        min_activations: At least this many activations for one image.
        front: Only the Pareto front of these two costs: the networks that no other undercuts in one without exceeding
            it in the other. Of networks of equal costs, the first. One of "macs", "flops", "params", "activations".
        input: Height and width of the input in pixels, instead of the network's own.
        classes: Number of classes, instead of the network's own.
    """
    __tracebackhide__ = True  # pytest shows the line that called
    arguments = [
        "phiscale",
        "sweep",
        *one("--depth", depth),
        *one("--width", width),
        *one("--resolution", resolution),
        *one("--phi", phi),
        *one("--alpha", alpha),
        *one("--beta", beta),
        *one("--gamma", gamma),
        *one("--strategy", strategy),
        *one("--members", members),
        *one("--random", random),
        *one("--seed", seed),
        *one("--range", range),
        *one("--max-macs", max_macs),
        *one("--max-flops", max_flops),
        *one("--max-params", max_params),
        *one("--max-activations", max_activations),
        *one("--min-macs", min_macs),
        *one("--min-flops", min_flops),
        *one("--min-params", min_params),
        *one("--min-activations", min_activations),
        *one("--front", front),
        *one("--input", input, "x"),
        *one("--classes", classes),
        *positional([network]),
    ]
    return _phiscale.answer(arguments)


def fit(
    network: Name,
    *,
    max_macs: Amount | None = None,
    max_flops: Amount | None = None,
    max_params: Amount | None = None,
    max_activations: Amount | None = None,
    max_memory: Amount | None = None,
    max_time: Amount | None = None,
    dtype: Literal["fp32", "fp16", "bf16", "int8"] | None = None,
    device: Name | None = None,
    compiled: bool = False,
    training: bool = False,
    optimizer: Literal["sgd", "momentum", "adamw"] | None = None,
    mixed_precision: bool = False,
    checkpoint: Literal["none", "stages"] | None = None,
    strategy: Name | Iterable[Name] | None = None,
    alpha: Number | None = None,
    beta: Number | None = None,
    gamma: Number | None = None,
    round_repeats: Literal["ceil", "nearest", "nearest_even", "floor"] | None = None,
    input: Image | None = None,
    classes: int | None = None,
    batch: int | None = None,
    no_compare: bool = False,
    write_spec: Name | None = None,
) -> Report:
    """Find the largest network within budgets.

    Args:
        network: The family, or a member whose multipliers are 1: SPEC[:MEMBER].
        max_macs: At most this many MACs for one image: 600M, 0.6B, 600_000_000.
        max_flops: At most this many FLOPs (2 × MACs) for one image.
        max_params: At most this many trained params: 5.3M.
        max_activations: At most this many activations for one image: output elements of convolutions, linear layers and
            products of maps.
        max_memory: At most this much memory for the weights and the activations alive at once: 10MB, 10MiB, or `device`
            for what the device has.
        max_time: At most this much time for a batch on the device: 10ms, 0.5s.
        dtype: Type of the weights and activations [default: for time that of the device's measurements, else fp32]. One
            of "fp32", "fp16", "bf16", "int8".
        device: The device: the name of a bundled one (`phiscale list --devices`), or the path of a device file.
        compiled: Run elementwise layers within the layer before them, as engines that compile networks do.
        training: Count a training step: the forward and the backward pass, and the memory of both.
        optimizer: What updates the params; it keeps 0, 1 or 2 values for each. One of "sgd", "momentum", "adamw".
        mixed_precision: Maps in 2 bytes, params and their gradients in 4: an estimate by the sizes of elements.
        checkpoint: What is not kept for the backward pass but computed again. One of "none", "stages".
        strategy: Share a doubling of cost between depth, width and resolution: d, w, r, dw, dr, wr, dwr, or dWr, where
            the capital takes 80 %. The spec's own α, β and γ are compound.
        alpha: Depth multiplier at φ = 1, instead of the spec's.
        beta: Width multiplier at φ = 1, instead of the spec's.
        gamma: Resolution multiplier at φ = 1, instead of the spec's.
        round_repeats: Round repeats this way instead of the spec's. One of "ceil", "nearest", "nearest_even", "floor".
        input: Height and width of the input in pixels, instead of the network's own.
        classes: Number of classes, instead of the network's own.
        batch: Images in a forward pass.
        no_compare: Leave out the comparison with other strategies, roundings and resolutions.
        write_spec: Write the fitted network to this file (.toml), as a spec.
    """
    __tracebackhide__ = True  # pytest shows the line that called
    arguments = [
        "phiscale",
        "fit",
        *one("--max-macs", max_macs),
        *one("--max-flops", max_flops),
        *one("--max-params", max_params),
        *one("--max-activations", max_activations),
        *one("--max-memory", max_memory),
        *one("--max-time", max_time),
        *one("--dtype", dtype),
        *one("--device", device),
        *flag("--compiled", compiled),
        *flag("--training", training),
        *one("--optimizer", optimizer),
        *flag("--mixed-precision", mixed_precision),
        *one("--checkpoint", checkpoint),
        *one("--strategy", strategy),
        *one("--alpha", alpha),
        *one("--beta", beta),
        *one("--gamma", gamma),
        *one("--round-repeats", round_repeats),
        *one("--input", input, "x"),
        *one("--classes", classes),
        *one("--batch", batch),
        *flag("--no-compare", no_compare),
        *one("--write-spec", write_spec),
        *positional([network]),
    ]
    return _phiscale.answer(arguments)


def check(
    network: Name | None = None,
    *,
    cost: Literal["macs", "time"] | None = None,
    phi: Numbers | None = None,
    target: Number | None = None,
    cumulative: bool = False,
    strategy: Name | Iterable[Name] | None = None,
    alpha: Number | None = None,
    beta: Number | None = None,
    gamma: Number | None = None,
    convention: str | None = None,
    tolerance: Amount | None = None,
    max_macs: Amount | None = None,
    max_flops: Amount | None = None,
    max_params: Amount | None = None,
    max_activations: Amount | None = None,
    max_memory: Amount | None = None,
    max_time: Amount | None = None,
    dtype: Literal["fp32", "fp16", "bf16", "int8"] | None = None,
    device: Name | None = None,
    compiled: bool = False,
    batch: int | None = None,
    baseline: Name | None = None,
    save: Name | None = None,
    input: Image | None = None,
    dim: Mapping[str, int] | None = None,
    trained: Name | Iterable[Name] | None = None,
    not_trained: Name | Iterable[Name] | None = None,
) -> Report:
    """Check the rule of 2^φ, budgets and baselines.

    Args:
        network: A family to check against the cost rule; with budgets or a baseline, a network, or a family with all of
            its members.
        cost: The cost that should double. One of "macs", "time".
        phi: Values of φ: 0,0.5,1, 0..=7, 0..8, or 0..=7:0.5; each is compared with the one before it.
        target: Factor by which one step of φ should multiply the count. Default: 2 for MACs; what the coefficients
            predict for params and activations.
        cumulative: Compare every φ with φ = 0 instead of the one before it.
        strategy: Share a doubling of cost between depth, width and resolution: d, w, r, dw, dr, wr, dwr, or dWr, where
            the capital takes 80 %. The spec's own α, β and γ are compound.
        alpha: Depth multiplier at φ = 1, instead of the spec's.
        beta: Width multiplier at φ = 1, instead of the spec's.
        gamma: Resolution multiplier at φ = 1, instead of the spec's.
        convention: What to count for cost macs (`phiscale list --conventions`): MACs, params, activations or a tool's
            number.
        tolerance: How far a step of φ may miss its target (default 15%), or a total its baseline (default 0): 15% or
            0.15.
        max_macs: At most this many MACs for one image: 600M, 0.6B, 600_000_000.
        max_flops: At most this many FLOPs (2 × MACs) for one image.
        max_params: At most this many trained params: 5.3M.
        max_activations: At most this many activations for one image: output elements of convolutions, linear layers and
            products of maps.
        max_memory: At most this much memory for the weights and the activations alive at once: 10MB, 10MiB, or `device`
            for what the device has.
        max_time: At most this much time for a batch on the device: 10ms, 0.5s.
        dtype: Type of the weights and activations [default: for time that of the device's measurements, else fp32]. One
            of "fp32", "fp16", "bf16", "int8".
        device: The device: the name of a bundled one (`phiscale list --devices`), or the path of a device file.
        compiled: Run elementwise layers within the layer before them, as engines that compile networks do.
        batch: Images in a forward pass, for memory and time; the other budgets are for one image. Default: 1.
        baseline: Compare with the counts saved in this file.
        save: Save the counts to this file, layer by layer.
        input: Height and width of the input in pixels, instead of the network's own.
        dim: Set a dimension that an ONNX file leaves open, by its name in the file.
        trained: Count a tensor of an ONNX file as params, by its name in the file; `*` stands for any text.
        not_trained: Do not count a tensor of an ONNX file as params.
    """
    __tracebackhide__ = True  # pytest shows the line that called
    arguments = [
        "phiscale",
        "check",
        *one("--cost", cost),
        *one("--phi", phi),
        *one("--target", target),
        *flag("--cumulative", cumulative),
        *one("--strategy", strategy),
        *one("--alpha", alpha),
        *one("--beta", beta),
        *one("--gamma", gamma),
        *one("--convention", convention),
        *one("--tolerance", tolerance),
        *one("--max-macs", max_macs),
        *one("--max-flops", max_flops),
        *one("--max-params", max_params),
        *one("--max-activations", max_activations),
        *one("--max-memory", max_memory),
        *one("--max-time", max_time),
        *one("--dtype", dtype),
        *one("--device", device),
        *flag("--compiled", compiled),
        *one("--batch", batch),
        *one("--baseline", baseline),
        *one("--save", save),
        *one("--input", input, "x"),
        *each("--dim", dim),
        *each("--trained", trained),
        *each("--not-trained", not_trained),
        *positional([network]),
    ]
    return _phiscale.answer(arguments)


def audit(
    *families: Name,
    failing: bool = False,
    strict: bool = False,
) -> Report:
    """Compare published figures with counted ones.

    Args:
        families: Families: bundled specs or paths; all bundled specs by default.
        failing: Show only the figures that are not reproduced.
        strict: Exit with status 1 if an integer that a spec claims as exact differs from the count, or if there is
            nothing to compare.
    """
    __tracebackhide__ = True  # pytest shows the line that called
    arguments = [
        "phiscale",
        "audit",
        *flag("--failing", failing),
        *flag("--strict", strict),
        *positional(families),
    ]
    return _phiscale.answer(arguments)


def time(
    network: Name | None = None,
    *,
    calibrate: Name | None = None,
    device: Name | None = None,
    compiled: bool = False,
    dtype: Literal["fp32", "fp16", "bf16", "int8"] | None = None,
    training: bool = False,
    per: Literal["stage", "layer"] | None = None,
    depth: Number | None = None,
    width: Number | None = None,
    resolution: Number | None = None,
    input: Image | None = None,
    classes: int | None = None,
    batch: int | None = None,
    dim: Mapping[str, int] | None = None,
    trained: Name | Iterable[Name] | None = None,
    not_trained: Name | Iterable[Name] | None = None,
    allow_unknown: bool = False,
) -> Report:
    """Estimate the time of a network on a device.

    Args:
        network: The network: SPEC[:MEMBER], LIBRARY/NETWORK or FILE.onnx.
        calibrate: Fit the device's efficiencies to measured speeds: a CSV with the columns network, batch and
            images_per_second, and input where it is not the network's own. With -o FILE.toml, write the device with
            them to a file.
        device: The device: the name of a bundled one (`phiscale list --devices`), or the path of a device file.
        compiled: Run elementwise layers within the layer before them, as engines that compile networks do.
        dtype: Type of weights and activations, instead of that of the device's measurements. One of "fp32", "fp16",
            "bf16", "int8".
        training: Estimate a step of training (forward pass, backward pass, update) instead of a forward pass.
        per: The rows of the table. One of "stage", "layer".
        depth: Multiply the repeats of every stage by this.
        width: Multiply the channels of every stage by this.
        resolution: Multiply the height and width of the input by this.
        input: Height and width of the input in pixels, instead of the network's own.
        classes: Number of classes, instead of the network's own.
        batch: Images in a forward pass.
        dim: Set a dimension that an ONNX file leaves open, by its name in the file.
        trained: Count a tensor of an ONNX file as params, by its name in the file; `*` stands for any text.
        not_trained: Do not count a tensor of an ONNX file as params.
        allow_unknown: Skip unknown operators of an ONNX file; every total is then a lower bound.
    """
    __tracebackhide__ = True  # pytest shows the line that called
    arguments = [
        "phiscale",
        "time",
        *one("--calibrate", calibrate),
        *one("--device", device),
        *flag("--compiled", compiled),
        *one("--dtype", dtype),
        *flag("--training", training),
        *one("--per", per),
        *one("--depth", depth),
        *one("--width", width),
        *one("--resolution", resolution),
        *one("--input", input, "x"),
        *one("--classes", classes),
        *one("--batch", batch),
        *each("--dim", dim),
        *each("--trained", trained),
        *each("--not-trained", not_trained),
        *flag("--allow-unknown", allow_unknown),
        *positional([network]),
    ]
    return _phiscale.answer(arguments)


def law(
    family: Name,
    *,
    series: str | None = None,
    accuracy: str | None = None,
    of: str | None = None,
    hold_out: int | None = None,
    at: Name | Iterable[Name] | None = None,
    phi: Numbers | None = None,
    macs: Amount | Iterable[Amount] | None = None,
) -> Report:
    """Predict the accuracy of larger networks.

    Args:
        family: A family with published accuracies: a bundled spec or a path. Or a CSV of measured networks, or the
            journal of a search or a comparison.
        series: Only the series of this name, such as `RegNetX`.
        accuracy: Only accuracies with these words in their source, such as `torchvision`.
        of: The family that the multipliers in a CSV scale.
        hold_out: Leave the largest networks of each series out of its law, so many of them, and predict these.
        at: Predict these networks of the family, with commas between them, instead of those that come next.
        phi: Predict the family at these φ: 8, 7.5,8 or 8..=10.
        macs: Predict networks with so many MACs, with commas between them: 50G,100G.
    """
    __tracebackhide__ = True  # pytest shows the line that called
    arguments = [
        "phiscale",
        "law",
        *one("--series", series),
        *one("--accuracy", accuracy),
        *one("--of", of),
        *one("--hold-out", hold_out),
        *one("--at", at),
        *one("--phi", phi),
        *one("--macs", macs),
        *positional([family]),
    ]
    return _phiscale.answer(arguments)


def plot(
    *names: Name,
    x: Literal["macs", "flops", "params", "activations", "memory", "time", "intensity", "phi"] | None = None,
    y: Literal["top1", "top5", "macs", "flops", "params", "activations"] | None = None,
    stages: bool = False,
    roofline: bool = False,
    measured: bool = False,
    accuracy: str | None = None,
    law: bool = False,
    phi: Numbers | None = None,
    target: Number | None = None,
    strategy: Name | Iterable[Name] | None = None,
    alpha: Number | None = None,
    beta: Number | None = None,
    gamma: Number | None = None,
    convention: str | None = None,
    theme: Literal["light", "dark", "auto"] | None = None,
    size: str | tuple[int, int] | None = None,
    font_size: str | None = None,
    font: Name | Iterable[Name] | None = None,
    text: Literal["embedded", "paths"] | None = None,
    title: str | None = None,
    note: str | None = None,
    no_sources: bool = False,
    input: Image | None = None,
    dim: Mapping[str, int] | None = None,
    trained: Name | Iterable[Name] | None = None,
    not_trained: Name | Iterable[Name] | None = None,
    device: Name | None = None,
    compiled: bool = False,
    dtype: Literal["fp32", "fp16", "bf16", "int8"] | None = None,
    batch: int | None = None,
    training: bool = False,
) -> Chart:
    """Draw accuracy against cost, or cost growth.

    Args:
        names: Families or networks, the hero first: bundled specs, paths or ONNX files. Or chart files, or a folder of
            them. Or the CSV of a sweep, and a family to mark in it.
        x: The x axis. The y axis is accuracy or, against φ, cost growth; of a sweep, another cost. One of "macs",
            "flops", "params", "activations", "memory", "time", "intensity", "phi".
        y: The accuracy on the y axis [default: top1]; of a sweep, the cost [default: activations]. One of "top1",
            "top5", "macs", "flops", "params", "activations".
        stages: Show the cost of networks by stage.
        roofline: Show the layers of a network under the roof of device.
        measured: Show predicted against measured times: the speeds in a CSV, as for `time calibrate`, on device.
        accuracy: Use accuracies with these words in their source, such as `torchvision`.
        law: Draw the law of each line: the accuracies to expect of larger networks, as a band (`phiscale law`).
        phi: Values of φ on a chart of cost growth [default: 0..=7].
        target: Factor by which one step of φ should multiply the cost [default: 2].
        strategy: Share a doubling of cost between depth, width and resolution: d, w, r, dw, dr, wr, dwr, or dWr, where
            the capital takes 80 %. The spec's own α, β and γ are compound.
        alpha: Depth multiplier at φ = 1, instead of the spec's.
        beta: Width multiplier at φ = 1, instead of the spec's.
        gamma: Resolution multiplier at φ = 1, instead of the spec's.
        convention: What a chart of cost growth counts (`phiscale list --conventions`) [default: conv-linear].
        theme: Colours for a light or a dark page, or for both in one SVG [default: light, or that of the chart file].
            One of "light", "dark", "auto".
        size: Size in pixels, or for paper in `in`, `mm` or `cm`: 3.3x2.4in, `one-column`, `two-columns` [default:
            960x672, or that of the chart file].
        font_size: Size of most text; lines and markers follow it [default: 14px, or 8pt for paper].
        font: TrueType or OpenType font instead of the built-in one; a second font is for bold text.
        text: How an SVG holds its text; a PDF embeds its fonts. One of "embedded", "paths".
        title: The title instead of the computed one; `none` for none.
        note: Text above the sources at the bottom; `none` leaves out both.
        no_sources: Leave out the sources at the bottom.
        input: Height and width of the input image of ONNX files in pixels, instead of their own.
        dim: Set a dimension that an ONNX file leaves open, by its name in the file.
        trained: Count a tensor of an ONNX file as params, by its name in the file; `*` stands for any text.
        not_trained: Do not count a tensor of an ONNX file as params.
        device: The device: the name of a bundled one (`phiscale list --devices`), or the path of a device file.
        compiled: Run elementwise layers within the layer before them, as engines that compile networks do.
        dtype: Type of weights and activations, instead of that of the device's measurements. One of "fp32", "fp16",
            "bf16", "int8".
        batch: Images in a batch on the device [default: 1].
        training: The measured speeds are of steps of training.
    """
    __tracebackhide__ = True  # pytest shows the line that called
    arguments = [
        "phiscale",
        "plot",
        *one("--x", x),
        *one("--y", y),
        *flag("--stages", stages),
        *flag("--roofline", roofline),
        *flag("--measured", measured),
        *one("--accuracy", accuracy),
        *flag("--law", law),
        *one("--phi", phi),
        *one("--target", target),
        *one("--strategy", strategy),
        *one("--alpha", alpha),
        *one("--beta", beta),
        *one("--gamma", gamma),
        *one("--convention", convention),
        *one("--theme", theme),
        *one("--size", size, "x"),
        *one("--font-size", font_size),
        *each("--font", font),
        *one("--text", text),
        *one("--title", title),
        *one("--note", note),
        *flag("--no-sources", no_sources),
        *one("--input", input, "x"),
        *each("--dim", dim),
        *each("--trained", trained),
        *each("--not-trained", not_trained),
        *one("--device", device),
        *flag("--compiled", compiled),
        *one("--dtype", dtype),
        *one("--batch", batch),
        *flag("--training", training),
        *positional(names, True),
    ]
    return _phiscale.plot(arguments)


def export(
    network: Name,
    *,
    to: Literal["pytorch", "toml"],
    phi: Number | None = None,
    strategy: Name | Iterable[Name] | None = None,
    alpha: Number | None = None,
    beta: Number | None = None,
    gamma: Number | None = None,
    depth: Number | None = None,
    width: Number | None = None,
    resolution: Number | None = None,
    input: Image | None = None,
    classes: int | None = None,
) -> str:
    """Write a network as PyTorch or as a spec.

    Args:
        network: The network: SPEC[:MEMBER] or LIBRARY/NETWORK.
        to: What to write it as. One of "pytorch", "toml".
        phi: Scale by d = α^φ, w = β^φ, r = γ^φ.
        strategy: Share a doubling of cost between depth, width and resolution: d, w, r, dw, dr, wr, dwr, or dWr, where
            the capital takes 80 %. The spec's own α, β and γ are compound.
        alpha: Depth multiplier at φ = 1, instead of the spec's.
        beta: Width multiplier at φ = 1, instead of the spec's.
        gamma: Resolution multiplier at φ = 1, instead of the spec's.
        depth: Multiply the repeats of every stage by this.
        width: Multiply the channels of every stage by this.
        resolution: Multiply the height and width of the input by this.
        input: Height and width of the input in pixels, instead of the network's own.
        classes: Number of classes, instead of the network's own.
    """
    __tracebackhide__ = True  # pytest shows the line that called
    arguments = [
        "phiscale",
        "export",
        *one("--to", to),
        *one("--phi", phi),
        *one("--strategy", strategy),
        *one("--alpha", alpha),
        *one("--beta", beta),
        *one("--gamma", gamma),
        *one("--depth", depth),
        *one("--width", width),
        *one("--resolution", resolution),
        *one("--input", input, "x"),
        *one("--classes", classes),
        *positional([network]),
    ]
    return _phiscale.exported(arguments)
