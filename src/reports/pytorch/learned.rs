//! Linear layers, norms, tokens and attention.

use crate::counting::layer::{Layer, Norm, NormKind};
use crate::error::Diagnostic;
use crate::reports::pytorch::additions::Addition;
use crate::reports::pytorch::body::{Body, State};
use crate::reports::pytorch::reached::outputs;

use crate::reports::pytorch::code::Code;
use crate::reports::pytorch::place::{Layered, Place, Written, flag};
use crate::reports::pytorch::program::Layout;

impl<'t, 'f> Body<'_, 't, 'f> {
    pub(super) fn linear(&mut self, place: &Place<'_, 't, 'f>, state: &mut State) -> Layered {
        let output = place.count("linear")?;
        let mut arguments = vec![Code::text(&place.channels), Code::text(&output)];
        arguments.extend(flag("bias", &place.value("bias")?, "True"));
        let is_on_vector = place.layout == Layout::Map && place.is_single();
        let class = match place.layout {
            Layout::Map if !is_on_vector => {
                self.program.additions.insert(Addition::Linear2d);
                "Linear2d"
            }
            Layout::Map | Layout::Vector | Layout::Tokens => "nn.Linear",
        };
        if is_on_vector {
            state.layout = Layout::Vector;
        }
        state.channels = output;
        Ok(Written::Module { code: Code::call(class, arguments), label: "linear", is_on_vector })
    }

    pub(super) fn norm(&mut self, place: &Place<'_, 't, 'f>) -> Layered {
        let norm = place.same(|layer| match layer {
            // The number of groups may differ: it is an argument.
            Layer::Norm(Norm { kind: NormKind::Group(_), scale, shift }) => {
                Some(Norm { kind: NormKind::Group(1), scale: *scale, shift: *shift })
            }
            Layer::Norm(norm) => Some(*norm),
            _ => None,
        });
        let Some(Some(Norm { kind, scale, shift })) = norm else {
            return Err(place.refused("its norm differs between calls of the block"));
        };
        let channels = Code::text(&place.channels);
        let (class, mut arguments) = match (kind, place.layout) {
            (NormKind::Batch, Layout::Map) if !scale && shift => {
                self.program.additions.insert(Addition::ShiftNorm2d);
                return Ok(Written::module("norm", "ShiftNorm2d", vec![channels]));
            }
            (NormKind::Batch, Layout::Map) => ("nn.BatchNorm2d", vec![channels]),
            (NormKind::Batch, Layout::Vector) => ("nn.BatchNorm1d", vec![channels]),
            (NormKind::Layer, Layout::Map) => {
                self.program.additions.insert(Addition::LayerNorm2d);
                ("LayerNorm2d", vec![channels])
            }
            (NormKind::Layer, Layout::Vector | Layout::Tokens) => ("nn.LayerNorm", vec![channels]),
            (NormKind::Group(_), Layout::Map | Layout::Vector) => {
                ("nn.GroupNorm", vec![Code::text(place.count("groups")?), channels])
            }
            (NormKind::Input, Layout::Map) => {
                self.program.additions.insert(Addition::InputNorm);
                return Ok(Written::module("norm", "InputNorm", vec![channels]));
            }
            (NormKind::Batch | NormKind::Group(_) | NormKind::Input, _) => {
                return Err(place.refused("this norm is over the channels of a map"));
            }
        };
        arguments.extend(unlearned(place, matches!(kind, NormKind::Layer), [scale, shift])?);
        Ok(Written::module("norm", class, arguments))
    }

    pub(super) fn tokens(&mut self, place: &Place<'_, 't, 'f>, state: &mut State) -> Layered {
        state.layout = Layout::Tokens;
        self.program.additions.insert(Addition::ToTokens);
        let tokens = place.reached.first().and_then(|(_, visit)| visit.node.as_ref());
        let tokens = tokens.map_or(0, |node| node.output().height);
        let arguments = vec![
            Code::text(&place.channels),
            Code::text(tokens.to_string()),
            Code::keyword("class_token", place.value("class")?),
            Code::keyword("positions", place.value("positions")?),
        ];
        Ok(Written::module("tokens", "ToTokens", arguments))
    }

    pub(super) fn attention(&mut self, place: &Place<'_, 't, 'f>, state: &mut State) -> Layered {
        let heads = place.count("attention")?;
        state.channels = match state.channels.strip_prefix("3 * ") {
            Some(channels) => channels.into(),
            None => self.channels(place.step, &outputs(place.reached))?,
        };
        match (place.layout, place.key("window")) {
            (Layout::Tokens, None) => {
                self.program.additions.insert(Addition::Attend);
                let heads = self.stored(&heads, "heads");
                Ok(Written::function("attend(", format!(", {heads})")))
            }
            (Layout::Map, Some(_)) => {
                self.program.additions.insert(Addition::WindowAttention);
                let bias = Code::keyword("relative_bias", place.value("relative_bias")?);
                let arguments = vec![Code::text(heads), Code::text(place.count("window")?), bias];
                Ok(Written::module("attention", "WindowAttention", arguments))
            }
            (Layout::Map, None) => Err(place.refused("attention over a map needs a window")),
            (Layout::Tokens | Layout::Vector, _) => {
                Err(place.refused("attention in windows needs a map"))
            }
        }
    }
}

/// The keyword of a norm that does not learn both a scale and a shift.
fn unlearned(
    place: &Place,
    is_layer_norm: bool,
    learns: [bool; 2],
) -> Result<Option<Code>, Diagnostic> {
    let keyword = match (learns, is_layer_norm) {
        ([true, true], _) => return Ok(None),
        ([false, false], true) => "elementwise_affine",
        ([false, false], false) => "affine",
        ([true, false], true) => "bias",
        _ => return Err(place.refused("PyTorch's norm has no scale or shift alone here")),
    };
    Ok(Some(Code::keyword(keyword, "False")))
}

pub(super) fn class_token(place: &Place, state: &mut State) -> Layered {
    if place.layout != Layout::Tokens {
        return Err(place.refused("a class token is read from tokens"));
    }
    state.layout = Layout::Vector;
    Ok(Written::function("", "[:, 0]"))
}
