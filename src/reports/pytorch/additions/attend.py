def attend(x: Tensor, heads: int) -> Tensor:
    """Attention among tokens whose queries, keys and values lie side by side."""
    batch, tokens, _ = x.shape
    q, k, v = x.view(batch, tokens, 3, heads, -1).permute(2, 0, 3, 1, 4)
    return F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
