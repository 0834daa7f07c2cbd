//! Layers as modules of PyTorch, or as expressions where PyTorch has no module for them.

use crate::counting::layer::{Activation, Layer, LayerKind};
use crate::families::block::{Given, Step, Value};
use crate::reports::pytorch::additions::Addition;
use crate::reports::pytorch::body::{Body, State};
use crate::reports::pytorch::reached::{Reached, outputs};

use crate::reports::pytorch::code::Code;
use crate::reports::pytorch::learned::class_token;
use crate::reports::pytorch::place::{Layered, Place, Written, layer_of};
use crate::reports::pytorch::pool::upsample;
use crate::reports::pytorch::program::{Layout, unsupported};
use crate::reports::pytorch::rearranged::flatten;

impl<'t, 'f> Body<'_, 't, 'f> {
    /// Writes the layer of a step.
    pub(super) fn layer(
        &mut self,
        step: &'f Step,
        kind: LayerKind,
        given: &'f [Given],
        reached: &[Reached<'t, 'f>],
        state: &mut State,
    ) -> Layered {
        let layer = |(_, visit): &Reached<'t, 'f>| layer_of(visit.node.as_ref()?);
        let layers: Vec<&'t Layer> = reached.iter().filter_map(layer).collect();
        if layers.is_empty() {
            return Ok(Written::Nothing);
        }
        let is_sometimes = layers.len() < reached.len();
        let may_do_nothing = matches!(
            kind,
            LayerKind::Activation | LayerKind::Norm | LayerKind::Pad | LayerKind::Pool
        );
        if is_sometimes && !may_do_nothing {
            return Err(unsupported(step, "the layer is there in some calls of the block only"));
        }
        self.name_channels(step, reached, state);
        let writer = self.write(reached, state);
        let (layout, channels) = (state.layout, state.channels.clone());
        let place = Place { step, given, writer, reached, layers, layout, channels };
        let mut written = self.placed(kind, &place, state)?;
        if let (true, LayerKind::Norm, Written::Module { code, .. }) =
            (is_sometimes, kind, &mut written)
        {
            let condition = format!("{} != \"none\"", place.value("norm")?);
            *code =
                Code::Choice(code.clone().into(), condition, Code::text("nn.Identity()").into());
        }
        let known = outputs(reached);
        let keeps =
            reached.iter().zip(&known).all(|((_, one), (_, after))| one.input.channels == *after);
        if !keeps && state.channels == place.channels {
            state.channels = self.channels(step, &known)?;
        }
        Ok(written)
    }

    fn placed(&mut self, kind: LayerKind, place: &Place<'_, 't, 'f>, state: &mut State) -> Layered {
        if place.layout != Layout::Map && needs_map(kind) {
            return Err(place.refused("it needs a map, not a vector or tokens"));
        }
        match kind {
            LayerKind::Conv | LayerKind::TransposedConv => self.convolution(kind, place, state),
            LayerKind::Linear => self.linear(place, state),
            LayerKind::Norm => self.norm(place),
            LayerKind::Activation => activation(place),
            LayerKind::Pool => self.pool(place),
            LayerKind::Upsample => upsample(place),
            LayerKind::Dropout => self.dropout(place),
            LayerKind::Flatten => flatten(place, state),
            LayerKind::Take => self.take(place, state),
            LayerKind::Shuffle => {
                let groups = Code::text(place.count("shuffle")?);
                Ok(Written::module("shuffle", "nn.ChannelShuffle", vec![groups]))
            }
            LayerKind::SpaceToDepth => self.space_to_depth(place, state),
            LayerKind::Pad => self.pad(place),
            LayerKind::LearnedScale => {
                self.program.additions.insert(Addition::LayerScale);
                let channels = Code::text(&place.channels);
                Ok(Written::module("learned_scale", "LayerScale", vec![channels]))
            }
            LayerKind::Tokens => self.tokens(place, state),
            LayerKind::ClassToken => class_token(place, state),
            LayerKind::Attention => self.attention(place, state),
        }
    }
}

/// Whether a layer is over rows and columns.
fn needs_map(kind: LayerKind) -> bool {
    match kind {
        LayerKind::Linear
        | LayerKind::Norm
        | LayerKind::Activation
        | LayerKind::Dropout
        | LayerKind::ClassToken
        | LayerKind::Attention => false,
        LayerKind::Conv
        | LayerKind::TransposedConv
        | LayerKind::Pool
        | LayerKind::Upsample
        | LayerKind::Flatten
        | LayerKind::Take
        | LayerKind::Shuffle
        | LayerKind::SpaceToDepth
        | LayerKind::Pad
        | LayerKind::LearnedScale
        | LayerKind::Tokens => true,
    }
}

fn activation(place: &Place) -> Layered {
    let given = place.needed("activation")?;
    let class = match place.writer.activation(&given.value) {
        Some(argument) => argument.to_string(),
        None => match place.writer.formula(&given.value)?.constant {
            Some(Value::Word(word)) => activation_class(word).into(),
            _ => return Err(place.refused("its activation function is computed")),
        },
    };
    Ok(Written::module("activation", &class, Vec::new()))
}

/// The class of an activation function, by its name in specs.
pub(super) fn activation_class(word: &str) -> &'static str {
    let named = Activation::NAMES.iter().find(|(name, _)| *name == word);
    match named.map(|(_, activation)| activation) {
        None => "nn.Identity",
        Some(Activation::Relu) => "nn.ReLU",
        Some(Activation::Relu6) => "nn.ReLU6",
        Some(Activation::Silu) => "nn.SiLU",
        Some(Activation::Sigmoid) => "nn.Sigmoid",
        Some(Activation::HardSwish) => "nn.Hardswish",
        Some(Activation::HardSigmoid) => "nn.Hardsigmoid",
        Some(Activation::Gelu) => "nn.GELU",
    }
}
