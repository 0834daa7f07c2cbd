//! Reading the members of a family: its own and libraries'.

use std::rc::Rc;
use std::sync::Arc;

use crate::error::Diagnostic;
use crate::families::declared::{Key, Table, Takes};
use crate::families::family::{Member, StageSpec};
use crate::families::spec::constants::{Constants, Names, changed};
use crate::families::spec::library::Library;
use crate::families::spec::published::{EXACT, PUBLISHED, each, exact, published};
use crate::families::spec::reader::Reader;
use crate::families::spec::stage_keys::CHANGED_STAGE;
use crate::families::spec::stages::{WrittenStage, are_taken, finish_defaults, stage};
use crate::families::spec::{DEFAULTS, LET, PIXELS, image};

/// The networks of a family, by name.
pub(super) const MEMBERS: Table = Table::named(&Takes::Table(&MEMBER));

/// Libraries, by name.
pub(super) const LIBRARIES: Table = Table::named(&Takes::Table(&LIBRARY));

const LIBRARY: Table = Table::new(&[
    &CHANGES,
    &[Key::new("member", Takes::Table(&MEMBERS), "The library's networks, by its names for them.")],
]);

const MEMBER: Table = Table::new(&[
    &[
        Key::new("like", Takes::Text, "An earlier member that this one is like."),
        Key::new("width", Takes::Positive, "The width multiplier."),
        Key::new("depth", Takes::Positive, "The depth multiplier."),
        Key::new("resolution", PIXELS, "Side of an image in pixels, or [height, width]."),
        Key::new("classes", Takes::Whole(1), "Classes that the network tells apart."),
        Key::new(
            "series",
            Takes::Matching("\\S"),
            "Its series in charts, if it is not the family's.",
        ),
        Key::new("line", Takes::Flag, "Whether a line joins it to others of its series (true)."),
    ],
    &CHANGES,
    &[
        Key::new(
            "exact",
            Takes::OneOrMore(&Takes::Table(&EXACT)),
            "Integers that somebody measured, which tests compare.",
        ),
        Key::new("published", Takes::OneOrMore(&Takes::Table(&PUBLISHED)), "Figures as printed."),
    ],
]);

/// What differs from the baseline.
const CHANGES: [Key; 3] = [
    Key::new(
        "stage",
        Takes::Table(&Table::named(&Takes::Defined("changed_stage", &CHANGED_STAGE))),
        "Changes to stages, by the names of the stages.",
    ),
    Key::new(
        "defaults",
        Takes::Defined("defaults", &DEFAULTS),
        "Values of parameters for every stage whose block takes them.",
    ),
    Key::new("let", Takes::Table(&LET), "Other values for names of the spec's `let`."),
];

/// The baseline that members change.
pub(super) struct Baseline<'b, 'a> {
    pub(super) stages: &'b [WrittenStage<'a>],
    pub(super) defaults: Option<&'b Reader<'a>>,
    pub(super) constants: &'b Constants,
    /// The names that its stages may use, and those of members.
    pub(super) names: &'b Names,
}

/// A member as read, with its changes for later members that are `like` it.
struct Written<'a> {
    name: String,
    changes: Vec<Rc<Changes<'a>>>,
    member: Option<Member>,
}

/// What a member or a library changes in the baseline.
struct Changes<'a> {
    stages: Option<Reader<'a>>,
    defaults: Option<Reader<'a>>,
    constants: Option<Reader<'a>>,
}

/// The family's own members and the libraries'; `None` if one is not usable.
pub(super) fn members<'a>(
    reader: &mut Reader<'a>,
    baseline: &Baseline<'_, 'a>,
    library: &mut Library,
) -> Option<[Vec<Member>; 2]> {
    let mut written: Vec<Written> = Vec::new();
    for (name, table) in tables(reader, "member", "member") {
        check_name(&table, name, &written);
        let read = member(name.into(), table, None, &written, baseline, library);
        written.push(read);
    }
    let own_count = written.len();
    for (name, mut table) in tables(reader, "library", "library") {
        check_name(&table, name, &[]);
        let shared = Rc::new(Changes::read(&table));
        for (network, member_table) in tables(&mut table, "member", name) {
            let name = format!("{name}/{network}");
            let read = member(name, member_table, Some(&shared), &written, baseline, library);
            written.push(read);
        }
        table.finish(&[]);
    }
    let members = written.into_iter().map(|written| written.member);
    let mut members = members.collect::<Option<Vec<_>>>()?;
    let of_libraries = members.split_off(own_count);
    Some([members, of_libraries])
}

/// Reports a name that no address can contain.
fn check_name(table: &Reader, name: &str, known: &[Written]) {
    let is_taken = known.iter().any(|other| other.name.eq_ignore_ascii_case(name));
    let why = if is_taken {
        "differs from another only in case"
    } else if name.contains([':', '/']) {
        "may not contain `:` or `/`"
    } else {
        return;
    };
    table.problem(format!("the name `{name}` {why}"), table.span, "choose another name");
}

/// The tables of a table, by name.
fn tables<'a>(reader: &mut Reader<'a>, key: &str, what: &str) -> Vec<(&'a str, Reader<'a>)> {
    let Some(table) = reader.table(key, format!("`{key}`")) else { return Vec::new() };
    let entries = table.rest().into_iter();
    let read = |(name, item): crate::families::spec::reader::Entry<'a>| {
        let reader = table.reader(name.value, item, format!("{what} `{}`", name.value))?;
        Some((name.value, reader))
    };
    entries.filter_map(read).collect()
}

