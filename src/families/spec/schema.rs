//! The JSON Schemas of specs, of blocks and of files of published figures.

use std::collections::BTreeMap;

use crate::counting::layer::{Fallback, Key, KeyKind, LayerKind, Step};
use crate::families::declared::json::Json;
use crate::families::declared::schema::{JsonSchema, document};
use crate::families::declared::{Table, Takes};
use crate::families::device;
use crate::families::published;
use crate::families::spec::blocks::{BundledBlock, blocks};
use crate::families::spec::header::BLOCK;
use crate::families::spec::operations::{COMPOSITIONS, STEP};
use crate::families::spec::space::SPACE;
use crate::families::spec::stage_keys::{CHANGED_STAGE, STAGE};
use crate::families::spec::{DEFAULTS, SPEC};

/// The JSON Schemas of the TOML files that specs are made of: specs, blocks and published figures.
#[must_use]
pub fn schemas() -> Vec<JsonSchema> {
    let of_stages = [("stage", STAGE), ("changed_stage", CHANGED_STAGE), ("defaults", DEFAULTS)];
    let blocks = blocks().unwrap_or_default();
    let parameters = parameters(&blocks);
    let of_stages = of_stages.map(|(name, table)| (name, with_parameters(&table, &parameters)));
    let definitions = of_stages.into_iter().chain([("step", step())]).collect();
    let spec = "A layer spec: a family of networks";
    let block = "A block, as a file in specs/blocks";
    let published = "Published figures of networks, for charts";
    vec![
        document("spec", spec, SPEC.schema().and([("allOf", bundled_alone(&blocks))]), definitions),
        document("block", block, BLOCK.schema(), vec![("step", step())]),
        document("space", "A search space: a layer spec with choices", SPACE.schema(), Vec::new()),
        document("published", published, published::FILE.schema(), Vec::new()),
        document("device", "A device to estimate times on", device::FILE.schema(), Vec::new()),
    ]
}

/// Every parameter of a bundled block, with the blocks that take it.
fn parameters(blocks: &[BundledBlock]) -> BTreeMap<String, Vec<&'static str>> {
    let mut parameters: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for block in blocks {
        for parameter in &block.parameters {
            parameters.entry(parameter.name.clone()).or_default().push(block.name);
        }
    }
    parameters
}

/// What holds for a spec without blocks of its own: every block is bundled, and a stage has its parameters alone. It
/// has those without a default, unless the spec has `defaults`.
fn bundled_alone(blocks: &[BundledBlock]) -> Json {
    let names = Json::object([("enum", Json::texts(blocks.iter().map(|block| block.name)))]);
    let known = Json::object([("properties", Json::object([("block", names)]))]);
    let keys = known.and([("allOf", by_block(blocks, |block| Some(allowed_keys(block))))]);
    let needs = Json::object([("allOf", by_block(blocks, needed_keys))]);
    let rules = [(&["block"][..], keys), (&["block", "defaults"], needs)];
    let rules = rules.map(|(without, stage)| {
        let has = without.iter().map(|key| Json::object([("required", Json::texts([*key]))]));
        let has = Json::object([("anyOf", Json::List(has.collect()))]);
        let stages = Json::object([("stage", Json::object([("items", stage)]))]);
        let stages = Json::object([("properties", stages)]);
        Json::object([("if", Json::object([("not", has)])), ("then", stages)])
    });
    Json::List(rules.into())
}

/// What `rule` says of the stages of each block.
fn by_block(blocks: &[BundledBlock], rule: fn(&BundledBlock) -> Option<Json>) -> Json {
    let rules = blocks.iter().filter_map(|block| {
        let name = Json::object([("const", Json::from(block.name))]);
        let is_block = Json::object([("properties", Json::object([("block", name)]))]);
        let is_block = is_block.and([("required", Json::texts(["block"]))]);
        Some(Json::object([("if", is_block), ("then", rule(block)?)]))
    });
    Json::List(rules.collect())
}

fn allowed_keys(block: &BundledBlock) -> Json {
    let parameters = block.parameters.iter().map(|parameter| parameter.name.as_str());
    let keys = STAGE.keys().map(|key| key.name).chain(parameters);
    let keys = Json::object([("enum", Json::texts(keys))]);
    Json::object([("propertyNames", keys)])
}

fn needed_keys(block: &BundledBlock) -> Option<Json> {
    let needed = block.parameters.iter().filter(|parameter| parameter.default.is_none());
    let needed: Vec<&str> = needed.map(|parameter| parameter.name.as_str()).collect();
    (!needed.is_empty()).then(|| Json::object([("required", Json::texts(needed))]))
}

