"""EfficientNet-B0: 5,288,548 params, 385,814,752 MACs.

Counted for one image of 3×224×224 (channels×height×width), with multiply-adds of
convolutions, linear layers and attention as MACs; 6,748,036 activations. Source of the
architecture: Tan & Le 2019 (arXiv:1905.11946v5).

Scaled from the baseline: depth × 1, width × 1, resolution × 1.

Written by phiscale export; weights are random, as PyTorch's layers make them. `python`
runs this file: it prints the number of params and the output's shape, and --onnx FILE
writes an ONNX file.
"""

import argparse
import math

import torch
from torch import Tensor, nn

# Channels, height and width of an image.
INPUT = (3, 224, 224)


class ConvNormActivation(nn.Module):
    """Convolution, norm and activation, of which stems, heads and most branches are
    made.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        *,
        kernel: int,
        stride: int = 1,
        groups: int = 1,
        activation: type[nn.Module] = nn.ReLU,
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(
            in_channels,
            out_channels,
            kernel,
            stride=stride,
            padding=kernel // 2,
            groups=groups,
            bias=False,
        )
        self.norm = nn.BatchNorm2d(out_channels)
        self.activation = activation()

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        x = self.norm(x)
        return self.activation(x)


class SqueezeExcite(nn.Module):
    """Multiplies each channel by a weight that depends on the means of all channels."""

    def __init__(self, in_channels: int, *, squeezed: int) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(in_channels, squeezed, 1)
        self.activation = nn.SiLU()
        self.expand = nn.Conv2d(squeezed, in_channels, 1)
        self.activation2 = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        gate = x.mean((2, 3), keepdim=True)
        gate = self.reduce(gate)
        gate = self.activation(gate)
        gate = self.expand(gate)
        gate = self.activation2(gate)
        return x * gate


class Mbconv(nn.Module):
    """Inverted bottleneck with depthwise convolution and squeeze-and-excitation:
    expand, filter, gate, project.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        *,
        kernel: int,
        expand: int,
        stride: int = 1,
    ) -> None:
        super().__init__()
        middle = in_channels * expand
        squeezed = max(1, math.floor(in_channels * 0.25))
        self.skip = stride == 1 and in_channels == out_channels
        self.expand = (
            ConvNormActivation(in_channels, middle, kernel=1, activation=nn.SiLU)
            if expand != 1
            else nn.Identity()
        )
        self.depthwise = ConvNormActivation(
            middle,
            middle,
            kernel=kernel,
            stride=stride,
            groups=middle,
            activation=nn.SiLU,
        )
        self.squeeze_excite = SqueezeExcite(middle, squeezed=squeezed)
        self.project = ConvNormActivation(
            middle, out_channels, kernel=1, activation=nn.Identity
        )

    def forward(self, x: Tensor) -> Tensor:
        out = self.expand(x)
        out = self.depthwise(out)
        out = self.squeeze_excite(out)
        out = self.project(out)
        return x + out if self.skip else out


class Classifier(nn.Module):
    """Global average pooling, dropout, and a layer to the classes."""

    def __init__(self, in_channels: int, classes: int) -> None:
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(0.2)
        self.linear = nn.Linear(in_channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(x)
        x = self.dropout(x)
        return self.linear(x.flatten(1))


class EfficientNetB0(nn.Module):
    """The stages of EfficientNet-B0."""

    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        self.stem = ConvNormActivation(3, 32, kernel=3, stride=2, activation=nn.SiLU)
        self.stage2 = nn.Sequential(Mbconv(32, 16, kernel=3, expand=1))
        self.stage3 = nn.Sequential(
            Mbconv(16, 24, kernel=3, expand=6, stride=2),
            Mbconv(24, 24, kernel=3, expand=6),
        )
        self.stage4 = nn.Sequential(
            Mbconv(24, 40, kernel=5, expand=6, stride=2),
            Mbconv(40, 40, kernel=5, expand=6),
        )
        self.stage5 = nn.Sequential(
            Mbconv(40, 80, kernel=3, expand=6, stride=2),
            *[Mbconv(80, 80, kernel=3, expand=6) for _ in range(2)],
        )
        self.stage6 = nn.Sequential(
            Mbconv(80, 112, kernel=5, expand=6),
            *[Mbconv(112, 112, kernel=5, expand=6) for _ in range(2)],
        )
        self.stage7 = nn.Sequential(
            Mbconv(112, 192, kernel=5, expand=6, stride=2),
            *[Mbconv(192, 192, kernel=5, expand=6) for _ in range(3)],
        )
        self.stage8 = nn.Sequential(Mbconv(192, 320, kernel=3, expand=6))
        self.head = ConvNormActivation(320, 1280, kernel=1, activation=nn.SiLU)
        self.classifier = Classifier(1280, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        x = self.stage2(x)
        x = self.stage3(x)
        x = self.stage4(x)
        x = self.stage5(x)
        x = self.stage6(x)
        x = self.stage7(x)
        x = self.stage8(x)
        x = self.head(x)
        return self.classifier(x)


def build(classes: int = 1000) -> EfficientNetB0:
    """The network with random weights."""
    return EfficientNetB0(classes)


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
