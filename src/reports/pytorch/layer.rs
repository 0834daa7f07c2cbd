//! Layers as modules of PyTorch, or as expressions where PyTorch has no module for them.

use crate::counting::layer::{
    Activation, AdaptivePool, Layer, LayerKind, Norm, NormKind, Pool, PoolKind, PoolStyle,
    UpsampleMode, UpsampleTo,
};
use crate::counting::node::{Kind, Node};
use crate::error::Diagnostic;
use crate::families::block::{Given, Step, Value};
use crate::reports::pytorch::body::{Body, Reached, State, StepWriter, outputs};
use crate::reports::pytorch::code::Code;
use crate::reports::pytorch::helpers::Helper;
use crate::reports::pytorch::program::{Layout, unsupported};

/// A layer in PyTorch.
pub(super) enum Written {
    /// It does nothing here.
    Nothing,
    /// A module, what to call it, and whether it takes the one position of a map as a vector.
    Module { code: Code, label: &'static str, is_on_vector: bool },
    /// An expression: what comes before its input and after.
    Function(String, String),
}

impl Written {
    pub(super) fn module(label: &'static str, class: &str, arguments: Vec<Code>) -> Self {
        Written::Module { code: Code::call(class, arguments), label, is_on_vector: false }
    }

    pub(super) fn function(before: impl Into<String>, after: impl Into<String>) -> Self {
        Written::Function(before.into(), after.into())
    }
}

pub(super) type Layered = Result<Written, Diagnostic>;

/// A layer's step, and where it was reached.
pub(super) struct Place<'a, 't, 'f> {
    pub(super) step: &'f Step,
    pub(super) given: &'f [Given],
    pub(super) writer: StepWriter<'f>,
    pub(super) reached: &'a [Reached<'t, 'f>],
    /// The layer where the step was reached and does something.
    pub(super) layers: Vec<&'t Layer>,
    /// How the map lies that it gets.
    pub(super) layout: Layout,
    /// The channels of that map.
    pub(super) channels: String,
}

impl<'f> Place<'_, '_, 'f> {
    pub(super) fn key(&self, name: &str) -> Option<&'f Given> {
        self.given.iter().find(|given| given.key.name == name)
    }

    fn needed(&self, name: &str) -> Result<&'f Given, Diagnostic> {
        self.key(name).ok_or_else(|| self.refused(format!("`{name}` is missing")))
    }

    /// The value of a key as an `int`.
    pub(super) fn count(&self, name: &str) -> Result<String, Diagnostic> {
        self.writer.count(&self.needed(name)?.value)
    }

    /// The value of a key.
    pub(super) fn value(&self, name: &str) -> Result<String, Diagnostic> {
        Ok(self.writer.formula(&self.needed(name)?.value)?.text)
    }

    /// The values of a key for rows and columns.
    pub(super) fn pair(&self, name: &str) -> Result<[String; 2], Diagnostic> {
        let given = self.needed(name)?;
        let rows = self.writer.count(&given.value)?;
        let columns = given.columns.as_ref().map(|columns| self.writer.count(columns));
        Ok([rows.clone(), columns.transpose()?.unwrap_or(rows)])
    }

    pub(super) fn refused(&self, message: impl Into<String>) -> Diagnostic {
        unsupported(self.step, message)
    }

    /// What `of` gives for every layer, if that is the same.
    pub(super) fn same<T: PartialEq>(&self, of: impl Fn(&Layer) -> T) -> Option<T> {
        let mut all = self.layers.iter().map(|layer| of(layer));
        let first = all.next()?;
        all.all(|one| one == first).then_some(first)
    }

    /// Whether the map always has a single position.
    fn is_single(&self) -> bool {
        self.reached.iter().all(|(_, visit)| visit.input.height == 1 && visit.input.width == 1)
    }
}

/// Two values as one argument.
pub(super) fn paired([rows, columns]: [String; 2]) -> String {
    if rows == columns { rows } else { format!("({rows}, {columns})") }
}

