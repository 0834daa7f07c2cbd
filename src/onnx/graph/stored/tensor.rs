//! Whether a stored tensor is trained, as far as its file shows.

use std::sync::Arc;

use crate::counting::ledger::Event;
use crate::onnx::file::pattern::Pattern;

/// Fewer different numbers are those of a mask.
const MIN_LOOKED_UP: usize = 16;

#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // each is a separate fact
pub(super) struct StoredTensor {
    /// A tensor with several names has this one for all of them.
    pub(super) name: Arc<str>,
    /// Whether its name is that of a parameter, looked through once: a name may be long, and read often.
    pub(super) is_named: bool,
    pub(super) elements: u64,
    pub(super) pattern: Pattern,
    /// Whether its type is one of those that are trained, or that trained tensors are quantised to.
    pub(super) is_number: bool,
    pub(super) source: Source,
    /// What the user says of it.
    pub(super) said: Option<bool>,
    pub(super) is_counted: bool,
    pub(super) is_noted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// An initializer, or a Constant node that has the name of a parameter.
    Parameter,
    /// A Constant node.
    Literal,
}

/// A tensor whose count a reader should know of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Doubt {
    pub(crate) kind: DoubtKind,
    pub(crate) name: Arc<str>,
    pub(crate) elements: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DoubtKind {
    /// Not counted: a table of few different numbers.
    Table,
    /// Not counted: a filter.
    Filter,
    /// Counted, but zero throughout and not the whole of a layer's bias.
    Zeros,
    /// Counted, but the exporter computed it from what the file lacks.
    Computed,
    /// Counted by its different numbers: the exporter looked them up in a table.
    LookedUp,
    /// Counted, but its numbers, which might tell otherwise, are not there.
    Unread,
}

/// Whether a tensor is trained.
enum Verdict {
    Trained,
    /// Not trained, and nobody would think so.
    Fixed,
    /// Not trained, as far as the file shows.
    Doubtful(DoubtKind),
}

/// How a tensor is read.
#[derive(Clone, Copy)]
pub(super) struct Role {
    pub(super) event: Event,
    /// Whether it is a parameter of a layer, as weights and biases are.
    pub(super) is_parameter: bool,
    /// Whether it is all that the layer reads as `event`.
    pub(super) is_whole: bool,
}

impl StoredTensor {
    /// Whether the tensor is trained, as far as the file shows, and what is doubtful about that.
    pub(super) fn judge(&self, role: Role) -> (bool, Option<DoubtKind>) {
        let is_weight =
            matches!(role.event, Event::ConvWeights | Event::LinearWeights | Event::Embeddings);
        if self.pattern == Pattern::Selection && is_weight {
            return (false, Some(DoubtKind::Table));
        }
        match if role.is_parameter { self.as_parameter(role) } else { self.as_data() } {
            Verdict::Trained => (true, self.doubt(role)),
            Verdict::Fixed => (false, None),
            Verdict::Doubtful(kind) => (false, Some(kind)),
        }
    }

    /// The verdict on a parameter of a layer. Weights may be literal numbers, but not the ones and zeros of
    /// a norm without scale and shift, nor a part of what is otherwise stored in initializers. Some exporters store
    /// literal numbers there too.
    fn as_parameter(&self, role: Role) -> Verdict {
        let is_uniform = matches!(self.pattern, Pattern::Zeros | Pattern::Uniform);
        let is_part = !role.is_whole;
        let is_literal = match self.source {
            Source::Literal => is_uniform || is_part,
            Source::Parameter => {
                let is_norm = role.event == Event::NormAffine;
                is_uniform && (is_norm || is_part) && is_computed_name(&self.name)
            }
        };
        let is_filter = role.event == Event::ConvWeights && self.pattern == Pattern::EqualKernels;
        match (is_literal, is_filter) {
            (true, _) => Verdict::Fixed,
            (_, true) => Verdict::Doubtful(DoubtKind::Filter),
            _ => Verdict::Trained,
        }
    }

