//! Go's fmt for template values: `print`, `println`, and the verbs and faults of `printf`. How one
//! number or string is laid out is `layout`'s business.

use std::iter::Peekable;
use std::str::Chars;

use super::layout::{self, Spec};
use super::runtime::Runtime;
use super::value::{Key, Value};

/// The largest width or precision Go takes.
const MAX_WIDTH: usize = 1_000_000;

/// The value as `%v` prints it.
pub fn display(value: &Value) -> String {
    let mut out = String::new();
    write_value(&mut out, value, 'v', &Spec::default());
    out
}

/// Go's `Sprint`: a space between operands neither of which is a string.
pub fn print(values: &[Value]) -> String {
    let mut out = String::new();
    let mut after_string = true;
    for value in values {
        let is_string = matches!(value, Value::Str(_));
        if !after_string && !is_string {
            out.push(' ');
        }
        after_string = is_string;
        write_value(&mut out, value, 'v', &Spec::default());
    }
    out
}

/// Go's `Sprintln`.
pub fn println(values: &[Value]) -> String {
    let shown: Vec<String> = values.iter().map(display).collect();
    shown.join(" ") + "\n"
}

/// Go's `Sprintf`; fails only when the result would be too large.
pub fn printf(runtime: &Runtime<'_>, format: &str, args: &[Value]) -> Result<String, String> {
    let mut printer = Printer {
        runtime,
        rest: format.chars().peekable(),
        args,
        next: 0,
        reordered: false,
        good_index: true,
        after_index: false,
        out: String::new(),
    };
    printer.run()?;
    Ok(printer.out)
}

struct Printer<'a> {
    runtime: &'a Runtime<'a>,
    rest: Peekable<Chars<'a>>,
    args: &'a [Value],
    next: usize,
    /// An explicit index such as `[1]` was used somewhere.
    reordered: bool,
    /// The indexes of the present verb are sound.
    good_index: bool,
    /// An explicit index has just been read.
    after_index: bool,
    out: String,
}

impl Printer<'_> {
    fn run(&mut self) -> Result<(), String> {
        while let Some(c) = self.rest.next() {
            if c == '%' {
                let before = self.out.len();
                self.directive()?;
                self.runtime.charge(self.out.len() - before)?;
            } else {
                self.out.push(c);
            }
        }
        self.extra();
        Ok(())
    }

    fn directive(&mut self) -> Result<(), String> {
        let mut spec = self.flags();
        self.good_index = true;
        self.after_index = false;
        self.index();
        self.width(&mut spec);
        if self.rest.next_if_eq(&'.').is_some() {
            self.precision(&mut spec);
        }
        if !self.after_index {
            self.index();
        }
        let widths = spec
            .width
            .unwrap_or(0)
            .saturating_add(spec.precision.unwrap_or(0));
        let Some(verb) = self.rest.next() else {
            self.out.push_str("%!(NOVERB)");
            return Ok(());
        };
        if verb == '%' {
            self.out.push('%');
        } else if !self.good_index {
            self.out.push_str(&format!("%!{verb}(BADINDEX)"));
        } else if let Some(arg) = self.args.get(self.next) {
            self.next += 1;
            // A list lays out each of its elements.
            let elements = arg.size() / 16;
            self.runtime
                .charge_product(elements.saturating_add(1), widths)?;
            self.runtime.charge(arg.size())?;
            write_value(&mut self.out, arg, verb, &spec);
        } else {
            self.out.push_str(&format!("%!{verb}(MISSING)"));
        }
        Ok(())
    }

    fn flags(&mut self) -> Spec {
        let mut spec = Spec::default();
        while let Some(flag) = self.rest.next_if(|c| "+-# 0".contains(*c)) {
            match flag {
                '+' => spec.plus = true,
                '-' => spec.minus = true,
                '#' => spec.sharp = true,
                ' ' => spec.space = true,
                _ => spec.zero = true,
            }
        }
        // Go pads on the right with spaces only.
        spec.zero &= !spec.minus;
        spec
    }

    fn width(&mut self, spec: &mut Spec) {
        if self.rest.next_if_eq(&'*').is_some() {
            match self.argument_number() {
                Some(width) => {
                    spec.minus |= width < 0;
                    spec.zero &= !spec.minus;
                    spec.width = usize::try_from(width.unsigned_abs()).ok();
                }
                None => self.out.push_str("%!(BADWIDTH)"),
            }
            self.after_index = false;
        } else {
            spec.width = self.number();
            if self.after_index && spec.width.is_some() {
                self.good_index = false;
            }
        }
    }

    fn precision(&mut self, spec: &mut Spec) {
        if self.after_index {
            self.good_index = false;
        }
        self.after_index = false;
        self.index();
        if self.rest.next_if_eq(&'*').is_some() {
            match self.argument_number() {
                Some(precision) => spec.precision = usize::try_from(precision).ok(),
                None => self.out.push_str("%!(BADPREC)"),
            }
            self.after_index = false;
        } else {
            spec.precision = Some(self.number().unwrap_or(0));
        }
    }

    /// The argument of a `*`; `None` when it is no number of reasonable size.
    fn argument_number(&mut self) -> Option<i64> {
        let arg = self.args.get(self.next)?;
        self.next += 1;
        match arg {
            Value::Int(number) => {
                let size = usize::try_from(number.unsigned_abs()).ok()?;
                (size <= MAX_WIDTH).then_some(*number)
            }
            _ => None,
        }
    }

    /// Digits of the format; a number beyond Go's limit counts as none.
    fn number(&mut self) -> Option<usize> {
        let mut digits = String::new();
        while let Some(digit) = self.rest.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        digits.parse().ok().filter(|number| *number <= MAX_WIDTH)
    }

    /// An explicit argument index, `[N]`.
    fn index(&mut self) {
        if self.rest.next_if_eq(&'[').is_none() {
            return;
        }
        self.reordered = true;
        self.after_index = true;
        let number = self.number();
        let closed = self.rest.next_if_eq(&']').is_some();
        match number.and_then(|number| number.checked_sub(1)) {
            Some(index) if closed && index < self.args.len() => self.next = index,
            _ => {
                self.good_index = false;
                if !closed && self.rest.clone().any(|c| c == ']') {
                    while self.rest.next().is_some_and(|c| c != ']') {}
                }
            }
        }
    }

    /// The complaint about arguments that no verb took.
    fn extra(&mut self) {
        let extra = self.args.get(self.next..).unwrap_or(&[]);
        if self.reordered || extra.is_empty() {
            return;
        }
        let shown: Vec<String> = extra
            .iter()
            .map(|value| typed(value, &Spec::default()))
            .collect();
        self.out
            .push_str(&format!("%!(EXTRA {})", shown.join(", ")));
    }
}

