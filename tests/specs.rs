//! Every spec in `specs/` is a test: what it claims as exact is counted and compared.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use phiscale::audit::Audit;
use phiscale::explain::Difference;
use phiscale::internals::Scalar;
use phiscale::{Convention, Event, Family, Ledger, Member, Network, Request, Scale, explain, spec};

/// Every spec in the folder, found by looking, so that none can be forgotten.
static FAMILIES: LazyLock<Vec<Family>> = LazyLock::new(|| {
    let specs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("specs");
    let folders =
        [specs.join("examples"), specs].map(|path| fs::read_dir(path).expect("the specs"));
    let entries = folders.into_iter().flatten().map(|entry| entry.expect("a file").path());
    let mut paths: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|suffix| suffix == "toml")).collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths.iter().map(|path| family(path)).collect()
});

/// The baseline and every member of every family, with its address.
static NETWORKS: LazyLock<Vec<(String, Network<u64>)>> = LazyLock::new(|| {
    let mut networks = Vec::new();
    for family in FAMILIES.iter() {
        networks.push((family.name.clone(), network(family, None)));
        for member in family.all_members() {
            networks.push((family.address(member), network(family, Some(member))));
        }
    }
    networks
});

static CONVENTIONS: LazyLock<Vec<Convention>> =
    LazyLock::new(|| spec::conventions().expect("the bundled conventions"));

fn family(path: &Path) -> Family {
    let text = fs::read_to_string(path).expect("a readable spec");
    let name = path.file_stem().expect("a name").to_string_lossy();
    spec::parse(&name, &path.to_string_lossy(), &text)
        .unwrap_or_else(|problems| panic!("{}: {problems:#?}", path.display()))
}

fn network(family: &Family, member: Option<&Member>) -> Network<u64> {
    let request = Request { member, ..Request::BASELINE };
    family.network(&request).unwrap_or_else(|problems| panic!("{problems:#?}")).network
}

#[test]
fn every_exact_count_is_reproduced() {
    let (mut compared, mut wrong) = (0, Vec::new());
    for family in FAMILIES.iter() {
        let audit = Audit::new(family, &CONVENTIONS).expect("a family that can be counted");
        compared += audit.exact.len();
        wrong.extend(audit.exact.into_iter().filter(|claim| !claim.matches()));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(compared >= 2000, "only {compared} integers were compared");
}

/// What tests/data/sizes.py measured: libraries pad, pool and overhang where windows or kernels do not fit.
#[test]
fn odd_sizes_are_counted_as_the_libraries_run_them_and_refused_where_they_refuse() {
    let mut table = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(include_str!("data/sizes.csv").as_bytes());
    let (mut compared, mut refused) = (0, 0);
    for record in table.records() {
        let record = record.expect("a row");
        let number = |index: usize| record[index].parse::<u64>();
        let (address, image) = (&record[0], [1, 2].map(|index| number(index).expect("a side")));
        let of_member = |family: &&Family| family.all_members().any(|it| it.name == *address);
        let family = FAMILIES.iter().find(of_member).expect("a bundled network");
        let member = family.all_members().find(|member| member.name == *address);
        let request = Request { member, image: Some(image), ..Request::BASELINE };
        let counted = family.network(&request).map(|scaled| scaled.network);
        let Ok(macs) = number(4) else {
            assert!(counted.is_err(), "{address} at {image:?}");
            refused += 1;
            continue;
        };
        let network = counted.unwrap_or_else(|problems| panic!("{address}: {problems:#?}"));
        let params = number(3).expect("params");
        assert_eq!((network.params(), network.macs()), (params, macs), "{address} at {image:?}");
        compared += 1;
    }
    assert!(compared >= 140 && refused >= 70, "{compared} compared, {refused} refused");
}

#[test]
fn every_family_and_every_published_figure_has_a_source() {
    for family in FAMILIES.iter() {
        assert!(!family.source.is_empty(), "{}", family.name);
        for member in family.all_members() {
            let address = family.address(member);
            assert!(member.exact.iter().all(|exact| !exact.source.is_empty()), "{address}");
            assert!(member.published.iter().all(|figure| !figure.source.is_empty()), "{address}");
        }
    }
}

#[test]
fn the_closed_form_over_repeats_equals_the_network_written_out() {
    for (address, network) in NETWORKS.iter() {
        assert_eq!(network.ledger(), network.unrolled().ledger(), "{address}");
    }
}

#[test]
fn layers_add_up_to_stages_and_stages_to_the_whole() {
    for (address, network) in NETWORKS.iter() {
        let whole = network.ledger();
        let mut by_stage = Ledger::zero();
        for (index, stage) in network.stages().iter().enumerate() {
            let alone = network.stage_ledger(index);
            by_stage.increase(&alone);
            let mut by_layer = Ledger::zero();
            for placed in network.layers().iter().filter(|placed| placed.stage == index) {
                by_layer.increase(&placed.ledger());
            }
            assert_eq!(by_layer, alone, "{address}, {}", stage.name);
        }
        assert_eq!(by_stage, whole, "{address}");
    }
}

#[test]
fn paths_name_one_place_each() {
    for (address, network) in NETWORKS.iter() {
        let mut paths: Vec<&str> =
            network.layers().iter().map(|placed| placed.path.as_str()).collect();
        let all = paths.len();
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), all, "{address}");
    }
}

