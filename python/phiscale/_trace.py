"""What PyTorch's exporter runs: a copy of a module that takes and returns tensors only, and its surroundings."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import io
import logging
import os
import sys
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch.utils import _pytree as pytree


class Traced(torch.nn.Module):
    """A copy of a module with its arguments. Parameters are shared, other tensors and settings are not.

    The exporter takes arguments by position only, and neither keywords nor classes of results. The attribute ``model``
    also gives all layers one module above them, by which their names are told from those at the top.
    """

    def __init__(self, model: torch.nn.Module, positional: tuple[Any, ...], named: dict[str, Any]) -> None:
        super().__init__()
        self.model = _copy(model)
        leaves, self._form = pytree.tree_flatten((positional, named))
        self._leaves = [None if isinstance(leaf, torch.Tensor) else leaf for leaf in leaves]
        self.tensors = [_on_real_device(leaf) for leaf in leaves if isinstance(leaf, torch.Tensor)]
        self._is_tensor = [isinstance(leaf, torch.Tensor) for leaf in leaves]
        self.has_run = False

    def forward(self, *tensors: torch.Tensor) -> tuple[torch.Tensor, ...]:
        given = iter(tensors)
        leaves = [next(given) if held else leaf for held, leaf in zip(self._is_tensor, self._leaves)]
        positional, named = pytree.tree_unflatten(leaves, self._form)
        outputs = tuple(_tensors(self.model(*positional, **named)))
        if not outputs:
            raise TypeError("forward returns no tensor")
        self.has_run = True
        return outputs


def _tensors(value: Any) -> Iterator[torch.Tensor]:
    """The tensors in a result, whatever holds them."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, Mapping):
        for held in value.values():
            yield from _tensors(held)
    elif isinstance(value, (tuple, list)):
        for held in value:
            yield from _tensors(held)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from _tensors(getattr(value, field.name))


def _copy(model: torch.nn.Module) -> torch.nn.Module:
    shared: dict[int, Any] = {id(parameter): _on_real_device(parameter) for parameter in model.parameters()}
    shared.update({id(buffer): _on_real_device(buffer) for buffer in model.buffers() if buffer.is_meta})
    for module in model.modules():
        # Tensors that were computed, as by `weight_norm`, refuse to be copied.
        held = [value for value in vars(module).values() if isinstance(value, torch.Tensor)]
        shared.update({id(value): value for value in held if not value.is_leaf})
    return copy.deepcopy(model, shared)


def _on_real_device(tensor: torch.Tensor) -> torch.Tensor:
    """Zeros for a tensor on the device `meta`, which the exporter cannot run: pages of zeros take no memory."""
    if not tensor.is_meta:
        return tensor
    zeros = torch.zeros(tensor.shape, dtype=tensor.dtype)
    return torch.nn.Parameter(zeros, requires_grad=False) if isinstance(tensor, torch.nn.Parameter) else zeros


@contextlib.contextmanager
def unfused_attention() -> Iterator[None]:
    """Keeps the attention of ``torch.nn`` from running as one fused operator, which ONNX lacks."""
    was_enabled = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(was_enabled)


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Drops what the exporter warns of, logs and prints, from Python and from C++."""
    disabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), _closed_output():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)


@contextlib.contextmanager
def _closed_output() -> Iterator[None]:
    try:
        output = os.dup(1)
    except OSError:  # there is no standard output
        yield
        return
    if sys.__stdout__ is not None:
        sys.__stdout__.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(output, 1)
        os.close(nowhere)
        os.close(output)
