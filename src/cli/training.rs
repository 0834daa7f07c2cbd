//! The arguments that ask for training, and say how.

use clap::Args;
use phiscale::training::{Checkpoint, Optimizer, Precision, Settings};

use super::arguments::choice;

/// Training instead of a forward pass alone.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct TrainingArguments {
    /// Count a training step: the forward and the backward pass, and the memory of both.
    #[arg(long, help_heading = "Training")]
    training: bool,
    /// What updates the params; it keeps 0, 1 or 2 values for each.
    #[arg(long, value_parser = choice(&OPTIMIZERS), value_name = "NAME", requires = "training", default_value = "sgd", help_heading = "Training")]
    optimizer: Optimizer,
    /// Maps in 2 bytes, params and their gradients in 4: an estimate by the sizes of elements.
    #[arg(long, requires = "training", help_heading = "Training")]
    mixed_precision: bool,
    /// What is not kept for the backward pass but computed again.
    #[arg(long, value_parser = choice(&CHECKPOINTS), value_name = "WHAT", requires = "training", default_value = "none", help_heading = "Training")]
    checkpoint: Checkpoint,
}

const OPTIMIZERS: [(&str, &str, Optimizer); 3] = [
    ("sgd", "Gradient descent: no value for each param", Optimizer::Sgd),
    ("momentum", "Gradient descent with momentum: one value", Optimizer::Momentum),
    ("adamw", "AdamW: two values", Optimizer::AdamW),
];

const CHECKPOINTS: [(&str, &str, Checkpoint); 2] = [
    ("none", "Everything is kept", Checkpoint::None),
    ("stages", "Only the inputs of stages are kept", Checkpoint::Stages),
];

impl TrainingArguments {
    /// How to train; `None` for a forward pass alone.
    pub(super) fn settings(self) -> Option<Settings> {
        let precision = if self.mixed_precision { Precision::Mixed } else { Precision::Full };
        let (optimizer, checkpoint) = (self.optimizer, self.checkpoint);
        self.training.then_some(Settings { optimizer, precision, checkpoint })
    }
}
