//! Names in Python: those of a spec that cannot be used, and those made from them.

use crate::error::{Diagnostic, Span};

const KEYWORDS: &str = "\
    False None True and as assert async await break class continue def del elif else except finally for \
    from global if import in is lambda nonlocal not or pass raise return try while with yield";

/// What a class uses by these names.
const USED: &str = "\
    F Tensor bool classes float in_channels int math max min nn out_channels range round self super \
    torch type";

/// What a `torch.nn.Module` has by these names (PyTorch 2.15).
const OF_MODULES: &str = "\
    T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double \
    dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule \
    half ipu load_state_dict modules mtia named_buffers named_children named_modules named_parameters \
    parameters register_backward_hook register_buffer register_forward_hook register_forward_pre_hook \
    register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook \
    register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook \
    register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to \
    to_empty train training type xpu zero_grad";

fn has(words: &str, word: &str) -> bool {
    words.split(' ').any(|one| one == word)
}

/// The name of a submodule: that of a stage or step, with `_` for what a name cannot have.
pub(super) fn attribute(name: &str, what: &str, span: &Span) -> Result<String, Diagnostic> {
    let plain = plain(name);
    let plain = if starts_with_digit(&plain) { format!("{what}_{plain}") } else { plain };
    let problem = if has(KEYWORDS, &plain) {
        "is a keyword of Python"
    } else if has(OF_MODULES, &plain) {
        "is what every torch.nn.Module has by that name"
    } else if plain.starts_with('_') {
        "starts like what is private to a torch.nn.Module"
    } else {
        return Ok(plain);
    };
    Err(refused(name, what, problem, span))
}

/// Whether an attribute of `self` may have the name.
pub(super) fn is_free(name: &str) -> bool {
    !has(KEYWORDS, name) && !has(OF_MODULES, name)
}

/// The name of an argument: that of a parameter or derived name of a block.
pub(super) fn argument(name: &str, span: &Span) -> Result<String, Diagnostic> {
    let problem = if has(KEYWORDS, name) {
        "is a keyword of Python"
    } else if has(USED, name) {
        "is used by the class itself"
    } else {
        return Ok(name.into());
    };
    Err(refused(name, "parameter", problem, span))
}

/// The name of a class: `FusedMbconv` of `fused_mbconv`.
pub(super) fn class(name: &str) -> String {
    let plain = plain(name);
    let words = plain.split('_').filter(|word| !word.is_empty());
    let name: String = words.map(capitalised).collect();
    if starts_with_digit(&name) || name.is_empty() { format!("Network{name}") } else { name }
}

/// Letters, digits and `_` alone.
fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

fn starts_with_digit(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_digit())
}

fn refused(name: &str, what: &str, problem: &str, span: &Span) -> Diagnostic {
    let message = format!("the {what} `{name}` cannot be exported: `{name}` {problem}");
    Diagnostic::new(message).at(span, "here").help("choose another name")
}
