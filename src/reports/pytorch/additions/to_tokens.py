class ToTokens(nn.Module):
    """Lays a map out as tokens, with a class token in front or learned positions."""

    def __init__(
        self, channels: int, tokens: int, *, class_token: bool, positions: bool
    ) -> None:
        super().__init__()
        self.class_token = self.positions = None
        if class_token:
            self.class_token = nn.Parameter(torch.zeros(1, 1, channels))
        if positions:
            self.positions = nn.Parameter(torch.empty(1, tokens, channels))
            nn.init.normal_(self.positions, std=0.02)

    def forward(self, x: Tensor) -> Tensor:
        x = x.flatten(2).transpose(1, 2)
        if self.class_token is not None:
            x = torch.cat([self.class_token.expand(x.shape[0], -1, -1), x], 1)
        return x if self.positions is None else x + self.positions
