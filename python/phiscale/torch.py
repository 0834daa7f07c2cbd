"""Counts PyTorch modules: ``phiscale.torch.count(model, (1, 3, 224, 224))``.

PyTorch's ONNX exporter traces a module in memory and without its weights, and the graph is counted as an ONNX file is.
Nothing else in phiscale imports PyTorch.
"""

from __future__ import annotations

import importlib.util
import inspect
import io
import re
import threading
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Union

try:
    import torch
except ImportError as error:
    raise ImportError("phiscale.torch needs PyTorch: pip install torch") from error
if importlib.util.find_spec("onnx") is None:
    raise ImportError("phiscale.torch needs onnx, which PyTorch's exporter imports: pip install onnx")

import phiscale
from phiscale import _protobuf
from phiscale._trace import Traced, silence, unfused_attention

__all__ = ["ExportError", "Input", "count"]

Input = Union[torch.Tensor, Sequence[Any], Mapping[str, Any]]

# TensorProto.DataType of onnx.proto.
DATA_TYPES = {
    torch.float32: 1,
    torch.uint8: 2,
    torch.int8: 3,
    torch.int16: 5,
    torch.int32: 6,
    torch.int64: 7,
    torch.bool: 9,
    torch.float16: 10,
    torch.float64: 11,
    torch.bfloat16: 16,
}

# Buffers of norms, which are neither trained nor constants.
STATISTICS = (".running_mean", ".running_var")

# Shapes may be computed from the integers of a buffer with at most so many elements.
MAX_NUMBERS = 256


# The exporter and what silences it have one state for the whole process, so threads take turns.
EXPORTING = threading.RLock()


class ExportError(phiscale.Error):
    """The module does not run on the input, or PyTorch cannot export it; ``__cause__`` is the error of either."""


def count(
    model: torch.nn.Module,
    input: Input,
    *,
    name: str | None = None,
    allow_unknown: bool = False,
) -> phiscale.Network:
    """Counts a module on an input.

    >>> network = phiscale.torch.count(torchvision.models.resnet50(), (1, 3, 224, 224))
    >>> network.params, network.macs
    (25557032, 4089184256)

    ``input`` is what ``forward`` takes: a tensor; its shape, such as ``(1, 3, 224, 224)``; a tuple of arguments, each a
    tensor, a shape or anything else; or a dictionary of arguments by name. A shape stands for zeros, with the type and
    on the device of the module's first floating-point parameter. Integers, such as token ids, need a tensor.

    The module is counted as it runs in evaluation mode, for one image of a batch. Only what leads to an output counts,
    and a warning names the modules whose params do not. Layers have the names of their modules. The module is not
    changed: what runs is a copy that shares its parameters. It may be on the device ``meta``.

    ``name`` is the network's name, by default the module's class. ``allow_unknown`` skips operators that phiscale does
    not know; every total is then a lower bound.

    Raises ``TypeError`` if an argument is of the wrong kind, ``ExportError`` if the module cannot be exported, and
    ``phiscale.Error`` if phiscale cannot count what was exported.
    """
    if not isinstance(model, torch.nn.Module):
        made = "; call it to make one" if isinstance(model, type) else ""
        raise TypeError(f"model is {_described(model)}, not a torch.nn.Module{made}")
    if isinstance(model, torch.jit.ScriptModule):
        raise TypeError("model is TorchScript; count the module that it was made from, or export it to ONNX")
    model = _unwrapped(model)
    positional, named = _arguments(model, input)
    try:
        traced = Traced(model, positional, named).eval()
    except Exception as error:
        raise ExportError(f"{type(model).__name__} cannot be copied: {error}") from error
    graph = _protobuf.with_node_names(_exported(traced), _module_names(traced))
    inputs, constants = _protobuf.names(graph)
    parameters = dict(traced.named_parameters())
    stored = {name: tensor for name, tensor in traced.state_dict(keep_vars=True).items() if name in inputs}
    _warn_of_unread(parameters, stored.keys() & parameters.keys())
    return phiscale.onnx(
        _protobuf.with_initializers(graph, [_initializer(*item) for item in stored.items()]),
        name or type(model).__name__,
        trained=[name for name in stored if name in parameters],
        not_trained=[name for name in stored if name not in parameters and not name.endswith(STATISTICS)] + constants,
        allow_unknown=allow_unknown,
    )


def _described(value: object) -> str:
    return f"the class {value.__name__}" if isinstance(value, type) else f"of type {type(value).__name__}"


def _unwrapped(model: torch.nn.Module) -> torch.nn.Module:
    """The module inside ``torch.compile`` and ``DataParallel``, which cannot be traced."""
    if isinstance(model, torch.nn.DataParallel):
        return _unwrapped(model.module)
    compiled = getattr(model, "_orig_mod", None)
    return _unwrapped(compiled) if isinstance(compiled, torch.nn.Module) else model


