//! A run of rows with its columns laid out by name, made alike from Parquet and from CSV.

use arrow::{
    array::{
        Array, ArrayRef, AsArray, LargeStringArray, RecordBatch, StringArray, StringViewArray,
    },
    datatypes::{self as dt, DataType},
};

use crate::FeedError;

/// Stands for a missing number.
pub(crate) const NONE: i64 = i64::MIN;

/// What a layout wants of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Want {
    /// A whole number.
    Int,
    /// A number with a fraction.
    Float,
    /// Text.
    Text,
}

/// A column wanted: its name, its kind and whether a file without it is not of this layout.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub name: &'static str,
    pub want: Want,
    pub required: bool,
}

pub(crate) const fn int(name: &'static str) -> Wanted {
    Wanted {
        name,
        want: Want::Int,
        required: true,
    }
}
pub(crate) const fn float(name: &'static str) -> Wanted {
    Wanted {
        name,
        want: Want::Float,
        required: true,
    }
}
pub(crate) const fn text(name: &'static str) -> Wanted {
    Wanted {
        name,
        want: Want::Text,
        required: true,
    }
}

impl Wanted {
    pub(crate) const fn or_none(self) -> Self {
        Self {
            required: false,
            ..self
        }
    }
}

/// One column.
#[derive(Debug)]
pub(crate) enum Column {
    Missing,
    Int(Vec<i64>),
    Float(Vec<f64>),
    Utf8(StringArray),
    LargeUtf8(LargeStringArray),
    View(StringViewArray),
}

/// Rows and the wanted columns, in the order in which they are wanted.
#[derive(Debug)]
pub(crate) struct Frame {
    pub rows: usize,
    /// Number of the first row in the file, from 1 (the header not counted).
    pub first_row: u64,
    pub columns: Vec<Column>,
}

impl Frame {
    /// A whole number; `None` where the column or the value is missing.
    #[inline]
    pub(crate) fn int(&self, column: usize, row: usize) -> Option<i64> {
        match &self.columns[column] {
            Column::Int(v) => Some(v[row]).filter(|&i| i != NONE),
            _ => None,
        }
    }

    /// A whole number that fits.
    #[inline]
    pub(crate) fn small<T: TryFrom<i64>>(&self, column: usize, row: usize) -> Option<T> {
        self.int(column, row).and_then(|i| T::try_from(i).ok())
    }

    /// A number.
    #[inline]
    pub(crate) fn float(&self, column: usize, row: usize) -> Option<f64> {
        match &self.columns[column] {
            Column::Float(v) => Some(v[row]).filter(|f| f.is_finite()),
            _ => None,
        }
    }

    /// Text; empty text and the `NA` of R are missing.
    #[inline]
    pub(crate) fn text(&self, column: usize, row: usize) -> Option<&str> {
        let value = match &self.columns[column] {
            Column::Utf8(a) if a.is_valid(row) => a.value(row),
            Column::LargeUtf8(a) if a.is_valid(row) => a.value(row),
            Column::View(a) if a.is_valid(row) => a.value(row),
            _ => return None,
        };
        (!value.is_empty() && value != "NA").then_some(value)
    }

    /// The error of a game that cannot begin: its first row does not say what it must.
    pub(crate) fn no_game(&self, row: usize, column: &str, problem: &str) -> FeedError {
        FeedError::wrong_shape(
            format!("row {} {column}", self.first_row + row as u64),
            problem,
        )
    }

    /// Lays a record batch out.
    pub(crate) fn of_batch(batch: &RecordBatch, wanted: &[Wanted], first_row: u64) -> Self {
        Self {
            rows: batch.num_rows(),
            first_row,
            columns: wanted
                .iter()
                .map(|w| {
                    batch
                        .column_by_name(w.name)
                        .map_or(Column::Missing, |array| column(array, w.want))
                })
                .collect(),
        }
    }
}

