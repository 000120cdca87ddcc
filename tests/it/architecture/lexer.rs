//! The tokens of Rust sources, without comments and literals.

/// A piece of a file: a name, or a mark. Comments and literals are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    Name(String),
    /// `::`
    Colons,
    Mark(char),
}

impl Token {
    pub fn is(&self, mark: char) -> bool {
        *self == Self::Mark(mark)
    }

    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            Self::Colons | Self::Mark(_) => None,
        }
    }
}

/// A text's tokens, with the lines on which they stand.
pub fn tokenize(text: &str) -> Vec<(Token, usize)> {
    let bytes: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let (mut at, mut line) = (0, 0);
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    while at < bytes.len() {
        let c = bytes[at];
        let next = bytes.get(at + 1).copied().unwrap_or(' ');
        let start = at;
        if c == '/' && next == '/' {
            while at < bytes.len() && bytes[at] != '\n' {
                at += 1;
            }
        } else if c == '/' && next == '*' {
            let mut depth = 0;
            loop {
                match (bytes.get(at), bytes.get(at + 1)) {
                    (Some('/'), Some('*')) => (depth, at) = (depth + 1, at + 2),
                    (Some('*'), Some('/')) => (depth, at) = (depth - 1, at + 2),
                    (Some(_), _) => at += 1,
                    (None, _) => break,
                }
                if depth == 0 {
                    break;
                }
            }
        } else if let Some(hashes) = raw_string(&bytes[at..]) {
            at += bytes[at..].iter().position(|&c| c == '"').unwrap_or(0) + 1;
            let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
            while at < bytes.len() && !bytes[at..].starts_with(&end) {
                at += 1;
            }
            at += end.len();
        } else if c == '"' || (matches!(c, 'b' | 'c') && next == '"') {
            at += if c == '"' { 1 } else { 2 };
            while at < bytes.len() && bytes[at] != '"' {
                at += if bytes[at] == '\\' { 2 } else { 1 };
            }
            at += 1;
        } else if c == '\'' {
            // A character, or a lifetime, which has no second quote.
            at += match (next, bytes.get(at + 2)) {
                ('\\', _) => 3 + bytes[at + 3..].iter().position(|&c| c == '\'').unwrap_or(0) + 1,
                (_, Some('\'')) => 3,
                _ => 1 + bytes[at + 1..].iter().take_while(|&&c| is_name(c)).count(),
            };
        } else if c.is_ascii_digit() {
            while at < bytes.len() && is_name(bytes[at]) {
                at += 1;
            }
        } else if is_name(c) {
            while at < bytes.len() && is_name(bytes[at]) {
                at += 1;
            }
            let name: String = bytes[start..at].iter().collect();
            // `r#type` is the name `type`, of an item and never a keyword.
            if !(name == "r" && bytes.get(at) == Some(&'#')) {
                tokens.push((Token::Name(name), line));
            } else {
                at += 1;
                let from = at;
                while at < bytes.len() && is_name(bytes[at]) {
                    at += 1;
                }
                tokens.push((Token::Name(format!("r#{}", bytes[from..at].iter().collect::<String>())), line));
            }
        } else if c == ':' && next == ':' {
            tokens.push((Token::Colons, line));
            at += 2;
        } else {
            if !c.is_whitespace() {
                tokens.push((Token::Mark(c), line));
            }
            at += 1;
        }
        let end = at.min(bytes.len());
        line += bytes[start..end].iter().filter(|&&c| c == '\n').count();
    }
    tokens
}

/// How many `#` a raw string that begins here has.
fn raw_string(text: &[char]) -> Option<usize> {
    let text = text.strip_prefix(&['b']).or(text.strip_prefix(&['c'])).unwrap_or(text);
    let text = text.strip_prefix(&['r'])?;
    let hashes = text.iter().take_while(|&&c| c == '#').count();
    (text.get(hashes) == Some(&'"')).then_some(hashes)
}
