//! Code, logs and tables without marks, told by what their lines look like.

use super::{
    blocks::BlockKind,
    lines::{Line, LineRole},
};
use crate::protocol::SkipReason;

/// Finds runs of lines that are code, a log, or columns.
pub(super) fn find(lines: &mut [Line]) {
    run(lines, SkipReason::Code, 2, |line| is_code(line.text));
    run(lines, SkipReason::Log, 2, |line| is_log(line.text));
    run(lines, SkipReason::Table, 3, |line| columns(line.text) >= 3);
    comma_separated(lines);
    for line in lines.iter_mut() {
        let item = matches!(line.role, LineRole::Shown { kind: BlockKind::ListItem, .. });
        if !line.is_undecided() && !item {
            continue;
        }
        let only_code = is_only_code(line.text);
        if only_code || !item && (is_command(line.text) || is_trace(line.text)) {
            line.skip(SkipReason::Code);
        }
    }
}

/// Skips runs of at least some lines; single lines of another kind and blank ones between them belong to the run.
fn run(lines: &mut [Line], reason: SkipReason, least: usize, fits: impl Fn(&Line) -> bool) {
    let mut at = 0;
    while at < lines.len() {
        if !lines[at].is_undecided() || !fits(&lines[at]) {
            at += 1;
            continue;
        }
        let (mut end, mut count, mut others) = (at + 1, 1, 0);
        let mut last = at;
        while end < lines.len() && others < 2 {
            if lines[end].is_undecided() && fits(&lines[end]) {
                (count, others, last) = (count + 1, 0, end);
            } else if !lines[end].is_blank() {
                if !lines[end].is_undecided() || lines[end].word_count() > 6 || lines[end].ends_sentence() {
                    break;
                }
                others += 1;
            }
            end += 1;
        }
        if count >= least {
            lines[at..=last].iter_mut().filter(|line| line.is_undecided()).for_each(|line| line.skip(reason));
        }
        at = last + 1;
    }
}

/// Whether a line looks like a program's.
pub(super) fn is_code(text: &str) -> bool {
    let starts = [
        "import ",
        "from ",
        "#include",
        "def ",
        "fn ",
        "func ",
        "class ",
        "return ",
        "if (",
        "for (",
        "while (",
        "let ",
        "const ",
        "var ",
        "public ",
        "private ",
        "static ",
        "use ",
        "pub ",
        "async ",
        "await ",
        "print(",
        "console.",
        "elif ",
        "else:",
        "try:",
        "except",
        "@",
        "SELECT ",
        "INSERT ",
        "UPDATE ",
        "CREATE TABLE",
        "#!/",
        "// ",
        "/*",
        "*/",
        "//",
        "export ",
        "namespace ",
        "package ",
        "using ",
        "struct ",
        "enum ",
        "impl ",
        "match ",
        "end",
        "require ",
    ];
    let symbols = text.chars().filter(|c| "{}[]()=<>;_$|&\\/*+".contains(*c)).count();
    // An item of a list may end with a semicolon, too.
    if text.ends_with(['{', '}']) && !text.contains(". ")
        || text.ends_with(';') && (symbols >= 3 || !text.contains(' '))
    {
        return true;
    }
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let assigned = text.split_once(" = ").is_some_and(|(name, _)| {
        !name.is_empty()
            && name.split(' ').count() <= 3
            && name.chars().all(|c| c.is_alphanumeric() || " _.[]:*".contains(c))
    });
    let begins = starts.iter().any(|start| text.starts_with(start));
    // A keyword may begin a sentence.
    (begins || assigned)
        && (symbols >= 2 || text.ends_with(':') && (text.contains('(') || text.len() < 40))
        && !(text.ends_with('.') && symbols < 4)
        || symbols >= 4 && symbols * 4 > letters
        || is_command(text)
        || is_trace(text)
}

/// `$ make`, `>>> x`, `C:\> dir`.
fn is_command(text: &str) -> bool {
    ["$ ", "% ", ">>> ", "PS C:", "C:\\>", "sudo ", "# apt", "root@"].iter().any(|start| text.starts_with(start))
        && !text.starts_with("% of")
}