/// `type=value`, as complaints show a value.
fn typed(value: &Value, spec: &Spec) -> String {
    if value.is_nil() {
        return "<nil>".to_owned();
    }
    let mut out = format!("{}=", value.type_name());
    write_value(&mut out, value, 'v', spec);
    out
}

fn bad_verb(value: &Value, verb: char, spec: &Spec) -> String {
    format!("%!{verb}({})", typed(value, spec))
}

fn write_value(out: &mut String, value: &Value, verb: char, spec: &Spec) {
    let laid_out = match (value, verb) {
        (_, 'T') => layout::pad(value.type_name(), spec),
        (Value::Missing | Value::Nil, 'v') => layout::pad("<nil>", spec),
        (Value::Bool(flag), 'v' | 't') => layout::pad(if *flag { "true" } else { "false" }, spec),
        (Value::Int(number), _) => {
            layout::integer(*number, verb, spec).unwrap_or_else(|| bad_verb(value, verb, spec))
        }
        (Value::Float(number), _) => {
            layout::float(*number, verb, spec).unwrap_or_else(|| bad_verb(value, verb, spec))
        }
        (Value::Str(text), _) => {
            layout::text(text, verb, spec).unwrap_or_else(|| bad_verb(value, verb, spec))
        }
        (Value::List(list), _) => {
            return write_list(out, list.items(), verb, spec);
        }
        (Value::Map(map), _) => {
            return write_map(out, value, map.entries().iter(), verb, spec);
        }
        (Value::Stream(_), 'v') => "{stream}".to_owned(),
        _ => bad_verb(value, verb, spec),
    };
    out.push_str(&laid_out);
}

fn write_list(out: &mut String, items: &[Value], verb: char, spec: &Spec) {
    let is_syntax = verb == 'v' && spec.sharp;
    let (open, separator, close) = if is_syntax {
        ("[]interface {}{", ", ", "}")
    } else {
        ("[", " ", "]")
    };
    out.push_str(open);
    for (number, item) in items.iter().enumerate() {
        if number > 0 {
            out.push_str(separator);
        }
        write_element(out, item, verb, spec);
    }
    out.push_str(close);
}

