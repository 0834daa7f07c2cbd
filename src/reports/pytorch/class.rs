//! The class of one block: its arguments, its submodules and its `forward`.

use crate::counting::ledger::Part;
use crate::error::Diagnostic;
use crate::families::block::expression::{Expression, Function};
use crate::families::block::{Block, GIVEN, Operation, Scope, Setting, Step, Value};
use crate::families::scaling::{AtScale, Reading};
use crate::reports::pytorch::body::{Body, State};
use crate::reports::pytorch::code::{Code, docstring, fits, function, line};
use crate::reports::pytorch::expression::{Known, Named, Writer, literal};
use crate::reports::pytorch::layer::activation_class;
use crate::reports::pytorch::names;
use crate::reports::pytorch::program::{ACTIVATION, Argument, Class, Layout, Program};
use crate::reports::pytorch::uses::{Uses, formulas, is_word_in};

/// The names that a class takes by position, by slot.
const BY_POSITION: [(usize, &str); 3] = [(0, "in_channels"), (1, "out_channels"), (3, "classes")];

/// The slot of `first`.
const FIRST: usize = 4;

/// The index of the class of a block on maps that lie so; writes it if there is none yet.
pub(super) fn class_of<'f>(
    program: &mut Program<'_, 'f>,
    block: &'f Block,
    input: Layout,
) -> Result<usize, Diagnostic> {
    let is_it = |class: &Class| std::ptr::eq(class.block, block) && class.input == input;
    if let Some(index) = program.classes.iter().position(is_it) {
        return Ok(index);
    }
    if program.open.contains(&block.name.as_str()) {
        let message = format!("block `{}` calls itself, and cannot be exported", block.name);
        return Err(Diagnostic::new(message).at(&block.span, "this block"));
    }
    program.open.push(&block.name);
    let class = class(program, block, input)?;
    program.open.pop();
    program.classes.push(class);
    Ok(program.classes.len() - 1)
}

fn class<'f>(
    program: &mut Program<'_, 'f>,
    block: &'f Block,
    input: Layout,
) -> Result<Class<'f>, Diagnostic> {
    let calls = program.calls(block);
    let scopes: Vec<Scope<AtScale>> =
        calls.iter().map(|call| program.scope(&call.values)).collect();
    let (names, locals) = names(program, block, &scopes)?;
    let mut body = Body::new(program, calls, names);
    let mut state = State { layout: input, channels: "in_channels".into() };
    let (steps, is_auxiliary) = own_steps(block);
    let result = body.steps(steps, "x", "x", &mut state)?;
    let Body { names, init, values, mut forward, .. } = body;
    let mut init: Vec<String> = values.into_iter().chain(init).collect();
    push_return(&mut forward, &result);
    for (name, text) in locals.iter().rev() {
        if is_word_in(name, &init) {
            init.insert(0, line(2, &format!("{name} = {text}")));
        }
    }
    let arguments = arguments(block, &names, &scopes, &init);
    let name = program.free_name(&names::class(&block.name));
    let lines = lines(&name, block, &arguments, &init, &forward);
    let output = state.layout;
    Ok(Class { name, block, arguments, input, output, is_auxiliary, lines })
}

/// The steps of a block, and whether they are beside the network's main path.
fn own_steps(block: &Block) -> (&[Step], bool) {
    match &block.steps[..] {
        [Step { when: None, operation: Operation::Part(Part::Auxiliary, steps), .. }] => {
            (steps, true)
        }
        steps => (steps, false),
    }
}

/// The names that stand for an expression, and the expressions.
type Locals = Vec<(String, String)>;