/// An item of a list that is code and nothing else: ``1. `make install` ``.
fn is_only_code(text: &str) -> bool {
    let item =
        text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ')' | '-' | '*' | '+' | '•' | ' '));
    item.len() > 2
        && item.starts_with('`')
        && item.ends_with('`')
        && item.trim_matches('`').matches('`').count() == 0
        && item.contains(' ')
}

/// A line of a stack trace.
fn is_trace(text: &str) -> bool {
    text.starts_with("Traceback (most recent")
        || text.starts_with("File \"") && text.contains(", line ")
        || text.starts_with("at ") && (text.ends_with(')') && text.contains(':') || text.contains("::"))
        || text.starts_with("Caused by:")
        || text.starts_with("thread '") && text.contains("panicked at")
        || text.starts_with("stack backtrace:")
        || text.starts_with("error[E")
}

/// A line of a program's log: a time, or a level in capitals, at its beginning.
fn is_log(text: &str) -> bool {
    let levels = ["ERROR", "WARN", "INFO", "DEBUG", "TRACE", "FATAL", "[error]", "[warn]", "[info]", "[debug]"];
    let dated = text.len() > 20
        && text.trim_start_matches('[').bytes().take(4).all(|b| b.is_ascii_digit())
        && text.trim_start_matches('[').as_bytes().get(4).is_some_and(|b| matches!(b, b'-' | b'/'));
    let leveled =
        levels.iter().any(|level| text.split(' ').take(4).any(|word| word.trim_matches(['[', ']', ':']) == *level));
    dated && (leveled || text.contains("T") && text.contains(':'))
        || leveled && text.split(' ').next().is_some_and(|word| levels.contains(&word.trim_matches([':', '['])))
}

/// Columns that are parted by tabs or by runs of spaces.
fn columns(text: &str) -> usize {
    let by_tabs = text.split('\t').filter(|cell| !cell.trim().is_empty()).count();
    let by_spaces = text.split("   ").filter(|cell| !cell.trim().is_empty()).count();
    by_tabs.max(by_spaces)
}

/// A table as a spreadsheet exports it: most lines have the same number of separators, outside of sentences.
fn comma_separated(lines: &mut [Line]) {
    for separator in [',', ';', '\t'] {
        let counts: Vec<usize> =
            lines.iter().filter(|line| line.is_undecided()).map(|line| line.text.matches(separator).count()).collect();
        let Some(first) = counts.first().copied().filter(|count| *count >= 2) else { continue };
        let alike = counts.iter().filter(|count| **count == first).count();
        let spaced = lines.iter().filter(|line| line.is_undecided() && line.text.contains(", ")).count();
        if counts.len() >= 3 && alike * 10 >= counts.len() * 8 && spaced * 4 <= counts.len() {
            lines.iter_mut().filter(|line| line.is_undecided()).for_each(|line| line.skip(SkipReason::Table));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_sentences() {
        for code in [
            "let x = foo(1, 2);",
            "if (a < b) {",
            "}",
            "x = [1, 2, 3]",
            "import os, sys",
            "for i in range(10): f(i)",
            "$ make install",
            "at main.rs:12:5 (std::rt)",
            "    return a[i] + b[j]",
        ] {
            assert!(is_code(code.trim()) || code.starts_with("import"), "{code}");
        }
        for sentence in [
            "If the program is started twice on one database, the second one refuses to run.",
            "From Monday on, the ferry sails again (see below).",
            "The mayor (a retired teacher) opened the bridge [1].",
            "Use the side door after five.",
            "We asked: who pays?",
            "Let them eat cake.",
        ] {
            assert!(!is_code(sentence), "{sentence}");
            assert!(!is_log(sentence), "{sentence}");
        }
        assert!(is_log("2026-05-04 10:02:33 INFO started") && is_log("ERROR: no such file"));
        assert!(!is_log("2026 was a good year for the harbor, and the board said INFO twice"));
        assert_eq!(columns("a\tb\tc"), 3);
    }
}
