//! A candidate: the family's network for one choice of α, β, γ and φ.

use crate::analysis::time::Deployment;
use crate::counting::ledger::{Event, Ledger};
use crate::counting::network::Network;
use crate::error::Error;
use crate::families::declared::Table;
use crate::families::declared::file::{
    DEPTH, JsonFile, RESOLUTION, WIDTH, number, record, text, whole,
};
use crate::families::family::{Family, Request};
use crate::families::scaling::{Coefficients, Scale};
use crate::search::variant::{Identity, VARIANT, Variant};

/// Coefficients that differ by less than this are equal: files store them as decimals.
const TOLERANCE: f64 = 1e-9;

/// A network of the family whose accuracy is to be measured.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// α, β and γ; where several points round to this network, those of the first.
    pub coefficients: Coefficients,
    /// φ.
    pub phi: f64,
    /// How it is measured, and what was chosen in it, where that is not the same for all candidates.
    pub variant: Variant,
    /// Multipliers of the family's baseline.
    pub scale: Scale,
    /// Its MACs divided by those of the network at φ = 0.
    pub macs_ratio: f64,
    /// Its estimated time divided by that of the network at φ = 0, where networks are compared by time.
    pub time_ratio: Option<f64>,
    /// Estimated seconds for one image, where a device is named.
    pub seconds: Option<f64>,
    /// Height and width of its input, in pixels.
    pub input: [u64; 2],
    /// Event counts for one image.
    pub cost: Ledger<u64>,
    /// Whether its cost is as near to the target as a search allows. Only published coefficients take part in one
    /// without that.
    pub in_tolerance: bool,
    /// Other points that round to the same network.
    pub same_network: Vec<Coefficients>,
}

/// What an evaluator reads.
pub(crate) const CANDIDATE: JsonFile = JsonFile {
    name: "candidate",
    schema: Some("phiscale.candidate/1"),
    about: "candidate.json: what an evaluator of `phiscale search` reads",
    keys: &[&[
        text("family", "The family that is scaled."),
        number("phi", "φ."),
        number("alpha", "α."),
        number("beta", "β."),
        number("gamma", "γ."),
        DEPTH,
        WIDTH,
        RESOLUTION,
        record("input", &SIDES, "The size of an image, in pixels."),
        record("totals", &TOTALS, "The cost for one image."),
        text("spec", "The spec beside this file."),
        text("member", "The member of the spec that is the network."),
        VARIANT,
    ]],
    is_open: true,
};

const SIDES: Table = Table::new(&[&[whole("height", ""), whole("width", "")]]);

const TOTALS: Table = Table::new(&[&[
    whole("params", "Trained params."),
    whole("macs", "MACs (conv-linear)."),
    whole("activations", "Activations, in elements."),
]]);

impl Candidate {
    /// MACs of one image.
    #[must_use]
    pub fn macs(&self) -> u128 {
        self.cost.total(Event::MACS)
    }

    /// What is compared with a target: the ratio of times where they are estimated, else that of MACs.
    #[must_use]
    pub fn cost_ratio(&self) -> f64 {
        self.time_ratio.unwrap_or(self.macs_ratio)
    }

    /// Number of trained parameters.
    #[must_use]
    pub fn params(&self) -> u128 {
        self.cost.total(Event::PARAMS)
    }

    /// Whether these coefficients give this candidate's network at `phi`.
    #[must_use]
    pub fn is_at(&self, phi: f64, point: Coefficients) -> bool {
        let mut points = std::iter::once(&self.coefficients).chain(&self.same_network);
        (self.phi - phi).abs() <= TOLERANCE && points.any(|known| are_equal(*known, point))
    }

    /// What names it.
    #[must_use]
    pub fn identity(&self) -> Identity<'_> {
        Identity { phi: self.phi, coefficients: self.coefficients, variant: &self.variant }
    }

    /// Whether this is the candidate that is meant.
    #[must_use]
    pub fn is(&self, other: Identity) -> bool {
        self.is_at(other.phi, other.coefficients) && self.variant == *other.variant
    }

    /// The candidate as JSON for its evaluator: coefficients, multipliers, totals, and the member of the spec beside
    /// it that is its network.
    #[must_use]
    pub fn json(&self, family: &str, member: &str) -> String {
        let Coefficients { alpha, beta, gamma } = self.coefficients;
        let mut value = serde_json::json!({
            "schema": CANDIDATE.schema,
            "family": family,
            "phi": self.phi,
            "alpha": alpha,
            "beta": beta,
            "gamma": gamma,
            "depth": self.scale.depth,
            "width": self.scale.width,
            "resolution": self.scale.resolution,
            "input": { "height": self.input[0], "width": self.input[1] },
            "totals": {
                "params": self.cost.params(),
                "macs": self.cost.macs(),
                "activations": self.cost.activations(),
            },
            "spec": "network.toml",
            "member": member,
        });
        if !self.variant.is_empty() {
            value["variant"] = serde_json::to_value(&self.variant).unwrap_or_default();
        }
        format!("{value:#}\n")
    }
}

