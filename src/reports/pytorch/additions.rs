//! What PyTorch lacks: classes and functions that an exported module brings along if it uses them.

/// A class or function of the exported module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Addition {
    Attend,
    AtLeast,
    Divisible,
    InputNorm,
    LayerNorm2d,
    LayerScale,
    Linear2d,
    PadTo,
    SameConv2d,
    ShiftNorm2d,
    SpaceToDepth,
    StochasticDepth,
    ToTokens,
    WindowAttention,
}

impl Addition {
    /// The classes among them.
    pub(super) const CLASSES: [&str; 9] = [
        "InputNorm",
        "LayerNorm2d",
        "LayerScale",
        "Linear2d",
        "SameConv2d",
        "ShiftNorm2d",
        "StochasticDepth",
        "ToTokens",
        "WindowAttention",
    ];

    /// Its text, which uses `torch`, `nn`, `F`, `Tensor` and `math` where it says so.
    pub(super) fn text(self) -> &'static str {
        match self {
            Addition::Attend => include_str!("additions/attend.py"),
            Addition::AtLeast => include_str!("additions/at_least.py"),
            Addition::Divisible => include_str!("additions/divisible.py"),
            Addition::InputNorm => include_str!("additions/input_norm.py"),
            Addition::LayerNorm2d => include_str!("additions/layer_norm_2d.py"),
            Addition::LayerScale => include_str!("additions/layer_scale.py"),
            Addition::Linear2d => include_str!("additions/linear_2d.py"),
            Addition::PadTo => include_str!("additions/pad_to.py"),
            Addition::SameConv2d => include_str!("additions/same_conv_2d.py"),
            Addition::ShiftNorm2d => include_str!("additions/shift_norm_2d.py"),
            Addition::SpaceToDepth => include_str!("additions/space_to_depth.py"),
            Addition::StochasticDepth => include_str!("additions/stochastic_depth.py"),
            Addition::ToTokens => include_str!("additions/to_tokens.py"),
            Addition::WindowAttention => include_str!("additions/window_attention.py"),
        }
    }
}
