//! Builds nodes from a block's steps: evaluates the dimensions and builds the layers on a map.

use crate::counting::layer::{Layer, LayerKind, ShapeError, Values};
use crate::counting::ledger::{Ledger, Part};
use crate::counting::network::{Network, Stage};
use crate::counting::node::Node;
use crate::counting::scalar::{Quantity, Scalar};
use crate::counting::shape::Shape;
use crate::error::{Diagnostic, Span};
use crate::families::block::formula::count;
use crate::families::block::layer::{Named, evaluate};
use crate::families::block::trace::{Trace, Visit};
use crate::families::block::{
    BRANCH, Block, CHANNELS, Formula, GIVEN, Given, Operation, Parameter, QuantityOf, Scope,
    Setting, Slots, Step, Value,
};
use crate::families::scaling::Reading;

/// A network of more steps than this, equal repeats counted once, is treated as a mistake.
pub const MAX_STEPS: usize = 100_000;

/// How deep blocks may call blocks.
pub(crate) const MAX_CALLS: usize = 16;

/// Builds nodes from blocks in one reading.
#[derive(Debug)]
pub struct Builder<'a, R: Reading> {
    /// How dimensions are read.
    pub reading: &'a R,
    /// The blocks that may be called.
    pub blocks: &'a [Block],
    /// Classes of the network.
    pub classes: u64,
    /// What was built, if that is wanted.
    pub(crate) trace: Option<Trace<'a, R>>,
    steps: usize,
    calls: usize,
    /// Emptied lists for the values of scopes, so that not every block allocates one.
    spare: Vec<Slots<'a, R>>,
    /// The list for the values of a step's keys.
    keys: Vec<Named<R::Scalar>>,
}

type Built<R> = Result<Node<<R as Reading>::Scalar>, Diagnostic>;
type ShapeOf<R> = Shape<<R as Reading>::Scalar>;

impl<'a, R: Reading> Builder<'a, R> {
    /// A builder for a network of `classes` classes.
    pub fn new(reading: &'a R, blocks: &'a [Block], classes: u64) -> Self {
        let (spare, keys) = (Vec::new(), Vec::new());
        Builder { reading, blocks, classes, trace: None, steps: 0, calls: 0, spare, keys }
    }

    /// How many steps were built.
    #[must_use]
    pub(crate) fn steps(&self) -> usize {
        self.steps
    }

    /// Builds a block on a map of shape `input`, with `values` from [`Builder::slots`] in which parameters may be set
    /// since. A diagnostic's first label is in the block.
    pub fn block(
        &mut self,
        block: &'a Block,
        values: Slots<'a, R>,
        input: &ShapeOf<R>,
    ) -> Built<R> {
        if self.calls >= MAX_CALLS {
            let message = format!("blocks call each other more than {MAX_CALLS} levels deep");
            return Err(Diagnostic::new(message).at(&block.span, "in this block"));
        }
        let mut scope = Scope { reading: self.reading, values };
        for (_, formula) in &block.derived {
            let value = formula.evaluate(&scope)?;
            scope.values.push(Some(value));
        }
        if let Some(trace) = &mut self.trace {
            trace.begin(block, &scope.values, input);
        }
        self.calls += 1;
        let node = self.chain(&block.steps, &mut scope, input);
        self.calls -= 1;
        if let (Some(trace), Ok(node)) = (&mut self.trace, &node) {
            trace.end(node.output());
        }
        scope.values.clear();
        self.spare.push(scope.values);
        node
    }

