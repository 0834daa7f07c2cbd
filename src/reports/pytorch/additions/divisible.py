def divisible(channels: float, divisor: int, keep: float = 0.9) -> int:
    """The nearest multiple of the divisor that keeps this share of the channels."""
    nearest = max(divisor, math.floor(channels / divisor + 0.5) * divisor)
    return nearest + divisor if nearest < keep * channels else nearest