#[test]
fn the_polynomial_at_the_baseline_is_the_exact_count_for_every_event() {
    for family in FAMILIES.iter() {
        let exact = network(family, None).ledger();
        let closed_form = family.closed_form(None).expect("a closed form").ledger();
        for (event, part, polynomial) in closed_form.entries() {
            let exact = *exact.entry(event, part);
            let what = format!("{}: {} in part {}", family.name, event.name(), part.name());
            assert_eq!(polynomial.exact(), exact, "{what}");
            let sum = polynomial.at(1.0, 1.0, 1.0);
            let off = (sum - exact as f64).abs();
            assert!(off <= 1e-9 * sum.abs().max(1.0), "{what}");
        }
    }
}

/// Twice and three times as many repeats are whole numbers, so that no rounding acts.
#[test]
fn the_polynomial_in_depth_is_the_exact_count_for_every_event() {
    for family in FAMILIES.iter() {
        let closed_form = family.closed_form(None).expect("a closed form").ledger();
        for depth in [2.0, 3.0] {
            let scale = Scale { depth, ..Scale::BASELINE };
            let request = Request { scale, ..Request::BASELINE };
            let exact = family.network(&request).expect("a deeper network").network.ledger();
            for (event, part, polynomial) in closed_form.entries() {
                let sum = polynomial.at(depth, 1.0, 1.0);
                let off = (sum - *exact.entry(event, part) as f64).abs();
                let what = format!("{} at depth {depth}: {}", family.name, event.name());
                assert!(off <= 1e-9 * sum.abs().max(1.0), "{what} is {sum}");
            }
        }
    }
}

/// What `phiscale explain` promises: a convention's number is the sum of its parts.
#[test]
fn every_number_of_every_convention_is_the_sum_of_its_parts() {
    for (address, network) in NETWORKS.iter() {
        let cost = network.ledger();
        for number in explain::numbers(&cost, &CONVENTIONS, 1) {
            let name = &number.convention.name;
            let parts: u128 = number.parts.iter().map(|(_, part)| part).sum();
            assert_eq!(parts, number.value, "{address}: {name}");
            assert_eq!(number.value, number.convention.value(&cost, 1), "{address}: {name}");
        }
        for pair in CONVENTIONS.windows(2) {
            let differences = explain::between(&cost, &pair[0], &pair[1], 1);
            let difference: i128 = differences.iter().map(Difference::contribution).sum();
            let [a, b] = [&pair[0], &pair[1]].map(|c| c.value(&cost, 1).cast_signed());
            assert_eq!(b - a, difference, "{address}: {} to {}", pair[0].name, pair[1].name);
        }
    }
}

#[test]
fn the_default_convention_counts_what_the_totals_call_macs() {
    let convention = CONVENTIONS.iter().find(|convention| convention.name == "conv-linear");
    let convention = convention.expect("the default convention");
    for (address, network) in NETWORKS.iter() {
        let cost = network.ledger();
        assert_eq!(convention.value(&cost, 1), cost.total(Event::MACS), "{address}");
    }
}
