//! What a training step costs and needs, in the report of `phiscale count`.

use crate::counting::network::Network;
use crate::counting::training::{
    self, Checkpoint, LayerTraining, Precision, Settings, StepMemory, Training, kept_bytes,
    largest_batch, memory,
};
use crate::counting::units::grouped;
use crate::reports::{Cell, Column, column, hidden};

/// The training of a network, to be reported beside its counts.
#[derive(Clone, Copy, Debug)]
pub struct CountedTraining<'a> {
    /// The training.
    pub training: &'a Training,
    /// How the network is trained.
    pub settings: Settings,
    /// A memory in bytes, and the largest batch whose step needs no more; `None` where not even one image fits.
    pub largest: Option<(u128, Option<u32>)>,
}

impl<'a> CountedTraining<'a> {
    /// The training of a network, and the largest batch within a memory.
    #[must_use]
    pub fn new(
        network: &Network,
        training: &'a Training,
        settings: Settings,
        max_memory: Option<u128>,
    ) -> Self {
        let largest =
            max_memory.map(|limit| (limit, largest_batch(network, training, settings, limit)));
        CountedTraining { training, settings, largest }
    }
}

/// What the report says in total, for `batch` images.
pub(super) fn fields(
    network: &Network,
    counted: &CountedTraining,
    batch: u32,
    is_torch: bool,
) -> Vec<(Column, Cell)> {
    let CountedTraining { training, settings, largest } = counted;
    let total = training.total();
    let step = memory(network, training, *settings, batch);
    let mut fields = vec![
        (column("optimizer", "optimizer"), Cell::text(settings.optimizer.name())),
        (column("precision", "precision"), Cell::text(settings.precision.name())),
        (column("checkpoint", "checkpoint"), Cell::text(settings.checkpoint.name())),
    ];
    fields.extend(macs(&total, *settings, batch, is_torch));
    fields.extend(kept(training, *settings, batch));
    fields.extend(step_fields(step.as_ref()));
    fields.extend(largest.iter().flat_map(|(limit, batch)| {
        let batch = batch.map_or(Cell::Missing, Cell::integer);
        [
            (column("max_memory_bytes", "memory (bytes)"), Cell::integer(*limit)),
            (column("largest_batch", "largest batch that fits"), batch),
        ]
    }));
    fields
}

fn macs(
    total: &LayerTraining,
    settings: Settings,
    batch: u32,
    is_torch: bool,
) -> Vec<(Column, Cell)> {
    let images = |amount: u128| Cell::integer(amount.saturating_mul(u128::from(batch)));
    let mut fields = vec![
        (column("forward_macs", "forward MACs"), images(total.forward_macs)),
        (column("backward_macs", "backward MACs"), images(total.backward_macs)),
    ];
    let again = total.forward_macs.saturating_mul(settings.checkpoint.reruns());
    let repeated = match settings.checkpoint {
        Checkpoint::None => hidden("recomputed_macs"),
        Checkpoint::Stages => column("recomputed_macs", "MACs computed again"),
    };
    fields.push((repeated, images(again)));
    let header = "backward FLOPs (torch)";
    let torch = "torch_backward_flops";
    let torch = if is_torch { column(torch, header) } else { hidden(torch) };
    fields.push((torch, images(total.torch_backward_macs.saturating_mul(2))));
    fields
}

/// The bytes kept for the backward pass. With checkpoints they are not the same for each image of a batch.
fn kept(training: &Training, settings: Settings, batch: u32) -> Vec<(Column, Cell)> {
    let kept = training.total().kept;
    let is_whole = training.is_kept_known && settings.checkpoint == Checkpoint::None;
    let part = |bytes: u128| if is_whole { Cell::integer(bytes) } else { Cell::Missing };
    let all = kept_bytes(training, settings, batch).map_or(Cell::Missing, Cell::integer);
    vec![
        (
            column("saved_bytes_per_image", "kept for backward, each image (bytes)"),
            part(kept.bytes_per_image(settings.precision.bytes())),
        ),
        (
            column("saved_bytes_per_batch", "kept for backward, once (bytes)"),
            part(kept.bytes_per_batch()),
        ),
        (column("saved_bytes", "kept for backward, whole batch (bytes)"), all),
    ]
}

