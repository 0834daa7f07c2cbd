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
