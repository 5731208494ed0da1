//! The tables of a configuration, a file each: what each key may hold, and the settings made of them.

pub mod daemon;
pub mod archive;
pub mod images;
pub mod ca_certificates;
pub mod proxy;
pub mod fetch;
pub mod adaptive;
pub mod dkim;
pub mod mail;
pub mod webhooks;
pub mod deliver;
pub mod ranking;
pub mod metrics;
pub mod store;
pub mod web;
pub mod records;
pub mod sources;
pub mod topics;
pub mod digests;
pub mod alerts;
pub mod sites;
