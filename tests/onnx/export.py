"""Writes the small networks in this folder: one file for each exporter and option, without weights.

    python export.py FOLDER

Needs torch, onnx, onnxscript.
"""

import sys
import warnings
from pathlib import Path

import onnx
import torch
from torch import nn
from torch.nn import functional

from strip import strip

warnings.filterwarnings("ignore")
torch.manual_seed(1)


class Gate(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.reduce = nn.Conv2d(channels, 4, 1)
        self.expand = nn.Conv2d(4, channels, 1)

    def forward(self, x):
        return x * torch.sigmoid(self.expand(functional.silu(self.reduce(self.pool(x)))))


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.gate = Gate(channels)
        self.conv2 = nn.Conv2d(channels, channels, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x):
        y = functional.silu(self.bn1(self.conv1(x)))
        return x + self.bn2(self.conv2(self.gate(y)))


class Convolutional(nn.Module):
    """A stem, two residual blocks with gates, a head: 3 x 32 x 32 to 10 classes."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 16, 3, 2, 1, bias=False), nn.BatchNorm2d(16), nn.Hardswish())
        self.stage1 = nn.Sequential(Block(16), Block(16))
        self.pool = nn.MaxPool2d(3, 2, 1)
        self.head = nn.Linear(16, 10)

    def forward(self, x):
        x = self.pool(self.stage1(self.stem(x)))
        return self.head(torch.flatten(functional.adaptive_avg_pool2d(x, 1), 1))


class Transformer(nn.Module):
    """Patches, a class token, positions, one layer of attention, a head: 3 x 32 x 32 to 10 classes."""

    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 32, 8, 8)
        self.token = nn.Parameter(torch.rand(1, 1, 32))
        self.positions = nn.Parameter(torch.rand(1, 17, 32))
        self.layer = nn.TransformerEncoderLayer(32, 4, 64, activation="gelu", batch_first=True, norm_first=True)
        self.norm = nn.LayerNorm(32)
        self.head = nn.Linear(32, 10)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1) + self.positions
        return self.head(self.norm(self.layer(x))[:, 0])


def export(module, path, batch=1, **options):
    with torch.no_grad():
        for tensor in [*module.parameters(), *module.buffers()]:
            if tensor.is_floating_point():
                tensor.uniform_(0.1, 1)
        torch.onnx.export(module.eval(), (torch.zeros(batch, 3, 32, 32),), path, verbose=False, **options)
    strip(path, path)
    path.with_name(path.name + ".data").unlink(missing_ok=True)


def make_unknown(path, to):
    """Two operators that are not known, one of a domain of its own."""
    model = onnx.load(path, load_external_data=False)
    for node in model.graph.node:
        if node.op_type == "MaxPool":
            node.op_type = "NonMaxSuppression"
        if node.op_type == "HardSwish":
            node.domain = "com.example"
    onnx.save(model, to)


class Doubtful(nn.Module):
    """A filter for all channels, and a bias whose middle third is zeros that may be trained or not."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        row = torch.tensor([1.0, 2.0, 1.0])
        self.register_buffer("blur", (torch.outer(row, row) / 16).repeat(8, 1, 1, 1))
        self.weight = nn.Parameter(torch.rand(24, 8))
        self.query_bias, self.value_bias = nn.Parameter(torch.rand(8)), nn.Parameter(torch.rand(8))
        self.key_bias = nn.Parameter(torch.zeros(8))

    def forward(self, x):
        x = functional.conv2d(self.stem(x), self.blur, stride=2, groups=8)
        bias = torch.cat([self.query_bias, self.key_bias, self.value_bias])
        return functional.linear(x.flatten(2).transpose(1, 2), self.weight, bias)


def export_doubtful(path):
    options = {"training": torch.onnx.TrainingMode.PRESERVE, "do_constant_folding": False, "dynamo": False}
    torch.onnx.export(Doubtful().eval(), (torch.zeros(1, 3, 32, 32),), path, verbose=False, **options)
    strip(path, path, most=512)


def main(folder):
    folder = Path(folder)
    torch.backends.mha.set_fastpath_enabled(False)
    unfolded = {"training": torch.onnx.TrainingMode.PRESERVE, "do_constant_folding": False}
    names = {"input_names": ["image"], "output_names": ["classes"]}
    axes = {"dynamic_axes": {"image": {0: "batch", 2: "height", 3: "width"}}}
    export(Convolutional(), folder / "folded.onnx", dynamo=False)
    (folder / "cut.onnx").write_bytes((folder / "folded.onnx").read_bytes()[:3000])
    export(Convolutional(), folder / "unfolded.onnx", dynamo=False, opset_version=11, **unfolded, **names)
    export(Convolutional(), folder / "open.onnx", dynamo=False, opset_version=9, **unfolded, **names, **axes)
    export(Convolutional(), folder / "inputs.onnx", dynamo=False, keep_initializers_as_inputs=True)
    export(Convolutional(), folder / "dynamo.onnx", dynamo=True, optimize=True)
    export(Convolutional(), folder / "dynamo-unfolded.onnx", dynamo=True, optimize=False)
    export_doubtful(folder / "doubtful.onnx")
    make_unknown(folder / "dynamo.onnx", folder / "unknown.onnx")
    export(Transformer(), folder / "transformer.onnx", dynamo=False, opset_version=14)
    export(Transformer(), folder / "transformer-dynamo.onnx", dynamo=True)
    export(Transformer(), folder / "transformer-batch.onnx", batch=4, dynamo=False, opset_version=14)
    export(Transformer(), folder / "transformer-dynamo-batch.onnx", batch=4, dynamo=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
