//! A plan gives the totals of the network that the family builds.

#![allow(missing_docs, clippy::expect_used)]

use std::thread;

use phiscale::{Error, Event, Family, Plan, Request, Scale, spec};

/// Networks compared for each bundled family.
const POINTS: u64 = 10_000;

/// Every event as a total.
const EVENTS: usize = Event::ALL.len();

#[test]
fn every_event_of_a_plan_is_that_of_the_network() {
    let families: Vec<Family> = spec::bundled_names().map(family).collect();
    let per_family = std::env::var("PLAN_POINTS").ok().and_then(|points| points.parse().ok());
    let points = per_family.unwrap_or(POINTS);
    thread::scope(|scope| {
        for worker in 0..2 {
            let families = families.iter().skip(worker).step_by(2);
            scope.spawn(move || families.for_each(|family| compare(family, points)));
        }
    });
}

fn family(name: &str) -> Family {
    let text = spec::bundled(name).expect("a bundled spec");
    spec::parse(name, name, text).expect("a sound spec")
}

/// Compares the baseline and members, in turn, at random scales and sizes.
fn compare(family: &Family, points: u64) {
    let start = std::time::Instant::now();
    let members = std::iter::once(None).chain(family.all_members().map(Some));
    let members: Vec<_> = members.collect();
    let mut random = Random(7);
    let (mut built, mut failed) = (0, 0);
    let mut slow = 0;
    for (index, member) in members.iter().enumerate() {
        let base = Request { member: *member, ..Request::BASELINE };
        let events = std::array::from_fn(|index| &Event::ALL[index..=index]);
        let mut plan: Plan<EVENTS> = Plan::new(family, base, events).expect("a plan");
        let share = points / members.len() as u64
            + u64::from((index as u64) < points % members.len() as u64);
        for _ in 0..share {
            let request = random.request(base);
            let network = family.network(&request);
            let counted = network.map(|scaled| {
                let ledger = scaled.network.ledger();
                std::array::from_fn(|index| ledger.amount(Event::ALL[index]))
            });
            failed += u64::from(counted.is_err());
            let planned = plan.totals(request.scale, request.image);
            if let (Ok(a), Ok(b)) = (&planned, &counted) {
                for i in 0..EVENTS {
                    if a[i] != b[i] {
                        eprintln!("{:?} {} {}", Event::ALL[i], a[i], b[i]);
                    }
                }
            }
            let text =
                |result: Result<[u64; EVENTS], Error>| result.map_err(|error| error.to_string());
            let name = member.map_or("baseline", |member| &member.name);
            assert_eq!(text(planned), text(counted), "{} {name} {request:?}", family.name);
        }
        built += plan.built();
    }
    eprintln!(
        "{}: {} members, built {built} failed {failed} slow {slow} {:?}",
        family.name,
        members.len(),
        start.elapsed()
    );
    slow += 1;
    let _ = slow;
}

struct Random(u64);

impl Random {
    /// A number from 0 to 1 (Steele et al. 2014, `SplitMix64`).
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// From 1/3 to 3 times as much.
    fn multiplier(&mut self) -> f64 {
        3f64.powf(2.0 * self.next() - 1.0)
    }

    fn request<'a>(&mut self, base: Request<'a>) -> Request<'a> {
        let is_scaled = base.member.is_none_or(|member| member.scale() == Scale::BASELINE);
        let scale = Scale {
            depth: self.multiplier(),
            width: self.multiplier(),
            resolution: self.multiplier(),
        };
        let mut side = || (self.next() * 512.0) as u64;
        let image = [side(), side()];
        let has_image = !is_scaled || self.next() < 0.3;
        Request {
            scale: if is_scaled { scale } else { Scale::BASELINE },
            image: has_image.then_some(image),
            ..base
        }
    }
}
