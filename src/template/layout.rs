//! How one string or number is laid out by a verb of Go's fmt: base, precision, sign, padding.

use super::escape::{quote, quote_char};

/// The flags, width and precision before a verb.
#[derive(Debug, Clone, Default)]
pub struct Spec {
    /// `+`: always a sign.
    pub plus: bool,
    /// `-`: padding on the right.
    pub minus: bool,
    /// `#`: the alternate form.
    pub sharp: bool,
    /// ` `: a space where a sign would stand.
    pub space: bool,
    /// `0`: padding with zeros.
    pub zero: bool,
    /// Least number of characters.
    pub width: Option<usize>,
    /// Digits, or most characters of a string.
    pub precision: Option<usize>,
}

/// `text` padded to the width.
pub fn pad(text: &str, spec: &Spec) -> String {
    let missing = spec.width.unwrap_or(0).saturating_sub(text.chars().count());
    let padding = if spec.zero { "0" } else { " " }.repeat(missing);
    if spec.minus {
        format!("{text}{padding}")
    } else {
        format!("{padding}{text}")
    }
}

/// A string laid out by `verb`; `None` when the verb is not for strings.
pub fn text(text: &str, verb: char, spec: &Spec) -> Option<String> {
    let cut: String = match spec.precision {
        Some(count) if !matches!(verb, 'x' | 'X') => text.chars().take(count).collect(),
        _ => text.to_owned(),
    };
    let shown = match verb {
        'v' if spec.sharp => quote(&cut),
        'v' | 's' => cut,
        'q' => quote(&cut),
        'x' | 'X' => hex_bytes(text, verb, spec),
        _ => return None,
    };
    Some(pad(&shown, spec))
}

fn hex_bytes(text: &str, verb: char, spec: &Spec) -> String {
    let prefix = match (spec.sharp, verb) {
        (false, _) => "",
        (true, 'X') => "0X",
        (true, _) => "0x",
    };
    let bytes = text.bytes().take(spec.precision.unwrap_or(usize::MAX));
    let digits = bytes.map(|b| {
        if verb == 'X' {
            format!("{b:02X}")
        } else {
            format!("{b:02x}")
        }
    });
    if spec.space {
        return digits
            .map(|pair| format!("{prefix}{pair}"))
            .collect::<Vec<_>>()
            .join(" ");
    }
    let digits: String = digits.collect();
    if digits.is_empty() {
        digits
    } else {
        format!("{prefix}{digits}")
    }
}

/// An integer laid out by `verb`; `None` when the verb is not for integers.
pub fn integer(number: i64, verb: char, spec: &Spec) -> Option<String> {
    let magnitude = number.unsigned_abs();
    let (digits, prefix) = match verb {
        'v' | 'd' => (magnitude.to_string(), ""),
        'b' => (format!("{magnitude:b}"), if spec.sharp { "0b" } else { "" }),
        'o' => (format!("{magnitude:o}"), if spec.sharp { "0" } else { "" }),
        'O' => (format!("{magnitude:o}"), "0o"),
        'x' => (format!("{magnitude:x}"), if spec.sharp { "0x" } else { "" }),
        'X' => (format!("{magnitude:X}"), if spec.sharp { "0X" } else { "" }),
        'c' => return Some(pad(to_char(number).encode_utf8(&mut [0; 4]), spec)),
        'q' => return Some(pad(&quote_char(to_char(number)), spec)),
        'U' => {
            return Some(pad(
                &format!("U+{magnitude:04X}"),
                &Spec {
                    zero: false,
                    ..*spec
                },
            ));
        }
        _ => return None,
    };
    let sign = sign(number < 0, spec);
    let least = match spec.precision {
        Some(0) if number == 0 => {
            return Some(pad(
                "",
                &Spec {
                    zero: false,
                    ..*spec
                },
            ));
        }
        Some(precision) => precision,
        None if spec.zero => spec.width.unwrap_or(0).saturating_sub(sign.len()),
        None => 0,
    };
    let zeros = "0".repeat(least.saturating_sub(digits.len()));
    Some(pad(
        &format!("{sign}{prefix}{zeros}{digits}"),
        &Spec {
            zero: false,
            ..*spec
        },
    ))
}

