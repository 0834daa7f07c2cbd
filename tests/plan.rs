//! A plan gives the totals of the network that the family builds, and fails where it fails.

#![allow(missing_docs, clippy::expect_used, clippy::panic)]

use std::env;
use std::thread;

use phiscale::{Error, Event, Family, Plan, Request, Scale, spec};

/// Random networks of each bundled family. `PLAN_POINTS=10000 cargo test --release --test plan` takes more.
const POINTS: usize = 200;

/// The most members of a family that are taken, besides its baseline.
const MEMBERS: usize = 7;

const EVENTS: usize = Event::ALL.len();

/// Every event as a total, and all of some kinds.
type EveryEvent<'f> = Plan<'f, EVENTS>;

#[test]
fn every_event_of_every_family_is_that_of_the_network() {
    let points = env::var("PLAN_POINTS").map_or(POINTS, |text| text.parse().expect("a number"));
    let families: Vec<Family> = spec::bundled_names().map(bundled).collect();
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for first in 0..threads {
            let families = families.iter().skip(first).step_by(threads);
            scope.spawn(move || families.for_each(|family| compare(family, points)));
        }
    });
}

#[test]
fn a_plan_that_was_asked_before_gives_the_same_again() {
    let family = bundled("densenet");
    let totals = [Event::MACS, Event::PARAMS, Event::ACTIVATIONS];
    let mut plan = Plan::new(&family, Request::BASELINE, totals).expect("a plan");
    let mut random = Random(3);
    let scales: Vec<Scale> = (0..30).map(|_| random.scale()).collect();
    let mut all = || -> Vec<[u64; 3]> {
        scales.iter().map(|scale| plan.totals(*scale, None).expect("totals")).collect()
    };
    assert_eq!(all(), all());
    assert_eq!(plan.built(), 0);
}

#[test]
fn a_plan_fails_as_the_family_does() {
    let family = bundled("efficientnet");
    let mut plan = Plan::new(&family, Request::BASELINE, [Event::MACS]).expect("a plan");
    let scales = [(0.0, 1.0, 1.0), (1.0, f64::NAN, 1.0), (1e9, 1.0, 1.0), (1.0, 1e12, 1e6)];
    for (depth, width, resolution) in scales {
        let scale = Scale { depth, width, resolution };
        let network = family.network(&Request { scale, ..Request::BASELINE });
        let expected = network.map(|_| ()).expect_err("no network").to_string();
        assert_eq!(plan.totals(scale, None).expect_err("no totals").to_string(), expected);
    }
    let nothing = Request { image: Some([0, 224]), ..Request::BASELINE };
    let macs = family.network(&nothing).expect("a network on nothing").network.macs();
    assert_eq!(plan.totals(Scale::BASELINE, nothing.image).expect("totals"), [macs]);
    assert_eq!(plan.built(), 5);
}

#[test]
fn totals_that_count_an_event_twice_are_refused() {
    let family = bundled("efficientnet");
    let twice: &[Event] = &[Event::ConvMacs, Event::ConvBiases, Event::ConvMacs];
    let error = Plan::new(&family, Request::BASELINE, [twice]).expect_err("an event twice");
    assert!(error.to_string().contains("lists `conv_macs` more than once"), "{error}");
}

fn bundled(name: &str) -> Family {
    let text = spec::bundled(name).expect("a bundled spec");
    spec::parse(name, name, text).expect("a sound spec")
}

/// Compares the baseline and some members at random scales and on random images.
fn compare(family: &Family, points: usize) {
    let members: Vec<_> = family.all_members().map(Some).collect();
    let step = members.len().div_ceil(MEMBERS).max(1);
    let members: Vec<_> = [None].into_iter().chain(members.into_iter().step_by(step)).collect();
    let mut random = Random(7);
    for member in &members {
        let base = Request { member: *member, ..Request::BASELINE };
        let events = std::array::from_fn(|index| &Event::ALL[index..=index]);
        let mut plan = EveryEvent::new(family, base, events).expect("a plan");
        let mut failed = 0;
        for _ in 0..points.div_ceil(members.len()) {
            let request = random.request(base);
            let counted = counted(family, &request);
            let planned = plan.totals(request.scale, request.image);
            failed += u64::from(counted.is_err());
            let name = member.map_or("the baseline", |member| &member.name);
            assert_eq!(
                planned.map_err(|error| error.to_string()),
                counted.map_err(|error| error.to_string()),
                "{} of {} at {:?} on {:?}",
                name,
                family.name,
                request.scale,
                request.image
            );
        }
        assert_eq!(plan.built(), failed, "only errors of {} are not planned", family.name);
    }
}

fn counted(family: &Family, request: &Request) -> Result<[u64; EVENTS], Error> {
    let ledger = family.network(request)?.network.ledger();
    Ok(std::array::from_fn(|index| ledger.amount(Event::ALL[index])))
}

/// Random numbers (Steele et al. 2014, SplitMix64).
struct Random(u64);

impl Random {
    /// A number from 0 to below 1.
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// From a third to three times as much of everything.
    fn scale(&mut self) -> Scale {
        let mut multiplier = || 3f64.powf(2.0 * self.next() - 1.0);
        Scale { depth: multiplier(), width: multiplier(), resolution: multiplier() }
    }

    /// A member that is scaled already gets another image only.
    fn request<'a>(&mut self, base: Request<'a>) -> Request<'a> {
        let (scale, share) = (self.scale(), self.next());
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 1 to 512
        let image = [0, 1].map(|_| 1 + (self.next() * 512.0) as u64);
        let is_scaled = base.member.is_some_and(|member| member.scale() != Scale::BASELINE);
        let scale = if is_scaled { Scale::BASELINE } else { scale };
        Request { scale, image: (is_scaled || share < 0.3).then_some(image), ..base }
    }
}