/// What stands for each name of a block, and the names that stand for an expression with it.
fn names<'f>(
    program: &Program<'_, 'f>,
    block: &'f Block,
    scopes: &[Scope<'f, 'f, AtScale>],
) -> Result<(Vec<Named<'f>>, Locals), Diagnostic> {
    let uses = Uses::of(block, program.blocks);
    let mut names: Vec<Named> = Vec::new();
    for (slot, name) in GIVEN.iter().enumerate() {
        let by_position = BY_POSITION.iter().find(|(of, _)| *of == slot);
        let text = by_position.map_or(*name, |(_, text)| text).to_string();
        names.push(match same(scopes, slot) {
            Some(value) if slot == FIRST => Named::Constant(value),
            _ if all_given(scopes, slot) => Named::Name { text, is_whole: slot != FIRST },
            _ => Named::Absent,
        });
    }
    for (index, parameter) in block.parameters.iter().enumerate() {
        let slot = GIVEN.len() + index;
        names.push(match same(scopes, slot) {
            Some(value) => Named::Constant(value),
            None if !all_given(scopes, slot) => Named::Absent,
            None => {
                let text = names::argument(&parameter.name, &parameter.span)?;
                match () {
                    () if uses.activations.contains(&slot) => Named::Activation { text },
                    () if is_scaled(block, scopes, slot) => Named::Scaled { text },
                    () => Named::Name { text, is_whole: are_whole(scopes, slot) },
                }
            }
        });
    }
    let mut locals = Vec::new();
    for (name, formula) in &block.derived {
        let slot = names.len();
        let writer = Writer { scopes, names: &|slot| names[slot].clone() };
        let term = writer.formula(formula).ok();
        names.push(match term {
            Some(term) => match term.constant.clone() {
                Some(value) => Named::Constant(value),
                None => {
                    let text = names::argument(name, &formula.span)?;
                    let is_whole = are_whole(scopes, slot);
                    let value = if is_whole { term.count() } else { term.text.clone() };
                    locals.push((text.clone(), value));
                    Named::Name { text, is_whole }
                }
            },
            None => Named::Absent,
        });
    }
    Ok((names, locals))
}

/// The value of a slot, if it is the same everywhere.
fn same<'f>(scopes: &[Scope<'f, 'f, AtScale>], slot: usize) -> Option<Known<'f>> {
    let first = scopes.first()?.values.get(slot)?.clone()?;
    let is_same = |scope: &Scope<'f, 'f, AtScale>| scope.values[slot].as_ref() == Some(&first);
    scopes.iter().all(is_same).then_some(first)
}

fn all_given(scopes: &[Scope<AtScale>], slot: usize) -> bool {
    scopes.iter().all(|scope| scope.values[slot].is_some())
}

fn are_whole(scopes: &[Scope<AtScale>], slot: usize) -> bool {
    scopes.iter().all(
        |scope| matches!(scope.values[slot], Some(Value::Number(number)) if number.fract() == 0.0),
    )
}

/// Whether the block uses a parameter in `scaled(…)` alone, and that changes its value.
fn is_scaled(block: &Block, scopes: &[Scope<AtScale>], slot: usize) -> bool {
    let is_alone = formulas(block).iter().all(|formula| {
        let is_it =
            |one: &Expression| matches!(one, Expression::Name { slot: of, .. } if *of == slot);
        match &formula.expression {
            Expression::Call(Function::Scaled, parts) if parts.iter().all(is_it) => true,
            other => !other.slots().contains(&slot),
        }
    });
    let changes = scopes.iter().any(|scope| {
        let number = scope.values[slot].clone().and_then(|value| value.into_number().ok());
        number.is_some_and(|number| scope.reading.scaled(number).to_bits() != number.to_bits())
    });
    is_alone && changes
}

