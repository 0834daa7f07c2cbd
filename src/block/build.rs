//! From a block's steps to nodes: evaluates the dimensions and builds the layers on a map.

use crate::block::{
    Block, Formula, GIVEN, Operation, Parameter, QuantityOf, Scope, Setting, Step, Value,
    WindowFormula,
};
use crate::diagnostic::{Diagnostic, Span};
use crate::layer::{
    Activation, Attention, ClassToken, Conv, Dropout, Flatten, GlobalPool, Layer, LearnedScale,
    Linear, Norm, Padding, Pool, ShapeError, Shuffle, Take, Tokens, Window,
};
use crate::node::Node;
use crate::scalar::{Quantity, Scalar};
use crate::scaling::Reading;
use crate::shape::Shape;

/// A network with more layers than this, equal repeats counted once, is taken for a mistake.
pub const MAX_LAYERS: usize = 100_000;

/// How deep blocks may call blocks.
const MAX_CALLS: usize = 16;

/// The channel slot of a scope: what the step at hand gets.
const CHANNELS: usize = 2;

/// Builds nodes from blocks in one reading.
#[derive(Debug)]
pub struct Builder<'a, R> {
    /// How dimensions are read.
    pub reading: &'a R,
    /// The blocks that may be called.
    pub blocks: &'a [Block],
    /// Classes of the network.
    pub classes: u64,
    /// Height and width of the network's input, in pixels: no window may be larger.
    pub image: [u64; 2],
    layers: usize,
    calls: usize,
}

/// What a block is built with.
#[derive(Debug)]
pub struct Arguments<S: Scalar> {
    /// Output channels, where the stage or step gives any.
    pub output: Option<S::Quantity>,
    /// Whether this is the first block of its stage.
    pub first: bool,
    /// The parameters' values, in order; `None` takes the default.
    pub settings: Vec<Option<Value<S::Quantity>>>,
}

type Built<R> = Result<Node<<R as Reading>::Scalar>, Diagnostic>;
type ShapeOf<R> = Shape<<R as Reading>::Scalar>;

impl<'a, R: Reading> Builder<'a, R> {
    /// A builder for a network of `classes` classes on an image of `image` pixels.
    pub fn new(reading: &'a R, blocks: &'a [Block], classes: u64, image: [u64; 2]) -> Self {
        Builder { reading, blocks, classes, image, layers: 0, calls: 0 }
    }

    /// Builds a block on a map of shape `input`. A diagnostic's first label is in the block.
    pub fn block(
        &mut self,
        block: &Block,
        arguments: &Arguments<R::Scalar>,
        input: &ShapeOf<R>,
    ) -> Built<R> {
        if self.calls >= MAX_CALLS {
            let message = format!("blocks call each other more than {MAX_CALLS} deep");
            return Err(Diagnostic::new(message).at(block.span, "in this block"));
        }
        let mut scope = self.scope(block, arguments, input)?;
        for (slot, (_, formula)) in (GIVEN.len() + block.parameters.len()..).zip(&block.derived) {
            let value = evaluate(formula, &scope)?;
            scope.values[slot] = Some(value);
        }
        self.calls += 1;
        let node = self.chain(&block.steps, &mut scope, input);
        self.calls -= 1;
        node
    }

