//! Attempts as processes on this machine, each watched by a thread.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use phiscale::search::AttemptOutcome;

use crate::cli::evaluate::attempt::{self, Attempt};

/// The attempts that run here.
pub(in crate::cli::evaluate) struct Local {
    stop: &'static AtomicBool,
    sender: Sender<(String, Option<AttemptOutcome>)>,
    receiver: Receiver<(String, Option<AttemptOutcome>)>,
    threads: HashMap<String, JoinHandle<()>>,
    /// Outcomes that nobody has asked for yet.
    ended: HashMap<String, AttemptOutcome>,
}

impl Local {
    pub(super) fn new(stop: &'static AtomicBool) -> Local {
        let (sender, receiver) = channel();
        Local { stop, sender, receiver, threads: HashMap::new(), ended: HashMap::new() }
    }

    /// Starts an attempt.
    pub(super) fn start(&mut self, token: &str, attempt: Attempt) {
        let (sender, stop, name) = (self.sender.clone(), self.stop, token.to_string());
        let thread = thread::spawn(move || {
            let outcome = attempt::run(&attempt, stop);
            // Nobody listens to one that ends after the search.
            let _ = sender.send((name, outcome));
        });
        self.threads.insert(token.into(), thread);
    }

    /// The outcome of an attempt that has ended.
    pub(super) fn outcome(&mut self, token: &str) -> Option<AttemptOutcome> {
        while let Ok(ended) = self.receiver.try_recv() {
            self.keep(ended);
        }
        self.ended.remove(token)
    }

    /// Waits until an attempt ends, but not longer than `most`.
    pub(super) fn wait(&mut self, most: Duration) {
        if let Ok(ended) = self.receiver.recv_timeout(most) {
            self.keep(ended);
        }
    }

    fn keep(&mut self, (token, outcome): (String, Option<AttemptOutcome>)) {
        self.threads.remove(&token);
        self.ended.extend(outcome.map(|outcome| (token, outcome)));
    }

    /// Waits for attempts that the flag stops.
    pub(super) fn join(&mut self) {
        for (_, thread) in self.threads.drain() {
            let _ = thread.join();
        }
    }
}
