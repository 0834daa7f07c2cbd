//! Ctrl-C, for commands that end what they do before they end.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use super::output;

/// A flag that Ctrl-C sets. Where it cannot be caught, `otherwise` says what it will do instead.
pub(super) fn stop_flag(otherwise: &str) -> &'static AtomicBool {
    static STOP: AtomicBool = AtomicBool::new(false);
    static CAUGHT: Once = Once::new();
    // Once: a design evaluates one batch after the other.
    CAUGHT.call_once(|| {
        if ctrlc::set_handler(|| STOP.store(true, Ordering::Relaxed)).is_err() {
            output::say(&format!("cannot catch Ctrl-C: {otherwise}\n"));
        }
    });
    &STOP
}