    fn scope(
        &self,
        block: &Block,
        arguments: &Arguments<R::Scalar>,
        input: &ShapeOf<R>,
    ) -> Result<Scope<'a, R>, Diagnostic> {
        let number = |value: f64| Some(Value::Number(QuantityOf::<R>::constant(value)));
        let channels = Some(Value::Number(input.channels.to_quantity()));
        let mut values = vec![
            channels.clone(),
            arguments.output.clone().map(Value::Number),
            channels,
            number(self.classes as f64),
            Some(Value::Bool(arguments.first)),
        ];
        for (index, parameter) in block.parameters.iter().enumerate() {
            let set = arguments.settings.get(index).cloned().flatten();
            values.push(set.or_else(|| default::<R>(parameter)));
        }
        values.resize(values.len() + block.derived.len(), None);
        Ok(Scope { reading: self.reading, values })
    }

    fn chain(&mut self, steps: &[Step], scope: &mut Scope<R>, input: &ShapeOf<R>) -> Built<R> {
        let mut nodes: Vec<Node<R::Scalar>> = Vec::with_capacity(steps.len());
        for step in steps {
            let shape = nodes.last().map_or(input, Node::output).clone();
            scope.values[CHANNELS] = Some(Value::Number(shape.channels.to_quantity()));
            if let Some(when) = &step.when
                && !typed(when, scope, Value::into_bool)?
            {
                continue;
            }
            if let Some(node) = self.step(step, scope, &shape)? {
                nodes.push(node);
            }
        }
        // A chain of named nodes cannot disagree: each was built on the output of the one before.
        Node::chain(input, nodes).map_err(|error| Diagnostic::new(error.to_string()))
    }

    fn step(
        &mut self,
        step: &Step,
        scope: &mut Scope<R>,
        input: &ShapeOf<R>,
    ) -> Result<Option<Node<R::Scalar>>, Diagnostic> {
        let in_step = |error: ShapeError| {
            Diagnostic::new(error.to_string()).at(step.span, format!("in this step, on {}", input.exact()))
        };
        let node = match &step.operation {
            Operation::Chain(steps) => self.chain(steps, scope, input)?,
            Operation::Residual { body, shortcut, skip } => {
                self.residual(body, shortcut, skip.as_ref(), scope, input)?.map_err(in_step)?
            }
            Operation::Gate(steps) => {
                Node::gate(self.chain(steps, scope, input)?).map_err(in_step)?
            }
            Operation::Concat(branches) => {
                let branches = branches.iter().zip(1..).map(|(steps, index)| {
                    Ok(self.chain(steps, scope, input)?.named(format!("branch{index}")))
                });
                let branches = branches.collect::<Result<_, Diagnostic>>()?;
                Node::concat(input, branches).map_err(in_step)?
            }
            Operation::Repeat { body, times } => {
                let times = count(times, scope, "the number of repeats")?;
                self.repeat(&times, step.span, input, |builder, _, input| {
                    builder.chain(body, scope, input)
                })?
            }
            Operation::Block { block, output, settings } => {
                self.call(*block, output.as_ref(), settings, scope, input)?
            }
            layer => match self.layer(layer, scope, input, step.span)? {
                None => return Ok(None),
                Some(layer) => {
                    let layer = layer.map_err(in_step)?;
                    self.spend(step.span)?;
                    Node::layer("", input, layer).map_err(in_step)?
                }
            },
        };
        Ok(Some(node.named(&step.name)))
    }

    fn residual(
        &mut self,
        body: &[Step],
        shortcut: &[Step],
        skip: Option<&Formula>,
        scope: &mut Scope<R>,
        input: &ShapeOf<R>,
    ) -> Result<Result<Node<R::Scalar>, ShapeError>, Diagnostic> {
        if let Some(skip) = skip
            && !typed(skip, scope, Value::into_bool)?
        {
            return self.chain(body, scope, input).map(Ok);
        }
        let body = self.chain(body, scope, input)?;
        let shortcut = self.chain(shortcut, scope, input)?.named("shortcut");
        Ok(Node::residual(body, shortcut))
    }

    fn call(
        &mut self,
        block: usize,
        output: Option<&Formula>,
        settings: &[(usize, Formula)],
        scope: &Scope<R>,
        input: &ShapeOf<R>,
    ) -> Built<R> {
        let block = &self.blocks[block];
        let number = |formula| typed(formula, scope, Value::into_number);
        let output = output.map(number).transpose()?;
        let mut arguments = Arguments {
            output,
            first: true,
            settings: vec![None; block.parameters.len()],
        };
        for (index, formula) in settings {
            arguments.settings[*index] = Some(evaluate(formula, scope)?);
        }
        self.block(block, &arguments, input)
    }

    /// Builds `times` bodies one after the other: as a repeat where the later ones keep their shape,
    /// written out where they do not. The body learns whether it is the first.
    pub fn repeat(
        &mut self,
        times: &R::Scalar,
        span: Span,
        input: &ShapeOf<R>,
        mut body: impl FnMut(&mut Self, bool, &ShapeOf<R>) -> Built<R>,
    ) -> Built<R> {
        let first = body(self, true, input)?.named("1");
        if times.is_one() {
            return Ok(first);
        }
        let last = times.exact();
        let second = body(self, false, first.output())?;
        if second.output().same(second.input()) {
            let second = second.named(if last > 2 { format!("2–{last}") } else { "2".into() });
            let repeated = Node::repeat(first, second, times.clone());
            return repeated.map_err(|error| Diagnostic::new(error.to_string()).at(span, "in this repeat"));
        }
        if times.grows() {
            let message = "each repeat changes the shape, so there is no closed form in depth";
            return Err(Diagnostic::new(message).at(span, "in this repeat"));
        }
        let mut nodes = vec![first, second.named("2")];
        for index in 3..=last {
            self.spend(span)?;
            let shape = nodes[nodes.len() - 1].output().clone();
            nodes.push(body(self, false, &shape)?.named(index.to_string()));
        }
        Node::chain(input, nodes).map_err(|error| Diagnostic::new(error.to_string()))
    }

    fn spend(&mut self, span: Span) -> Result<(), Diagnostic> {
        self.layers += 1;
        if self.layers <= MAX_LAYERS {
            return Ok(());
        }
        let message = format!("the network has more than {MAX_LAYERS} different layers");
        Err(Diagnostic::new(message).at(span, "the limit is reached here"))
    }

    fn layer(
        &self,
        operation: &Operation,
        scope: &Scope<R>,
        input: &ShapeOf<R>,
        span: Span,
    ) -> Result<Option<Result<Layer<R::Scalar>, ShapeError>>, Diagnostic> {
        let channels = &input.channels;
        let width = |formula: &Formula, what: &str| count(formula, scope, what);
        Ok(Some(match operation {
            Operation::Conv { output, window, groups, bias } => {
                let output = width(output, "the number of output channels")?;
                let groups = width(groups, "the number of groups")?;
                let window = self.window(window, scope, span)?;
                let bias = typed(bias, scope, Value::into_bool)?;
                Conv::new(channels, output, groups, window, bias).map(Layer::Conv)
            }
            Operation::Linear { output, bias } => Ok(Layer::Linear(Linear {
                input: channels.clone(),
                output: width(output, "the number of output features")?,
                bias: typed(bias, scope, Value::into_bool)?,
            })),
            Operation::Norm { kind, groups } => match norm(kind, groups, scope)? {
                Some(norm) => Ok(Layer::Norm(norm)),
                None => return Ok(None),
            },
            Operation::Activation(function) => match activation(function, scope)? {
                Some(function) => Ok(Layer::Activation(function)),
                None => return Ok(None),
            },
            Operation::Pool { kind, window } => {
                Ok(Layer::Pool(Pool { kind: *kind, window: self.window(window, scope, span)? }))
            }
            Operation::GlobalPool => Ok(Layer::GlobalPool(GlobalPool)),
            Operation::Dropout(rate) => Ok(Layer::Dropout(dropout(rate, scope)?)),
            Operation::Flatten => Ok(Layer::Flatten(Flatten)),
            Operation::Take(taken) => {
                Ok(Layer::Take(Take { channels: width(taken, "the number of channels taken")? }))
            }
            Operation::Shuffle(groups) => {
                Ok(Layer::Shuffle(Shuffle { groups: width(groups, "the number of groups")? }))
            }
            Operation::LearnedScale => Ok(Layer::LearnedScale(LearnedScale)),
            Operation::Tokens { class_token, positions } => Ok(Layer::Tokens(Tokens {
                class_token: typed(class_token, scope, Value::into_bool)?,
                positions: typed(positions, scope, Value::into_bool)?,
            })),
            Operation::ClassToken => Ok(Layer::ClassToken(ClassToken)),
            Operation::Attention(heads) => {
                let heads = width(heads, "the number of heads")?.exact();
                Attention::new(channels, heads).map(Layer::Attention)
            }
            Operation::Chain(_)
            | Operation::Residual { .. }
            | Operation::Gate(_)
            | Operation::Concat(_)
            | Operation::Repeat { .. }
            | Operation::Block { .. } => return Ok(None),
        }))
    }

    fn window(
        &self,
        window: &WindowFormula,
        scope: &Scope<R>,
        span: Span,
    ) -> Result<Window, Diagnostic> {
        let pair = |pair: &[Formula; 2], what: &str| -> Result<[u64; 2], Diagnostic> {
            let rows = count(&pair[0], scope, what)?.exact();
            Ok([rows, count(&pair[1], scope, what)?.exact()])
        };
        let padding = match &window.padding {
            None => Padding::Same,
            Some(padding) => Padding::Fixed(pair(padding, "the padding")?),
        };
        let kernel = pair(&window.kernel, "the kernel")?;
        let window = Window {
            kernel,
            stride: pair(&window.stride, "the stride")?,
            dilation: pair(&window.dilation, "the dilation")?,
            padding,
            ceil: window.ceil,
        };
        let reach = window.reach();
        if reach[0] > self.image[0] || reach[1] > self.image[1] {
            let message = format!(
                "a kernel that reaches over {}×{} pixels is larger than the network's whole input of {}×{}",
                reach[0], reach[1], self.image[0], self.image[1]
            );
            return Err(Diagnostic::new(message).at(span, "in this step"));
        }
        Ok(window)
    }
}

