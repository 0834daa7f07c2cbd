"""googlenet: 13,004,888 params, 1,498,376,192 MACs.

Counted for one image of 3×224×224 (channels×height×width), with multiply-adds of
convolutions, linear layers and attention as MACs; 3,227,160 activations. Source of the
architecture: Szegedy et al. 2014 (arXiv:1409.4842).

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


class MaxPool(nn.Module):
    """Max pooling without padding."""

    def __init__(self, *, kernel: int = 3) -> None:
        super().__init__()
        self.pool = nn.MaxPool2d(kernel, stride=2, ceil_mode=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.pool(x)


class Stem(nn.Module):
    """7×7 convolution and 3×3 max pooling, both with stride 2."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.block = ConvNormActivation(in_channels, out_channels, kernel=7, stride=2)
        self.block2 = MaxPool()

    def forward(self, x: Tensor) -> Tensor:
        x = self.block(x)
        return self.block2(x)


class Second(nn.Module):
    """1×1, 3×3, and 3×3 max pooling with stride 2."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.reduce = ConvNormActivation(in_channels, 64, kernel=1)
        self.filter = ConvNormActivation(64, out_channels, kernel=3)
        self.block = MaxPool()

    def forward(self, x: Tensor) -> Tensor:
        x = self.reduce(x)
        x = self.filter(x)
        return self.block(x)


class Inception(nn.Module):
    """Four branches side by side: 1×1, 3×3, `kernel`×`kernel` (5 in the paper), and max
    pooling.
    """

    def __init__(
        self,
        in_channels: int,
        *,
        one: int,
        three_in: int,
        three: int,
        five_in: int,
        five: int,
        pooled: int,
    ) -> None:
        super().__init__()
        self.block = ConvNormActivation(in_channels, one, kernel=1)
        self.reduce = ConvNormActivation(in_channels, three_in, kernel=1)
        self.filter = ConvNormActivation(three_in, three, kernel=3)
        self.reduce2 = ConvNormActivation(in_channels, five_in, kernel=1)
        self.filter2 = ConvNormActivation(five_in, five, kernel=3)
        self.pool = nn.MaxPool2d(3, stride=1, padding=1)
        self.project = ConvNormActivation(in_channels, pooled, kernel=1)

    def forward(self, x: Tensor) -> Tensor:
        branch = self.block(x)
        branch2 = self.reduce(x)
        branch2 = self.filter(branch2)
        branch3 = self.reduce2(x)
        branch3 = self.filter2(branch3)
        branch4 = self.pool(x)
        branch4 = self.project(branch4)
        return torch.cat([branch, branch2, branch3, branch4], 1)


class AuxiliaryClassifier(nn.Module):
    """Pooling to 4×4, 1×1 convolution, a hidden layer and one to the classes, for
    training.
    """

    def __init__(self, in_channels: int, classes: int) -> None:
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(4)
        self.block = ConvNormActivation(in_channels, 128, kernel=1)
        self.flatten = nn.Flatten()
        self.linear = nn.Linear(2048, 1024)
        self.activation = nn.ReLU()
        self.dropout = nn.Dropout(0.7)
        self.linear2 = nn.Linear(1024, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(x)
        x = self.block(x)
        x = self.flatten(x)
        x = self.linear(x)
        x = self.activation(x)
        x = self.dropout(x)
        return self.linear2(x)


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


class Googlenet(nn.Module):
    """The stages of googlenet."""

    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        self.stem = Stem(3, 64)
        self.second = Second(64, 192)
        self.stage_3a = Inception(
            192, one=64, three_in=96, three=128, five_in=16, five=32, pooled=32
        )
        self.stage_3b = Inception(
            256, one=128, three_in=128, three=192, five_in=32, five=96, pooled=64
        )
        self.pool3 = MaxPool()
        self.stage_4a = Inception(
            480, one=192, three_in=96, three=208, five_in=16, five=48, pooled=64
        )
        self.auxiliary1 = nn.Sequential(AuxiliaryClassifier(512, classes))
        self.stage_4b = Inception(
            512, one=160, three_in=112, three=224, five_in=24, five=64, pooled=64
        )
        self.stage_4c = Inception(
            512, one=128, three_in=128, three=256, five_in=24, five=64, pooled=64
        )
        self.stage_4d = Inception(
            512, one=112, three_in=144, three=288, five_in=32, five=64, pooled=64
        )
        self.auxiliary2 = nn.Sequential(AuxiliaryClassifier(528, classes))
        self.stage_4e = Inception(
            528, one=256, three_in=160, three=320, five_in=32, five=128, pooled=128
        )
        self.pool4 = MaxPool(kernel=2)
        self.stage_5a = Inception(
            832, one=256, three_in=160, three=320, five_in=32, five=128, pooled=128
        )
        self.stage_5b = Inception(
            832, one=384, three_in=192, three=384, five_in=48, five=128, pooled=128
        )
        self.classifier = Classifier(1024, classes)

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, ...]:
        x = self.stem(x)
        x = self.second(x)
        x = self.stage_3a(x)
        x = self.stage_3b(x)
        x = self.pool3(x)
        x = self.stage_4a(x)
        auxiliary1 = self.auxiliary1(x) if self.training else None
        x = self.stage_4b(x)
        x = self.stage_4c(x)
        x = self.stage_4d(x)
        auxiliary2 = self.auxiliary2(x) if self.training else None
        x = self.stage_4e(x)
        x = self.pool4(x)
        x = self.stage_5a(x)
        x = self.stage_5b(x)
        x = self.classifier(x)
        return (x, auxiliary1, auxiliary2) if self.training else x


def build(classes: int = 1000) -> Googlenet:
    """The network with random weights."""
    return Googlenet(classes)


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
