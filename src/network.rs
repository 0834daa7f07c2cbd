//! One concrete network: named stages, one after the other.

use thiserror::Error;

use crate::cost::{Cost, Event};
use crate::layer::{Layer, ShapeError};
use crate::node::{Kind, Node};
use crate::scalar::Scalar;
use crate::shape::Shape;

/// A network that can be counted.
#[derive(Clone, Debug)]
pub struct Network<S> {
    input: Shape<S>,
    stages: Vec<Stage<S>>,
}

/// A named part of a network: the stem, a stage, the head.
#[derive(Clone, Debug)]
pub struct Stage<S> {
    /// The name.
    pub name: String,
    /// How often its block stands in it.
    pub repeats: S,
    /// What it is made of.
    pub node: Node<S>,
}

/// A layer, or the joint of branches, at its place in a network.
#[derive(Clone, Debug)]
pub struct Placed<'a, S> {
    /// The stage it belongs to.
    pub stage: &'a str,
    /// The names from the stage inwards, joined by `/`.
    pub path: String,
    /// The layer's kind, or `add` and `multiply` for the joints of residuals and gates.
    pub kind: &'static str,
    /// The layer; none at a joint.
    pub layer: Option<&'a Layer<S>>,
    /// The shape of what goes in.
    pub input: &'a Shape<S>,
    /// The shape of what comes out.
    pub output: &'a Shape<S>,
    /// How often it stands there.
    pub times: S,
    /// What all of them cost together.
    pub cost: Cost<S>,
}

/// A network that cannot be counted.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum NetworkError {
    /// A stage does not take what the one before it puts out.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// An amount passes the range of a 64-bit integer.
    #[error("the network is too large to count: its {} pass 2^64", .0.name())]
    Overflow(Event),
}

impl<S: Scalar> Network<S> {
    /// A network of stages, each taking what the one before it puts out.
    ///
    /// After this, counting cannot fail: the shapes agree, and no amount passes the range.
    pub fn new(input: Shape<S>, stages: Vec<Stage<S>>) -> Result<Self, NetworkError> {
        let mut shape = &input;
        for stage in &stages {
            if !shape.same(stage.node.input()) {
                let (left, right) = (shape.exact(), stage.node.input().exact());
                return Err(ShapeError::Branches { what: "a stage", left, right }.into());
            }
            shape = stage.node.output();
        }
        let network = Network { input, stages };
        match network.cost().overflow() {
            Some(event) => Err(NetworkError::Overflow(event)),
            None => Ok(network),
        }
    }

    /// The shape of one input image.
    #[must_use]
    pub fn input(&self) -> &Shape<S> {
        &self.input
    }

    /// The stages in order.
    #[must_use]
    pub fn stages(&self) -> &[Stage<S>] {
        &self.stages
    }

    /// What a forward pass of one image costs, and what the network stores. Takes as long for a
    /// thousand repeats as for two.
    #[must_use]
    pub fn cost(&self) -> Cost<S> {
        let mut ledger = Cost::zero();
        for stage in &self.stages {
            stage.node.record(&S::whole(1), &mut ledger);
        }
        ledger
    }

    /// Every layer and joint at its place, in the order of the forward pass; equal repeats once.
    #[must_use]
    pub fn placed(&self) -> Vec<Placed<'_, S>> {
        let mut placed = Vec::new();
        for stage in &self.stages {
            let mut walk = Walk { stage: &stage.name, placed: &mut placed };
            walk.visit(&stage.node, &stage.name, &S::whole(1));
        }
        placed
    }
}

impl Network<u64> {
    /// The same network with every repeat written out.
    #[must_use]
    pub fn unrolled(&self) -> Self {
        let unroll = |stage: &Stage<u64>| Stage { node: stage.node.unrolled(), ..stage.clone() };
        Network { input: self.input.clone(), stages: self.stages.iter().map(unroll).collect() }
    }
}

/// A walk through one stage that collects what stands where.
struct Walk<'a, 'p, S> {
    stage: &'a str,
    placed: &'p mut Vec<Placed<'a, S>>,
}

impl<'a, S: Scalar> Walk<'a, '_, S> {
    fn visit(&mut self, node: &'a Node<S>, parent: &str, times: &S) {
        let path =
            if node.name.is_empty() { parent.into() } else { format!("{parent}/{}", node.name) };
        match node.kind() {
            Kind::Layer(layer) => self.place(node, layer.kind(), Some(layer), path, times),
            Kind::Chain(nodes) | Kind::Concat(nodes) => {
                for node in nodes {
                    self.visit(node, &path, times);
                }
            }
            Kind::Residual { body, shortcut } => {
                self.visit(body, &path, times);
                self.visit(shortcut, &path, times);
                self.place(node, "add", None, format!("{path}/add"), times);
            }
            Kind::Gate(body) => {
                self.visit(body, &path, times);
                self.place(node, "multiply", None, format!("{path}/multiply"), times);
            }
            Kind::Repeat { first, rest, times: repeats } => {
                self.visit(first, &path, times);
                self.visit(rest, &path, &S::product(&[times, &repeats.less_one()]));
            }
        }
    }

    fn place(
        &mut self,
        node: &'a Node<S>,
        kind: &'static str,
        layer: Option<&'a Layer<S>>,
        path: String,
        times: &S,
    ) {
        let mut cost = Cost::zero();
        match layer {
            Some(_) => node.record(times, &mut cost),
            None => node.record_join(times, &mut cost),
        }
        let (input, output) = (node.input(), node.output());
        let times = times.clone();
        self.placed.push(Placed {
            stage: self.stage,
            path,
            kind,
            layer,
            input,
            output,
            times,
            cost,
        });
    }
}
