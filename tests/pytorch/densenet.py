"""DenseNet: 7,978,856 params, 2,834,161,664 MACs.

Counted for one image of 3×224×224 (channels×height×width), with multiply-adds of
convolutions, linear layers and attention as MACs; 6,900,200 activations. Source of the
architecture: Huang et al. 2016 (arXiv:1608.06993).

Scaled from the baseline: depth × 1, width × 1, resolution × 1.

Written by phiscale export; weights are random, as PyTorch's layers make them. `python`
runs this file: it prints the number of params and the output's shape, and --onnx FILE
writes an ONNX file.
"""

import argparse

import torch
from torch import Tensor, nn

# Channels, height and width of an image.
INPUT = (3, 224, 224)


class ConvNormActivation(nn.Module):
    """Convolution, norm and activation, of which stems, heads and most branches are
    made.
    """

    def __init__(
        self, in_channels: int, out_channels: int, *, kernel: int, stride: int = 1
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(
            in_channels,
            out_channels,
            kernel,
            stride=stride,
            padding=kernel // 2,
            bias=False,
        )
        self.norm = nn.BatchNorm2d(out_channels)
        self.activation = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        x = self.norm(x)
        return self.activation(x)


class ResnetStem(nn.Module):
    """7×7 convolution with norm and activation, then 3×3 max pooling, both with stride
    2.
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.block = ConvNormActivation(in_channels, out_channels, kernel=7, stride=2)
        self.pool = nn.MaxPool2d(3, stride=2, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.block(x)
        return self.pool(x)


class NormActivation(nn.Module):
    """Norm and activation, before a convolution or after the last one."""

    def __init__(self, in_channels: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(in_channels)
        self.activation = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(x)
        return self.activation(x)


class DenseLayer(nn.Module):
    """Norm and ReLU, 1×1 to four times the growth rate, 3×3 to the growth rate, stacked
    on the input.
    """

    def __init__(self, in_channels: int) -> None:
        super().__init__()
        self.block = NormActivation(in_channels)
        self.reduce = ConvNormActivation(in_channels, 128, kernel=1)
        self.filter = nn.Conv2d(128, 32, 3, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        branch2 = self.block(x)
        branch2 = self.reduce(branch2)
        branch2 = self.filter(branch2)
        return torch.cat([x, branch2], 1)


class Transition(nn.Module):
    """1×1 convolution to half the channels, 2×2 average pooling."""

    def __init__(self, in_channels: int) -> None:
        super().__init__()
        self.block = NormActivation(in_channels)
        self.conv = nn.Conv2d(in_channels, in_channels // 2, 1, bias=False)
        self.pool = nn.AvgPool2d(2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.block(x)
        x = self.conv(x)
        return self.pool(x)


class Classifier(nn.Module):
    """Global average pooling, dropout, and a layer to the classes."""

    def __init__(self, in_channels: int, classes: int) -> None:
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.linear = nn.Linear(in_channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(x)
        return self.linear(x.flatten(1))


class DenseNet(nn.Module):
    """The stages of DenseNet."""

    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        self.stem = ResnetStem(3, 64)
        self.dense1 = nn.Sequential(
            *[DenseLayer(in_channels) for in_channels in range(64, 256, 32)]
        )
        self.transition1 = Transition(256)
        self.dense2 = nn.Sequential(
            *[DenseLayer(in_channels) for in_channels in range(128, 512, 32)]
        )
        self.transition2 = Transition(512)
        self.dense3 = nn.Sequential(
            *[DenseLayer(in_channels) for in_channels in range(256, 1024, 32)]
        )
        self.transition3 = Transition(1024)
        self.dense4 = nn.Sequential(
            *[DenseLayer(in_channels) for in_channels in range(512, 1024, 32)]
        )
        self.norm = NormActivation(1024)
        self.classifier = Classifier(1024, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        x = self.dense1(x)
        x = self.transition1(x)
        x = self.dense2(x)
        x = self.transition2(x)
        x = self.dense3(x)
        x = self.transition3(x)
        x = self.dense4(x)
        x = self.norm(x)
        return self.classifier(x)


def build(classes: int = 1000) -> DenseNet:
    """The network with random weights."""
    return DenseNet(classes)


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
