//! What a name can stand for while rules are evaluated.

use std::sync::Arc;

/// The type of a name or of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Type {
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// A number.
    Double,
    /// A piece of text.
    Text,
    /// A list of texts, as stands behind `in`.
    Texts,
    /// A list of numbers.
    Numbers,
}

impl Type {
    /// The name that CEL has for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Double => "double",
            Self::Text => "string",
            Self::Texts => "list(string)",
            Self::Numbers => "list(number)",
        }
    }

    /// Whether it counts or measures something.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Int | Self::Double)
    }
}

/// Text without a copy of its own.
#[derive(Debug, Clone)]
pub enum Text {
    /// A word of the program's.
    Fixed(&'static str),
    /// A word that came in.
    Shared(Arc<str>),
}

impl Text {
    /// The text.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Fixed(text) => text,
            Self::Shared(text) => text,
        }
    }

    /// For those who keep it.
    pub fn to_arc(&self) -> Arc<str> {
        match self {
            Self::Fixed(text) => Arc::from(*text),
            Self::Shared(text) => text.clone(),
        }
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

/// What a name stands for just now.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Slot {
    /// Nothing is known.
    #[default]
    Unknown,
    /// True or false.
    Bool(bool),
    /// A whole number; a double holds every one that a match can bring.
    Int(i64),
    /// A number.
    Num(f64),
    /// Text.
    Text(Text),
}

impl Slot {
    /// As a number.
    pub fn num(&self) -> Option<f64> {
        match self {
            Self::Int(n) => Some(*n as f64),
            Self::Num(n) => Some(*n),
            _ => None,
        }
    }

    /// As text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// As true or false.
    pub fn bool(&self) -> Option<bool> {
        match self {
            Self::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// Whether it is of this type, or nothing is known.
    pub fn fits(&self, ty: Type) -> bool {
        match self {
            Self::Unknown => true,
            Self::Bool(_) => ty == Type::Bool,
            Self::Int(_) => ty == Type::Int,
            Self::Num(_) => ty == Type::Double,
            Self::Text(_) => ty == Type::Text,
        }
    }
}

impl std::fmt::Display for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unknown => f.write_str("unknown"),
            Self::Bool(b) => write!(f, "{b}"),
            Self::Int(n) => write!(f, "{n}"),
            // Three digits behind the point say enough to a person.
            Self::Num(n) => write!(f, "{}", (n * 1e3).round() / 1e3),
            Self::Text(text) => write!(f, "{:?}", text.as_str()),
        }
    }
}

impl From<bool> for Slot {
    fn from(b: bool) -> Self {
        Self::Bool(b)
    }
}

impl From<f32> for Slot {
    fn from(n: f32) -> Self {
        // As a person wrote it: 0.82 and not 0.8199999928474426, so that `> 0.82` means what it says. That is the decimal
        // with the fewest digits behind the point that is this number in single precision.
        let mut scale = 1.0;
        for _ in 0..=6 {
            let near = (f64::from(n) * scale).round() / scale;
            if near as f32 == n {
                return Self::Num(near);
            }
            scale *= 10.0;
        }
        Self::Num(f64::from(n))
    }
}

impl From<f64> for Slot {
    fn from(n: f64) -> Self {
        Self::Num(n)
    }
}

impl From<i64> for Slot {
    fn from(n: i64) -> Self {
        Self::Int(n)
    }
}

macro_rules! whole {
    ($($t:ty),*) => {
        $(impl From<$t> for Slot {
            fn from(n: $t) -> Self {
                Self::Int(i64::from(n))
            }
        })*
    };
}

whole!(u8, u16, u32, i16, i32);

impl From<&'static str> for Slot {
    fn from(text: &'static str) -> Self {
        Self::Text(Text::Fixed(text))
    }
}

impl From<&Arc<str>> for Slot {
    fn from(text: &Arc<str>) -> Self {
        Self::Text(Text::Shared(text.clone()))
    }
}

impl<T: Into<Slot>> From<Option<T>> for Slot {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Unknown, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_precision_share_is_what_was_written() {
        assert_eq!(Slot::from(0.82_f32), Slot::Num(0.82));
        assert_eq!(Slot::from(93.999_f32), Slot::Num(93.999));
        assert!(Slot::from(0.820_000_05_f32).num() > Some(0.82));
    }

    #[test]
    fn what_is_not_there_is_unknown_and_fits_everything() {
        let none: Slot = None::<u8>.into();
        assert_eq!(none, Slot::Unknown);
        assert!(none.fits(Type::Bool) && none.fits(Type::Text));
        assert!(!Slot::from(1_u8).fits(Type::Double));
    }
}
