//! Names of networks: an address means what it says, and another spelling means that network or is refused.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use phiscale::{Family, Network, Request, Shape, find};
use proptest::prelude::*;

static FAMILIES: LazyLock<Vec<Family>> = LazyLock::new(|| find::families().expect("families"));

/// Params, MACs and input of every network, by its address.
static COUNTS: LazyLock<BTreeMap<String, (u64, u64, Shape)>> = LazyLock::new(|| {
    let counted = |network: &Network| (network.params(), network.macs(), network.input().clone());
    let mut counts = BTreeMap::new();
    for family in FAMILIES.iter() {
        let baseline = family.network(&Request::BASELINE).expect("a network").network;
        counts.insert(family.name.clone(), counted(&baseline));
        for member in family.all_members() {
            let request = Request { member: Some(member), ..Request::BASELINE };
            let network = family.network(&request).expect("a network").network;
            counts.insert(family.address(member), counted(&network));
        }
    }
    counts
});

/// A name without separators, except between digits, where they are `_`.
fn plain(name: &str) -> String {
    let digit_at = |at: usize| name[at..].starts_with(|letter: char| letter.is_ascii_digit());
    let is_kept = |(at, letter): &(usize, char)| match letter {
        '-' | '_' | '.' => *at > 0 && digit_at(at - 1) && digit_at(at + 1),
        _ => true,
    };
    let kept: String = name.char_indices().filter(is_kept).map(|(_, letter)| letter).collect();
    kept.replace(['-', '.'], "_")
}

/// A name in other cases and with other separators.
fn spellings(name: &str) -> Vec<String> {
    let without = plain(name);
    let mut all = vec![name.to_string(), name.replace('_', "-"), name.replace('-', "_"), without];
    all.push(name.replace(['-', '_'], "."));
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
            if name.contains([':', '/']) {
                assert_eq!(found.others(), Ok(Vec::new()), "{name}");
            }
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

/// A name without its library is the network of that name, or one that is the same in params, MACs and input, or those
/// that differ are listed with what differs.
#[test]
fn every_name_alone_is_a_network_of_that_name_and_the_others_are_listed() {
    let own = |address: &str| {
        plain(&address.rsplit_once('/').map_or(address, |(_, own)| own).replace([':', ' '], "_"))
            .to_lowercase()
    };
    let mut listed = BTreeMap::new();
    for (address, counts) in COUNTS.iter() {
        let name =
            address.rsplit_once('/').map_or(address.replace(':', "_"), |(_, own)| own.into());
        let Some(taken) = taken(&name) else { continue };
        let found = find::address(&name).expect("an address");
        let family = FAMILIES.iter().find(|family| family.name == found.spec).expect("a family");
        let member = found.member.and_then(|member| family.member(member));
        let by_title = format!("{} {}", family.title, found.member.unwrap_or_default());
        let in_print = member.map(|member| family.print_name(member)).unwrap_or_default();
        let names = [own(&taken), own(&by_title), own(&in_print)];
        assert!(names.contains(&own(&name)), "{name} is taken as {taken}");
        for spelling in spellings(&name) {
            assert_eq!(find::address(&spelling).expect("an address").to_string(), taken);
        }
        let others = listed.entry(own(&name)).or_insert_with(|| found.others().expect("others"));
        let other = others.iter().find(|other| other.address == *address);
        let (params, macs, input) = &COUNTS[&taken];
        assert_eq!(other.is_some(), COUNTS[&taken] != *counts, "{name} is {taken}, not {address}");
        if let Some(other) = other {
            assert_eq!(other.params, (counts.0 != *params).then_some(counts.0), "{address}");
            assert_eq!(other.macs, (counts.1 != *macs).then_some(counts.1), "{address}");
            assert_eq!(other.input, (counts.2 != *input).then(|| counts.2.clone()), "{address}");
        }
        // Variants of one network differ by biases or a width (torchvision/regnet_x_400mf by 6 %); a family's name means its baseline, whatever a library calls so.
        let apart = counts.0.abs_diff(*params);
        assert!(
            found.member.is_none() || apart * 10 < counts.0,
            "{name} is {taken}, not {address}"
        );
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
        ("regnet_x_1_6gf", "regnet:x-1.6gf"),
        ("RegNetX-16GF", "regnet:x-16gf"),
        ("regnety.3.2gf", "regnet:y-3.2gf"),
        ("squeezenet1_1", "squeezenet:1.1"),
        ("mobilenet_v2_1.0_224", "mobilenetv2:1.0-224"),
        ("resnet.50", "resnet:50"),
        ("shufflenet_v2_x0_5", "shufflenetv2:x0.5"),
        ("efficientnet_lite3", "efficientnet_lite:lite3"),
        ("EfficientNet-Lite3", "efficientnet_lite:lite3"),
        ("EfficientNet-Lite-Lite3", "efficientnet_lite:lite3"),
        ("wide_resnet50_2", "torchvision/wide_resnet50_2"),
        ("regnetx-002", "timm/regnetx_002"),
        ("timm/ResNet_50", "timm/resnet50"),
    ] {
        assert_eq!(taken(name).as_deref(), Some(address), "{name}");
    }
    let resnet50 = phiscale::network("resnet50").expect("a network");
    assert_eq!((resnet50.params(), resnet50.macs()), (25_557_032, 4_089_184_256));
    let others = find::address("resnet50").expect("a network").others().expect("others");
    let others: Vec<String> = others.iter().map(ToString::to_string).collect();
    assert_eq!(others, ["keras/ResNet50 (25.6M params, 3.86B MACs)"]);
}

#[test]
fn nothing_fuzzier_is_taken() {
    for name in [
        "resnet51",
        "resnet 50",
        "regnetx-1-6-0gf",
        "mobilenetv11.0-224",
        "resnetv250",
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
}

/// An unknown name suggests only what is near, or what is left without tags and the names of modules.
#[test]
fn unknown_names_suggest_at_most_three_near_ones() {
    for (name, near) in [
        ("resnet51", &["resnet:50"][..]),
        ("efficentnet:b3", &["efficientnet:b3"]),
        ("EfficeintNet", &["efficientnet"]),
        ("vgg12", &["vgg:11", "vgg:13", "vgg:16"]),
        ("resnet50d", &["resnet:50"]),
        ("rexnet_100", &[]),
        ("nfnet_f0", &[]),
        ("wide_resnet", &["torchvision/wide_resnet50_2", "torchvision/wide_resnet101_2"]),
        ("torchvision/resnet_51", &["torchvision/resnet50"]),
        ("torchvision.models.resnet50", &["torchvision/resnet50"]),
        ("tf.keras.applications.ResNet50", &["keras/ResNet50"]),
        ("timm:resnet50", &["timm/resnet50"]),
        ("timm/resnet50.a1_in1k", &["timm/resnet50"]),
        ("tf_efficientnetv2_s.in21k_ft_in1k", &["timm/tf_efficientnetv2_s"]),
        ("torchvision/tf_efficientnetv2_s", &["timm/tf_efficientnetv2_s"]),
        ("resnet50:b0", &["resnet:50"]),
        ("", &[]),
        ("ab", &[]),
    ] {
        let error = find::address(name).map(|found| found.to_string()).expect_err(name);
        let help = &error.problems()[0].help;
        assert!(help.len() <= 1, "{name}: {error}");
        let help = help.first().map_or("", String::as_str);
        let suggested: Vec<&str> = help.split('`').skip(1).step_by(2).collect();
        assert_eq!(suggested, near, "{name}");
    }
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
