//! What PyTorch lacks: classes and functions that an exported module brings along if it uses them.

/// A class or function of the exported module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Helper {
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

impl Helper {
    /// The names of all helpers' classes.
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
            Helper::Attend => include_str!("helpers/attend.py"),
            Helper::AtLeast => include_str!("helpers/at_least.py"),
            Helper::Divisible => include_str!("helpers/divisible.py"),
            Helper::InputNorm => include_str!("helpers/input_norm.py"),
            Helper::LayerNorm2d => include_str!("helpers/layer_norm_2d.py"),
            Helper::LayerScale => include_str!("helpers/layer_scale.py"),
            Helper::Linear2d => include_str!("helpers/linear_2d.py"),
            Helper::PadTo => include_str!("helpers/pad_to.py"),
            Helper::SameConv2d => include_str!("helpers/same_conv_2d.py"),
            Helper::ShiftNorm2d => include_str!("helpers/shift_norm_2d.py"),
            Helper::SpaceToDepth => include_str!("helpers/space_to_depth.py"),
            Helper::StochasticDepth => include_str!("helpers/stochastic_depth.py"),
            Helper::ToTokens => include_str!("helpers/to_tokens.py"),
            Helper::WindowAttention => include_str!("helpers/window_attention.py"),
        }
    }
}