fn step_fields(step: Option<&StepMemory>) -> Vec<(Column, Cell)> {
    let part = |part: fn(&StepMemory) -> u128| {
        step.map_or(Cell::Missing, |step| Cell::integer(part(step)))
    };
    vec![
        (column("weights_bytes", "weights (bytes)"), part(|step| step.weights)),
        (column("gradients_bytes", "gradients of params (bytes)"), part(|step| step.gradients)),
        (column("optimizer_bytes", "optimizer (bytes)"), part(|step| step.optimizer)),
        (
            column("map_gradients_bytes", "gradients of maps, at most (bytes)"),
            part(|step| step.map_gradients),
        ),
        (column("peak_bytes", "peak of a step, at most (bytes)"), part(|step| step.peak)),
    ]
}

/// The memory of a step on `batch` images, for `phiscale fit`.
pub(super) fn memory_fields(
    network: &Network,
    settings: Settings,
    batch: u32,
) -> Vec<(Column, Cell)> {
    let training = training::of(network);
    let step = memory(network, &training, settings, batch);
    let part = |part: fn(&StepMemory) -> u128| {
        step.as_ref().map_or(Cell::Missing, |step| Cell::integer(part(step)))
    };
    vec![
        (column("total_bytes", "memory of a training step (bytes)"), part(|step| step.peak)),
        (column("weights_bytes", "of which weights"), part(|step| step.weights)),
        (column("gradients_bytes", "of which gradients of params"), part(|step| step.gradients)),
        (column("optimizer_bytes", "of which the optimizer"), part(|step| step.optimizer)),
        (column("saved_bytes", "of which kept for backward"), part(|step| step.kept)),
        (
            column("map_gradients_bytes", "of which gradients of maps, at most"),
            part(|step| step.map_gradients),
        ),
        (column("optimizer", "optimizer"), Cell::text(settings.optimizer.name())),
        (column("precision", "precision"), Cell::text(settings.precision.name())),
        (column("checkpoint", "checkpoint"), Cell::text(settings.checkpoint.name())),
        (column("batch", "images in memory"), Cell::integer(batch)),
    ]
}

/// The columns that a breakdown by layer or stage has more.
pub(super) fn columns() -> Vec<Column> {
    vec![
        column("backward_macs", "backward MACs"),
        column("saved_bytes", "kept for backward (bytes)"),
    ]
}

/// The cells of [`columns`] for `batch` images.
pub(super) fn cells(counted: &CountedTraining, layer: &LayerTraining, batch: u32) -> Vec<Cell> {
    let bytes = layer.kept.bytes(counted.settings.precision.bytes(), batch);
    let is_known = counted.training.is_kept_known;
    vec![
        Cell::integer(layer.backward_macs.saturating_mul(u128::from(batch))),
        if is_known { Cell::integer(bytes) } else { Cell::Missing },
    ]
}

/// What a reader of these numbers has to know.
pub(super) fn notes(counted: &CountedTraining) -> Vec<String> {
    let mut notes = Vec::new();
    if counted.training.is_kept_known {
        notes.push(
            "Bytes kept for backward are those of eager PyTorch on a processor. Gradients of maps, and so the peak, are \
             an upper bound; what single operations need while they run is left out."
                .into(),
        );
    } else {
        notes.push(
            "The file is a graph for inference, which does not say what training keeps: its memory is unknown.".into(),
        );
    }
    if counted.settings.precision == Precision::Mixed {
        notes
            .push("In mixed precision, bytes are an estimate: 2 for each element of a map.".into());
    }
    if let Some((limit, None)) = counted.largest {
        notes.push(format!("Not even one image fits in {} bytes.", grouped(limit)));
    }
    notes
}
