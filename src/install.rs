//! `dokku install`: lays this machine out. Used by `make install`, packages, tests and bats-compat
//! alike. Reference 04 §8, 03 §1.

pub mod tree;