#[cfg(test)]
impl Candidate {
    /// A candidate without a network.
    pub(super) fn bare(coefficients: Coefficients, phi: f64, macs_ratio: f64) -> Self {
        Candidate {
            coefficients,
            phi,
            variant: Variant::default(),
            scale: coefficients.at(phi),
            macs_ratio,
            time_ratio: None,
            seconds: None,
            input: [32, 32],
            cost: Ledger::zero(),
            in_tolerance: true,
            same_network: Vec::new(),
        }
    }
}

/// Whether two points are the same, up to how they were written.
pub(super) fn are_equal(one: Coefficients, other: Coefficients) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() <= TOLERANCE;
    near(one.alpha, other.alpha) && near(one.beta, other.beta) && near(one.gamma, other.gamma)
}

/// A family with the multipliers, the MACs and perhaps the estimated time of its network at φ = 0.
pub(super) struct ScaledFamily<'a> {
    family: &'a Family,
    base: Scale,
    macs: f64,
    time: Option<(&'a Deployment, f64)>,
}

impl<'a> ScaledFamily<'a> {
    /// `run` is how networks run whose times are compared.
    pub(super) fn new(
        family: &'a Family,
        base: Scale,
        run: Option<&'a Deployment>,
    ) -> Result<Self, Error> {
        let network = family.network(&Request { scale: base, ..Request::BASELINE })?.network;
        let macs = network.ledger().total(Event::MACS) as f64;
        let time = run.map(|run| (run, run.seconds_per_image(&network)));
        Ok(ScaledFamily { family, base, macs, time })
    }

    /// The same, with ratios to the MACs of another network.
    pub(super) fn relative_to(self, reference: &Candidate) -> Self {
        ScaledFamily { macs: reference.macs() as f64, ..self }
    }

    /// The candidate with these coefficients at φ, and its network.
    pub(super) fn candidate(
        &self,
        coefficients: Coefficients,
        phi: f64,
    ) -> Result<(Network<u64>, Candidate), Error> {
        let factors = coefficients.at(phi);
        let scale = Scale {
            depth: self.base.depth * factors.depth,
            width: self.base.width * factors.width,
            resolution: self.base.resolution * factors.resolution,
        };
        let network = self.family.network(&Request { scale, ..Request::BASELINE })?.network;
        let cost = network.ledger();
        let seconds = self.time.map(|(run, _)| run.seconds_per_image(&network));
        let candidate = Candidate {
            coefficients,
            phi,
            variant: Variant::default(),
            scale,
            macs_ratio: cost.total(Event::MACS) as f64 / self.macs,
            time_ratio: self.time.zip(seconds).map(|((_, base), seconds)| seconds / base),
            seconds,
            input: [network.input().height, network.input().width],
            cost,
            in_tolerance: true,
            same_network: Vec::new(),
        };
        Ok((network, candidate))
    }
}

/// Candidates with pairwise different networks.
#[derive(Default)]
pub(super) struct DistinctCandidates(Vec<(Network<u64>, Candidate)>);

impl DistinctCandidates {
    /// Adds a candidate. If its network is there already, only its coefficients are added to that candidate.
    pub(super) fn add(&mut self, network: Network<u64>, candidate: Candidate) {
        match self.0.iter_mut().find(|(other, _)| has_same_layers(other, &network)) {
            Some((_, first)) => {
                first.same_network.push(candidate.coefficients);
                first.in_tolerance |= candidate.in_tolerance;
            }
            None => self.0.push((network, candidate)),
        }
    }

    pub(super) fn into_candidates(self) -> Vec<Candidate> {
        self.0.into_iter().map(|(_, candidate)| candidate).collect()
    }
}

/// Whether two networks of one family have the same layers.
fn has_same_layers(one: &Network<u64>, other: &Network<u64>) -> bool {
    let (one, other) = (one.layers(), other.layers());
    one.len() == other.len()
        && one.iter().zip(other).all(|(a, b)| {
            (a.times, &a.input, &a.output) == (b.times, &b.input, &b.output)
                && a.ledger() == b.ledger()
        })
}