/// What the lines of `__init__` need to be given.
fn arguments<'f>(
    block: &'f Block,
    names: &[Named<'f>],
    scopes: &[Scope<'f, 'f, AtScale>],
    init: &[String],
) -> Vec<Argument<'f>> {
    let mut arguments = Vec::new();
    let parameters = GIVEN.len()..GIVEN.len() + block.parameters.len();
    let positions = BY_POSITION.iter().map(|(slot, _)| *slot);
    for slot in positions.chain(parameters).chain([FIRST]) {
        let (name, is_scaled, kind) = match &names[slot] {
            Named::Name { text, .. } => (text, false, kind(scopes, slot)),
            Named::Scaled { text } => (text, true, "int"),
            Named::Activation { text } => (text, false, ACTIVATION),
            Named::Constant(_) | Named::Absent => continue,
        };
        if !is_word_in(name, init) {
            continue;
        }
        let parameter = slot.checked_sub(GIVEN.len()).and_then(|index| block.parameters.get(index));
        let default = parameter.and_then(|parameter| parameter.default.as_ref());
        let default = default.filter(|_| !is_scaled).map(|default| match default {
            Setting::Number(number) => Value::Number(*number),
            Setting::Bool(value) => Value::Bool(*value),
            Setting::Word(word) => Value::Word(word.as_str()),
        });
        arguments.push(Argument { slot, name: name.clone(), kind, default, is_scaled });
    }
    arguments
}

fn kind(scopes: &[Scope<AtScale>], slot: usize) -> &'static str {
    match scopes.first().and_then(|scope| scope.values[slot].as_ref()) {
        Some(Value::Bool(_)) => "bool",
        Some(Value::Word(_)) => "str",
        _ if are_whole(scopes, slot) => "int",
        _ => "float",
    }
}

impl Argument<'_> {
    /// How a signature declares it.
    fn declared(&self) -> String {
        let Argument { name, kind, default, .. } = self;
        match default {
            Some(Value::Word(word)) if self.is_activation() => {
                format!("{name}: {kind} = {}", activation_class(word))
            }
            Some(value) => format!("{name}: {kind} = {}", literal(value)),
            None => format!("{name}: {kind}"),
        }
    }

    fn is_by_position(&self) -> bool {
        BY_POSITION.iter().any(|(slot, _)| *slot == self.slot)
    }

    /// The argument of a call with this value.
    pub(super) fn given(&self, value: String) -> Code {
        if self.is_by_position() { Code::text(value) } else { Code::keyword(&self.name, value) }
    }
}

fn lines(
    name: &str,
    block: &Block,
    arguments: &[Argument],
    init: &[String],
    forward: &[String],
) -> Vec<String> {
    let mut lines = vec![format!("class {name}(nn.Module):")];
    let about = block.about.split_whitespace().collect::<Vec<_>>().join(" ");
    let about = about.split_once(". ").map_or(about.as_str(), |(first, _)| first);
    let about = sentence(if about.is_empty() { &block.name } else { about });
    lines.extend(docstring(1, &[about]));
    if !init.is_empty() {
        let mut taken = vec!["self".to_string()];
        let (by_position, others): (Vec<&Argument>, Vec<&Argument>) =
            arguments.iter().partition(|argument| argument.is_by_position());
        taken.extend(by_position.iter().map(|argument| argument.declared()));
        if !others.is_empty() {
            taken.push("*".into());
        }
        taken.extend(others.iter().map(|argument| argument.declared()));
        lines.push(String::new());
        lines.extend(function(1, "__init__", &taken, "None"));
        lines.push(line(2, "super().__init__()"));
        lines.extend_from_slice(init);
    }
    lines.push(String::new());
    lines.extend(function(1, "forward", &["self".into(), "x: Tensor".into()], "Tensor"));
    lines.extend_from_slice(forward);
    lines
}

/// Adds the line that returns a result; one that was just assigned is returned as it is.
pub(super) fn push_return(forward: &mut Vec<String>, result: &str) {
    let assigned = line(2, &format!("{result} = "));
    let value = forward.last().and_then(|last| last.strip_prefix(&assigned));
    let value = value.filter(|value| !value.ends_with(['(', '[']));
    let merged = value.map(|value| line(2, &format!("return {value}"))).filter(|line| fits(line));
    if merged.is_some() {
        forward.pop();
    }
    forward.push(merged.unwrap_or_else(|| line(2, &format!("return {result}"))));
}

/// A text that starts with a capital and ends with a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let text = format!("{first}{}", letters.as_str());
    if text.ends_with(['.', '!', '?']) { text } else { format!("{text}.") }
}
