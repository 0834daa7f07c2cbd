//! The arguments that say α, β and γ, and where these come from.

use clap::Args;
use phiscale::{Coefficients, Diagnostic, Error, Family, Scale, Strategy};

use super::multipliers::ScaleArguments;
use super::values::PositiveValues;

/// Coefficients instead of the spec's.
#[derive(Args, Clone, Debug)]
pub(super) struct CoefficientArguments {
    /// Share a doubling of cost between depth, width and resolution: d, w, r, dw, dr, wr, dwr, or dWr, where the
    /// capital takes 80 %. The spec's own α, β and γ are compound.
    #[arg(
        long,
        value_name = "NAME",
        value_delimiter = ',',
        conflicts_with_all = ["alpha", "beta", "gamma"],
        help_heading = "Scaling"
    )]
    strategy: Vec<String>,
    /// Depth multiplier at φ = 1, instead of the spec's.
    #[arg(long, value_name = "X", help_heading = "Scaling")]
    alpha: Option<f64>,
    /// Width multiplier at φ = 1, instead of the spec's.
    #[arg(long, value_name = "X", help_heading = "Scaling")]
    beta: Option<f64>,
    /// Resolution multiplier at φ = 1, instead of the spec's.
    #[arg(long, value_name = "X", help_heading = "Scaling")]
    gamma: Option<f64>,
}

/// α, β and γ, and where they come from.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    /// The strategy, if they come from one.
    pub(super) strategy: Option<String>,
    pub(super) coefficients: Coefficients,
    /// A note for the report if nobody chose them.
    pub(super) note: Option<String>,
}

impl Chosen {
    /// The strategy for families that were published without α, β and γ.
    const DEFAULT: &str = "dwr";

    /// The name of a family's own α, β and γ among the strategies.
    pub(super) const COMPOUND: &str = "compound";

    /// The family's own, or else those of the default strategy.
    pub(super) fn of(family: &Family) -> Result<Self, Error> {
        if let Some(coefficients) = family.rule.coefficients {
            return Ok(Self { strategy: None, coefficients, note: None });
        }
        let default = Self::named(Self::DEFAULT)?;
        let Coefficients { alpha, beta, gamma } = default.coefficients;
        let note = format!(
            "{} was published without α, β and γ. Those of the strategy {} are used: α = {alpha:.4}, β = {beta:.4} \
             and γ = {gamma:.4} share each doubling of the cost evenly between depth, width and resolution.",
            family.title,
            Self::DEFAULT
        );
        Ok(Self { note: Some(note), ..default })
    }

    /// Those of a strategy, or the family's own by the name of one.
    fn by_name(name: &str, family: &Family) -> Result<Self, Error> {
        if name != Self::COMPOUND {
            return Self::named(name).map_err(|error| {
                error.help(&format!("{} stands for the family's own α, β and γ", Self::COMPOUND))
            });
        }
        let own = family.rule.coefficients.ok_or_else(|| {
            let title = &family.title;
            let message =
                format!("{title} was published without α, β and γ, which {name} stands for");
            let names = Strategy::NAMES.join(", ");
            Diagnostic::new(message)
                .help(format!("give --alpha, --beta and --gamma, or one of {names}"))
        })?;
        Ok(Self { strategy: Some(name.into()), coefficients: own, note: None })
    }

    /// Those of a strategy.
    fn named(strategy: &str) -> Result<Self, Error> {
        let strategy = Strategy::parse(strategy)?;
        let coefficients = strategy.coefficients();
        Ok(Self { strategy: Some(strategy.name), coefficients, note: None })
    }

    /// The multipliers at φ.
    pub(super) fn at(&self, phi: f64) -> Result<Scale, Error> {
        let scale = self.coefficients.at(phi);
        scale.checked().map_err(|error| error.in_context(&format!("at φ = {phi}")))
    }
}

