def space_to_depth(x: Tensor, side: int) -> Tensor:
    """Turns the pixels of each cell into channels, column by column."""
    cells = [x[:, :, i::side, j::side] for j in range(side) for i in range(side)]
    return torch.cat(cells, 1)