fn write_map<'v>(
    out: &mut String,
    value: &Value,
    entries: impl Iterator<Item = (&'v Key, &'v Value)>,
    verb: char,
    spec: &Spec,
) {
    let is_syntax = verb == 'v' && spec.sharp;
    let separator = if is_syntax { ", " } else { " " };
    out.push_str(if is_syntax { value.type_name() } else { "map" });
    out.push(if is_syntax { '{' } else { '[' });
    for (number, (key, item)) in entries.enumerate() {
        if number > 0 {
            out.push_str(separator);
        }
        write_element(out, &key.to_value(), verb, spec);
        out.push(':');
        write_element(out, item, verb, spec);
    }
    out.push(if is_syntax { '}' } else { ']' });
}

/// An element of a list or map: nil has no verbs there.
fn write_element(out: &mut String, item: &Value, verb: char, spec: &Spec) {
    if !item.is_nil() {
        write_value(out, item, verb, spec);
    } else if verb == 'v' && spec.sharp {
        out.push_str("interface {}(nil)");
    } else {
        out.push_str("<nil>");
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::{NoHost, render};

    fn shown(template: &str) -> String {
        render("t", template, &[], &NoHost).unwrap()
    }

    #[test]
    fn verbs_lay_out_like_go() {
        for (call, expected) in [
            (
                r#"printf "%5d|%-5d|%05d|%+d|% d" 42 42 -42 42 42"#,
                "   42|42   |-0042|+42| 42",
            ),
            (
                r#"printf "%x %X %#x %o %b %c %q %U" 255 255 255 8 5 97 97 97"#,
                "ff FF 0xff 10 101 a 'a' U+0061",
            ),
            (
                r#"printf "%x %X % x %q %.2s|%5.1s|" "az" "az" "az" "a\n" "abc" "abc""#,
                "617a 617A 61 7a \"a\\n\" ab|    a|",
            ),
            (
                r#"printf "%f %.2f %e %g %8.3f|%G" 1.5 1.005 1500.0 0.00001 3.14159 1e100"#,
                "1.500000 1.00 1.500000e+03 1e-05    3.142|1E+100",
            ),
            (
                r#"printf "%.3g %.10g %g" 1234.5 1234.5 100000.0"#,
                "1.23e+03 1234.5 100000",
            ),
            (r#"printf "%*d|%-*d|%.*f" 4 1 4 1 1 2.55"#, "   1|1   |2.5"),
            (
                r#"printf "%v %d %s" (seq 2) (append 1 nil) (seq 1)"#,
                "[0 1] [1] [0]",
            ),
            (
                r#"printf "%#v %#v" (append "a" nil) "b""#,
                "[]interface {}{\"a\"} \"b\"",
            ),
            (r#"printf "%5t|%-6v|%v" true nil nil"#, " true|<nil> |<nil>"),
            (r#"printf "%[2]d %[1]d" 1 2"#, "2 1"),
        ] {
            assert_eq!(shown(&format!("{{{{ {call} }}}}")), expected, "{call}");
        }
    }

    #[test]
    fn precisions_beyond_any_float_are_filled_with_zeros() {
        let long = shown(r#"{{ printf "%.99999f|%.99999e|%.99999g" 0.5 0.5 0.5 }}"#);
        let zeros = "0".repeat(99_998);
        assert_eq!(long, format!("0.5{zeros}|5.{zeros}0e-01|0.5"));
    }

    #[test]
    fn faults_show_in_the_output_like_go() {
        for (call, expected) in [
            (r#"printf "%d" "a""#, "%!d(string=a)"),
            (r#"printf "%s %s" 1 nil"#, "%!s(int=1) %!s(<nil>)"),
            (r#"printf "%s""#, "%!s(MISSING)"),
            (
                r#"printf "a" 1 "b" nil"#,
                "a%!(EXTRA int=1, string=b, <nil>)",
            ),
            (r#"printf "%z" "a""#, "%!z(string=a)"),
            (r#"printf "%""#, "%!(NOVERB)"),
            (r#"printf "%[5]d" 1"#, "%!d(BADINDEX)"),
            (r#"printf "%*d" "x" 1"#, "%!(BADWIDTH)1"),
            (r#"printf "%t" 1.5"#, "%!t(float64=1.5)"),
        ] {
            assert_eq!(shown(&format!("{{{{ {call} }}}}")), expected, "{call}");
        }
    }

    #[test]
    fn print_and_println_space_their_operands() {
        assert_eq!(
            shown(r#"{{ print "a" "b" 1 2 "c" nil 1.0 }}"#),
            "ab1 2c<nil> 1"
        );
        assert_eq!(shown(r#"{{ println "a" 1 }}"#), "a 1\n");
    }
}
