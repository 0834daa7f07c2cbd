//! Text made safe to show and to write in XML.

/// `text` on one line, with a replacement character for each control character.
pub(crate) fn displayable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            '\t' | '\n' | '\r' | ' ' if shown.ends_with(' ') => {}
            '\t' | '\n' | '\r' => shown.push(' '),
            c => shown.push(legal(c)),
        }
    }
    shown
}

/// `text` as XML: markup and forbidden characters replaced, line ends kept.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' => escaped.push(c),
            c => escaped.push(legal(c)),
        }
    }
    escaped
}

/// XML 1.0 forbids most control characters; they become U+FFFD.
fn legal(c: char) -> char {
    if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') { '\u{FFFD}' } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_forbidden_characters_are_made_harmless() {
        assert_eq!(escape("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
        assert_eq!(displayable(" a\u{0}b\n\tc\u{FFFF} "), "a\u{FFFD}b c\u{FFFD}");
    }
}