fn default<R: Reading>(parameter: &Parameter) -> Option<Value<QuantityOf<R>>> {
    parameter.default.as_ref().map(|setting| match setting {
        Setting::Number(value) => Value::Number(QuantityOf::<R>::constant(*value)),
        Setting::Bool(value) => Value::Bool(*value),
        Setting::Word(word) => Value::Word(word.clone()),
    })
}

fn norm<R: Reading>(
    kind: &Formula,
    groups: &Formula,
    scope: &Scope<R>,
) -> Result<Option<Norm>, Diagnostic> {
    let word = typed(kind, scope, Value::into_word)?;
    match word.as_str() {
        "batch" => Ok(Some(Norm::Batch)),
        "layer" => Ok(Some(Norm::Layer)),
        "group" => Ok(Some(Norm::Group(count(groups, scope, "the number of groups")?.exact()))),
        "none" => Ok(None),
        _ => Err(Diagnostic::new(format!("unknown norm `{word}`"))
            .at(kind.span, "here")
            .known("norms", &word, &["batch", "layer", "group", "none"])),
    }
}

fn activation<R: Reading>(
    function: &Formula,
    scope: &Scope<R>,
) -> Result<Option<Activation>, Diagnostic> {
    let word = typed(function, scope, Value::into_word)?;
    if word == "none" {
        return Ok(None);
    }
    let known = Activation::NAMES.iter().find(|(name, _)| *name == word);
    if let Some((_, function)) = known {
        return Ok(Some(*function));
    }
    let names: Vec<&str> =
        Activation::NAMES.iter().map(|(name, _)| *name).chain(["none"]).collect();
    Err(Diagnostic::new(format!("unknown activation `{word}`"))
        .at(function.span, "here")
        .known("activations", &word, &names))
}

