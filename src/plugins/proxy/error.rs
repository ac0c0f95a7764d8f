//! What can go wrong with proxies and ports, in Dokku's words (reference 41 §2, §3, §6).

use thiserror::Error;

use crate::failure::Failure;
use crate::formats::port_map::PortMapError;

/// Why a proxy command stops.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ProxyError {
    /// No argument at all.
    #[error("Please specify an app to run the command on")]
    NoApp,
    /// `proxy:set APP` alone; upstream crashes.
    #[error("Please specify a proxy type")]
    NoType,
    /// `proxy:ports-add APP` and its kin without a mapping.
    #[error("No port mapping specified")]
    NoMapping,
    /// `proxy:ports` of an app without mappings, or of no app.
    #[error("No port mappings configured for app")]
    NoPorts,
    /// A word that is no mapping.
    #[error(transparent)]
    Mapping(#[from] PortMapError),
    /// A trigger failed and has told why.
    #[error("exit status {0}")]
    Trigger(i32),
}

impl From<ProxyError> for Failure {
    fn from(error: ProxyError) -> Self {
        Self::text(error)
    }
}