fn layer_of(node: &Node<u64>) -> Option<&Layer> {
    match node.kind() {
        Kind::Layer(layer) => Some(layer),
        Kind::Part(_, node) => layer_of(node),
        _ => None,
    }
}

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
        let needs_map = |name: &str| match place.layout {
            Layout::Map => Ok(()),
            Layout::Vector | Layout::Tokens => {
                Err(place.refused(format!("{name} needs a map, not a vector or tokens")))
            }
        };
        let code = |text: &str| Code::text(text);
        Ok(match kind {
            LayerKind::Conv | LayerKind::TransposedConv => {
                needs_map("a convolution")?;
                self.convolution(kind, place, state)?
            }
            LayerKind::Linear => self.linear(place, state)?,
            LayerKind::Norm => self.norm(place)?,
            LayerKind::Activation => {
                let given = place.needed("activation")?;
                let class = match place.writer.activation(&given.value) {
                    Some(argument) => argument.to_string(),
                    None => match place.writer.formula(&given.value)?.constant {
                        Some(Value::Word(word)) => activation_class(word).into(),
                        _ => return Err(place.refused("its activation function is computed")),
                    },
                };
                Written::module("activation", &class, Vec::new())
            }
            LayerKind::Pool => {
                needs_map("a pool")?;
                self.pool(place)?
            }
            LayerKind::Upsample => {
                needs_map("upsampling")?;
                upsample(place)?
            }
            LayerKind::Dropout => self.dropout(place)?,
            LayerKind::Flatten => {
                let sides = |(_, visit): &Reached| visit.input.height * visit.input.width;
                let area = place.reached.first().map_or(1, sides);
                if place.reached.iter().any(|one| sides(one) != area) {
                    return Err(place.refused("it flattens maps of different sizes"));
                }
                state.layout = Layout::Vector;
                if area > 1 {
                    state.channels = match state.channels.parse::<u64>() {
                        Ok(channels) => (channels * area).to_string(),
                        Err(_) => format!("{} * {area}", state.channels),
                    };
                }
                Written::module("flatten", "nn.Flatten", Vec::new())
            }
            LayerKind::Take => {
                needs_map("taking channels")?;
                self.take(place, state)?
            }
            LayerKind::Shuffle => {
                needs_map("a shuffle")?;
                let groups = place.count("shuffle")?;
                Written::module("shuffle", "nn.ChannelShuffle", vec![code(&groups)])
            }
            LayerKind::SpaceToDepth => {
                needs_map("a change of pixels into channels")?;
                self.program.helpers.insert(Helper::SpaceToDepth);
                let side = self.stored(&place.count("space_to_depth")?, "side");
                let text = place.count("space_to_depth")?;
                state.channels = match text.parse::<u64>() {
                    Ok(side) => format!("{} * {}", side * side, within(&state.channels)),
                    Err(_) => format!("{text}**2 * {}", within(&state.channels)),
                };
                Written::function("space_to_depth(", format!(", {side})"))
            }
            LayerKind::Pad => {
                needs_map("padding")?;
                self.program.helpers.insert(Helper::PadTo);
                let [rows, columns] = place.pair("pad")?;
                let (rows, columns) =
                    (self.stored(&rows, "rows"), self.stored(&columns, "columns"));
                Written::function("pad_to(", format!(", {rows}, {columns})"))
            }
            LayerKind::LearnedScale => {
                needs_map("a learned scale")?;
                self.program.helpers.insert(Helper::LayerScale);
                Written::module("scale", "LayerScale", vec![code(&place.channels)])
            }
            LayerKind::Tokens => {
                needs_map("a layer of tokens")?;
                state.layout = Layout::Tokens;
                self.tokens(place)?
            }
            LayerKind::ClassToken => {
                if place.layout != Layout::Tokens {
                    return Err(place.refused("a class token is read from tokens"));
                }
                state.layout = Layout::Vector;
                Written::function("", "[:, 0]")
            }
            LayerKind::Attention => self.attention(place, state)?,
        })
    }

    fn linear(&mut self, place: &Place<'_, 't, 'f>, state: &mut State) -> Layered {
        let output = place.count("linear")?;
        let mut arguments = vec![Code::text(&place.channels), Code::text(&output)];
        arguments.extend(flag("bias", &place.value("bias")?, "True"));
        let is_on_vector = place.layout == Layout::Map && place.is_single();
        let class = match place.layout {
            Layout::Map if !is_on_vector => {
                self.program.helpers.insert(Helper::Linear2d);
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

    fn norm(&mut self, place: &Place<'_, 't, 'f>) -> Layered {
        let norm = place.same(|layer| match layer {
            Layer::Norm(norm) => Some(*norm),
            _ => None,
        });
        let Some(Some(Norm { kind, scale, shift })) = norm else {
            return Err(place.refused("its norm differs between calls of the block"));
        };
        let channels = Code::text(&place.channels);
        let affine = |name: &str, arguments: Vec<Code>| match (scale, shift) {
            (true, true) => Ok(Written::module("norm", name, arguments)),
            (false, false) => {
                let key = if name.contains("LayerNorm") { "elementwise_affine" } else { "affine" };
                let off = Code::keyword(key, "False");
                Ok(Written::module("norm", name, arguments.into_iter().chain([off]).collect()))
            }
            (true, false) if name.contains("LayerNorm") => {
                let off = Code::keyword("bias", "False");
                Ok(Written::module("norm", name, arguments.into_iter().chain([off]).collect()))
            }
            _ => Err(place.refused("PyTorch's norm has no scale or shift alone here")),
        };
        match (kind, place.layout) {
            (NormKind::Batch, Layout::Map) if !scale && shift => {
                self.program.helpers.insert(Helper::ShiftNorm2d);
                Ok(Written::module("norm", "ShiftNorm2d", vec![channels]))
            }
            (NormKind::Batch, Layout::Map) => affine("nn.BatchNorm2d", vec![channels]),
            (NormKind::Batch, Layout::Vector) => affine("nn.BatchNorm1d", vec![channels]),
            (NormKind::Layer, Layout::Map) => {
                self.program.helpers.insert(Helper::LayerNorm2d);
                affine("LayerNorm2d", vec![channels])
            }
            (NormKind::Layer, Layout::Vector | Layout::Tokens) => {
                affine("nn.LayerNorm", vec![channels])
            }
            (NormKind::Group(_), Layout::Map | Layout::Vector) => {
                affine("nn.GroupNorm", vec![Code::text(place.count("groups")?), channels])
            }
            (NormKind::Input, Layout::Map) => {
                self.program.helpers.insert(Helper::InputNorm);
                Ok(Written::module("norm", "InputNorm", vec![channels]))
            }
            (NormKind::Batch | NormKind::Group(_) | NormKind::Input, _) => {
                Err(place.refused("this norm is over the channels of a map"))
            }
        }
    }

    fn pool(&mut self, place: &Place<'_, 't, 'f>) -> Layered {
        let pools = place.same(|layer| match layer {
            Layer::AdaptivePool(AdaptivePool { size, style }) => Some((*size, *style)),
            _ => None,
        });
        if place.key("at_least").is_some() {
            self.program.helpers.insert(Helper::AtLeast);
            let [rows, columns] = place.pair("at_least")?;
            let (rows, columns) = (self.stored(&rows, "rows"), self.stored(&columns, "columns"));
            return Ok(Written::function("pool_at_least(", format!(", {rows}, {columns})")));
        }
        match pools {
            Some(Some((_, PoolStyle::Mean | PoolStyle::Squeeze))) => {
                Ok(Written::function("", ".mean((2, 3), keepdim=True)"))
            }
            Some(Some(([1, 1], PoolStyle::Pool))) if place.key("size").is_none() => {
                Ok(Written::module("pool", "nn.AdaptiveAvgPool2d", vec![Code::text("1")]))
            }
            Some(Some(_)) => {
                let size = Code::text(paired(place.pair("size")?));
                Ok(Written::module("pool", "nn.AdaptiveAvgPool2d", vec![size]))
            }
            Some(None) => self.window_pool(place),
            None => Err(place.refused("its pool differs between calls of the block")),
        }
    }

    fn window_pool(&mut self, place: &Place<'_, 't, 'f>) -> Layered {
        let pool = place.same(|layer| match layer {
            Layer::Pool(Pool { kind, window }) => Some((*kind, window.ceil)),
            _ => None,
        });
        let Some(Some((kind, ceil))) = pool else {
            return Err(place.refused("its pool differs between calls of the block"));
        };
        let class = match kind {
            PoolKind::Max => "nn.MaxPool2d",
            PoolKind::Average => "nn.AvgPool2d",
        };
        let mut arguments = place.window(kind == PoolKind::Max)?;
        if let Some(stride) = arguments.iter_mut().find(|code| code.flat().starts_with("stride="))
            && stride.flat() == format!("stride={}", paired(place.pair("kernel")?))
        {
            arguments.retain(|code| !code.flat().starts_with("stride="));
        } else if !arguments.iter().any(|code| code.flat().starts_with("stride=")) {
            arguments.insert(1, Code::keyword("stride", "1"));
        }
        if ceil {
            arguments.push(Code::keyword("ceil_mode", "True"));
        }
        Ok(Written::module("pool", class, arguments))
    }

    fn dropout(&mut self, place: &Place<'_, 't, 'f>) -> Layered {
        let rate = Code::text(place.value("dropout")?);
        match &place.value("per_image")?[..] {
            "False" => Ok(Written::module("dropout", "nn.Dropout", vec![rate])),
            "True" => {
                self.program.helpers.insert(Helper::StochasticDepth);
                Ok(Written::module("stochastic_depth", "StochasticDepth", vec![rate]))
            }
            _ => Err(place.refused("`per_image` differs between calls of the block")),
        }
    }

    fn take(&mut self, place: &Place<'_, 't, 'f>, state: &mut State) -> Layered {
        let (channels, from) = (place.count("take")?, place.count("from")?);
        let end = match (from.as_str(), from.parse::<u64>(), channels.parse::<u64>()) {
            ("0", ..) => channels.clone(),
            (_, Ok(from), Ok(channels)) => (from + channels).to_string(),
            _ => format!("{from} + {channels}"),
        };
        let takes_rest = place.reached.iter().all(|(_, visit)| {
            let Some(Layer::Take(take)) = visit.node.as_ref().and_then(layer_of) else {
                return false;
            };
            take.from + take.channels == visit.input.channels
        });
        let start = if from == "0" { String::new() } else { self.stored(&from, "start") };
        let end = if takes_rest { String::new() } else { self.stored(&end, "end") };
        state.channels = channels;
        let is_simple = |text: &String| !text.contains('.');
        let slice = match (start.is_empty(), end.is_empty()) {
            _ if is_simple(&start) && is_simple(&end) => format!("{start}:{end}"),
            (true, _) => format!(": {end}"),
            (_, true) => format!("{start} :"),
            _ => format!("{start} : {end}"),
        };
        Ok(Written::function("", format!("[:, {slice}]")))
    }

    fn tokens(&mut self, place: &Place<'_, 't, 'f>) -> Layered {
        self.program.helpers.insert(Helper::ToTokens);
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

    fn attention(&mut self, place: &Place<'_, 't, 'f>, state: &mut State) -> Layered {
        let heads = place.count("attention")?;
        state.channels = match state.channels.strip_prefix("3 * ") {
            Some(channels) => channels.into(),
            None => self.channels(place.step, &outputs(place.reached))?,
        };
        match (place.layout, place.key("window")) {
            (Layout::Tokens, None) => {
                self.program.helpers.insert(Helper::Attend);
                let heads = self.stored(&heads, "heads");
                Ok(Written::function("attend(", format!(", {heads})")))
            }
            (Layout::Map, Some(_)) => {
                self.program.helpers.insert(Helper::WindowAttention);
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

fn upsample(place: &Place) -> Layered {
    let upsample = place.same(|layer| match layer {
        Layer::Upsample(upsample) => Some(*upsample),
        _ => None,
    });
    let Some(Some(upsample)) = upsample else {
        return Err(place.refused("it differs between calls of the block"));
    };
    let size = match upsample.to {
        UpsampleTo::Factors([rows, columns]) => {
            Code::keyword("scale_factor", paired([rows, columns].map(|one| one.to_string())))
        }
        UpsampleTo::Size(size) => Code::keyword("size", paired(size.map(|one| one.to_string()))),
    };
    let mode = match upsample.mode {
        UpsampleMode::Nearest => "\"nearest\"",
        UpsampleMode::Bilinear => "\"bilinear\"",
    };
    Ok(Written::module("upsample", "nn.Upsample", vec![size, Code::keyword("mode", mode)]))
}

/// A keyword argument, unless it has PyTorch's default.
pub(super) fn flag(name: &str, value: &str, default: &str) -> Option<Code> {
    (value != default).then(|| Code::keyword(name, value))
}

fn within(channels: &str) -> String {
    if channels.contains(" + ") { format!("({channels})") } else { channels.into() }
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
