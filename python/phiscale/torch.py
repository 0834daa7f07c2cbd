"""Counts PyTorch modules: ``phiscale.torch.count(model, (1, 3, 224, 224))``.

PyTorch's ONNX exporter traces a module in memory and without its weights, and the graph is counted as an ONNX file is.
Nothing else in phiscale imports PyTorch.
"""

from __future__ import annotations

import contextlib
import copy
import inspect
import io
import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Union

try:
    import torch
except ImportError as error:
    raise ImportError("phiscale.torch needs PyTorch: pip install torch") from error

import phiscale
from phiscale import _protobuf

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

# Shapes may be computed from integers in a buffer of at most so many elements.
MAX_NUMBERS = 256


class ExportError(RuntimeError):
    """PyTorch cannot export the module to ONNX. ``__cause__`` is the error of the module or of the exporter."""


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

    ``input`` is what ``forward`` takes: a tensor; its shape, such as ``(1, 3, 224, 224)``; a tuple of tensors and
    shapes, one for each argument; or a dictionary of arguments by name. A shape stands for zeros, with the type and on
    the device of the module's first floating-point parameter. Integers, as token ids are, need a tensor.

    The module is counted as it runs in evaluation mode, for one image of a batch. Its params are those that ``forward``
    reads; a warning names the others. Layers have the names of their modules. The module is not changed: what runs is a
    copy that shares its parameters.

    ``name`` is the network's name, by default the module's class. ``allow_unknown`` skips operators that phiscale does
    not know; every total is then a lower bound.

    Raises ``TypeError`` if an argument is of the wrong kind, ``ExportError`` if PyTorch cannot export the module, and
    ``phiscale.Error`` if phiscale cannot count what PyTorch exported.
    """
    if not isinstance(model, torch.nn.Module):
        made = "; call it to make one" if isinstance(model, type) else ""
        raise TypeError(f"model is {_described(model)}, not a torch.nn.Module{made}")
    model = _unwrapped(model)
    positional, named = _arguments(model, input)
    copied = _copy(model).eval()
    graph = _exported(copied, positional, named)
    inputs, constants = _protobuf.names(graph)
    state = copied.state_dict(keep_vars=True)
    stored = {name: tensor for name, tensor in state.items() if name in inputs}
    parameters = {id(parameter) for parameter in copied.parameters()}
    trained = [name for name, tensor in stored.items() if id(tensor) in parameters]
    _warn_of_unread(copied, {id(stored[name]) for name in trained})
    return phiscale.onnx(
        _protobuf.with_initializers(graph, [_initializer(*item) for item in stored.items()]),
        name or type(model).__name__,
        trained=trained,
        not_trained=[name for name in stored if name not in trained] + constants,
        allow_unknown=allow_unknown,
    )


def _described(value: object) -> str:
    return f"the class {value.__name__}" if isinstance(value, type) else f"a {type(value).__name__}"


def _unwrapped(model: torch.nn.Module) -> torch.nn.Module:
    """The module inside ``torch.compile`` and ``DataParallel``, which cannot be traced."""
    if isinstance(model, torch.nn.DataParallel):
        return _unwrapped(model.module)
    compiled = getattr(model, "_orig_mod", None)
    return model if compiled is None else _unwrapped(compiled)


def _arguments(model: torch.nn.Module, input: Input) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of ``forward``, by position and by name."""
    if isinstance(input, Mapping):
        return (), {name: _argument(model, value) for name, value in input.items()}
    if isinstance(input, torch.Tensor) or _is_shape(input):
        return (_argument(model, input),), {}
    if isinstance(input, (tuple, list)) and len(input) > 0:
        return tuple(_argument(model, value) for value in input), {}
    allowed = "a tensor, a shape such as (1, 3, 224, 224), a tuple of these, or a dictionary of arguments by name"
    raise TypeError(f"input is {_described(input)}; it can be {allowed}")


def _is_shape(value: object) -> bool:
    return isinstance(value, (tuple, list)) and len(value) > 0 and all(type(size) is int for size in value)


