//! Port mappings `scheme:host-port:container-port`: arguments of `proxy:ports-*`, the value of
//! `DOKKU_PROXY_PORT_MAP`, and the table of `proxy:ports` (reference 41 §2, §3).

use std::fmt;
use std::num::IntErrorKind;

use serde_json::{Value, json};

use super::columns::go_columns;

#[cfg(test)]
mod tests;

/// One mapping. The scheme is free text without colons and blanks; ports are 1–65535.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PortMap {
    /// `http`, `https`, `grpc`, `grpcs`, or anything else.
    pub scheme: String,
    /// The port the proxy listens on.
    pub host_port: u16,
    /// The port of the container.
    pub container_port: u16,
}

/// One word of a command line: a mapping, or a bare host port, which only removal understands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortItem {
    /// A complete mapping.
    Map(PortMap),
    /// Every mapping of this host port.
    HostPort(u16),
}

/// Why a word is no port mapping. The texts follow `FAILED: `.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PortMapError {
    /// Two parts.
    #[error("Invalid port map {item} [len=2]")]
    Parts {
        /// The whole word.
        item: String,
    },
    /// A part that isn't an integer.
    #[error(
        "Invalid port map {item} [err=strconv.Atoi: parsing {}: {reason}]",
        go_quote(part)
    )]
    Number {
        /// The whole word.
        item: String,
        /// The part.
        part: String,
        /// `invalid syntax` or `value out of range`.
        reason: &'static str,
    },
    /// An integer that is no port.
    #[error("Invalid port map {item} [{field}={port}]")]
    Range {
        /// The whole word.
        item: String,
        /// `hostPort` or `containerPort`.
        field: &'static str,
        /// The number.
        port: i64,
    },
}

impl fmt::Display for PortMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}:{}",
            self.scheme, self.host_port, self.container_port
        )
    }
}

impl PortItem {
    /// Reads one word.
    ///
    /// # Errors
    /// See [`PortMapError`].
    pub fn parse(item: &str) -> Result<Self, PortMapError> {
        let mut parts = item.splitn(3, ':');
        match (parts.next().unwrap_or_default(), parts.next(), parts.next()) {
            (port, None, _) => Ok(Self::HostPort(in_range(
                item,
                "hostPort",
                integer(item, port)?,
            )?)),
            (_, Some(_), None) => Err(PortMapError::Parts {
                item: item.to_owned(),
            }),
            (scheme, Some(host), Some(container)) => {
                let (host, container) = (integer(item, host)?, integer(item, container)?);
                Ok(Self::Map(PortMap {
                    scheme: scheme.to_owned(),
                    host_port: in_range(item, "hostPort", host)?,
                    container_port: in_range(item, "containerPort", container)?,
                }))
            }
        }
    }
}

/// Reads the words of a command line, joined by blanks; the first bad one counts.
///
/// # Errors
/// See [`PortMapError`]; an empty or doubled blank is an empty word.
pub fn parse_items(text: &str) -> Result<Vec<PortItem>, PortMapError> {
    text.trim().split(' ').map(PortItem::parse).collect()
}

/// The mappings of an app in the order of the stored value, without duplicates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PortMaps(Vec<PortMap>);

impl PortMaps {
    /// Reads the stored value. It never fails: what follows the first bad word is ignored.
    pub fn stored(value: &str) -> Self {
        let items = value
            .trim()
            .split(' ')
            .map_while(|item| PortItem::parse(item).ok());
        Self(distinct(items.filter_map(mapping)))
    }

    /// These mappings and those of `items`, sorted. Bare ports are dropped.
    #[must_use]
    pub fn add(&self, items: &[PortItem]) -> Self {
        Self::sorted(
            self.0
                .iter()
                .cloned()
                .chain(items.iter().cloned().filter_map(mapping)),
        )
    }

    /// Just the mappings of `items`, sorted. Bare ports are dropped.
    pub fn set(items: &[PortItem]) -> Self {
        Self::sorted(items.iter().cloned().filter_map(mapping))
    }

    /// These mappings without those that `items` names, sorted.
    #[must_use]
    pub fn remove(&self, items: &[PortItem]) -> Self {
        let is_named = |map: &PortMap| {
            items.iter().any(|item| match item {
                PortItem::Map(other) => other == map,
                PortItem::HostPort(port) => *port == map.host_port,
            })
        };
        Self::sorted(self.0.iter().filter(|map| !is_named(map)).cloned())
    }

    /// The mappings as newer Dokku versions print them: a JSON list of objects.
    pub fn to_json(&self) -> String {
        let maps = self.0.iter().map(|map| {
            json!({
                "container_port": map.container_port,
                "host_port": map.host_port,
                "scheme": map.scheme,
            })
        });
        Value::Array(maps.collect()).to_string()
    }

    /// Mappings in the order in which they are written: as strings, so `http:1234:…` < `http:80:…`.
    pub fn sorted(maps: impl IntoIterator<Item = PortMap>) -> Self {
        let mut maps = distinct(maps);
        maps.sort_by_cached_key(PortMap::to_string);
        Self(maps)
    }

    /// The mappings in order.
    pub fn iter(&self) -> impl Iterator<Item = &PortMap> {
        self.0.iter()
    }

    /// Number of mappings.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no mapping.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The indented rows of `proxy:ports`. With `heading` the column titles are one of them: they
    /// take part in the widths and in the sorting.
    pub fn table(&self, heading: bool) -> Vec<String> {
        let titles = ["-----> scheme", "host port", "container port"].map(str::to_owned);
        let mut rows: Vec<[String; 3]> = self.0.iter().map(row).collect();
        rows.extend(heading.then_some(titles));
        rows.sort_by_cached_key(|row| row.join(":"));
        go_columns(&rows, "    ")
    }
}

impl fmt::Display for PortMaps {
    /// The stored form: joined by one blank.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let maps: Vec<String> = self.0.iter().map(PortMap::to_string).collect();
        f.write_str(&maps.join(" "))
    }
}

fn row(map: &PortMap) -> [String; 3] {
    [
        map.scheme.clone(),
        map.host_port.to_string(),
        map.container_port.to_string(),
    ]
}

fn mapping(item: PortItem) -> Option<PortMap> {
    match item {
        PortItem::Map(map) => Some(map),
        // Compat: bare ports are accepted everywhere but mean nothing outside removal.
        PortItem::HostPort(_) => None,
    }
}

fn distinct(maps: impl IntoIterator<Item = PortMap>) -> Vec<PortMap> {
    let mut kept: Vec<PortMap> = Vec::new();
    for map in maps {
        if !kept.contains(&map) {
            kept.push(map);
        }
    }
    kept
}

/// A decimal integer as Go's `strconv.Atoi` reads it: sign and leading zeros allowed.
fn integer(item: &str, part: &str) -> Result<i64, PortMapError> {
    part.parse::<i64>().map_err(|error| PortMapError::Number {
        item: item.to_owned(),
        part: part.to_owned(),
        reason: match error.kind() {
            IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => "value out of range",
            _ => "invalid syntax",
        },
    })
}

fn in_range(item: &str, field: &'static str, port: i64) -> Result<u16, PortMapError> {
    let error = || PortMapError::Range {
        item: item.to_owned(),
        field,
        port,
    };
    u16::try_from(port)
        .ok()
        .filter(|port| *port > 0)
        .ok_or_else(error)
}

/// A double-quoted Go string literal, for the errors that quote their input.
fn go_quote(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\0'..='\u{1f}' | '\u{7f}' => quoted.push_str(&format!("\\x{:02x}", u32::from(c))),
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
