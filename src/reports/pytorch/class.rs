//! The class of one block: its arguments, its submodules and its `forward`.

use crate::counting::ledger::Part;
use crate::error::Diagnostic;
use crate::families::block::{Block, FIRST, GIVEN, Operation, Scope, Setting, Step, Value};
use crate::families::scaling::AtScale;
use crate::reports::pytorch::body::{Body, State};
use crate::reports::pytorch::code::{Code, docstring, fits, function, line};
use crate::reports::pytorch::expression::Named;
use crate::reports::pytorch::layer::activation_class;
use crate::reports::pytorch::names;
use crate::reports::pytorch::program::{ACTIVATION, Argument, Class, Layout, Program};
use crate::reports::pytorch::slots::{BY_POSITION, NamedSlots, are_whole, named};
use crate::reports::pytorch::term::literal;
use crate::reports::pytorch::uses::is_word_in;

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
    let NamedSlots { names, locals } = named(block, program.blocks, &scopes)?;
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
    let unknown = format!("the block `{}`", block.name);
    let about = sentence(if about.is_empty() { &unknown } else { about });
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
