//! Takes comments out of JavaScript that is served as it is written: a tenth of what a visitor would fetch.

use anyhow::{Result, bail};

/// A script without the comments that have lines of their own. Their lines stay, empty, so that every other one keeps its number: a place
/// in an error's stack is a place in the source.
pub fn without_comments(script: &str) -> Result<String> {
    let mut stripped = String::with_capacity(script.len());
    let mut is_inside = false;
    for line in script.lines() {
        let text = line.trim();
        if line.matches('`').count() % 2 == 1 {
            bail!("a template of more than one line may hold what looks like a comment: {text}");
        }
        let opens = is_inside || text.starts_with("/*");
        if opens && text.contains("*/") && !text.ends_with("*/") {
            bail!("code stands behind a comment: {text}");
        }
        if !opens && !text.starts_with("//") {
            stripped.push_str(line);
        }
        is_inside = opens && !text.ends_with("*/");
        stripped.push('\n');
    }
    Ok(stripped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_lines_stay() {
        let script = "// One\nlet a = 'https://b'; // kept\n  /** Two */\n/*\n * three\n */\nlet c = `//${a}`;\n";
        let expected = "\nlet a = 'https://b'; // kept\n\n\n\n\nlet c = `//${a}`;\n";
        assert_eq!(without_comments(script).unwrap(), expected);
    }

    #[test]
    fn what_is_not_certain_is_refused() {
        assert!(without_comments("let a = `\n// text\n`;\n").is_err());
        assert!(without_comments("/* one */ let a;\n").is_err());
    }
}
