"""Xception: 22,855,952 params, 8,357,403,496 MACs.

Counted for one image of 3×299×299 (channels×height×width), with multiply-adds of
convolutions, linear layers and attention as MACs; 35,825,968 activations. Source of the
architecture: Chollet 2016 (arXiv:1610.02357).

Scaled from the baseline: depth × 1, width × 1, resolution × 1.

Written by phiscale export; weights are random, as PyTorch's layers make them. `python`
runs this file: it prints the number of params and the output's shape, and --onnx FILE
writes an ONNX file.
"""

import argparse

import torch
from torch import Tensor, nn

# Channels, height and width of an image.
INPUT = (3, 299, 299)


class Convolution(nn.Module):
    """3×3 convolution that loses the edges, norm, ReLU."""

    def __init__(self, in_channels: int, out_channels: int, *, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, 3, stride=stride, bias=False)
        self.norm = nn.BatchNorm2d(out_channels)
        self.activation = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        x = self.norm(x)
        return self.activation(x)


class Separable(nn.Module):
    """Depthwise 3×3, 1×1, norm."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(
            in_channels, in_channels, 3, padding=1, groups=in_channels, bias=False
        )
        self.pointwise = nn.Conv2d(in_channels, out_channels, 1, bias=False)
        self.norm = nn.BatchNorm2d(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        x = self.depthwise(x)
        x = self.pointwise(x)
        return self.norm(x)


class Reduction(nn.Module):
    """Two separable convolutions and 3×3 max pooling with stride 2, beside a
    projection.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        *,
        late: bool = False,
        starts_with_relu: bool = True,
    ) -> None:
        super().__init__()
        self.activation = nn.ReLU() if starts_with_relu else nn.Identity()
        self.first = Separable(in_channels, in_channels if late else out_channels)
        self.activation2 = nn.ReLU()
        self.second = Separable(in_channels if late else out_channels, out_channels)
        self.pool = nn.MaxPool2d(3, stride=2, padding=1)
        self.conv = nn.Conv2d(in_channels, out_channels, 1, stride=2, bias=False)
        self.norm = nn.BatchNorm2d(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        out = self.activation(x)
        out = self.first(out)
        out = self.activation2(out)
        out = self.second(out)
        out = self.pool(out)
        shortcut = self.conv(x)
        shortcut = self.norm(shortcut)
        return shortcut + out


class Middle(nn.Module):
    """Three times ReLU and separable convolution, beside the identity."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *[
                nn.Sequential(nn.ReLU(), Separable(in_channels, out_channels))
                for _ in range(3)
            ],
        )

    def forward(self, x: Tensor) -> Tensor:
        out = self.layers(x)
        return x + out


class SeparableRelu(nn.Module):
    """Separable convolution, norm, ReLU."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.block = Separable(in_channels, out_channels)
        self.activation = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        x = self.block(x)
        return self.activation(x)


class Classifier(nn.Module):
    """Global average pooling, dropout, and a layer to the classes."""

    def __init__(self, in_channels: int, classes: int) -> None:
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.linear = nn.Linear(in_channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(x)
        return self.linear(x.flatten(1))


class Xception(nn.Module):
    """The stages of Xception."""

    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        self.conv1 = Convolution(3, 32, stride=2)
        self.conv2 = Convolution(32, 64)
        self.entry1 = Reduction(64, 128, starts_with_relu=False)
        self.entry2 = Reduction(128, 256)
        self.entry3 = Reduction(256, 728)
        self.middle = nn.Sequential(*[Middle(728, 728) for _ in range(8)])
        self.exit = Reduction(728, 1024, late=True)
        self.separable1 = SeparableRelu(1024, 1536)
        self.separable2 = SeparableRelu(1536, 2048)
        self.classifier = Classifier(2048, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv1(x)
        x = self.conv2(x)
        x = self.entry1(x)
        x = self.entry2(x)
        x = self.entry3(x)
        x = self.middle(x)
        x = self.exit(x)
        x = self.separable1(x)
        x = self.separable2(x)
        return self.classifier(x)


def build(classes: int = 1000) -> Xception:
    """The network with random weights."""
    return Xception(classes)


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
