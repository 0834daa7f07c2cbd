"""swin_t: 28,288,354 params, 4,490,566,656 MACs.

Counted for one image of 3×224×224 (channels×height×width), with multiply-adds of
convolutions, linear layers and attention as MACs; 17,055,352 activations. Source of the
architecture: Liu et al. 2021 (arXiv:2103.14030).

Scaled from the baseline: depth × 1, width × 1, resolution × 1.

Written by phiscale export; weights are random, as PyTorch's layers make them. `python`
runs this file: it prints the number of params and the output's shape, and --onnx FILE
writes an ONNX file.
"""

import argparse

import torch
from torch import Tensor, nn
from torch.nn import functional as F

# Channels, height and width of an image.
INPUT = (3, 224, 224)


class LayerNorm2d(nn.LayerNorm):
    """Layer norm over the channels of a map."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)


class Linear2d(nn.Linear):
    """Linear layer over the channels of a map, at every position."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)


def space_to_depth(x: Tensor, side: int) -> Tensor:
    """Turns the pixels of each cell into channels, column by column."""
    cells = [x[:, :, i::side, j::side] for j in range(side) for i in range(side)]
    return torch.cat(cells, 1)


class StochasticDepth(nn.Module):
    """Drops the whole map of some images in training."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.rate == 0:
            return x
        keep = 1 - self.rate
        kept = x.new_empty(x.shape[0], *[1] * (x.ndim - 1)).bernoulli_(keep)
        return x * kept / keep


class WindowAttention(nn.Module):
    """Attention within the windows of a map that holds queries, keys and values."""

    def __init__(self, heads: int, window: int, *, relative_bias: bool) -> None:
        super().__init__()
        self.heads = heads
        self.window = window
        self.bias = None
        if relative_bias:
            self.bias = nn.Parameter(torch.empty((2 * window - 1) ** 2, heads))
            nn.init.trunc_normal_(self.bias, std=0.02)
            at = torch.cartesian_prod(torch.arange(window), torch.arange(window))
            rows, columns = (at[:, None] - at + window - 1).unbind(-1)
            index = rows * (2 * window - 1) + columns
            self.register_buffer("index", index, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        batch, channels, height, width = x.shape
        side = self.window
        rows, columns = height // side, width // side
        x = x.view(batch, 3, self.heads, -1, rows, side, columns, side)
        x = x.permute(1, 0, 4, 6, 2, 5, 7, 3)
        q, k, v = x.reshape(3, -1, self.heads, side * side, x.shape[-1])
        bias = None if self.bias is None else self.bias[self.index].permute(2, 0, 1)
        x = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        x = x.view(batch, rows, columns, self.heads, side, side, -1)
        x = x.permute(0, 3, 6, 1, 4, 2, 5)
        return x.reshape(batch, channels // 3, height, width)


class Stem(nn.Module):
    """Patches of 4×4 pixels and a layer norm."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.patches = nn.Conv2d(in_channels, out_channels, 4, stride=4)
        self.norm = LayerNorm2d(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        x = self.patches(x)
        return self.norm(x)


class Mlp(nn.Module):
    """Two linear layers at every position, the first one wider, with an activation
    function between them: after attention in a transformer, and in ConvNeXt.
    """

    def __init__(self, in_channels: int) -> None:
        super().__init__()
        inner = in_channels * 4
        self.expand = Linear2d(in_channels, inner)
        self.activation = nn.GELU()
        self.project = Linear2d(inner, in_channels)

    def forward(self, x: Tensor) -> Tensor:
        x = self.expand(x)
        x = self.activation(x)
        return self.project(x)


class Swin(nn.Module):
    """Attention in windows and an MLP, each with a layer norm before and a shortcut
    around it.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        *,
        stride: int = 1,
        spares_first: bool = False,
        first: bool,
    ) -> None:
        super().__init__()
        self.has_merge = stride != 1
        self.stride = stride
        if self.has_merge:
            self.merge_norm = LayerNorm2d(stride**2 * in_channels)
            self.merge_linear = Linear2d(
                stride**2 * in_channels, out_channels, bias=False
            )
        self.attention_norm = LayerNorm2d(out_channels)
        self.attention_qkv = Linear2d(out_channels, 3 * out_channels)
        self.attention_heads = WindowAttention(
            out_channels // 32, 7, relative_bias=True
        )
        self.attention_out = Linear2d(out_channels, out_channels)
        self.attention_stochastic_depth = (
            StochasticDepth(0.2) if not (spares_first and first) else nn.Identity()
        )
        self.mlp_norm = LayerNorm2d(out_channels)
        self.mlp_layers = Mlp(out_channels)
        self.mlp_stochastic_depth = (
            StochasticDepth(0.2) if not (spares_first and first) else nn.Identity()
        )

    def forward(self, x: Tensor) -> Tensor:
        if self.has_merge:
            x = space_to_depth(x, self.stride)
            x = self.merge_norm(x)
            x = self.merge_linear(x)
        out = self.attention_norm(x)
        out = self.attention_qkv(out)
        out = self.attention_heads(out)
        out = self.attention_out(out)
        out = self.attention_stochastic_depth(out)
        x = x + out
        out = self.mlp_norm(x)
        out = self.mlp_layers(out)
        out = self.mlp_stochastic_depth(out)
        return x + out


class Head(nn.Module):
    """A layer norm, global average pooling, and a linear layer to the classes."""

    def __init__(self, in_channels: int, classes: int) -> None:
        super().__init__()
        self.norm = LayerNorm2d(in_channels)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.linear = nn.Linear(in_channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(x)
        x = self.pool(x)
        return self.linear(x.flatten(1))


class SwinT(nn.Module):
    """The stages of swin_t."""

    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        self.stem = Stem(3, 96)
        self.stage1 = nn.Sequential(
            Swin(96, 96, spares_first=True, first=True),
            Swin(96, 96, spares_first=True, first=False),
        )
        self.stage2 = nn.Sequential(
            Swin(96, 192, stride=2, first=True), Swin(192, 192, first=False)
        )
        self.stage3 = nn.Sequential(
            Swin(192, 384, stride=2, first=True),
            *[Swin(384, 384, first=False) for _ in range(5)],
        )
        self.stage4 = nn.Sequential(
            Swin(384, 768, stride=2, first=True), Swin(768, 768, first=False)
        )
        self.classifier = Head(768, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        x = self.stage1(x)
        x = self.stage2(x)
        x = self.stage3(x)
        x = self.stage4(x)
        return self.classifier(x)


def build(classes: int = 1000) -> SwinT:
    """The network with random weights."""
    return SwinT(classes)


def main() -> None:
    """Prints the params and the output's shape, and writes ONNX if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--onnx", metavar="FILE", help="write the network to this file")
    arguments = parser.parse_args()
    network = build().eval()
    image = torch.zeros(1, *INPUT)
    with torch.no_grad():
        output = network(image)
    print(f"{sum(param.numel() for param in network.parameters()):,} params")
    print(f"output {tuple(output.shape)}")
    if arguments.onnx:
        torch.onnx.export(network, (image,), arguments.onnx)


if __name__ == "__main__":
    main()