fn to_char(number: i64) -> char {
    u32::try_from(number)
        .ok()
        .and_then(char::from_u32)
        .unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn sign(negative: bool, spec: &Spec) -> &'static str {
    match (negative, spec.plus, spec.space) {
        (true, ..) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        _ => "",
    }
}

/// A float laid out by `verb`; `None` when the verb is not for floats.
pub fn float(number: f64, verb: char, spec: &Spec) -> Option<String> {
    let magnitude = number.abs();
    let digits = match verb {
        _ if number.is_nan() => "NaN".to_owned(),
        _ if number.is_infinite() => "Inf".to_owned(),
        'v' | 'g' | 'G' => general(magnitude, spec.precision),
        'e' | 'E' => exponential(magnitude, spec.precision.unwrap_or(6)),
        'f' | 'F' => fixed(magnitude, spec.precision.unwrap_or(6)),
        _ => return None,
    };
    let digits = if matches!(verb, 'E' | 'G') {
        digits.to_uppercase()
    } else {
        digits
    };
    let sign = if number.is_infinite() && number > 0.0 && !spec.space {
        "+"
    } else {
        sign(number.is_sign_negative() && !number.is_nan(), spec)
    };
    if spec.zero && number.is_finite() {
        let width = spec.width.unwrap_or(0).saturating_sub(sign.len());
        return Some(format!(
            "{sign}{}",
            pad(
                &digits,
                &Spec {
                    width: Some(width),
                    ..*spec
                }
            )
        ));
    }
    Some(pad(
        &format!("{sign}{digits}"),
        &Spec {
            zero: false,
            ..*spec
        },
    ))
}

/// More decimals than any float has; Rust formats no more than 65535.
const ALL_DECIMALS: usize = 1100;

/// Plain form with `precision` decimals.
fn fixed(number: f64, precision: usize) -> String {
    let decimals = precision.min(ALL_DECIMALS);
    format!("{number:.decimals$}") + &"0".repeat(precision - decimals)
}

/// Scientific form with at least two digits of exponent.
fn exponential(number: f64, precision: usize) -> String {
    let decimals = precision.min(ALL_DECIMALS);
    let text = go_exponent(&format!("{number:.decimals$e}"));
    let zeros = "0".repeat(precision - decimals);
    text.replace('e', &(zeros + "e"))
}

/// Rust's `1.5e-5` as Go's `1.5e-05`.
fn go_exponent(text: &str) -> String {
    let Some((digits, exponent)) = text.split_once('e') else {
        return text.to_owned();
    };
    let (sign, power) = match exponent.strip_prefix('-') {
        Some(power) => ('-', power),
        None => ('+', exponent),
    };
    format!("{digits}e{sign}{power:0>2}")
}

/// `%g`: plain for moderate exponents, else scientific; without trailing zeros.
fn general(number: f64, precision: Option<usize>) -> String {
    let scientific = match precision {
        None => format!("{number:e}"),
        Some(count) => format!("{number:.*e}", (count.max(1) - 1).min(ALL_DECIMALS)),
    };
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let power: i64 = exponent.parse().unwrap_or(0);
    let digits = if digits.contains('.') {
        digits.trim_end_matches('0').trim_end_matches('.')
    } else {
        digits
    };
    let count = i64::try_from(digits.replace('.', "").len()).unwrap_or(i64::MAX);
    let limit = match precision.map(|precision| i64::try_from(precision.max(1))) {
        None => 6,
        Some(Ok(precision)) if precision > count && count > power => count,
        Some(precision) => precision.unwrap_or(i64::MAX),
    };
    if power < -4 || power >= limit {
        return go_exponent(&format!("{digits}e{exponent}"));
    }
    fixed(
        number,
        usize::try_from((count - 1 - power).max(0)).unwrap_or(0),
    )
}