fn dropout<R: Reading>(rate: &Formula, scope: &Scope<R>) -> Result<Dropout, Diagnostic> {
    let value = typed(rate, scope, Value::into_number)?.value();
    if (0.0..=1.0).contains(&value) {
        return Ok(Dropout { rate: value });
    }
    let message = format!("a dropout rate lies between 0 and 1, this one is {value}");
    Err(Diagnostic::new(message).at(rate.span, "here"))
}

fn evaluate<R: Reading>(
    formula: &Formula,
    scope: &Scope<R>,
) -> Result<Value<QuantityOf<R>>, Diagnostic> {
    formula.evaluate(scope).map_err(|message| Diagnostic::new(message).at(formula.span, "here"))
}

fn typed<R: Reading, T>(
    formula: &Formula,
    scope: &Scope<R>,
    convert: fn(Value<QuantityOf<R>>) -> Result<T, String>,
) -> Result<T, Diagnostic> {
    let converted = formula.evaluate(scope).and_then(convert);
    converted.map_err(|message| Diagnostic::new(message).at(formula.span, "here"))
}

/// The value as a whole number; an amount that is fractional or negative is a mistake, not a rounding.
fn count<R: Reading>(
    formula: &Formula,
    scope: &Scope<R>,
    what: &str,
) -> Result<R::Scalar, Diagnostic> {
    let quantity = typed(formula, scope, Value::into_number)?;
    R::Scalar::from_quantity(&quantity).ok_or_else(|| {
        let message = format!("{what} must be a whole number from 0 to 2^53, not {}", quantity.value());
        Diagnostic::new(message)
            .at(formula.span, "here")
            .help("floor(…), ceil(…), round(…) or divisible(…, 8) make a fraction whole")
    })
}
