class LayerScale(nn.Module):
    """A learned scale of each channel, small at first (Liu et al. 2022, ConvNeXt)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.full((channels, 1, 1), 1e-6))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.scale
