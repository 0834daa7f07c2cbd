class SameConv2d(nn.Conv2d):
    """Convolution of a map padded so that its sides are divided by the stride, up."""

    def forward(self, x: Tensor) -> Tensor:
        rows, columns = (self.missing(axis, x.shape[2 + axis]) for axis in range(2))
        padding = (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2)
        return super().forward(F.pad(x, padding))

    def missing(self, axis: int, side: int) -> int:
        """The pixels that a side lacks."""
        windows = math.ceil(side / self.stride[axis])
        reach = self.dilation[axis] * (self.kernel_size[axis] - 1) + 1
        return max((windows - 1) * self.stride[axis] + reach - side, 0)