def _argument(model: torch.nn.Module, value: Any) -> Any:
    if not _is_shape(value):
        return value
    if min(value) < 1:
        raise ValueError(f"the shape {tuple(value)} has a size below 1")
    first = next((held for held in model.parameters() if held.is_floating_point()), torch.zeros(0))
    return torch.zeros(tuple(value), dtype=first.dtype, device=first.device)


def _copy(model: torch.nn.Module) -> torch.nn.Module:
    """A copy that shares the parameters; buffers are copied, because ``forward`` may write to them."""
    shared = {id(parameter): parameter for parameter in model.parameters()}
    for module in model.modules():
        # Tensors that were computed, as by `weight_norm`, refuse to be copied.
        held = [value for value in vars(module).values() if isinstance(value, torch.Tensor)]
        shared.update({id(value): value for value in held if not value.is_leaf})
    try:
        return copy.deepcopy(model, dict(shared))
    except Exception as error:
        raise ExportError(f"{type(model).__name__} cannot be copied: {error}") from error


def _exported(model: torch.nn.Module, positional: tuple[Any, ...], named: dict[str, Any]) -> bytes:
    """The graph as an ONNX file, with parameters and buffers as inputs.

    ``PRESERVE`` keeps batch norms from being folded into convolutions. ``keep_initializers_as_inputs`` keeps equal
    tensors, of which an untrained module has many, from being stored once.
    """
    options: dict[str, Any] = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    file = io.BytesIO()
    try:
        with torch.no_grad(), _unfused_attention(), _silence():
            torch.onnx.export(
                model,
                (*positional, named),
                file,
                export_params=False,
                keep_initializers_as_inputs=True,
                training=torch.onnx.TrainingMode.PRESERVE,
                do_constant_folding=False,
                **options,
            )
    except Exception as error:
        raise ExportError(_reason(model, error)) from error
    return file.getvalue()


def _reason(model: torch.nn.Module, error: Exception) -> str:
    first = next(iter(str(error).strip().splitlines()), "no reason given")
    return f"PyTorch cannot export {type(model).__name__}: {type(error).__name__}: {first}"


@contextlib.contextmanager
def _unfused_attention() -> Iterator[None]:
    """Attention as products and a softmax: ONNX has no operator for the fused layers of ``torch.nn``."""
    was_enabled = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(was_enabled)


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Drops what the exporter prints, logs and warns of."""
    disabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)


def _initializer(name: str, tensor: torch.Tensor) -> bytes:
    """A stored tensor, without its elements unless a shape may be computed from them."""
    data_type = DATA_TYPES.get(tensor.dtype, 1)
    is_known = not tensor.is_floating_point() and tensor.numel() <= MAX_NUMBERS and tensor.device.type != "meta"
    data = tensor.detach().cpu().contiguous().numpy().tobytes() if is_known else None
    return _protobuf.tensor(name, tensor.shape, data_type, data)


def _warn_of_unread(model: torch.nn.Module, read: set[int]) -> None:
    """Warns of parameters that do not count because ``forward`` does not read them, by the largest such modules."""
    parameters = dict(model.named_parameters())
    in_use = {prefix for name, held in parameters.items() if id(held) in read for prefix in _prefixes(name)}
    unread: dict[str, int] = {}
    for name, parameter in parameters.items():
        if id(parameter) not in read:
            module = next(prefix for prefix in _prefixes(name) if prefix not in in_use)
            unread[module] = unread.get(module, 0) + parameter.numel()
    if unread:
        modules = ", ".join(f"{module} ({params:,})" for module, params in unread.items())
        text = f"forward does not read {sum(unread.values()):,} of the params, and they do not count: {modules}"
        warnings.warn(text, UserWarning, stacklevel=3)


def _prefixes(name: str) -> list[str]:
    """The modules that a parameter is in, outermost first, and its name: of a.b.weight, a, a.b and a.b.weight."""
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
