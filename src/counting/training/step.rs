//! The memory of a training step, and the largest batch that fits.

use crate::counting::ledger::{Event, Ledger};
use crate::counting::network::Network;

use super::{Kept, StageTraining, Training};

/// How a network is trained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// What updates the params.
    pub optimizer: Optimizer,
    /// The type of the numbers.
    pub precision: Precision,
    /// What is computed again in the backward pass.
    pub checkpoint: Checkpoint,
}

/// What updates the params, and how many values it keeps for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Optimizer {
    /// Stochastic gradient descent: no value.
    #[default]
    Sgd,
    /// Gradient descent with momentum: one value.
    Momentum,
    /// AdamW: two values, the means of the gradient and of its square.
    AdamW,
}

/// The type of the numbers in training.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Precision {
    /// All numbers have 4 bytes.
    #[default]
    Full,
    /// Params, gradients and the optimizer's values have 4 bytes. Maps have 2, and so has a copy of the params.
    Mixed,
}

/// Which maps are not kept for the backward pass, but computed again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Checkpoint {
    /// None.
    #[default]
    None,
    /// All but the inputs of stages: the backward pass runs each stage forward again.
    Stages,
}

/// The memory of one training step, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StepMemory {
    /// Params and norm statistics; in mixed precision also the copy of the params.
    pub weights: u128,
    /// Gradients of the params.
    pub gradients: u128,
    /// The optimizer's values.
    pub optimizer: u128,
    /// What is kept for the backward pass.
    pub kept: u128,
    /// Gradients of maps that are alive at once: never more than this.
    pub map_gradients: u128,
    /// The peak: never more than this, besides what single operations need while they run. It can be less than all
    /// parts together: while most maps are kept, few gradients of params are there yet.
    pub peak: u128,
}

/// Bytes of a param, its gradient, and each of the optimizer's values.
const PARAM: u128 = 4;

/// Bytes of a param's copy in mixed precision.
const COPY: u128 = 2;

/// The memory of a step on `batch` images; `None` for an imported graph, which does not say what training keeps.
#[must_use]
pub fn memory(
    network: &Network,
    training: &Training,
    settings: Settings,
    batch: u32,
) -> Option<StepMemory> {
    let ledger = network.ledger();
    let params = ledger.total(Event::PARAMS);
    let weights = weights(&ledger, settings.precision);
    let optimizer = params.saturating_mul(PARAM).saturating_mul(settings.optimizer.values());
    let gradients = params.saturating_mul(PARAM);
    let kept = kept_bytes(training, settings, batch)?;
    let map_gradients = |stage: &StageTraining| maps(stage.map_gradients, settings, batch);
    let of_stages = peak_of_stages(training, settings, batch).max(gradients);
    Some(StepMemory {
        weights,
        gradients,
        optimizer,
        kept,
        map_gradients: training.stages.iter().map(map_gradients).max().unwrap_or(0),
        peak: weights.saturating_add(optimizer).saturating_add(of_stages),
    })
}

/// What the backward pass of any stage needs besides weights and optimizer, at most: what the stages up to it keep, the
/// gradients of params from it on, and its gradients of maps.
fn peak_of_stages(training: &Training, settings: Settings, batch: u32) -> u128 {
    let bytes = |kept: &Kept| kept.bytes(settings.precision.bytes(), batch);
    let all = training.stages.iter().map(|stage| stage.params).fold(0, u128::saturating_add);
    let (mut params, mut before, mut peak) = (all, 0u128, 0);
    for stage in &training.stages {
        let (passed_on, own) = match settings.checkpoint {
            Checkpoint::None => (bytes(&stage.kept), 0),
            Checkpoint::Stages => (maps(stage.input, settings, batch), bytes(&stage.kept_besides)),
        };
        before = before.saturating_add(passed_on);
        let gradients = params.saturating_mul(PARAM);
        let of_maps = maps(stage.map_gradients, settings, batch);
        let parts = [before, own, gradients, of_maps];
        peak = peak.max(parts.into_iter().fold(0, u128::saturating_add));
        params = params.saturating_sub(stage.params);
    }
    peak
}

/// The bytes kept for the backward pass of `batch` images; `None` where that is unknown.
#[must_use]
pub fn kept_bytes(training: &Training, settings: Settings, batch: u32) -> Option<u128> {
    if !training.is_kept_known {
        return None;
    }
    let bytes = |kept: &Kept| kept.bytes(settings.precision.bytes(), batch);
    let stages = training.stages.iter();
    Some(match settings.checkpoint {
        Checkpoint::None => bytes(&training.total().kept),
        Checkpoint::Stages => {
            let inputs = stages.clone().map(|stage| maps(stage.input, settings, batch));
            let largest = stages.map(|stage| bytes(&stage.kept_besides)).max();
            inputs.fold(largest.unwrap_or(0), u128::saturating_add)
        }
    })
}

/// The bytes of maps of so many elements for each image.
fn maps(elements: u128, settings: Settings, batch: u32) -> u128 {
    elements.saturating_mul(settings.precision.bytes()).saturating_mul(u128::from(batch))
}

/// The largest batch whose step needs at most `limit` bytes; `None` if not even one image fits.
#[must_use]
pub fn largest_batch(
    network: &Network,
    training: &Training,
    settings: Settings,
    limit: u128,
) -> Option<u32> {
    let fits = |batch: u32| {
        memory(network, training, settings, batch).is_some_and(|step| step.peak <= limit)
    };
    // The memory is a fixed part and a part for each image, so a larger batch never needs less.
    let (mut fitting, mut beyond) = (0, u32::MAX);
    while fitting + 1 < beyond {
        let middle = fitting + (beyond - fitting) / 2;
        if fits(middle) { fitting = middle } else { beyond = middle }
    }
    Some(fitting).filter(|batch| *batch > 0)
}

fn weights(ledger: &Ledger, precision: Precision) -> u128 {
    let params = ledger.total(Event::PARAMS);
    let copies = match precision {
        Precision::Full => 0,
        Precision::Mixed => params.saturating_mul(COPY),
    };
    let stored = params.saturating_add(ledger.total(Event::STATISTICS));
    stored.saturating_mul(PARAM).saturating_add(copies)
}

impl Optimizer {
    /// How many values it keeps for each param.
    #[must_use]
    pub fn values(self) -> u128 {
        match self {
            Optimizer::Sgd => 0,
            Optimizer::Momentum => 1,
            Optimizer::AdamW => 2,
        }
    }

    /// The name on the command line and in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Optimizer::Sgd => "sgd",
            Optimizer::Momentum => "momentum",
            Optimizer::AdamW => "adamw",
        }
    }
}

impl Precision {
    /// Bytes of an element of a map.
    #[must_use]
    pub fn bytes(self) -> u128 {
        match self {
            Precision::Full => 4,
            Precision::Mixed => 2,
        }
    }

    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Precision::Full => "fp32",
            Precision::Mixed => "mixed",
        }
    }
}

impl Checkpoint {
    /// The name on the command line and in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Checkpoint::None => "none",
            Checkpoint::Stages => "stages",
        }
    }

    /// How often the forward pass runs again in the backward pass.
    #[must_use]
    pub fn reruns(self) -> u128 {
        match self {
            Checkpoint::None => 0,
            Checkpoint::Stages => 1,
        }
    }
}
