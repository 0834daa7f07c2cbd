//! Baseline files: counts as JSON.

use serde::{Deserialize, Serialize};

use crate::analysis::baseline::NetworkCounts;
use crate::error::{Diagnostic, Error};
use crate::families::declared::Table;
use crate::families::declared::file::{INPUT, JsonFile, SETTING, record, rows, shape, text, whole};

/// A baseline file as it is written.
pub(crate) const BASELINE: JsonFile = JsonFile {
    name: "baseline",
    schema: Some(SCHEMA),
    about: "A baseline: the counts that `phiscale check --save` writes and `--baseline` compares with",
    keys: &[&[rows("networks", &NETWORK, "The networks.")]],
    is_open: false,
};

const NETWORK: Table = Table::new(&[&[
    text("network", "The network's address."),
    INPUT,
    record("totals", &TOTALS, "Params and norm statistics of the network; the rest for one image."),
    rows("layers", &LAYER, "One for each layer; equal repeats share one."),
]]);

const LAYER: Table = Table::new(&[&[
    text("name", "The path of the layer."),
    text("kind", "Its kind."),
    whole("repeats", "How often it is there."),
    shape("input", "The input of one repeat."),
    shape("output", "The output of one repeat."),
    record(
        "settings",
        &Table::named(&SETTING),
        "Its settings: kernel, stride, groups and the like.",
    ),
    record("totals", &TOTALS, "Its counts, for all repeats."),
]]);

const TOTALS: Table = Table::new(&[&[
    whole("params", "Trained params."),
    whole("norm_stats", "Norm statistics, which are stored but not trained."),
    whole("macs", "MACs (conv-linear)."),
    whole("activations", "Activations, in elements."),
]]);

/// Writes counts as the text of a baseline file.
#[must_use]
pub fn write(networks: Vec<NetworkCounts>) -> String {
    let file = File { schema: SCHEMA.into(), networks };
    // Serialising plain values cannot fail.
    serde_json::to_string_pretty(&file).unwrap_or_else(|_| "{}".into()) + "\n"
}

/// Reads counts from the text of a baseline file. Files of the first version have no settings of layers.
pub fn read(text: &str) -> Result<Vec<NetworkCounts>, Error> {
    let again = "write it again with `phiscale check … --save FILE`";
    let problem = |message: String| Error::from(Diagnostic::new(message).help(again));
    let head: Head = serde_json::from_str(text)
        .map_err(|error| problem(format!("the baseline is not valid JSON: {error}")))?;
    let schema = head.schema.as_ref().and_then(serde_json::Value::as_str);
    match schema {
        Some(SCHEMA | WITHOUT_SETTINGS) => {}
        Some(other) => {
            let message = format!(
                "the baseline has the schema `{other}`; expected `{SCHEMA}` or `{WITHOUT_SETTINGS}`"
            );
            return Err(problem(message));
        }
        None => return Err(problem("the baseline has no `schema`".into())),
    }
    let file: File = serde_json::from_str(text)
        .map_err(|error| problem(format!("the baseline cannot be read: {error}")))?;
    let has_settings = schema == Some(SCHEMA);
    for network in &file.networks {
        let layer = network.layers.iter().find(|layer| layer.settings.is_some() != has_settings);
        if let Some(layer) = layer {
            let verb = if has_settings { "must" } else { "cannot" };
            let message = format!(
                "the baseline cannot be read: layer `{}` of {} {verb} have `settings` in a file of schema `{}`",
                layer.name,
                network.network,
                schema.unwrap_or_default()
            );
            return Err(problem(message));
        }
    }
    Ok(file.networks)
}

/// The schema that is written.
const SCHEMA: &str = "phiscale.baseline/2";

/// The schema before settings of layers were saved, which is still read.
const WITHOUT_SETTINGS: &str = "phiscale.baseline/1";

/// The start of a file, enough to know its version.
#[derive(Deserialize)]
struct Head {
    schema: Option<serde_json::Value>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: String,
    networks: Vec<NetworkCounts>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::baseline::{LayerCounts, MapShape, Totals};
    use crate::counting::layer::{Setting, Settings};

    fn saved() -> NetworkCounts {
        let map = MapShape { channels: 1, height: 1, width: 1 };
        let totals = Totals { macs: 1, ..Totals::default() };
        let layer = LayerCounts {
            name: "a".into(),
            kind: "conv".into(),
            repeats: 1,
            input: map,
            output: map,
            settings: Some(Settings::new([
                ("bias", Setting::Flag(false)),
                ("groups", Setting::Number(2)),
                ("kernel", Setting::Sides(vec![3, 3])),
                ("variant", Setting::Word("max".into())),
            ])),
            totals,
        };
        NetworkCounts { network: "net".into(), input: map, totals, layers: vec![layer] }
    }

    #[test]
    fn only_a_complete_file_of_this_version_is_read() {
        let text = write(vec![saved()]);
        assert_eq!(read(&text), Ok(vec![saved()]));
        assert!(read(&text[..text.len() / 2]).is_err());
        assert!(read(&text.replace("baseline/2", "baseline/3")).is_err());
        assert!(read(&text.replace("\"macs\"", "\"macks\"")).is_err());
        assert!(read("[]").is_err());
    }

    #[test]
    fn a_file_of_the_first_version_is_read_without_settings() {
        let mut old = saved();
        old.layers[0].settings = None;
        let text = write(vec![old.clone()]).replace("baseline/2", "baseline/1");
        assert_eq!(read(&text), Ok(vec![old]));
        assert!(read(&text.replace("baseline/1", "baseline/2")).is_err());
        assert!(read(&write(vec![saved()]).replace("baseline/2", "baseline/1")).is_err());
    }

    #[test]
    fn a_setting_of_another_type_is_an_error_with_its_line() {
        let text = write(vec![saved()]);
        let long = format!("[{}1]", "1,".repeat(64));
        for bad in ["1.5", "-1", "{}", "null", "[1.5]", "[\"a\"]", "18446744073709551616", &long] {
            let broken = text.replace("\"groups\": 2", &format!("\"groups\": {bad}"));
            let error = read(&broken).expect_err(bad).to_string();
            assert!(error.contains("cannot be read: invalid"), "{error}");
            assert!(error.contains("line "), "{error}");
        }
    }
}
