//! The one integration binary: whole flows over loopback, each module a subject.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod alerts;
mod behaviour;
mod channels;
mod cli;
mod configuration;
mod credentials;
mod dates;
mod deliver;
mod demo;
mod digest;
mod feeds;
mod fetch;
mod hostile_pages;
mod kill;
mod listings;
mod mail;
mod markdown;
mod newsroom;
mod pages;
mod parts;
mod poll;
mod proof;
mod reload;
mod replay;
mod restart;
mod schedules;
mod service;
mod sending;
mod signposts;
mod silence;
mod sitemaps;
mod store_contract;
mod stories;
mod support;
mod tidy;
