//! Finding families and networks by name: `efficientnet:b3`, `torchvision/resnet50`.

use crate::counting::network::Network;
use crate::error::{Diagnostic, Error};
use crate::families::family::{Family, Request};
use crate::families::spec::{self, bundled, bundled_libraries, bundled_names, bundled_under};

/// The family of a bundled spec (`efficientnet`), or the one that a library's network belongs to
/// (`torchvision/resnet50`).
///
/// ```
/// let at_phi_2 = phiscale::family("efficientnet")?.at_phi(2.0)?;
/// assert_eq!(at_phi_2.macs(), 1_810_522_464);
/// # Ok::<(), phiscale::Error>(())
/// ```
pub fn family(name: &str) -> Result<Family, Error> {
    find(name).map(|(family, _)| family)
}

/// The network with this name: a bundled spec's baseline (`resnet`), a member of it (`efficientnet:b3`), or a library's
/// network (`torchvision/resnet50`).
///
/// ```
/// let b3 = phiscale::network("efficientnet:b3")?;
/// assert_eq!((b3.macs(), b3.params()), (1_827_141_392, 12_233_232));
/// let resnet50 = phiscale::network("torchvision/resnet50")?;
/// assert_eq!(resnet50.macs(), 4_089_184_256);
/// # Ok::<(), phiscale::Error>(())
/// ```
pub fn network(name: &str) -> Result<Network, Error> {
    let (family, member) = find(name)?;
    let request = Request { member: family.named(member)?, ..Request::BASELINE };
    Ok(family.network(&request)?.network)
}

/// The family that a name is about, and the member's name in it, where it names one.
pub fn find(name: &str) -> Result<(Family, Option<&str>), Error> {
    if let Some((library, network)) = in_library(name) {
        return Ok((with_library_network(library, network)?, Some(name)));
    }
    match name.split_once(':') {
        Some((spec, member)) => Ok((of_spec(spec)?, Some(member))),
        None => Ok((of_spec(name)?, None)),
    }
}

/// Every bundled family, by name.
pub fn families() -> Result<Vec<Family>, Error> {
    bundled_names().map(of_spec).collect()
}

/// Every bundled family that has networks of a library.
pub fn families_of_library(library: &str) -> Result<Vec<Family>, Error> {
    bundled_under(library, "").map(of_spec).collect()
}

/// The library with this name, in any case.
#[must_use]
pub fn library(name: &str) -> Option<&'static str> {
    bundled_libraries().into_iter().find(|library| library.eq_ignore_ascii_case(name))
}

/// The library and its network that a name such as `torchvision/resnet50` is made of.
#[must_use]
pub fn in_library(name: &str) -> Option<(&'static str, &str)> {
    let (library, network) = name.split_once('/')?;
    Some((self::library(library)?, network))
}

fn of_spec(name: &str) -> Result<Family, Error> {
    let own = bundled_names().find(|own| own.eq_ignore_ascii_case(name));
    match own.and_then(|own| Some((own, bundled(own)?))) {
        Some((own, text)) => spec::parse(own, &format!("specs/{own}.toml"), text),
        None => Err(unknown_spec(name).into()),
    }
}

fn unknown_spec(name: &str) -> Diagnostic {
    let problem = Diagnostic::new(format!("there is no bundled spec `{name}`"));
    let elsewhere = networks_called(name);
    if elsewhere.is_empty() {
        return problem.known("bundled specs", name, &bundled_names().collect::<Vec<_>>());
    }
    problem.help(format!("libraries have networks of that name: {}", elsewhere.join(", ")))
}

/// The networks that libraries call by this name.
fn networks_called(network: &str) -> Vec<String> {
    let families = bundled_names().filter_map(|name| of_spec(name).ok());
    let members = families.flat_map(|family| family.library_members);
    let is_called_so = |name: &String| {
        name.split_once('/').is_some_and(|(_, own)| own.eq_ignore_ascii_case(network))
    };
    members.map(|member| member.name).filter(is_called_so).collect()
}

fn with_library_network(library: &str, network: &str) -> Result<Family, Error> {
    let name = format!("{library}/{network}");
    // First the specs with the name as it is written, then all of the library's, for a name in another case.
    for spec in bundled_under(library, network).chain(bundled_under(library, "")) {
        let family = of_spec(spec)?;
        if family.member(&name).is_some() {
            return Ok(family);
        }
    }
    let families = families_of_library(library)?;
    let members = families.iter().flat_map(|family| &family.library_members);
    let members = members.filter(|member| member.library() == Some(library));
    let names: Vec<&str> = members.map(|member| member.name.as_str()).collect();
    Err(Diagnostic::new(format!("there is no network `{name}`")).nearest(&name, &names).into())
}
