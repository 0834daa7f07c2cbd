//! The class of a network: its stages as submodules.

use crate::counting::network::Stage;
use crate::error::Diagnostic;
use crate::families::block::Value;
use crate::families::block::trace::Call;
use crate::families::family::{Family, Request, StageSpec};
use crate::families::scaling::{AtScale, Reading};
use crate::reports::pytorch::class::{class_of, push_return};
use crate::reports::pytorch::code::{Code, docstring, function, line};
use crate::reports::pytorch::layer::activation_class;
use crate::reports::pytorch::names;
use crate::reports::pytorch::program::{Argument, Class, Layout, Program};
use crate::reports::pytorch::term::literal;

/// A network's class.
pub(super) struct NetworkClass {
    pub(super) name: String,
    pub(super) lines: Vec<String>,
    /// What its `__init__` takes besides `self`: the classes, if it has any.
    pub(super) taken: Vec<String>,
}

/// The stages as `__init__` and `forward` have them.
#[derive(Default)]
struct Stages {
    init: Vec<String>,
    forward: Vec<String>,
    /// The submodules, and the stages that they are.
    names: Vec<(String, String)>,
    /// The submodules beside the main path.
    auxiliary: Vec<String>,
    needs_classes: bool,
}

/// The class of the traced network, by the name `wanted` or one like it that no block's class has.
pub(super) fn network(
    program: &mut Program,
    family: &Family,
    request: &Request,
    wanted: &str,
) -> Result<NetworkClass, Diagnostic> {
    let mut stages = Stages::default();
    let layout = stages.add_all(program, family, request)?;
    let name = program.free_name(wanted);
    let Stages { init, mut forward, auxiliary, needs_classes, .. } = stages;
    let last = program.traced.scaled.network.stages().last().map(Stage::output);
    let is_single = layout == Layout::Map && last.is_some_and(|map| map.height * map.width == 1);
    let result = if is_single { "x.flatten(1)" } else { "x" };
    let (kind, returned) = match &auxiliary[..] {
        [] => ("Tensor", result.to_string()),
        all => {
            let all = all.join(", ");
            let training = format!("({result}, {all}) if self.training else {result}");
            ("Tensor | tuple[Tensor, ...]", training)
        }
    };
    push_return(&mut forward, &returned);
    let classes = needs_classes.then(|| format!("classes: int = {}", family.classes_of(request)));
    let taken: Vec<String> = classes.into_iter().collect();
    let title = request.member.map_or_else(|| family.title.clone(), |one| family.print_name(one));
    let mut lines = vec![format!("class {name}(nn.Module):")];
    lines.extend(docstring(1, &[format!("The stages of {title}.")]));
    lines.push(String::new());
    let own: Vec<String> = std::iter::once("self".into()).chain(taken.clone()).collect();
    lines.extend(function(1, "__init__", &own, "None"));
    lines.push(line(2, "super().__init__()"));
    lines.extend(init);
    lines.push(String::new());
    lines.extend(function(1, "forward", &["self".into(), "x: Tensor".into()], kind));
    lines.extend(forward);
    Ok(NetworkClass { name, lines, taken })
}

impl Stages {
    /// Adds every stage of the network; how its output lies.
    fn add_all(
        &mut self,
        program: &mut Program,
        family: &Family,
        request: &Request,
    ) -> Result<Layout, Diagnostic> {
        let traced = program.traced;
        let (specs, _) = family.written(request.member);
        let mut layout = Layout::Map;
        for (stage, calls) in traced.stages() {
            let spec = specs.iter().find(|spec| spec.name == stage.name);
            let calls: Vec<&Call<AtScale>> =
                calls.iter().map(|call| &traced.calls[*call]).collect();
            let (Some(spec), Some(first)) = (spec, calls.first()) else { continue };
            let index = class_of(program, first.block, layout)?;
            let class = &program.classes[index];
            let name = self.name(spec)?;
            let code = blocks(class, stage.repeats, &calls, program.reading, spec.depth.is_some());
            self.init.extend(code.lines(2, &format!("self.{name} = "), ""));
            self.needs_classes |= class.arguments.iter().any(|one| one.name == "classes");
            if class.is_auxiliary {
                let output = format!("{name} = self.{name}(x) if self.training else None");
                self.forward.push(line(2, &output));
                self.auxiliary.push(name);
            } else {
                self.forward.push(line(2, &format!("x = self.{name}(x)")));
                layout = class.output;
            }
        }
        Ok(layout)
    }