/// A table whose other keys are parameters of blocks, with those of the bundled ones.
fn with_parameters(table: &Table, parameters: &BTreeMap<String, Vec<&str>>) -> Json {
    let parameter = |(name, blocks): (&String, &Vec<&str>)| {
        let about = format!("Parameter of {}.", blocks.join(", "));
        let about = [("description", Json::from(about.as_str()))];
        (name.clone(), Takes::Expression.schema().and(about))
    };
    table.schema_with(&[], parameters.iter().map(parameter).collect())
}

/// A step: a composition, a call of a block, or a layer.
fn step() -> Json {
    let compositions = COMPOSITIONS.iter().map(|(.., table)| table.schema());
    let layers = LayerKind::ALL.iter().flat_map(|kind| layer(kind.step()));
    Json::object([("anyOf", Json::List(compositions.chain(layers).collect()))])
}

/// The steps of a layer: one for all words of its key that take the same options, and one for an expression.
fn layer(step: &Step) -> Vec<Json> {
    let KeyKind::Word(words) = step.key.kind else {
        return vec![layer_step(step, None, value(step.key.kind))];
    };
    let mut groups: Vec<(Vec<&str>, Vec<&str>)> = Vec::new();
    for word in words {
        let options: Vec<&str> = step.options_with(Some(word)).map(|key| key.name).collect();
        match groups.iter_mut().find(|(known, _)| *known == options) {
            Some((_, words)) => words.push(word),
            None => groups.push((options, vec![word])),
        }
    }
    let known = groups.iter().map(|(_, words)| {
        let word = Json::object([("enum", Json::texts(words.iter().copied()))]);
        layer_step(step, words.first().copied(), word)
    });
    let words = Json::object([("enum", Json::texts(words.iter().copied()))]);
    let expression = Json::object([("type", Json::from("string")), ("not", words)]);
    known.chain([layer_step(step, None, expression)]).collect()
}

/// The step of a layer whose key takes `first`; `word` is one of its words.
fn layer_step(step: &Step, word: Option<&str>, first: Json) -> Json {
    let options: Vec<&Key> = step.options_with(word).collect();
    let is_word = matches!(step.key.kind, KeyKind::Word(_));
    let is_required = |key: &Key| {
        let is_known = word.is_some() || !is_word || key.only_with.is_empty();
        matches!(key.fallback, Fallback::Required) && is_known
    };
    let required = options.iter().filter(|key| is_required(key)).map(|key| key.name);
    let required: Vec<&str> = std::iter::once(step.key.name).chain(required).collect();
    let properties = std::iter::once((step.key.name, described(&step.key, first)));
    let options = options.iter().map(|key| (key.name, described(key, value(key.kind))));
    let of_every_step = STEP.iter().map(|key| (key.name, key.schema()));
    Json::object([
        ("type", Json::from("object")),
        ("properties", Json::object(properties.chain(options).chain(of_every_step))),
        ("additionalProperties", Json::Flag(false)),
        ("required", Json::texts(required)),
    ])
}

/// The schema of a key's value with what the key is, and its default.
fn described(key: &Key, value: Json) -> Json {
    let about = Some(key.about).filter(|about| !about.is_empty());
    let default = match key.fallback {
        Fallback::Number(number) => Some(Json::Number(number)),
        Fallback::Flag(flag) => Some(Json::Flag(flag)),
        Fallback::Required | Fallback::Absent => None,
    };
    let about = about.map(|about| ("description", Json::from(about)));
    value.and(about).and(default.map(|default| ("default", default)))
}

/// What a key of a layer takes. Text is an expression, or a word.
fn value(kind: KeyKind) -> Json {
    let or_text = |name: &str| ("type", Json::texts([name, "string"]));
    let minimum = |least: f64| ("minimum", Json::Number(least));
    let pair = |one: Json| {
        let bounds = ["minItems", "maxItems"].map(|key| (key, Json::Number(2.0)));
        let both = Json::object([("type", Json::from("array")), ("items", one.clone())]);
        Json::object([("anyOf", Json::List(vec![one, both.and(bounds)]))])
    };
    match kind {
        KeyKind::Amount => Json::object([or_text("integer"), minimum(0.0)]),
        KeyKind::Channels => Json::object([or_text("integer"), minimum(1.0)]),
        KeyKind::Pair | KeyKind::Padding => pair(value(KeyKind::Amount)),
        KeyKind::Factors => {
            pair(Json::object([or_text("number"), ("exclusiveMinimum", Json::Number(0.0))]))
        }
        KeyKind::Share => {
            Json::object([or_text("number"), minimum(0.0), ("maximum", Json::Number(1.0))])
        }
        KeyKind::Flag => Json::object([or_text("boolean")]),
        KeyKind::True => Takes::True.schema(),
        KeyKind::Word(words) => Json::object([("enum", Json::texts(words.iter().copied()))]),
    }
}
