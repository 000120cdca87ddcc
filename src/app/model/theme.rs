//! Light or dark.

/// What the visitor wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemePreference {
    /// What the system prefers.
    #[default]
    System,
    /// Always this one.
    Always(ColorScheme),
}

/// The colors that are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorScheme {
    /// Ink on paper.
    #[default]
    Light,
    /// Chalk on ink.
    Dark,
}

impl ThemePreference {
    /// The word for it, in storage and in the document.
    pub fn as_attribute(self) -> &'static str {
        match self {
            ThemePreference::System => "system",
            ThemePreference::Always(ColorScheme::Light) => "light",
            ThemePreference::Always(ColorScheme::Dark) => "dark",
        }
    }

    /// Reads [`ThemePreference::as_attribute`] back; anything else is what the system prefers.
    pub fn from_attribute(word: &str) -> ThemePreference {
        match word {
            "light" => ThemePreference::Always(ColorScheme::Light),
            "dark" => ThemePreference::Always(ColorScheme::Dark),
            _ => ThemePreference::System,
        }
    }

    /// The theme that the button gives next.
    pub fn next(self) -> ThemePreference {
        match self {
            ThemePreference::System => ThemePreference::Always(ColorScheme::Light),
            ThemePreference::Always(ColorScheme::Light) => ThemePreference::Always(ColorScheme::Dark),
            ThemePreference::Always(ColorScheme::Dark) => ThemePreference::System,
        }
    }

    /// What it comes to, given what the system prefers.
    pub fn shade(self, system: ColorScheme) -> ColorScheme {
        match self {
            ThemePreference::System => system,
            ThemePreference::Always(shade) => shade,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_button_goes_round_and_words_read_back() {
        let mut theme = ThemePreference::System;
        for _ in 0..3 {
            assert_eq!(ThemePreference::from_attribute(theme.as_attribute()), theme);
            theme = theme.next();
        }
        assert_eq!(theme, ThemePreference::System);
        assert_eq!(ThemePreference::System.shade(ColorScheme::Dark), ColorScheme::Dark);
        assert_eq!(ThemePreference::Always(ColorScheme::Light).shade(ColorScheme::Dark), ColorScheme::Light);
    }
}
