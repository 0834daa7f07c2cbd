def pad_to(x: Tensor, rows: int, columns: int) -> Tensor:
    """Adds zeros below and to the right, up to multiples of these sides."""
    return F.pad(x, (0, -x.shape[3] % columns, 0, -x.shape[2] % rows))