    /// The name of a stage's submodule, which no other has.
    fn name(&mut self, spec: &StageSpec) -> Result<String, Diagnostic> {
        let name = names::attribute(&spec.name, "stage", &spec.span)?;
        if let Some((_, other)) = self.names.iter().find(|(taken, _)| *taken == name) {
            let message = format!(
                "the stages `{other}` and `{}` would both be `{name}` in Python",
                spec.name
            );
            return Err(Diagnostic::new(message).at(&spec.span, "here").help("rename one of them"));
        }
        self.names.push((name.clone(), spec.name.clone()));
        Ok(name)
    }
}

/// The blocks of a stage: one, or a row.
fn blocks(
    class: &Class,
    repeats: u64,
    calls: &[&Call<AtScale>],
    reading: &AtScale,
    is_row: bool,
) -> Code {
    let given = |call: &Call<AtScale>| -> Vec<Code> {
        class.arguments.iter().filter_map(|one| argument(one, call, reading)).collect()
    };
    let mut runs: Vec<(Vec<Code>, u64)> = Vec::new();
    for call in calls {
        match runs.last_mut() {
            Some((last, times)) if *last == given(call) => *times += 1,
            _ => runs.push((given(call), 1)),
        }
    }
    let written: u64 = runs.iter().map(|(_, times)| times).sum();
    if let Some((_, times)) = runs.last_mut() {
        *times += repeats.saturating_sub(written);
    }
    if let (false, [(arguments, _)]) = (is_row, &runs[..]) {
        return Code::call(class.name.clone(), arguments.clone());
    }
    let mut items = Vec::new();
    let mut rest = &runs[..];
    while let Some((first, after)) = rest.split_first() {
        let grown = growing(rest);
        if grown >= MIN_GROWING {
            items.push(grown_row(class, &rest[..grown]));
            rest = &rest[grown..];
            continue;
        }
        let block = Code::call(class.name.clone(), first.0.clone());
        items.push(if first.1 == 1 {
            block
        } else {
            listed(block, &format!("for _ in range({})", first.1))
        });
        rest = after;
    }
    Code::call("nn.Sequential", items)
}

/// As many blocks whose first argument grows evenly are written as one.
const MIN_GROWING: usize = 3;

fn listed(block: Code, clause: &str) -> Code {
    Code::Prefixed("*".into(), Code::Listed(block.into(), clause.into()).into())
}

/// The first argument as a number.
fn first_number((arguments, times): &(Vec<Code>, u64)) -> Option<i64> {
    let number = arguments.first()?.flat().parse().ok()?;
    (*times == 1).then_some(number)
}

/// How many blocks at the start differ in nothing but a first argument that grows evenly.
fn growing(runs: &[(Vec<Code>, u64)]) -> usize {
    let numbers: Vec<i64> = runs.iter().map_while(first_number).collect();
    let [first, second, ..] = numbers[..] else { return 0 };
    let others = |index: usize| runs[index].0.get(1..);
    let is_next = |index: &usize| {
        let step = numbers[*index] - numbers[index - 1];
        step == second - first && step > 0 && others(*index) == others(0)
    };
    1 + (1..numbers.len()).take_while(is_next).count()
}

fn grown_row(class: &Class, runs: &[(Vec<Code>, u64)]) -> Code {
    let numbers: Vec<i64> = runs.iter().filter_map(first_number).collect();
    let [first, second, .., last] = numbers[..] else { return Code::text("nn.Identity()") };
    let step = second - first;
    let name = class.arguments.first().map_or("channels", |one| one.name.as_str());
    let mut arguments = runs[0].0.clone();
    arguments[0] = Code::text(name);
    let range = match step {
        1 => format!("{first}, {}", last + 1),
        _ => format!("{first}, {}, {step}", last + step),
    };
    listed(Code::call(class.name.clone(), arguments), &format!("for {name} in range({range})"))
}

/// An argument of a block, unless its default does.
fn argument(argument: &Argument, call: &Call<AtScale>, reading: &AtScale) -> Option<Code> {
    let value = call.values.get(argument.slot)?.as_ref()?;
    if argument.default.as_ref() == Some(value) {
        return None;
    }
    let text = match value {
        _ if argument.name == "classes" => "classes".into(),
        Value::Number(number) if argument.is_scaled => {
            literal(&Value::Number(reading.scaled(*number)))
        }
        Value::Word(word) if argument.is_activation() => activation_class(word).into(),
        value => literal(value),
    };
    Some(argument.given(text))
}
