//! What a name stands for: a family from a layer spec, or the one network of an ONNX file.

#[cfg(feature = "onnx")]
use crate::error::Diagnostic;
use crate::error::Error;
use crate::families::family::{Family, Member, Request, Scaled, StageSpec};
#[cfg(feature = "onnx")]
use crate::families::scaling::Scale;
#[cfg(feature = "onnx")]
use crate::onnx::{Built, Imported};

/// A family, which scales, or one network, which does not.
#[derive(Debug)]
#[non_exhaustive]
pub enum Model {
    /// A family from a layer spec.
    Family(Family),
    /// The network of an ONNX file.
    #[cfg(feature = "onnx")]
    Graph(Graph),
}

/// The network of an ONNX file, under the file's name.
#[cfg(feature = "onnx")]
#[derive(Debug)]
pub struct Graph {
    name: String,
    title: String,
    source: String,
    /// The height of its input in pixels as exported.
    height: u64,
    imported: Imported,
}

impl Model {
    /// The name to ask for it by: `efficientnet`, `model.onnx`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.names()[0]
    }

    /// The name in print: `EfficientNet`.
    #[must_use]
    pub fn title(&self) -> &str {
        self.names()[1]
    }

    /// Where a family was published; what wrote a file.
    #[must_use]
    pub fn source(&self) -> &str {
        self.names()[2]
    }

    fn names(&self) -> [&str; 3] {
        match self {
            Model::Family(family) => [&family.name, &family.title, &family.source],
            #[cfg(feature = "onnx")]
            Model::Graph(graph) => [&graph.name, &graph.title, &graph.source],
        }
    }

    /// The family; an error where it is one network.
    pub fn family(&self) -> Result<&Family, Error> {
        match self {
            Model::Family(family) => Ok(family),
            #[cfg(feature = "onnx")]
            Model::Graph(graph) => Err(graph.does_not_scale()),
        }
    }

    /// The family by value; an error where it is one network.
    pub fn into_family(self) -> Result<Family, Error> {
        match self {
            Model::Family(family) => Ok(family),
            #[cfg(feature = "onnx")]
            Model::Graph(graph) => Err(graph.does_not_scale()),
        }
    }

    /// The member with this name, where one is named; a name that no member has is an error.
    pub fn named(&self, member: Option<&str>) -> Result<Option<&Member>, Error> {
        match (self, member) {
            (_, None) => Ok(None),
            (Model::Family(family), _) => family.named(member),
            #[cfg(feature = "onnx")]
            (Model::Graph(graph), Some(_)) => Err(graph.does_not_scale()),
        }
    }

    /// The network that is asked for.
    pub fn network(&self, request: &Request) -> Result<Scaled, Error> {
        match self {
            Model::Family(family) => family.network(request),
            #[cfg(feature = "onnx")]
            Model::Graph(graph) => graph.network(request),
        }
    }

    /// The stages of a member, or of the baseline; those of an ONNX file are written nowhere.
    #[must_use]
    pub fn stages<'m>(&'m self, member: Option<&'m Member>) -> &'m [StageSpec] {
        match (self, member) {
            (_, Some(member)) => &member.stages,
            (Model::Family(family), None) => &family.stages,
            #[cfg(feature = "onnx")]
            (Model::Graph(_), None) => &[],
        }
    }

    /// The name to ask for a member by, or for the whole: `efficientnet:b0`, `model.onnx`.
    #[must_use]
    pub fn address(&self, member: Option<&Member>) -> String {
        match (self, member) {
            (Model::Family(family), Some(member)) => family.address(member),
            _ => self.name().to_string(),
        }
    }

    /// The name in print of a member, or of the whole: `EfficientNet-B3`, `EfficientNet`.
    #[must_use]
    pub fn print_name(&self, member: Option<&Member>) -> String {
        match (self, member) {
            (Model::Family(family), Some(member)) => family.print_name(member),
            _ => self.title().to_string(),
        }
    }
}

#[cfg(feature = "onnx")]
impl Graph {
    /// The network of a file; `path` is the file's, and the name to ask for it by.
    pub fn new(path: &str, imported: Imported) -> Result<Graph, Error> {
        let (input, _) = imported.ends()?;
        let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
        Ok(Graph {
            name: path.into(),
            title: file.strip_suffix(".onnx").unwrap_or(file).into(),
            source: imported.source(),
            height: input.height,
            imported,
        })
    }

    /// The network, for another image where one is asked for.
    fn network(&self, request: &Request) -> Result<Scaled, Error> {
        if request.scale != Scale::BASELINE {
            return Err(self.does_not_scale());
        }
        if request.classes.is_some() {
            let message = format!(
                "{} is one network: its classes are those that it was exported with",
                self.name
            );
            return Err(Error::new(message));
        }
        let built = self.imported.build(request.image);
        let Built { network, notes } = built.map_err(|error| error.in_context(&self.name))?;
        let resolution = network.input().height as f64 / self.height.max(1) as f64;
        Ok(Scaled { network, scale: Scale { resolution, ..Scale::BASELINE }, notes })
    }

    fn does_not_scale(&self) -> Error {
        let message = format!("{} is one network, not a family that scales", self.name);
        let help = "it can be counted, explained, drawn, and held to budgets and baselines; --input sets its image";
        Diagnostic::new(message).help(help).into()
    }
}
