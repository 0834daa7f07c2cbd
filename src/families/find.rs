//! Finding families and networks by name: `efficientnet:b3`, `torchvision/resnet50`, or just `resnet50`.

use std::fmt;

use crate::counting::network::Network;
use crate::counting::shape::Shape;
use crate::counting::units::short;
use crate::error::{Diagnostic, Error};
use crate::families::family::{Family, Request};
use crate::families::names::{self, Named};
use crate::families::nearest::nearest;
use crate::families::spec::{self, bundled, bundled_libraries, bundled_names};

/// The bundled network or family that a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Address<'n> {
    /// The bundled spec it is in.
    pub spec: &'static str,
    /// The name of the member in it, where the name is about one.
    pub member: Option<&'n str>,
    /// Whether the name is this address, apart from case: `ResNet:50`, but not `resnet50`.
    pub is_exact: bool,
    /// The name that was looked for.
    name: &'n str,
}

/// A network with the same name as another, and what it has that the other has not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Other {
    /// Its address.
    pub address: String,
    /// Its trained parameters, where they differ.
    pub params: Option<u64>,
    /// Its multiply-adds, where they differ.
    pub macs: Option<u64>,
    /// Its input, where it differs.
    pub input: Option<Shape<u64>>,
}

/// The family of a bundled spec (`efficientnet`), or the one that a network belongs to (`torchvision/resnet50`).
///
/// ```
/// let at_phi_2 = phiscale::family("efficientnet")?.at_phi(2.0)?;
/// assert_eq!(at_phi_2.macs(), 1_810_522_464);
/// # Ok::<(), phiscale::Error>(())
/// ```
pub fn family(name: &str) -> Result<Family, Error> {
    address(name)?.family()
}

/// The network with this name: a bundled spec's baseline (`resnet`), a member of it (`efficientnet:b3`), a library's
/// network (`torchvision/resnet50`), or whatever [`address`] takes the name for.
///
/// ```
/// let b3 = phiscale::network("efficientnet:b3")?;
/// assert_eq!((b3.macs(), b3.params()), (1_827_141_392, 12_233_232));
/// let resnet50 = phiscale::network("resnet50")?; // resnet:50
/// assert_eq!(resnet50.macs(), 4_089_184_256);
/// # Ok::<(), phiscale::Error>(())
/// ```
pub fn network(name: &str) -> Result<Network, Error> {
    address(name)?.network()
}

/// The family that a name is about, and the member's name in it, where it names one.
pub fn find(name: &str) -> Result<(Family, Option<&str>), Error> {
    let address = address(name)?;
    Ok((address.family()?, address.member))
}

/// What a name means. An address means what it says. Other names are matched without regard to case and to `-`, `_` and
/// `.`, which count only between digits: first with families, then with their members (`resnet50` is `resnet:50`), then
/// with the networks of torchvision, timm, Keras and pycls. A name that two members share is an error.
///
/// ```
/// let resnet50 = phiscale::find::address("ResNet-50")?;
/// assert_eq!(resnet50.to_string(), "resnet:50");
/// # Ok::<(), phiscale::Error>(())
/// ```
pub fn address(name: &str) -> Result<Address<'_>, Error> {
    let unknown = || match in_library(name) {
        Some(_) => unknown_network(name),
        None => unknown_spec(name),
    };
    Ok(known(name)?.ok_or_else(unknown)?)
}

/// [`address`], but `None` where nothing has the name: what was meant instead takes longer to find.
pub fn known(name: &str) -> Result<Option<Address<'_>>, Error> {
    let named = |candidates: &[Named<'static>]| {
        Ok(one(name, candidates)?.map(|named| Address::of(named, name)))
    };
    if let Some((library, network)) = in_library(name) {
        return named(&names::in_library(library, network));
    }
    let Some((spec, member)) = name.split_once(':') else {
        return named(&names::called(name));
    };
    let Some(Named { spec, is_exact, .. }) = one(name, &names::families(spec))? else {
        return Ok(None);
    };
    let member = one(name, &names::members(spec, member))?.unwrap_or(Named {
        spec,
        member: Some(member),
        is_exact: true,
    });
    let is_exact = is_exact && member.is_exact;
    Ok(Some(Address { spec, member: member.member, is_exact, name }))
}

impl<'n> Address<'n> {
    fn of(Named { spec, member, is_exact }: Named<'n>, name: &'n str) -> Self {
        Address { spec, member, is_exact, name }
    }

    /// The family.
    pub fn family(&self) -> Result<Family, Error> {
        let text = bundled(self.spec).ok_or_else(|| unknown_spec(self.spec))?;
        spec::parse(self.spec, &format!("specs/{}.toml", self.spec), text)
    }

