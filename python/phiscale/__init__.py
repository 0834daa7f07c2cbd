"""Count, scale, check and draw compound-scaled convolutional networks.

>>> import phiscale
>>> phiscale.network("efficientnet:b3").macs
1827141392

``network``, ``family``, ``spec`` and ``onnx`` give objects; ``list``, ``count``, ``explain``, ``scale``, ``fit``,
``check``, ``audit``, ``time``, ``law``, ``sweep``, ``plot`` and ``export`` do what the commands of these names do, with their
options as keywords.
``phiscale.torch.count`` counts a ``torch.nn.Module``.

In their signatures, a Name is a str or a path; an Amount is a number or a str such as ``"600M"``; an Image is a side in
pixels, ``(height, width)`` or ``"224x320"``; Numbers are a number, a sequence of them or a str such as ``"0..=7"``.
"""

# `collections.abc` has the same class, but takes longer to import.
from _collections_abc import Mapping as _Mapping

from ._errors import Error, Problem
from ._phiscale import VERSION as __version__  # noqa: F401
from ._phiscale import Chart, Family, Network, Report, family, network, onnx, schema, spec
from .commands import (
    audit,
    check,
    count,
    explain,
    export,
    fit,
    law,
    list,
    plot,
    scale,
    sweep,
    time,
)

_Mapping.register(Report)


def __getattr__(name: str) -> object:
    """``phiscale.torch``, which imports PyTorch, is imported where it is first used."""
    if name == "torch":
        from importlib import import_module

        return import_module("phiscale.torch")
    raise AttributeError(f"module 'phiscale' has no attribute {name!r}")


__all__ = [
    "Chart",
    "Error",
    "Family",
    "Network",
    "Problem",
    "Report",
    "audit",
    "check",
    "count",
    "explain",
    "export",
    "family",
    "fit",
    "law",
    "list",
    "network",
    "onnx",
    "plot",
    "scale",
    "schema",
    "spec",
    "sweep",
    "time",
]
