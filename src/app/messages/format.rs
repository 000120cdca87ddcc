//! Formats of numbers and words that several messages use.

use crate::app::model::user_data::task::Task;

/// A sentence with a full stop at its end.
pub fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_string() } else { format!("{text}.") }
}

pub fn capitalize(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Milliseconds with as many digits as are significant.
pub fn milliseconds(ms: f64) -> String {
    match ms {
        _ if !ms.is_finite() => "–".into(),
        // The clocks of some browsers tick in whole milliseconds.
        _ if ms <= 0.0 => "less than 1 ms".into(),
        _ if ms < 0.095 => format!("{ms:.2} ms"),
        _ if ms < 9.95 => format!("{ms:.1} ms"),
        _ => format!("{ms:.0} ms"),
    }
}

/// Bytes with a unit.
pub fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.0} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// A whole number with thousands separators.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share as a percentage with one decimal place. A share below one is never rounded up to 100%.
pub fn percent(share: f32) -> String {
    let share = if share.is_finite() { f64::from(share) } else { 0.0 };
    let tenths = (share * 1000.0).clamp(0.0, 1000.0);
    let tenths = if tenths < 1000.0 { tenths.round().min(999.0) } else { tenths };
    format!("{:.1}%", tenths / 10.0)
}

/// A percentage padded with figure spaces, so that a column of them is aligned to the right although each starts at the same
/// place: text that starts elsewhere than before counts as a layout shift.
pub fn percent_in_column(share: f32) -> String {
    let text = percent(share);
    let missing = "100.0%".len().saturating_sub(text.len());
    "\u{2007}".repeat(missing) + &text
}

/// The English word for a digit with its article.
pub fn digit_with_article(digit: usize) -> String {
    format!("{} {}", if digit == 8 { "an" } else { "a" }, digit_name(digit))
}

/// A number of one digit with its article: `an 8`.
pub fn number_with_article(digit: u8) -> String {
    format!("{} {digit}", if digit == 8 { "an" } else { "a" })
}

/// The plural of a digit.
pub fn digit_plural(digit: usize) -> String {
    format!("{}{}", digit_name(digit), if digit == 6 { "es" } else { "s" })
}

/// The English word for a digit.
pub fn digit_name(digit: usize) -> &'static str {
    Task::Digits.class_name(digit).spoken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn almost_certain_is_not_certain() {
        assert_eq!(percent(0.99999), "99.9%");
        assert_eq!(percent(1.0), "100.0%");
        assert_eq!(percent(0.0), "0.0%");
        assert_eq!(percent(f32::NAN), "0.0%");
        assert_eq!(percent_in_column(0.052), "\u{2007}\u{2007}5.2%");
    }

    #[test]
    fn numbers_are_readable() {
        assert_eq!(thousands(693_962), "693,962");
        assert_eq!(thousands(12), "12");
        assert_eq!([1, 8].map(number_with_article), ["a 1", "an 8"]);
        assert_eq!(bytes(1_387_924), "1.4 MB");
        assert_eq!(bytes(99_400), "99 kB");
        assert_eq!(milliseconds(0.0), "less than 1 ms");
        assert_eq!(milliseconds(0.042), "0.04 ms");
        assert_eq!(milliseconds(1.25), "1.2 ms");
        assert_eq!(milliseconds(23.4), "23 ms");
    }
}