    /// The member, or the family's baseline.
    pub fn network(&self) -> Result<Network, Error> {
        let family = self.family()?;
        let request = Request { member: family.named(self.member)?, ..Request::BASELINE };
        Ok(family.network(&request)?.network)
    }

    /// The network; a family that is not among those read so far is added to them.
    fn network_among(&self, families: &mut Vec<Family>) -> Result<Network, Error> {
        let read = families.iter().position(|family| family.name == self.spec);
        let index = read.unwrap_or(families.len());
        if read.is_none() {
            families.push(self.family()?);
        }
        let family = &families[index];
        let request = Request { member: family.named(self.member)?, ..Request::BASELINE };
        Ok(family.network(&request)?.network)
    }

    /// The networks that have the same name but other params, MACs or input; none for a name that says which network it
    /// means: `resnet:50`, `keras/ResNet50`.
    pub fn others(&self) -> Result<Vec<Other>, Error> {
        if self.name.contains([':', '/']) {
            return Ok(Vec::new());
        }
        let others = names::all_called(self.name).into_iter();
        let others = others.map(|Named { spec, member, .. }| Address { spec, member, ..*self });
        let mut others = others
            .filter(|other| (other.spec, other.member) != (self.spec, self.member))
            .peekable();
        if others.peek().is_none() {
            return Ok(Vec::new());
        }
        // Networks of one name are mostly in one spec, which is read once.
        let mut families = Vec::new();
        let taken = self.network_among(&mut families)?;
        let mut different = Vec::new();
        for other in others {
            let network = other.network_among(&mut families)?;
            let other = Other::new(other.to_string(), &network, &taken);
            if other.params.is_some() || other.macs.is_some() || other.input.is_some() {
                different.push(other);
            }
        }
        Ok(different)
    }
}

impl Other {
    fn new(address: String, network: &Network, taken: &Network) -> Self {
        let differing = |own: u64, taken: u64| (own != taken).then_some(own);
        Other {
            address,
            params: differing(network.params(), taken.params()),
            macs: differing(network.macs(), taken.macs()),
            input: (network.input() != taken.input()).then(|| network.input().clone()),
        }
    }
}

/// The address and what differs, briefly: `keras/ResNet50 (25.6M params, 3.86B MACs)`. Of a network on another input,
/// MACs are not shown.
impl fmt::Display for Other {
    #[allow(clippy::cast_precision_loss)] // three digits are shown
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let params = self.params.map(|params| format!("{} params", short(params as f64)));
        let macs = self.macs.filter(|_| self.input.is_none());
        let macs = macs.map(|macs| format!("{} MACs", short(macs as f64)));
        let input = self.input.as_ref().map(ToString::to_string);
        let parts: Vec<String> = [params, macs, input].into_iter().flatten().collect();
        write!(f, "{} ({})", self.address, parts.join(", "))
    }
}

/// The exact address: `efficientnet:b3`, `torchvision/resnet50`.
impl fmt::Display for Address<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.member {
            None => f.write_str(self.spec),
            Some(member) if member.contains('/') => f.write_str(member),
            Some(member) => write!(f, "{}:{}", self.spec, member.to_lowercase()),
        }
    }
}

/// Every bundled family, by name.
pub fn families() -> Result<Vec<Family>, Error> {
    bundled_names().map(family).collect()
}

/// Every bundled family that has networks of a library.
pub fn families_of_library(library: &str) -> Result<Vec<Family>, Error> {
    names::specs_of(library).map(family).collect()
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

/// The only candidate, if there is any; several are an error that lists them.
fn one<'n>(name: &'n str, candidates: &[Named<'static>]) -> Result<Option<Named<'n>>, Error> {
    match candidates {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        several => {
            let addresses: Vec<String> =
                several.iter().map(|named| Address::of(*named, name).to_string()).collect();
            let message = format!("`{name}` is the name of several networks");
            let help = format!("write one of {}", addresses.join(", "));
            Err(Diagnostic::new(message).help(help).into())
        }
    }
}

fn unknown_spec(name: &str) -> Diagnostic {
    unknown(name, "bundled spec or network")
}

fn unknown_network(name: &str) -> Diagnostic {
    unknown(name, "network")
}

fn unknown(name: &str, what: &str) -> Diagnostic {
    let problem = Diagnostic::new(format!("there is no {what} `{name}`"));
    let near = nearest(name).into_iter();
    let near: Vec<String> = near.map(|near| format!("`{}`", Address::of(near, name))).collect();
    match near.split_last() {
        None => problem,
        Some((last, [])) => problem.help(format!("did you mean {last}?")),
        Some((last, others)) => {
            problem.help(format!("did you mean {} or {last}?", others.join(", ")))
        }
    }
}
