//! What a field of a request may hold, and what is wrong with a value that it may not.

use super::value::MessageValue;

/// A field of an object.
pub(super) struct Field {
    /// Its name on the wire.
    pub(super) name: &'static str,
    /// What it holds.
    pub(super) kind: FieldKind,
    /// Whether it must be there.
    pub(super) needed: bool,
}

/// What a field may hold.
pub(super) enum FieldKind {
    /// A text.
    Text,
    /// A number.
    Number,
    /// A text, or null.
    OptionalText,
    /// A number, or null.
    OptionalNumber,
    /// A whole number from 0 to this.
    Whole(u64),
    /// Bytes, or a list of numbers from 0 to 255.
    Bytes,
    /// A text out of these.
    OneOf(&'static [&'static str]),
    /// Elements of the same kind.
    List(&'static FieldKind),
    /// As many elements.
    Some(usize, &'static FieldKind),
    /// Points, or their x and y by turns.
    Points(&'static [Field]),
    /// An object that says in its `type` which of these it is.
    Tagged(&'static [(&'static str, &'static [Field])]),
    /// The same, or null.
    OptionalTagged(&'static [(&'static str, &'static [Field])]),
    /// An object.
    Object(&'static [Field]),
}

/// What is wrong with a field: where, and what.
pub(super) struct FieldFault {
    /// The path of the field.
    pub(super) path: String,
    /// What is there and what should be; nothing where the field is missing.
    pub(super) wrong: Option<[String; 2]>,
}

impl Field {
    /// A field that must be there.
    pub(super) const fn needed(name: &'static str, kind: FieldKind) -> Self {
        Self { name, kind, needed: true }
    }

    /// A field that may be missing.
    pub(super) const fn optional(name: &'static str, kind: FieldKind) -> Self {
        Self { name, kind, needed: false }
    }
}

/// What is wrong with the first bad field of an object.
pub(super) fn fields_fault(fields: &[Field], value: &MessageValue, path: &str) -> Option<FieldFault> {
    fields.iter().find_map(|field| {
        let path = if path.is_empty() { field.name.to_owned() } else { format!("{path}.{}", field.name) };
        match value.get(field.name) {
            Some(value) => field.kind.fault(value, &path),
            None if field.needed => Some(FieldFault { path, wrong: None }),
            None => None,
        }
    })
}

impl FieldKind {
    /// What is wrong with a value, if anything is.
    pub(super) fn fault(&self, value: &MessageValue, path: &str) -> Option<FieldFault> {
        let wrong = || Some(FieldFault { path: path.to_owned(), wrong: Some([value.kind(), self.words()]) });
        let elements = |kind: &FieldKind, elements: &[MessageValue]| {
            elements.iter().enumerate().find_map(|(index, value)| kind.fault(value, &format!("{path}[{index}]")))
        };
        match (self, value) {
            (Self::Text | Self::OptionalText, MessageValue::Text(_)) => None,
            (Self::Number | Self::OptionalNumber, MessageValue::Number(_)) => None,
            (Self::OptionalText | Self::OptionalNumber | Self::OptionalTagged(_), MessageValue::Null) => None,
            (Self::Whole(most), _) if value.as_whole().is_some_and(|number| number <= *most) => None,
            (Self::Bytes, MessageValue::Bytes(_)) => None,
            (Self::Bytes, MessageValue::Numbers(numbers)) => {
                let byte = |number: &f64| MessageValue::Number(*number).as_whole().is_some_and(|byte| byte < 256);
                if numbers.iter().all(byte) { None } else { wrong() }
            }
            (Self::Bytes, MessageValue::List(bytes)) => elements(&Self::Whole(255), bytes),
            (Self::OneOf(names), MessageValue::Text(text)) if names.contains(&text.as_str()) => None,
            (Self::List(kind), MessageValue::List(list)) => elements(kind, list),
            (Self::List(_), MessageValue::Numbers(_)) => None,
            (Self::Some(count, kind), MessageValue::List(list)) if list.len() == *count => elements(kind, list),
            (Self::Some(count, _), MessageValue::Numbers(numbers)) if numbers.len() == *count => None,
            (Self::Points(_), MessageValue::Numbers(numbers)) if numbers.len().is_multiple_of(2) => None,
            (Self::Points(fields), MessageValue::List(list)) => {
                let numbers = list.iter().filter(|value| matches!(value, MessageValue::Number(_))).count();
                if numbers > 0 {
                    return if numbers == list.len() && numbers.is_multiple_of(2) { None } else { wrong() };
                }
                list.iter().enumerate().find_map(|(index, point)| {
                    let number = |value: &MessageValue| Self::OptionalNumber.fault(value, "").is_none();
                    match point {
                        MessageValue::Object(_) => fields_fault(fields, point, &format!("{path}[{index}]")),
                        MessageValue::Numbers(numbers) if numbers.len() >= 2 => None,
                        MessageValue::List(numbers) if numbers.len() >= 2 && numbers.iter().all(number) => None,
                        _ => Self::Object(&[]).fault(point, &format!("{path}[{index}]")),
                    }
                })
            }
            (Self::Object(fields), MessageValue::Object(_)) => fields_fault(fields, value, path),
            (Self::Tagged(kinds) | Self::OptionalTagged(kinds), MessageValue::Object(_)) => {
                let tag = format!("{path}.type");
                let Some(found) = value.get("type") else { return Some(FieldFault { path: tag, wrong: None }) };
                match kinds.iter().find(|(name, _)| found.as_text() == Some(*name)) {
                    Some((_, fields)) => fields_fault(fields, value, path),
                    None => Some(FieldFault { path: tag, wrong: Some([found.kind(), self.words()]) }),
                }
            }
            _ => wrong(),
        }
    }

    /// What should be there, in words.
    fn words(&self) -> String {
        match self {
            Self::Text | Self::OptionalText => "a text".to_owned(),
            Self::Number | Self::OptionalNumber => "a number".to_owned(),
            Self::Whole(most) => format!("a whole number from 0 to {most}"),
            Self::Bytes => "bytes: a Uint8Array, a Uint8ClampedArray or a list of numbers from 0 to 255".to_owned(),
            Self::OneOf(names) => one_of(names.iter().copied()),
            Self::List(_) => "a list".to_owned(),
            Self::Some(count, _) => format!("a list of {count}"),
            Self::Points(_) => "a list of points, or of their x and y by turns".to_owned(),
            Self::Tagged(kinds) | Self::OptionalTagged(kinds) => one_of(kinds.iter().map(|(name, _)| *name)),
            Self::Object(_) => "an object".to_owned(),
        }
    }
}

fn one_of<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    if names.len() == 1 { names.concat() } else { format!("one of {}", names.join(", ")) }
}
