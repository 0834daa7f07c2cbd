//! Points counted on all processors, chunk by chunk, with what is found in order.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use indicatif::ProgressBar;
use phiscale::Error;
use phiscale::sweep::{Counter, Sweep, Tally};

/// The most points in a chunk. Lines of so many networks take a megabyte.
const CHUNK: u64 = 8192;

/// Chunks for each thread and round: the more, the less a thread waits for the slowest one.
const CHUNKS: usize = 4;

/// Who watches a sweep.
pub(super) struct Watch<'a> {
    /// Shows how many points are counted.
    pub(super) bar: ProgressBar,
    /// Set to end the sweep after the current round.
    pub(super) stop: &'a AtomicBool,
}

/// What was counted.
pub(super) struct Counted<T> {
    /// The index before which counting ended.
    pub(super) end: u64,
    pub(super) tally: Tally,
    /// What each slot holds.
    pub(super) found: Vec<T>,
}

/// One chunk at a time, counted on any thread.
struct Slot<'s, T> {
    counter: Counter<'s>,
    /// The count of all chunks so far, or why one failed.
    tally: Result<Tally, Error>,
    found: T,
}

/// Counts points in rounds of a chunk for each slot. `count` adds what it finds in a chunk to what a slot holds; `done`
/// takes that, in the order of the points, and says whether to go on.
pub(super) fn rounds<'s, T: Send>(
    sweep: &'s Sweep,
    points: Range<u64>,
    watch: &Watch,
    empty: impl Fn() -> T,
    count: impl Fn(&mut Counter<'s>, Range<u64>, &mut T) -> Result<Tally, Error> + Sync,
    mut done: impl FnMut(&mut T) -> Result<bool, Error>,
) -> Result<Counted<T>, Error> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let slot = |_| Slot { counter: sweep.counter(), tally: Ok(Tally::default()), found: empty() };
    let mut slots: Vec<Slot<T>> = (0..threads * CHUNKS).map(slot).collect();
    let chunk = (points.end - points.start).div_ceil(slots.len() as u64).clamp(1, CHUNK);
    let (mut next, mut goes_on) = (points.start, true);
    while goes_on && next < points.end && !watch.stop.load(Ordering::Relaxed) {
        let starts =
            (0..).map(|place| next + place * chunk).take_while(|start| *start < points.end);
        let chunks = starts.map(|start| start..(start + chunk).min(points.end));
        let queue = Mutex::new(slots.iter_mut().zip(chunks));
        let work = || {
            loop {
                let taken = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some((slot, chunk)) = taken else { break };
                slot.add(|counter, found| count(counter, chunk, found));
            }
        };
        thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
        for slot in &mut slots {
            slot.tally.as_ref().map_err(Clone::clone)?;
            goes_on = goes_on && done(&mut slot.found)?;
        }
        next = (next + chunk * slots.len() as u64).min(points.end);
        watch.bar.set_position(next - points.start);
    }
    watch.bar.finish_and_clear();
    let mut counted = Counted { end: next, tally: Tally::default(), found: Vec::new() };
    for slot in slots {
        counted.tally.add(slot.tally?);
        counted.found.push(slot.found);
    }
    Ok(counted)
}

impl<'s, T> Slot<'s, T> {
    fn add(&mut self, count: impl FnOnce(&mut Counter<'s>, &mut T) -> Result<Tally, Error>) {
        match (count(&mut self.counter, &mut self.found), &mut self.tally) {
            (Ok(tally), Ok(all)) => all.add(tally),
            (Err(error), tally) => *tally = Err(error),
            (Ok(_), Err(_)) => {}
        }
    }
}