def _arguments(model: torch.nn.Module, input: Input) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of ``forward``, by position and by name."""
    positional: tuple[Any, ...] = ()
    named: dict[str, Any] = {}
    if isinstance(input, Mapping):
        named = {name: _argument(model, value) for name, value in input.items()}
    elif isinstance(input, torch.Tensor) or _is_shape(input):
        positional = (_argument(model, input),)
    elif isinstance(input, (tuple, list)):
        positional = tuple(_argument(model, value) for value in input)
    if not _tensors((positional, named)):
        allowed = "a tensor, a shape such as (1, 3, 224, 224), a tuple of these, or a dictionary of arguments by name"
        found = f"{input!r:.80}" if isinstance(input, (tuple, list, Mapping)) else _described(input)
        raise TypeError(f"input is {found}, without a tensor; it can be {allowed}")
    return positional, named


def _is_shape(value: object) -> bool:
    return isinstance(value, (tuple, list)) and len(value) > 0 and all(type(size) is int for size in value)


def _argument(model: torch.nn.Module, value: Any) -> Any:
    """The argument that a value of ``input`` stands for."""
    if not _is_shape(value):
        return value
    if min(value) < 1:
        raise ValueError(f"the shape {tuple(value)} has a size below 1")
    first = next((held for held in model.parameters() if held.is_floating_point()), torch.zeros(0))
    device = "cpu" if first.is_meta else first.device
    return torch.zeros(tuple(value), dtype=first.dtype, device=device)


def _tensors(value: Any) -> list[torch.Tensor]:
    return [leaf for leaf in torch.utils._pytree.tree_leaves(value) if isinstance(leaf, torch.Tensor)]


def _exported(traced: Traced) -> bytes:
    """The graph as an ONNX file, with parameters and buffers as inputs.

    ``PRESERVE`` keeps batch norms from being folded into convolutions, and ``keep_initializers_as_inputs`` keeps equal
    tensors, which untrained modules have many of, from being merged.
    """
    file: Any = io.BytesIO()
    has_two_exporters = "dynamo" in inspect.signature(torch.onnx.export).parameters
    options: dict[str, Any] = {"dynamo": False} if has_two_exporters else {}
    try:
        with EXPORTING, torch.no_grad(), unfused_attention(), silence():
            torch.onnx.export(
                traced,
                tuple(traced.tensors),
                file,
                export_params=False,
                keep_initializers_as_inputs=True,
                training=torch.onnx.TrainingMode.PRESERVE,
                do_constant_folding=False,
                **options,
            )
    except Exception as error:
        raise ExportError(_reason(traced, error)) from error
    data: bytes = file.getvalue()
    return data


def _module_names(traced: Traced) -> Callable[[str], str]:
    """Names nodes by their modules. The exporter numbers a module that runs again: `relu_1` for `relu`."""
    modules = {name for name, _ in traced.named_modules()}

    def renamed(name: str) -> str:
        path, outer, parts = "", "", name.split("/")
        for index, part in enumerate(parts[:-1]):
            # The outer module is repeated before an index: layer1/layer1.0.
            inner = part.removeprefix(f"{outer}.")
            module = f"{path}.{inner}".strip(".")
            unnumbered = re.sub(r"_\d+$", "", module)
            if module not in modules and unnumbered in modules:
                parts[index] = part[: len(part) - len(module) + len(unnumbered)]
                module = unnumbered
            path, outer = module, parts[index]
        return "/".join(parts)

    return renamed


def _reason(traced: Traced, error: Exception) -> str:
    module = type(traced.model).__name__
    first = next(iter(str(error).strip().splitlines()), "").strip()
    problem = f"{type(error).__name__}: {first}"
    if traced.has_run:
        return f"PyTorch's ONNX exporter refuses {module}: {problem}"
    tensors = ", ".join(f"{tuple(tensor.shape)} {tensor.dtype}" for tensor in traced.tensors)
    return f"{module} does not run on the input, {tensors}: {problem}"


def _initializer(name: str, tensor: torch.Tensor) -> bytes:
    """A stored tensor, without its elements unless shapes may be computed from them."""
    is_known = not tensor.is_floating_point() and tensor.numel() <= MAX_NUMBERS and not tensor.is_quantized
    data = tensor.detach().cpu().contiguous().numpy().tobytes() if is_known else None
    return _protobuf.tensor(name, tensor.shape, DATA_TYPES.get(tensor.dtype, 1), data)


def _warn_of_unread(parameters: Mapping[str, torch.Tensor], read: set[str]) -> None:
    """Warns of parameters that do not count because no output depends on them, by the largest such modules."""
    in_use = {prefix for name in read for prefix in _prefixes(name)}
    unread: dict[str, int] = {}
    for name, parameter in parameters.items():
        if name not in read:
            module = next(prefix for prefix in _prefixes(name) if prefix not in in_use)
            unread[module] = unread.get(module, 0) + parameter.numel()
    if unread:
        modules = ", ".join(f"{module} ({params:,})" for module, params in unread.items())
        text = f"no output depends on {sum(unread.values()):,} of the params, and they do not count: {modules}"
        warnings.warn(text, UserWarning, stacklevel=3)


def _prefixes(name: str) -> list[str]:
    """The modules that a parameter is in, outermost first, and its name: of model.a.weight, a and a.weight."""
    parts = name.removeprefix("model.").split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
