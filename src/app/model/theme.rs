//! Color schemes: light and dark.

/// The color scheme that the visitor prefers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemePreference {
    /// That of the system.
    #[default]
    System,
    /// Always this one.
    Always(ColorScheme),
}

/// The color scheme that is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorScheme {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

impl ThemePreference {
    /// The preference as it is written in storage and in the document.
    pub fn as_attribute(self) -> &'static str {
        match self {
            ThemePreference::System => "system",
            ThemePreference::Always(ColorScheme::Light) => "light",
            ThemePreference::Always(ColorScheme::Dark) => "dark",
        }
    }

    /// Parses [`ThemePreference::as_attribute`]; anything else is the system's.
    pub fn from_attribute(word: &str) -> ThemePreference {
        match word {
            "light" => ThemePreference::Always(ColorScheme::Light),
            "dark" => ThemePreference::Always(ColorScheme::Dark),
            _ => ThemePreference::System,
        }
    }

    /// The preference that the button sets next.
    pub fn next(self) -> ThemePreference {
        match self {
            ThemePreference::System => ThemePreference::Always(ColorScheme::Light),
            ThemePreference::Always(ColorScheme::Light) => ThemePreference::Always(ColorScheme::Dark),
            ThemePreference::Always(ColorScheme::Dark) => ThemePreference::System,
        }
    }

    /// The color scheme that it gives, with that of the system.
    pub fn color_scheme(self, system: ColorScheme) -> ColorScheme {
        match self {
            ThemePreference::System => system,
            ThemePreference::Always(color_scheme) => color_scheme,
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
        assert_eq!(ThemePreference::System.color_scheme(ColorScheme::Dark), ColorScheme::Dark);
        assert_eq!(ThemePreference::Always(ColorScheme::Light).color_scheme(ColorScheme::Dark), ColorScheme::Light);
    }
}
