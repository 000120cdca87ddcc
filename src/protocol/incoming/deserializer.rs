//! Reads protocol types out of a [`MessageValue`].

use serde::{
    Deserializer,
    de::{
        Error, IntoDeserializer, Visitor,
        value::{MapDeserializer, SeqDeserializer, StrDeserializer},
    },
    forward_to_deserialize_any,
};

use super::value::{MessageValue, whole};

/// What serde says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct ValueError(String);

impl Error for ValueError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// A value that is read.
#[derive(Clone, Copy)]
pub(super) struct ValueReader<'a>(&'a MessageValue);

impl MessageValue {
    /// Reads the value, which stays.
    pub(super) fn by_reference(&self) -> ValueReader<'_> {
        ValueReader(self)
    }
}

impl<'de> IntoDeserializer<'de, ValueError> for ValueReader<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for ValueReader<'de> {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.0 {
            MessageValue::Null => visitor.visit_unit(),
            MessageValue::Bool(value) => visitor.visit_bool(*value),
            MessageValue::Number(number) => number_to(*number, visitor),
            MessageValue::Text(text) => visitor.visit_borrowed_str(text),
            MessageValue::Bytes(bytes) => visitor.visit_bytes(bytes),
            MessageValue::Numbers(numbers) => {
                visitor.visit_seq(SeqDeserializer::new(numbers.iter().map(|number| NumberReader(*number))))
            }
            MessageValue::List(elements) => {
                visitor.visit_seq(SeqDeserializer::new(elements.iter().map(MessageValue::by_reference)))
            }
            MessageValue::Object(fields) => {
                let fields = fields.iter().map(|(name, value)| (name.as_ref(), value.by_reference()));
                visitor.visit_map(MapDeserializer::new(fields))
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.0 {
            MessageValue::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        match self.0 {
            MessageValue::Text(text) => {
                let variant: StrDeserializer<'_, ValueError> = text.as_str().into_deserializer();
                visitor.visit_enum(variant)
            }
            other => Err(ValueError(format!("{} is no name of a choice", other.kind()))),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map identifier ignored_any struct
    }
}

/// A number of a typed array.
struct NumberReader(f64);

impl<'de> IntoDeserializer<'de, ValueError> for NumberReader {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for NumberReader {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        number_to(self.0, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map identifier ignored_any struct enum
    }
}

/// JavaScript has one kind of numbers; those that are whole may be counts.
fn number_to<'de, V: Visitor<'de>>(number: f64, visitor: V) -> Result<V::Value, ValueError> {
    match whole(number) {
        Some(whole) if number.is_sign_positive() => visitor.visit_u64(whole),
        Some(whole) if whole > 0 => visitor.visit_i64(-(whole as i64)),
        _ => visitor.visit_f64(number),
    }
}
