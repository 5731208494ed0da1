//! Values on their way to PostgreSQL and back.
//!
//! A value is written as what the server says the place wants: the store knows whole numbers, numbers, texts and bytes.

use std::error::Error;

use postgres::types::private::BytesMut;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::store::engine::database_error::{DatabaseError, DatabaseResult};
use crate::store::engine::values::ValueRef;

/// The version of a JSONB value, before its text.
const JSONB: u8 = 1;
/// Digits of a NUMERIC stand in groups of four.
const GROUP: f64 = 10_000.0;

/// A value as the server is handed it.
#[derive(Debug)]
pub struct ServerValue<'a>(pub ValueRef<'a>);

impl ToSql for ServerValue<'_> {
    fn to_sql(&self, wanted: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self.0 {
            ValueRef::Null => return Ok(IsNull::Yes),
            ValueRef::Integer(number) => match *wanted {
                Type::BOOL => return (number != 0).to_sql(wanted, out),
                Type::INT2 => return i16::try_from(number)?.to_sql(wanted, out),
                Type::INT4 => return i32::try_from(number)?.to_sql(wanted, out),
                Type::INT8 => return number.to_sql(wanted, out),
                Type::FLOAT4 => return (number as f32).to_sql(wanted, out),
                Type::FLOAT8 => return (number as f64).to_sql(wanted, out),
                _ => out.extend_from_slice(number.to_string().as_bytes()),
            },
            ValueRef::Real(number) => match *wanted {
                Type::FLOAT4 => return (number as f32).to_sql(wanted, out),
                Type::FLOAT8 => return number.to_sql(wanted, out),
                _ => return Err(format!("a number cannot stand where {wanted} is wanted").into()),
            },
            ValueRef::Text(text) => {
                if *wanted == Type::JSONB {
                    out.extend_from_slice(&[JSONB]);
                }
                // The one letter a text cannot hold there.
                match text.contains('\0') {
                    true => out.extend_from_slice(text.replace('\0', "\u{FFFD}").as_bytes()),
                    false => out.extend_from_slice(text.as_bytes()),
                }
            }
            ValueRef::Blob(bytes) => out.extend_from_slice(bytes),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A value as it comes, with its kind.
struct Raw<'a>(ValueRef<'a>);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(match *kind {
            Type::BOOL => ValueRef::Integer(i64::from(bool::from_sql(kind, raw)?)),
            Type::INT2 => ValueRef::Integer(i64::from(i16::from_sql(kind, raw)?)),
            Type::INT4 => ValueRef::Integer(i64::from(i32::from_sql(kind, raw)?)),
            Type::INT8 => ValueRef::Integer(i64::from_sql(kind, raw)?),
            Type::FLOAT4 => ValueRef::Real(f64::from(f32::from_sql(kind, raw)?)),
            Type::FLOAT8 => ValueRef::Real(f64::from_sql(kind, raw)?),
            Type::NUMERIC => numeric(raw).ok_or("a NUMERIC is cut off")?,
            Type::BYTEA => ValueRef::Blob(raw),
            Type::JSONB => ValueRef::Text(std::str::from_utf8(raw.get(1..).unwrap_or_default())?),
            _ => ValueRef::Text(std::str::from_utf8(raw)?),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(ValueRef::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// Returns a NUMERIC, as sums of whole numbers are: whole where it has no digits behind the point.
fn numeric(raw: &[u8]) -> Option<ValueRef<'static>> {
    let word = |at: usize| Some(u16::from_be_bytes([*raw.get(at)?, *raw.get(at + 1)?]));
    let (digits, weight, sign, scale) = (word(0)?, word(2)?.cast_signed(), word(4)?, word(6)?);
    let (mut whole, mut number) = (0_i64, 0.0_f64);
    for at in 0..digits {
        let group = word(8 + 2 * usize::from(at))?;
        whole = whole.checked_mul(10_000)?.checked_add(i64::from(group))?;
        number += f64::from(group) * GROUP.powi(i32::from(weight) - i32::from(at));
    }
    let is_negative = sign == 0x4000;
    if scale > 0 {
        return Some(ValueRef::Real(if is_negative { -number } else { number }));
    }
    // Groups of zeros at the end are not sent.
    for _ in i32::from(digits)..=i32::from(weight) {
        whole = whole.checked_mul(10_000)?;
    }
    Some(ValueRef::Integer(if is_negative { -whole } else { whole }))
}

/// Returns the value of a column.
pub fn value_of(row: &postgres::Row, at: usize) -> DatabaseResult<ValueRef<'_>> {
    Ok(row.try_get::<_, Raw<'_>>(at)?.0)
}

/// Returns the place of a column.
pub fn place_of(row: &postgres::Row, name: &str) -> DatabaseResult<usize> {
    let place = row.columns().iter().position(|column| column.name() == name);
    place.ok_or_else(|| DatabaseError::column(format!("there is no column {name}")))
}