    /// The values of a block's names on a map of shape `input`: those of [`GIVEN`], and the parameters' defaults.
    /// `output` is the number of output channels if the stage or step gives any; `first` is whether this is the first
    /// block of its stage.
    pub fn slots(
        &mut self,
        block: &'a Block,
        input: &ShapeOf<R>,
        output: Option<QuantityOf<R>>,
        first: bool,
    ) -> Slots<'a, R> {
        let mut values = self.spare.pop().unwrap_or_default();
        values.extend(self.given(input, output, Some(first)));
        values.extend(block.parameters.iter().map(default::<R>));
        values
    }

    /// The values of [`GIVEN`] on a map of shape `input`.
    pub(crate) fn given(
        &self,
        input: &ShapeOf<R>,
        output: Option<QuantityOf<R>>,
        first: Option<bool>,
    ) -> [Option<Value<'a, QuantityOf<R>>>; GIVEN.len()] {
        let channels = Some(Value::Number(input.channels.to_quantity()));
        let classes = QuantityOf::<R>::constant(self.classes as f64);
        [
            channels.clone(),
            output.map(Value::Number),
            channels,
            Some(Value::Number(classes)),
            first.map(Value::Bool),
            None,
        ]
    }

    fn chain(
        &mut self,
        steps: &'a [Step],
        scope: &mut Scope<'a, 'a, R>,
        input: &ShapeOf<R>,
    ) -> Built<R> {
        let mut nodes: Vec<Node<R::Scalar>> = Vec::with_capacity(steps.len());
        for step in steps {
            let shape = nodes.last().map_or(input, Node::output).clone();
            scope.values[CHANNELS] = Some(Value::Number(shape.channels.to_quantity()));
            if let Some(when) = &step.when
                && !when.typed(scope, Value::into_bool)?
            {
                self.visited(step, scope, &shape, false, None);
                continue;
            }
            let before = nodes.len();
            self.step(step, scope, &shape, &mut nodes)?;
            self.visited(step, scope, &shape, true, nodes.get(before));
        }
        // Cannot fail: each node was built on the output of the one before.
        Node::chain(input, nodes).map_err(|error| Diagnostic::new(error.to_string()))
    }

    fn visited(
        &mut self,
        step: &'a Step,
        scope: &Scope<'a, 'a, R>,
        input: &ShapeOf<R>,
        holds: bool,
        node: Option<&Node<R::Scalar>>,
    ) {
        if let Some(trace) = &mut self.trace {
            let (branch, node) = (scope.values[BRANCH].clone(), node.cloned());
            trace.visit(Visit { step, input: input.clone(), branch, holds, node });
        }
    }

    /// Adds the node of a step to `nodes`, unless it would do nothing.
    fn step(
        &mut self,
        step: &'a Step,
        scope: &mut Scope<'a, 'a, R>,
        input: &ShapeOf<R>,
        nodes: &mut Vec<Node<R::Scalar>>,
    ) -> Result<(), Diagnostic> {
        self.count_step(&step.span)?;
        let misfit = |error: ShapeError| misfit(&error, &step.span, input);
        let mut node = match &step.operation {
            Operation::Chain(steps) => self.chain(steps, scope, input)?,
            Operation::Residual { body, shortcut, skip } => {
                let skips = skip.as_ref().map(|skip| skip.typed(scope, Value::into_bool));
                let body = self.chain(body, scope, input)?;
                if skips.transpose()? == Some(false) {
                    body
                } else {
                    let shortcut = self.chain(shortcut, scope, input)?.named("shortcut");
                    Node::residual(body, shortcut).map_err(misfit)?
                }
            }
            Operation::Gate(steps) => {
                Node::gate(self.chain(steps, scope, input)?).map_err(misfit)?
            }
            Operation::Crop(steps) => {
                Node::cropped(self.chain(steps, scope, input)?).map_err(misfit)?
            }
            Operation::Part(part, steps) => Node::part(*part, self.chain(steps, scope, input)?),
            Operation::Concat(branches) => {
                let branches = branches.iter().zip(1..).map(|(steps, index)| {
                    Ok(self.chain(steps, scope, input)?.named(format!("branch{index}")))
                });
                let branches = branches.collect::<Result<_, Diagnostic>>()?;
                Node::concat(input, branches).map_err(misfit)?
            }
            Operation::Branches { body, times } => {
                let branches = self.branches(body, times, &step.span, scope, input)?;
                Node::concat(input, branches).map_err(misfit)?
            }
            Operation::Repeat { body, times } => {
                let times = count(times, scope, "the number of repeats")?;
                self.repeat(&times, &step.span, input, |builder, _, input| {
                    builder.chain(body, scope, input)
                })?
            }
            Operation::Block { block, output, settings } => {
                self.call(*block, output.as_ref(), settings, scope, input)?
            }
            Operation::Layer(kind, given) => {
                let layer = self.layer(*kind, given, &step.span, scope, input)?;
                let Some(layer) = layer else { return Ok(()) };
                Node::layer("", input, layer).map_err(misfit)?
            }
        };
        node.name = step.name.clone();
        let functional = step.functional.as_ref().map(|flag| flag.typed(scope, Value::into_bool));
        let is_function = functional.transpose()? == Some(true);
        nodes.push(if is_function { Node::part(Part::Function, node) } else { node });
        Ok(())
    }

    /// The layer of a step; `None` if it would do nothing.
    fn layer(
        &mut self,
        kind: LayerKind,
        given: &'a [Given],
        span: &Span,
        scope: &Scope<'a, 'a, R>,
        input: &ShapeOf<R>,
    ) -> Result<Option<Layer<R::Scalar>>, Diagnostic> {
        let mut keys = std::mem::take(&mut self.keys);
        keys.clear();
        evaluate(given, scope, &mut keys)?;
        let values = Values::new(input, keys);
        let layer = kind.layer(&values);
        self.keys = values.into_given();
        layer.map_err(|error| misfit(&error, span, input))
    }

    fn branches(
        &mut self,
        body: &'a [Step],
        times: &'a Formula,
        span: &Span,
        scope: &mut Scope<'a, 'a, R>,
        input: &ShapeOf<R>,
    ) -> Result<Vec<Node<R::Scalar>>, Diagnostic> {
        let number = count(times, scope, "the number of branches")?;
        if number.exact() == 0 {
            let message = "the number of branches must be at least 1";
            return Err(Diagnostic::new(message).at(&times.span, "this is 0"));
        }
        if number.grows() {
            let message = "the number of branches changes with the scale";
            let problem = Diagnostic::new(message);
            return Err(problem.at(&times.span, "so there is no closed form"));
        }
        let outer = scope.values[BRANCH].take();
        let mut branches = Vec::new();
        for branch in 1..=number.exact() {
            self.count_step(span)?;
            scope.values[BRANCH] = Some(Value::Number(QuantityOf::<R>::constant(branch as f64)));
            let node = self.chain(body, scope, input)?;
            branches.push(node.named(format!("branch{branch}")));
        }
        scope.values[BRANCH] = outer;
        Ok(branches)
    }

    fn call(
        &mut self,
        block: usize,
        output: Option<&'a Formula>,
        settings: &'a [(usize, Formula)],
        scope: &Scope<'a, 'a, R>,
        input: &ShapeOf<R>,
    ) -> Built<R> {
        let block = &self.blocks[block];
        let number = |formula: &'a Formula| formula.typed(scope, Value::into_number);
        let output = output.map(number).transpose()?;
        let mut values = self.slots(block, input, output, true);
        for (index, formula) in settings {
            values[GIVEN.len() + index] = Some(formula.evaluate(scope)?);
        }
        self.block(block, values, input)
    }

    /// Builds `times` bodies in sequence: as a repeat if the later ones keep their shape, otherwise written
    /// out. `body` is told whether it is the first.
    pub fn repeat(
        &mut self,
        times: &R::Scalar,
        span: &Span,
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
            return repeated
                .map_err(|error| Diagnostic::new(error.to_string()).at(span, "in this repeat"));
        }
        if times.grows() {
            return self.growing(times, span, first, second, body);
        }
        let mut nodes = vec![first, second.named("2")];
        for index in 3..=last {
            self.count_step(span)?;
            let shape = nodes[nodes.len() - 1].output().clone();
            nodes.push(body(self, false, &shape)?.named(index.to_string()));
        }
        Node::chain(input, nodes).map_err(|error| Diagnostic::new(error.to_string()))
    }

    /// The closed form of repeats that grow: three of them represent all, if all grow evenly.
    fn growing(
        &mut self,
        times: &R::Scalar,
        span: &Span,
        first: Node<R::Scalar>,
        second: Node<R::Scalar>,
        mut body: impl FnMut(&mut Self, bool, &ShapeOf<R>) -> Built<R>,
    ) -> Built<R> {
        let third = body(self, false, second.output())?;
        let fourth = body(self, false, third.output())?;
        let fifth = body(self, false, fourth.output())?;
        let samples = [second.named("2"), third.named("3"), fourth.named("4"), fifth];
        let is_quadratic = costs_are_quadratic(&samples);
        let node = Node::growing(first, samples, &times.less_one()).filter(|_| is_quadratic);
        node.ok_or_else(|| {
            let message = "the repeats do not grow evenly, so there is no closed form in depth";
            Diagnostic::new(message).at(span, "in this repeat")
        })
    }

    fn count_step(&mut self, span: &Span) -> Result<(), Diagnostic> {
        self.steps += 1;
        if self.steps <= MAX_STEPS {
            return Ok(());
        }
        let message = format!("the network has more than {MAX_STEPS} different steps");
        Err(Diagnostic::new(message).at(span, "the limit is reached here"))
    }
}

