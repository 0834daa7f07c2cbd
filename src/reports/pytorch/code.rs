//! Python code as lines of at most 88 characters, broken as `ruff format` breaks them.

/// The longest line.
const WIDTH: usize = 88;

/// The indentation of one level.
pub(super) const INDENT: &str = "    ";

/// A Python expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Code {
    Text(String),
    /// A function or class called with arguments.
    Call(String, Vec<Code>),
    /// An argument given by its keyword, or `*` of one.
    Prefixed(String, Box<Code>),
    /// `[item, item]`
    List(Vec<Code>),
    /// `[item for …]`
    Listed(Box<Code>, String),
    /// `then if condition else otherwise`
    Choice(Box<Code>, String, Box<Code>),
}

impl Code {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Code::Text(text.into())
    }

    pub(super) fn call(function: impl Into<String>, arguments: Vec<Code>) -> Self {
        Code::Call(function.into(), arguments)
    }

    pub(super) fn keyword(name: &str, value: impl Into<String>) -> Self {
        Code::Prefixed(format!("{name}="), Box::new(Code::text(value)))
    }

    /// The code in one line.
    pub(super) fn flat(&self) -> String {
        match self {
            Code::Text(text) => text.clone(),
            Code::Call(function, arguments) => format!("{function}({})", flat_list(arguments)),
            Code::Prefixed(prefix, code) => format!("{prefix}{}", code.flat()),
            Code::List(items) => format!("[{}]", flat_list(items)),
            Code::Listed(item, clause) => format!("[{} {clause}]", item.flat()),
            Code::Choice(then, condition, otherwise) => {
                format!("{} if {condition} else {}", then.flat(), otherwise.flat())
            }
        }
    }

    /// The lines of `start` and this code and `end`, indented by `level`.
    pub(super) fn lines(&self, level: usize, start: &str, end: &str) -> Vec<String> {
        let line = line(level, &format!("{start}{}{end}", self.flat()));
        if fits(&line) {
            return vec![line];
        }
        self.broken(level, start, end)
    }

    fn broken(&self, level: usize, start: &str, end: &str) -> Vec<String> {
        let between = |open: &str, inner: Vec<String>, close: &str| {
            let mut lines = vec![line(level, &format!("{start}{open}"))];
            lines.extend(inner);
            lines.push(line(level, &format!("{close}{end}")));
            lines
        };
        match self {
            Code::Text(text) => match operands(text) {
                operands if operands.len() > 1 => {
                    let whole = line(level + 1, text);
                    let inner = if fits(&whole) {
                        vec![whole]
                    } else {
                        operands.iter().map(|operand| line(level + 1, operand)).collect()
                    };
                    between("(", inner, ")")
                }
                _ => vec![line(level, &format!("{start}{text}{end}"))],
            },
            Code::Call(function, arguments) => {
                between(&format!("{function}("), in_brackets(level + 1, arguments), ")")
            }
            Code::List(items) => between("[", in_brackets(level + 1, items), "]"),
            Code::Prefixed(prefix, code) => code.broken(level, &format!("{start}{prefix}"), end),
            Code::Listed(item, clause) => {
                let mut inner = item.lines(level + 1, "", "");
                inner.push(line(level + 1, clause));
                between("[", inner, "]")
            }
            Code::Choice(..) if fits(&line(level + 1, &self.flat())) => {
                between("(", vec![line(level + 1, &self.flat())], ")")
            }
            Code::Choice(then, condition, otherwise) => {
                let mut inner = then.lines(level + 1, "", "");
                inner.extend(Code::text(condition).lines(level + 1, "if ", ""));
                inner.extend(otherwise.lines(level + 1, "else ", ""));
                between("(", inner, ")")
            }
        }
    }
}

/// What is in the brackets of a call: on one line if it fits, otherwise each on lines with a comma.
fn in_brackets(level: usize, arguments: &[Code]) -> Vec<String> {
    let whole = line(level, &flat_list(arguments));
    if fits(&whole) {
        return vec![whole];
    }
    arguments.iter().flat_map(|argument| argument.lines(level, "", ",")).collect()
}

/// The lines of `def name(arguments) -> returned:`.
pub(super) fn function(
    level: usize,
    name: &str,
    arguments: &[String],
    returned: &str,
) -> Vec<String> {
    let arguments: Vec<Code> = arguments.iter().map(Code::text).collect();
    let end = format!(" -> {returned}:");
    Code::call(format!("def {name}"), arguments).lines(level, "", &end)
}

/// The lines of a docstring of these paragraphs.
pub(super) fn docstring(level: usize, paragraphs: &[String]) -> Vec<String> {
    let width = WIDTH - level * INDENT.len();
    let text: Vec<String> =
        paragraphs.iter().map(|text| text.replace('\\', "\\\\").replace('"', "'")).collect();
    if let [only] = &text[..]
        && only.chars().count() + 6 <= width
    {
        return vec![line(level, &format!("\"\"\"{only}\"\"\""))];
    }
    let mut lines = Vec::new();
    for (index, paragraph) in text.iter().enumerate() {
        if index > 0 {
            lines.push(String::new());
        }
        let start = if index == 0 { "\"\"\"" } else { "" };
        lines.extend(
            wrapped(&format!("{start}{paragraph}"), width).iter().map(|one| line(level, one)),
        );
    }
    lines.push(line(level, "\"\"\""));
    lines
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(last) if last.chars().count() + 1 + word.chars().count() <= width => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(word.into()),
        }
    }
    lines
}

fn flat_list(arguments: &[Code]) -> String {
    arguments.iter().map(Code::flat).collect::<Vec<_>>().join(", ")
}

pub(super) fn line(level: usize, text: &str) -> String {
    format!("{}{text}", INDENT.repeat(level))
}

pub(super) fn fits(line: &str) -> bool {
    line.chars().count() <= WIDTH
}

/// The parts of a text that operators outside of brackets join, each with the operator before it: those of `or`, or
/// else of `and`, or else of `+`.
fn operands(text: &str) -> Vec<String> {
    let splits = [" or ", " and ", " + "].map(|operator| split_outside(text, operator));
    let several = splits.into_iter().find(|parts| parts.len() > 1);
    several.unwrap_or_else(|| vec![text.into()])
}

fn split_outside(text: &str, operator: &str) -> Vec<String> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0usize, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            ' ' if depth == 0 && text[at..].starts_with(operator) => {
                parts.push(text[start..at].to_string());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].to_string());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_calls_and_choices_are_broken() {
        let call =
            |arguments: usize| Code::call("Block", vec![Code::keyword("argument", "0"); arguments]);
        assert_eq!(call(2).lines(1, "x = ", "").len(), 1);
        assert_eq!(call(6).lines(2, "x = ", "").len(), 3, "the arguments fit on a line");
        let long = call(9).lines(1, "x = ", "");
        assert_eq!(long.len(), 11);
        assert_eq!(long[1], "        argument=0,");
        let choice = Code::Choice(call(6).into(), "stride == 1".into(), Code::text("y").into());
        let lines = choice.lines(1, "x = ", "");
        assert_eq!(lines[0], "    x = (");
        assert_eq!(lines[2..], ["        if stride == 1", "        else y", "    )"]);
    }

    #[test]
    fn conditions_are_broken_before_their_operators() {
        let text = format!("({} or b) and c", "a".repeat(80));
        let lines = Code::text(text).lines(0, "x = ", "");
        assert_eq!(lines[2], "    and c");
    }
}