impl CoefficientArguments {
    /// The arguments of a command that takes a list for each coefficient: the first of each stands for it.
    pub(super) fn of_lists(strategy: Option<&String>, lists: [Option<&PositiveValues>; 3]) -> Self {
        let first = |list: Option<&PositiveValues>| list?.0.values.first().copied();
        let [alpha, beta, gamma] = lists.map(first);
        CoefficientArguments {
            strategy: strategy.cloned().into_iter().collect(),
            alpha,
            beta,
            gamma,
        }
    }

    /// Whether any coefficient or strategy is given.
    pub(super) fn are_given(&self) -> bool {
        self.given().is_some()
    }

    /// The first option given.
    pub(super) fn given(&self) -> Option<&'static str> {
        let strategy = (!self.strategy.is_empty()).then_some("--strategy");
        let alpha = self.alpha.map(|_| "--alpha");
        let beta = self.beta.map(|_| "--beta");
        strategy.or(alpha).or(beta).or(self.gamma.map(|_| "--gamma"))
    }

    /// The multipliers at φ, or without φ those given, and a note on coefficients that nobody chose.
    pub(super) fn scale<'f>(
        &self,
        phi: Option<f64>,
        multipliers: &ScaleArguments,
        family: impl FnOnce() -> Result<&'f Family, Error>,
    ) -> Result<(Scale, Option<String>), Error> {
        match phi {
            Some(phi) if phi.is_finite() => {
                let chosen = self.one(family()?)?;
                Ok((chosen.at(phi)?, chosen.note))
            }
            Some(phi) => Err(Error::new(format!("φ is {phi}; it must be a finite number"))),
            None if self.are_given() => {
                let problem = Diagnostic::new("α, β and γ have no effect without φ");
                Err(problem.help("add --phi, or give --depth, --width and --resolution").into())
            }
            None => Ok((multipliers.resolve(true)?, None)),
        }
    }

    /// Whether α, β or γ is given.
    pub(super) fn has_numbers(&self) -> bool {
        self.alpha.or(self.beta).or(self.gamma).is_some()
    }

    /// Those of every strategy given; without any, what [`Self::one`] chooses.
    pub(super) fn all(&self, family: &Family) -> Result<Vec<Chosen>, Error> {
        if self.strategy.is_empty() {
            return Ok(vec![self.one(family)?]);
        }
        self.strategy.iter().map(|name| Chosen::by_name(name, family)).collect()
    }

    /// Those of every strategy given, or the coefficients given; without any, those of all strategies and the family's
    /// own.
    pub(super) fn compared(&self, family: &Family) -> Result<Vec<Chosen>, Error> {
        if self.are_given() {
            return self.all(family);
        }
        let own = family.rule.coefficients.map(|_| Chosen::COMPOUND);
        let names = Strategy::NAMES.into_iter().chain(own);
        names.map(|name| Chosen::by_name(name, family)).collect()
    }

    /// Those of the strategy given, or the coefficients given and the family's for the rest.
    pub(super) fn one(&self, family: &Family) -> Result<Chosen, Error> {
        match &self.strategy[..] {
            [] if self.has_numbers() => self.numbers(family),
            [] => Chosen::of(family),
            [name] => Chosen::by_name(name, family),
            names => {
                let message = format!(
                    "only one strategy can be used here, not {}: {}",
                    names.len(),
                    names.join(", ")
                );
                let help = "`phiscale scale` compares several strategies";
                Err(Diagnostic::new(message).help(help).into())
            }
        }
    }

    fn numbers(&self, family: &Family) -> Result<Chosen, Error> {
        let published = family.rule.coefficients;
        let chosen = |given: Option<f64>, published: Option<f64>, flag| {
            given.or(published).ok_or_else(|| {
                let message = format!("{} was published without α, β and γ", family.title);
                let help = format!("give {flag} as well, or a --strategy");
                Diagnostic::new(message).help(help)
            })
        };
        let coefficients = Coefficients {
            alpha: chosen(self.alpha, published.map(|published| published.alpha), "--alpha")?,
            beta: chosen(self.beta, published.map(|published| published.beta), "--beta")?,
            gamma: chosen(self.gamma, published.map(|published| published.gamma), "--gamma")?,
        };
        Ok(Chosen { strategy: None, coefficients: coefficients.checked()?, note: None })
    }
}