/// Whether the cost of repeats in a row is a quadratic of their index: its third differences are 0.
fn costs_are_quadratic<S: Scalar>(repeats: &[Node<S>; 4]) -> bool {
    let cost = |node: &Node<S>| {
        let stage = Stage { name: String::new(), repeats: S::whole(1), node: node.clone() };
        Network::new(node.input().clone(), vec![stage]).ok().map(|network| network.ledger())
    };
    let [Some(a), Some(b), Some(c), Some(d)] = repeats.each_ref().map(cost) else { return false };
    a.entries().all(|(event, part, a)| {
        let amount = |ledger: &Ledger<S>| i128::from(ledger.entry(event, part).exact());
        let [b, c, d] = [&b, &c, &d].map(amount);
        let a = i128::from(a.exact());
        d - 3 * c + 3 * b - a == 0
    })
}

fn default<R: Reading>(parameter: &Parameter) -> Option<Value<'_, QuantityOf<R>>> {
    parameter.default.as_ref().map(|setting| match setting {
        Setting::Number(value) => Value::Number(QuantityOf::<R>::constant(*value)),
        Setting::Bool(value) => Value::Bool(*value),
        Setting::Word(word) => Value::Word(word),
    })
}

/// The mistake of a step that does not fit its input.
fn misfit<S: Scalar>(error: &ShapeError, span: &Span, input: &Shape<S>) -> Diagnostic {
    let place = format!("in this step, on {}", input.exact());
    let problem = Diagnostic::new(error.to_string()).at(span, place);
    let ShapeError::Cells { side, .. } = error else { return problem };
    problem.help(format!("the spec does not pad this map; a step `pad = {side}` before would"))
}
