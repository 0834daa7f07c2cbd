//! `phiscale sweep`: the totals of very many networks of a family, line by line, or the best of them.

mod arguments;
mod report;
mod sink;
mod threads;

use std::ops::Range;

use indicatif::ProgressBar;
use phiscale::reports::{LineFormat, Swept, SweptLines};
use phiscale::{Error, grouped, reports};

use super::files::load_family;
use super::format::Output;
use super::interrupt::stop_flag;
use super::{Answer, Caller, Ended, Outcome, output};
pub(super) use arguments::Arguments;
use arguments::{Front, Written};
use sink::Sink;
use threads::{Watch, rounds};

const PROGRESS: &str = "{human_pos}/{human_len} points {wide_bar} {per_sec} {eta} left";

pub(super) fn run(arguments: &Arguments, caller: &Caller) -> Ended {
    match arguments.written()? {
        Written::Lines(format) => lines(arguments, format, caller),
        Written::Report(format) => {
            let output = Output { format, output: arguments.output.output.clone() };
            let bar = |points: &Range<u64>| output::bar(points.end - points.start, PROGRESS);
            answered(arguments, caller, bar)?.written(&output)
        }
    }
}

pub(super) fn answer(arguments: &Arguments, caller: &Caller) -> Result<Answer, Error> {
    answered(arguments, caller, |_| ProgressBar::hidden())
}

fn answered(
    arguments: &Arguments,
    caller: &Caller,
    bar: impl Fn(&Range<u64>) -> ProgressBar,
) -> Result<Answer, Error> {
    let front = arguments.front()?;
    let (family, member) = load_family(&arguments.network, caller)?;
    let (sweep, note) = arguments.sweep(&family, family.named(member)?, caller)?;
    let points = arguments.range(&sweep)?;
    let watch = Watch { bar: bar(&points), stop: caller.stop };
    let (networks, tally) = match &front {
        Some(Front { totals, .. }) => report::front(&sweep, points.clone(), *totals, &watch)?,
        None => report::all(&sweep, points.clone(), &watch)?,
    };
    let front = front.map(|front| front.measures);
    let swept = Swept { name: &arguments.network, sweep: &sweep, points, tally: &tally, front };
    check(&swept)?;
    let mut report = reports::sweep(&swept, &networks);
    report.notes.extend(note);
    report.notes.extend(sweep.notes());
    Ok(Answer::of(report))
}

/// Writes a line for each network while they are counted.
fn lines(arguments: &Arguments, format: LineFormat, caller: &Caller) -> Ended {
    let (family, member) = load_family(&arguments.network, caller)?;
    let (sweep, note) = arguments.sweep(&family, family.named(member)?, caller)?;
    let points = arguments.range(&sweep)?;
    let mut sink = Sink::new(arguments.output.output.as_deref())?;
    // Where no point gives a network, there is an error and no line.
    let mut header = (points.start == 0).then(|| SweptLines::new(&sweep, format).header());
    let counted = rounds(
        &sweep,
        points.clone(),
        &watch(&sink, &points, caller),
        || SweptLines::new(&sweep, format),
        |counter, chunk, lines| counter.networks(chunk, |network| lines.push(&network)),
        |lines| {
            let header = if lines.text().is_empty() { None } else { header.take() };
            header.map_or(Ok(true), |header| sink.write(header.as_bytes()))?;
            let goes_on = sink.write(lines.text())?;
            lines.clear();
            Ok(goes_on)
        },
    )?;
    let points = points.start..counted.end;
    let (tally, front) = (&counted.tally, None);
    let swept = Swept { name: &arguments.network, sweep: &sweep, points, tally, front };
    check(&swept)?;
    header.map_or(Ok(true), |header| sink.write(header.as_bytes()))?;
    caller.say_all(note.into_iter().chain(sweep.notes()).chain(swept.remarks()));
    finish(sink, &swept, arguments.range(&sweep)?, caller)
}

/// Ctrl-C ends the writing of a file after a round, so that the file has all rows before a point.
fn watch<'a>(sink: &Sink, points: &Range<u64>, caller: &Caller<'a>) -> Watch<'a> {
    let length = points.end - points.start;
    let bar =
        if sink.is_terminal() { ProgressBar::hidden() } else { output::bar(length, PROGRESS) };
    let stop = match sink {
        Sink::File(_) => stop_flag("it will end the sweep at once, and leave the file as it was"),
        Sink::Stdout | Sink::Special(..) => caller.stop,
    };
    Watch { bar, stop }
}

fn finish(sink: Sink, swept: &Swept, asked: Range<u64>, caller: &Caller) -> Ended {
    let Some(path) = sink.finish()? else { return Ok(Outcome::Passed) };
    let (path, kept) = (path.display(), grouped(swept.tally.kept.into()));
    let end = swept.points.end;
    if end == asked.end {
        caller.say(&format!("wrote {path}: {kept} networks"));
        return Ok(Outcome::Passed);
    }
    let rest =
        if asked.end == swept.sweep.points() { String::new() } else { asked.end.to_string() };
    caller.say(&format!(
        "stopped before point {end}: {path} has the {kept} networks before it; --range {end}..{rest} gives the rest"
    ));
    Ok(Outcome::Failed)
}

/// Fails if no point of the whole sweep gives a network, for the reason that the first does not.
fn check(swept: &Swept) -> Result<(), Error> {
    match &swept.tally.first {
        Some((index, error)) if swept.tally.without_network == swept.sweep.points() => {
            Err(error.clone().in_context(&swept.sweep.describe(*index)))
        }
        _ => Ok(()),
    }
}
