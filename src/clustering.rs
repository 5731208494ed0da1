//! clustering