    /// The verdict on what reaches the network otherwise.
    fn as_data(&self) -> Verdict {
        let is_unnamed_number = self.elements <= 1 && !self.is_named;
        if !self.is_number || self.source == Source::Literal || is_unnamed_number {
            return Verdict::Fixed;
        }
        match self.pattern {
            _ if self.table().is_some() => Verdict::Trained,
            Pattern::Table(_) | Pattern::EqualKernels => Verdict::Doubtful(DoubtKind::Table),
            Pattern::Zeros | Pattern::Uniform if is_computed_name(&self.name) => Verdict::Fixed,
            _ => Verdict::Trained,
        }
    }

    /// The size of the table in which an exporter looked all of its elements up, as for the positions of attention.
    fn table(&self) -> Option<u64> {
        match self.pattern {
            Pattern::Table(different)
                if different >= MIN_LOOKED_UP && is_computed_name(&self.name) =>
            {
                u64::try_from(different).ok()
            }
            _ => None,
        }
    }

    /// How many elements were trained.
    pub(super) fn trained_elements(&self) -> u64 {
        self.table().unwrap_or(self.elements)
    }

    /// What is doubtful about a tensor that counts as trained.
    fn doubt(&self, role: Role) -> Option<DoubtKind> {
        let is_computed = is_computed_name(&self.name);
        let is_data = role.event == Event::Embeddings;
        // Of its other weights, PyTorch's newer exporter keeps the names; its older one renames all that it folds.
        let is_made_kernel = role.event == Event::ConvWeights && is_numbered(&self.name);
        match self.pattern {
            Pattern::Unread if is_data || is_computed && role.event == Event::NormAffine => {
                Some(DoubtKind::Unread)
            }
            Pattern::Zeros if !role.is_whole && self.elements > 1 => Some(DoubtKind::Zeros),
            // A folded norm has a note, and what a linear layer reads is often only transposed.
            Pattern::Varied if is_data && is_computed || is_made_kernel => {
                Some(DoubtKind::Computed)
            }
            _ if is_data && self.table().is_some() => Some(DoubtKind::LookedUp),
            _ => None,
        }
    }
}

/// Whether a name is a path of modules, as frameworks name parameters: `layer1.0.gain`, `conv2d_1.w_0`.
pub(super) fn is_path(name: &str) -> bool {
    // Paddle's exporter numbers its constants: `p2o.helper.constant.1`.
    name.contains('.') && !name.starts_with("p2o.") && name.split('.').all(is_identifier)
}

/// Whether a name is a word, as that of a parameter outside all modules is: `logit_scale`. Constants have numbers or say
/// what they are: `val_1`, `scalar_tensor_default`.
pub(super) fn is_word(name: &str) -> bool {
    let is_constant = ["const", "default", "axes", "shape"].iter().any(|word| name.contains(word));
    is_identifier(name)
        && !is_constant
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.ends_with(char::is_alphabetic)
}

fn is_identifier(part: &str) -> bool {
    !part.is_empty() && part.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}

/// Whether a name is an operator's, or `val`, with a number: `view_8`.
fn is_numbered(name: &str) -> bool {
    let operators = ["add", "div", "mul", "permute", "sub", "val", "view"];
    name.rsplit_once('_').is_some_and(|(operator, number)| {
        operators.contains(&operator) && number.parse::<u64>().is_ok()
    })
}

/// Whether a name is one that PyTorch's exporters give to what they computed: `val_8`, `/norm/Constant_output_0`.
fn is_computed_name(name: &str) -> bool {
    name.starts_with("val_") && is_numbered(name)
        || name.starts_with("onnx::")
        || name.starts_with('/') && name.contains("_output_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_have_paths_of_modules_for_names() {
        for name in ["stages.0.0.skipinit_gain", "mobile_one_block_0.w_0", "logit_scale"] {
            assert!(is_path(name) || is_word(name), "{name}");
        }
        for name in [
            "/model.22/Constant_16_output_0",
            "p2o.helper.constant.1",
            "val_1",
            "a/mul.y:0",
            "a.",
            "const",
            "428",
        ] {
            assert!(!is_path(name) && !is_word(name), "{name}");
        }
    }
}