fn column(array: &ArrayRef, want: Want) -> Column {
    match want {
        Want::Int => ints(array).map_or(Column::Missing, Column::Int),
        Want::Float => floats(array).map_or(Column::Missing, Column::Float),
        Want::Text => texts(array),
    }
}

macro_rules! primitive {
    ($array:expr, $ty:ty, $from:expr, $none:expr) => {{
        let array = $array.as_primitive::<$ty>();
        if array.null_count() == 0 {
            array.values().iter().map(|&v| $from(v)).collect()
        } else {
            array.iter().map(|v| v.map_or($none, $from)).collect()
        }
    }};
}

fn ints(array: &ArrayRef) -> Option<Vec<i64>> {
    let of_float = |f: f64| {
        if f.is_finite() && f.abs() < 9.0e15 {
            f.round() as i64
        } else {
            NONE
        }
    };
    Some(match array.data_type() {
        DataType::Int8 => primitive!(array, dt::Int8Type, i64::from, NONE),
        DataType::Int16 => primitive!(array, dt::Int16Type, i64::from, NONE),
        DataType::Int32 => primitive!(array, dt::Int32Type, i64::from, NONE),
        DataType::Int64 => primitive!(array, dt::Int64Type, |v: i64| v, NONE),
        DataType::UInt8 => primitive!(array, dt::UInt8Type, i64::from, NONE),
        DataType::UInt16 => primitive!(array, dt::UInt16Type, i64::from, NONE),
        DataType::UInt32 => primitive!(array, dt::UInt32Type, i64::from, NONE),
        DataType::Float32 => {
            primitive!(
                array,
                dt::Float32Type,
                |v: f32| of_float(f64::from(v)),
                NONE
            )
        }
        DataType::Float64 => primitive!(array, dt::Float64Type, of_float, NONE),
        DataType::Boolean => array
            .as_boolean()
            .iter()
            .map(|v| v.map_or(NONE, i64::from))
            .collect(),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
            let texts = texts(array);
            let frame = Frame {
                rows: array.len(),
                first_row: 1,
                columns: vec![texts],
            };
            (0..frame.rows)
                .map(|row| frame.text(0, row).map_or(NONE, parse_int))
                .collect()
        }
        _ => return None,
    })
}

/// A whole number from text as R and Python write it: `3`, `3.0`, `TRUE`, `False`.
pub(crate) fn parse_int(s: &str) -> i64 {
    let s = s.trim();
    s.parse::<i64>().unwrap_or_else(|_| match s {
        "TRUE" | "True" | "true" => 1,
        "FALSE" | "False" | "false" => 0,
        _ => match s.parse::<f64>() {
            Ok(f) if f.is_finite() && f.abs() < 9.0e15 => f.round() as i64,
            _ => NONE,
        },
    })
}

fn floats(array: &ArrayRef) -> Option<Vec<f64>> {
    Some(match array.data_type() {
        DataType::Float32 => primitive!(array, dt::Float32Type, f64::from, f64::NAN),
        DataType::Float64 => primitive!(array, dt::Float64Type, |v: f64| v, f64::NAN),
        _ => ints(array)?
            .into_iter()
            .map(|i| if i == NONE { f64::NAN } else { i as f64 })
            .collect(),
    })
}

fn texts(array: &ArrayRef) -> Column {
    match array.data_type() {
        DataType::Utf8 => Column::Utf8(array.as_string::<i32>().clone()),
        DataType::LargeUtf8 => Column::LargeUtf8(array.as_string::<i64>().clone()),
        DataType::Utf8View => Column::View(array.as_string_view().clone()),
        DataType::Dictionary(_, _) => {
            arrow::compute::cast(array, &DataType::LargeUtf8).map_or(Column::Missing, |a| texts(&a))
        }
        _ => match ints(array) {
            Some(ints) => Column::Utf8(
                ints.into_iter()
                    .map(|i| (i != NONE).then(|| i.to_string()))
                    .collect::<StringArray>(),
            ),
            None => Column::Missing,
        },
    }
}
