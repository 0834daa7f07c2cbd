class Linear2d(nn.Linear):
    """Linear layer over the channels of a map, at every position."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)
