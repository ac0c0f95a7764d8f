//! What can go wrong with networks, in Dokku's words (reference 44 §2, §4, §5).

use thiserror::Error;

use crate::app::App;
use crate::failure::Failure;

/// Why a network command or hook stops.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum NetworkError {
    /// `network:exists` and `network:info` without a name.
    #[error("No network name specified")]
    NoName,
    /// `network:exists` of an unknown name.
    #[error("Network does not exist")]
    Unknown,
    /// A network that should be attached or shown is not there.
    #[error("Network {0} does not exist")]
    Missing(String),
    /// A network that no container can be attached to, in an attach property.
    #[error("Invalid network name specified for attach")]
    NotAttachable,
    /// The same network in both attach properties.
    #[error("Network name already associated with this app")]
    Associated,
    /// `network:set APP` alone.
    #[error("No property specified")]
    NoProperty,
    /// A property that does not exist.
    #[error("Invalid property specified, valid properties include: {0}")]
    InvalidProperty(String),
    /// A hook that needs an app got none.
    #[error("Please specify an app to run the command on")]
    NoApp,
    /// No app on this host.
    #[error("You haven't deployed any applications yet")]
    NoApps,
    /// `core-post-deploy` of an app without containers.
    #[error("App {0} has not been deployed")]
    NotDeployed(App),
    /// Docker refused to attach.
    #[error("Unable to attach container to network: {0}")]
    Attach(String),
    /// Docker's own words.
    #[error("{0}")]
    Docker(String),
}

impl From<NetworkError> for Failure {
    fn from(error: NetworkError) -> Self {
        Self::text(error)
    }
}
