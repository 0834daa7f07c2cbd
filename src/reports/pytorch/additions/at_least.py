def pool_at_least(x: Tensor, height: int, width: int) -> Tensor:
    """Pools a map with a shorter side to one of this size."""
    rows, columns = x.shape[2:]
    if rows >= height and columns >= width:
        return x
    return F.adaptive_avg_pool2d(x, (max(rows, height), max(columns, width)))
