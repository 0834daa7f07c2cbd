"""ShuffleNet V2: 2,278,604 params, 144,907,992 MACs.

Counted for one image of 3×224×224 (channels×height×width), with multiply-adds of
convolutions, linear layers and attention as MACs; 1,951,200 activations. Source of the
architecture: Ma et al. 2018 (arXiv:1807.11164).

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


class Stem(nn.Module):
    """3×3 convolution and 3×3 max pooling, both with stride 2."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.block = ConvNormActivation(in_channels, out_channels, kernel=3, stride=2)
        self.pool = nn.MaxPool2d(3, stride=2, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.block(x)
        return self.pool(x)


class ShuffleUnit(nn.Module):
    """With stride 1, half of the channels pass by."""

    def __init__(self, in_channels: int, out_channels: int, *, stride: int = 1) -> None:
        super().__init__()
        half = out_channels // 2
        self.has_pass = stride == 1
        self.end = half
        self.layers = (
            nn.Sequential(
                ConvNormActivation(
                    in_channels,
                    in_channels,
                    kernel=3,
                    stride=stride,
                    groups=in_channels,
                    activation=nn.Identity,
                ),
                ConvNormActivation(in_channels, half, kernel=1),
            )
            if stride != 1
            else nn.Identity()
        )
        self.reduce = ConvNormActivation(
            half if stride == 1 else in_channels, half, kernel=1
        )
        self.depthwise = ConvNormActivation(
            half, half, kernel=3, stride=stride, groups=half, activation=nn.Identity
        )
        self.expand = ConvNormActivation(half, half, kernel=1)
        self.shuffle = nn.ChannelShuffle(2)

    def forward(self, x: Tensor) -> Tensor:
        branch = x
        if self.has_pass:
            branch = branch[:, : self.end]
        branch = self.layers(branch)
        branch2 = x
        if self.has_pass:
            branch2 = branch2[:, self.end :]
        branch2 = self.reduce(branch2)
        branch2 = self.depthwise(branch2)
        branch2 = self.expand(branch2)
        x = torch.cat([branch, branch2], 1)
        return self.shuffle(x)


class Classifier(nn.Module):
    """Global average pooling, dropout, and a layer to the classes."""

    def __init__(self, in_channels: int, classes: int) -> None:
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.linear = nn.Linear(in_channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(x)
        return self.linear(x.flatten(1))


class ShuffleNetV2(nn.Module):
    """The stages of ShuffleNet V2."""

    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        self.stem = Stem(3, 24)
        self.stage2 = nn.Sequential(
            ShuffleUnit(24, 116, stride=2), *[ShuffleUnit(116, 116) for _ in range(3)]
        )
        self.stage3 = nn.Sequential(
            ShuffleUnit(116, 232, stride=2), *[ShuffleUnit(232, 232) for _ in range(7)]
        )
        self.stage4 = nn.Sequential(
            ShuffleUnit(232, 464, stride=2), *[ShuffleUnit(464, 464) for _ in range(3)]
        )
        self.head = ConvNormActivation(464, 1024, kernel=1)
        self.classifier = Classifier(1024, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        x = self.stage2(x)
        x = self.stage3(x)
        x = self.stage4(x)
        x = self.head(x)
        return self.classifier(x)


def build(classes: int = 1000) -> ShuffleNetV2:
    """The network with random weights."""
    return ShuffleNetV2(classes)


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