fn member<'a>(
    name: String,
    mut reader: Reader<'a>,
    shared: Option<&Rc<Changes<'a>>>,
    known: &[Written<'a>],
    baseline: &Baseline<'_, 'a>,
    library: &mut Library,
) -> Written<'a> {
    let like = like(&mut reader, known);
    let mut changes = like.map_or(Vec::new(), |like| like.changes.clone());
    changes.extend(shared.cloned());
    changes.push(Rc::new(Changes::read(&reader)));
    changes.retain(|changes| !changes.is_empty());
    let base = like.and_then(|like| like.member.as_ref());
    let width = reader.positive("width").map(|width| width.value);
    let depth = reader.positive("depth").map(|depth| depth.value);
    let classes = reader.integer("classes").map(|classes| classes.value);
    let series = series(&mut reader);
    let is_joined = reader.flag("line");
    let own_image = reader.item("resolution");
    let image = own_image.and_then(|item| image(&reader, "resolution", item));
    let is_usable = own_image.is_some() == image.is_some();
    let exact = each(&mut reader, "exact", exact);
    let published = each(&mut reader, "published", published);
    reader.finish(&[]);
    // Most library networks are another one at another size: equal changes are read once.
    let alike = known.iter().find(|written| same_changes(&written.changes, &changes));
    let read = match alike.and_then(|written| written.member.as_ref()) {
        Some(alike) => (alike.constants.clone(), Some(alike.stages.clone())),
        None => {
            let (constants, stages) = changed_stages(&reader, &changes, baseline, library);
            (constants, stages.map(Arc::from))
        }
    };
    let (constants, stages) = read;
    let member = stages.filter(|_| is_usable).map(|stages| Member {
        name: name.clone(),
        width: width.or(base.and_then(|base| base.width)),
        depth: depth.or(base.and_then(|base| base.depth)),
        image: image.or(base.and_then(|base| base.image)),
        classes: classes.or(base.and_then(|base| base.classes)),
        series: series.or(base.and_then(|base| base.series.clone())),
        line: is_joined.or(base.map(|base| base.line)).unwrap_or(true),
        constants,
        stages,
        exact,
        published,
        span: reader.span.into(),
    });
    Written { name, changes, member }
}

/// The name of the member's series in charts.
fn series(reader: &mut Reader) -> Option<String> {
    let item = reader.item("series")?;
    let name = item.text().filter(|name| !name.trim().is_empty());
    let name = reader.typed("series", item, "a name such as \"ResNeXt\"", name)?;
    Some(name.value.to_string())
}

/// Whether two members change the baseline in the same way: by the same tables of the spec.
fn same_changes(one: &[Rc<Changes>], other: &[Rc<Changes>]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| Rc::ptr_eq(a, b))
}

/// The member that `like` names, if any.
fn like<'w, 'a>(reader: &mut Reader<'a>, known: &'w [Written<'a>]) -> Option<&'w Written<'a>> {
    let name = reader.text("like")?;
    let found = known.iter().find(|written| written.name == name.value);
    if found.is_none() {
        let names: Vec<&str> = known.iter().map(|written| written.name.as_str()).collect();
        let message = format!("there is no member `{}` before this one", name.value);
        let problem = Diagnostic::new(message).at(name.span, "here");
        reader.problems.add(problem.known("members", name.value, &names));
    }
    found
}

impl<'a> Changes<'a> {
    fn is_empty(&self) -> bool {
        self.stages.is_none() && self.defaults.is_none() && self.constants.is_none()
    }

    fn read(reader: &Reader<'a>) -> Self {
        let table = |key: &str, what: &str| {
            let item = reader.item(key)?;
            reader.reader(key, item, format!("{what} of {}", reader.what))
        };
        Changes {
            stages: table("stage", "stages"),
            defaults: table("defaults", "defaults"),
            constants: table("let", "`let`"),
        }
    }
}

/// The baseline's constants and stages with all `changes`, in order.
fn changed_stages<'a>(
    reader: &Reader<'a>,
    changes: &[Rc<Changes<'a>>],
    baseline: &Baseline<'_, 'a>,
    library: &mut Library,
) -> (Constants, Option<Vec<StageSpec>>) {
    let mut constants = baseline.constants.clone();
    for table in changes.iter().filter_map(|changes| changes.constants.as_ref()) {
        changed(table, &mut constants);
    }
    let own = changes.iter().rev().map(|changes| changes.defaults.as_ref());
    let defaults: Vec<_> = own.chain([baseline.defaults]).collect();
    let mut stages = Vec::with_capacity(baseline.stages.len());
    for written in baseline.stages {
        let own_table = |changes: &Rc<Changes<'a>>| {
            let stages = changes.stages.as_ref()?;
            let item = stages.item(written.name)?;
            let own = stages.reader(written.name, item, format!("stage `{}`", written.name))?;
            if own.has("name") {
                own.problem("a member cannot rename a stage", own.span, "it does here");
            }
            Some(own)
        };
        let overlays: Vec<_> = changes.iter().filter_map(own_table).collect();
        let own_defaults = &defaults[..changes.len()];
        let is_changed = written.spec.as_ref().is_some_and(|spec| {
            !overlays.is_empty() || are_taken(own_defaults, written, spec.block, library)
        });
        if !is_changed {
            stages.push(written.spec.clone());
            continue;
        }
        let table = reader.reader("stage", written.item, "a stage");
        stages.push(
            table.and_then(|table| stage(table, &overlays, &defaults, baseline.names, library).1),
        );
    }
    for changes in changes {
        if let Some(stages) = &changes.stages {
            stages.finish(&[]);
        }
        if let Some(defaults) = &changes.defaults {
            finish_defaults(defaults, stages.iter().flatten(), library);
        }
    }
    (constants, stages.into_iter().collect())
}
