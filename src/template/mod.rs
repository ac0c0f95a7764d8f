//! Stub: the template engine is being written.
