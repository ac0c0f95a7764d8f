//! What the replays in scratch worlds and on a real machine share: the records of Dokku 0.20.4 and
//! the reviewed lists of differences.

pub mod compare;
pub mod deviations;
pub mod record;
