//! The networks that a report of a sweep holds.

use std::ops::Range;

use phiscale::sweep::{Front, Sweep, SweptNetwork, Tally, Total};
use phiscale::{Diagnostic, Error};

use super::threads::{Watch, rounds};

/// The most points in a report without a front; one with more would take gigabytes of memory.
const MAX_POINTS: u64 = 100_000;

/// The networks on the front of two costs, in the order of the first.
pub(super) fn front(
    sweep: &Sweep,
    points: Range<u64>,
    costs: [Total; 2],
    watch: &Watch,
) -> Result<(Vec<SweptNetwork>, Tally), Error> {
    let end = points.end;
    let counted = rounds(
        sweep,
        points,
        watch,
        Front::default,
        |counter, chunk, front| {
            let offer = |index, totals: &_| {
                front.offer(costs.map(|cost| cost.in_totals(totals)), index, || ());
            };
            Ok(counter.count(chunk, offer))
        },
        |_| Ok(true),
    )?;
    stopped(counted.end, end)?;
    let mut front = Front::default();
    counted.found.iter().for_each(|part| front.merge(part));
    let mut again = sweep.counter();
    let mut networks = Vec::new();
    for index in front.indices() {
        again.networks(index..index + 1, |network| networks.push(network))?;
    }
    Ok((networks, counted.tally))
}

/// All networks within the limits.
pub(super) fn all(
    sweep: &Sweep,
    points: Range<u64>,
    watch: &Watch,
) -> Result<(Vec<SweptNetwork>, Tally), Error> {
    let (count, end) = (points.end - points.start, points.end);
    if count > MAX_POINTS {
        let message = format!("a report is of at most {MAX_POINTS} points, not of {count}");
        let help = "more are written line by line, as csv or jsonl; --front keeps the best, and --range takes a part";
        return Err(Diagnostic::new(message).help(help).into());
    }
    let mut networks = Vec::new();
    let counted = rounds(
        sweep,
        points,
        watch,
        Vec::new,
        |counter, chunk, found| counter.networks(chunk, |network| found.push(network)),
        |found| {
            networks.append(found);
            Ok(true)
        },
    )?;
    stopped(counted.end, end)?;
    Ok((networks, counted.tally))
}

fn stopped(at: u64, end: u64) -> Result<(), Error> {
    if at < end { Err(Error::new("stopped")) } else { Ok(()) }
}
