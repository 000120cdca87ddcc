//! Light or dark.

/// What the visitor wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// What the system prefers.
    #[default]
    System,
    /// Always this one.
    Always(Shade),
}

/// The colors that are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shade {
    /// Ink on paper.
    #[default]
    Light,
    /// Chalk on ink.
    Dark,
}

impl Theme {
    /// The word for it, in storage and in the document.
    pub fn word(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Always(Shade::Light) => "light",
            Theme::Always(Shade::Dark) => "dark",
        }
    }

    /// Reads [`Theme::word`] back; anything else is what the system prefers.
    pub fn from_word(word: &str) -> Theme {
        match word {
            "light" => Theme::Always(Shade::Light),
            "dark" => Theme::Always(Shade::Dark),
            _ => Theme::System,
        }
    }

    /// The theme that the button gives next.
    pub fn next(self) -> Theme {
        match self {
            Theme::System => Theme::Always(Shade::Light),
            Theme::Always(Shade::Light) => Theme::Always(Shade::Dark),
            Theme::Always(Shade::Dark) => Theme::System,
        }
    }

    /// What it comes to, given what the system prefers.
    pub fn shade(self, system: Shade) -> Shade {
        match self {
            Theme::System => system,
            Theme::Always(shade) => shade,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_button_goes_round_and_words_read_back() {
        let mut theme = Theme::System;
        for _ in 0..3 {
            assert_eq!(Theme::from_word(theme.word()), theme);
            theme = theme.next();
        }
        assert_eq!(theme, Theme::System);
        assert_eq!(Theme::System.shade(Shade::Dark), Shade::Dark);
        assert_eq!(Theme::Always(Shade::Light).shade(Shade::Dark), Shade::Light);
    }
}
