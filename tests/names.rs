//! Names of networks: an address means what it says, and another spelling means that network or is refused.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use phiscale::{Family, Request, find};
use proptest::prelude::*;

static FAMILIES: LazyLock<Vec<Family>> = LazyLock::new(|| find::families().expect("families"));

/// Params and MACs of every network, by its address.
static COUNTS: LazyLock<BTreeMap<String, (u64, u64)>> = LazyLock::new(|| {
    let mut counts = BTreeMap::new();
    for family in FAMILIES.iter() {
        let baseline = family.network(&Request::BASELINE).expect("a network").network;
        counts.insert(family.name.clone(), (baseline.params(), baseline.macs()));
        for member in family.all_members() {
            let request = Request { member: Some(member), ..Request::BASELINE };
            let network = family.network(&request).expect("a network").network;
            counts.insert(family.address(member), (network.params(), network.macs()));
        }
    }
    counts
});

/// A name in other cases and with other separators.
fn spellings(name: &str) -> Vec<String> {
    let without = name.replace(['-', '_'], "");
    let mut all = vec![name.to_string(), name.replace('_', "-"), name.replace('-', "_"), without];
    all.extend(all.clone().iter().map(|name| name.to_uppercase()));
    all.extend(all.clone().iter().map(|name| name.to_lowercase()));
    all
}

/// The address that a name is taken for; `None` if it is the name of several.
fn taken(name: &str) -> Option<String> {
    match find::address(name) {
        Ok(found) => Some(found.to_string()),
        Err(error) => {
            assert!(error.message().contains("the name of several"), "{name}: {error}");
            None
        }
    }
}

#[test]
fn an_address_means_what_it_says() {
    for address in COUNTS.keys() {
        for name in [address.clone(), address.to_uppercase()] {
            let found = find::address(&name).expect("an address");
            assert!(found.is_exact, "{name}");
            assert_eq!(found.to_string(), *address);
            assert_eq!(found.others().expect("no others"), [""; 0], "{name}");
        }
    }
}

#[test]
fn every_spelling_of_an_address_is_that_network() {
    for address in COUNTS.keys() {
        for name in spellings(address) {
            if let Some(taken) = taken(&name) {
                assert_eq!(COUNTS[&taken], COUNTS[address], "{name} is taken as {taken}");
            }
        }
    }
}

/// A name without library or separators is a network of that name, and those that differ are listed.
#[test]
fn every_name_alone_is_a_network_of_that_name_and_the_others_are_listed() {
    let plain = |name: &str| name.replace(['-', '_', ':', ' '], "").to_lowercase();
    let own = |address: &str| plain(address.rsplit_once('/').map_or(address, |(_, own)| own));
    let mut listed = BTreeMap::new();
    for (address, counts) in COUNTS.iter() {
        let name = own(address);
        let Some(taken) = taken(&name) else { continue };
        let found = find::address(&name).expect("an address");
        let family = FAMILIES.iter().find(|family| family.name == found.spec).expect("a family");
        let by_title = format!("{}{}", family.title, found.member.unwrap_or_default());
        assert!([own(&taken), plain(&by_title)].contains(&name), "{name} is taken as {taken}");
        for spelling in spellings(&name) {
            assert_eq!(find::address(&spelling).expect("an address").to_string(), taken);
        }
        if !found.is_exact {
            let others =
                listed.entry(name.clone()).or_insert_with(|| found.others().expect("others"));
            let differs = COUNTS[&taken] != *counts;
            assert_eq!(others.contains(address), differs, "{name} is {taken}, not {address}");
        }
    }
}

#[test]
fn families_come_first_then_libraries_in_order() {
    for (name, address) in [
        ("resnet", "resnet"),
        ("resnet50", "resnet:50"),
        ("ResNet-50", "resnet:50"),
        ("efficientnet_b0", "efficientnet:b0"),
        ("EfficientNet-B0", "efficientnet:b0"),
        ("mobilenet_v2", "mobilenetv2"),
        ("mobilenet_v3:Large", "mobilenetv3:large"),
        ("wide_resnet50_2", "torchvision/wide_resnet50_2"),
        ("regnetx-002", "timm/regnetx_002"),
        ("timm/ResNet_50", "timm/resnet50"),
    ] {
        assert_eq!(taken(name).as_deref(), Some(address), "{name}");
    }
    let resnet50 = phiscale::network("resnet50").expect("a network");
    assert_eq!((resnet50.params(), resnet50.macs()), (25_557_032, 4_089_184_256));
    assert_eq!(
        find::address("resnet50").expect("a network").others(),
        Ok(vec!["keras/ResNet50".into()])
    );
}

#[test]
fn nothing_fuzzier_is_taken() {
    for name in [
        "resnet51",
        "resnet 50",
        "resnet.50",
        "50",
        "b0",
        "resnet5",
        "",
        "-",
        ":",
        "torchvision/",
        "resnet50:b0",
    ] {
        let error = find::address(name).map(|found| found.to_string()).expect_err(name);
        assert!(error.message().contains("there is no"), "{name}: {error}");
    }
    let error = find::address("resnet51").expect_err("no such network");
    assert!(error.to_string().contains("did you mean `resnet:50`?"), "{error}");
}

/// The names of members are listed when the crate is built; here they are read.
#[test]
fn the_listed_names_are_those_in_the_specs() {
    for family in FAMILIES.iter() {
        for member in family.all_members() {
            let address = family.address(member);
            let found = find::address(&address).expect("an address");
            assert_eq!(
                (found.spec, found.member),
                (family.name.as_str(), Some(member.name.as_str()))
            );
        }
    }
    for library in phiscale::spec::bundled_libraries() {
        let is_of = |family: &&Family| {
            family.library_members.iter().any(|member| member.library() == Some(library))
        };
        let read: Vec<&str> = FAMILIES.iter().filter(is_of).map(|family| &*family.name).collect();
        let listed = find::families_of_library(library).expect("families");
        assert_eq!(listed.iter().map(|family| &*family.name).collect::<Vec<_>>(), read);
    }
}

proptest! {
    #[test]
    fn any_name_is_an_address_or_an_error(name in "[a-z0-9:/_-]{0,16}|\\PC{0,16}") {
        if let Ok(found) = find::address(&name) {
            let (address, again) = (found.to_string(), found.to_string());
            let again = find::address(&again);
            // A member that the family does not have is an error only when it is looked for.
            let is_same = again.is_ok_and(|again| again.spec == found.spec && again.to_string() == address);
            prop_assert!(is_same, "{} is taken as {}", name, address);
        }
    }
}
