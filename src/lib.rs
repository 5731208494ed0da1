//! Tidings follows topics across feeds and pages, keeps each article as a Markdown document, groups
//! articles into stories, and tells its reader once a day, per topic, what is new.
//!
//! The modules stand in reading order, and a module imports only modules listed before it
//! (`tests/it/tidy.rs` holds us to it). Four floors: data and logic, effects, work, faces.

// Data: plain values.
pub mod domain;

// Logic: pure functions of their arguments.
pub mod lexicon;
pub mod text;
pub mod identifiers;
pub mod feed;
pub mod extract;
pub mod letter;
pub mod document;
pub mod query;
pub mod matching;
pub mod ranking;
pub mod clustering;
pub mod digest;
pub mod decide;

// Effects: the only code that touches the world.
pub mod blocking;
pub mod clock;
pub mod files;
pub mod maildir;
pub mod fetch;
pub mod pdf_reader;
pub mod store;
pub mod archive;
pub mod image_files;
pub mod deliver;
pub mod service;
pub mod listening;

// Work and faces.
pub mod config;
pub mod jobs;
pub mod views;
pub mod commands;
pub mod control;
pub mod assistant;
pub mod web;
pub mod daemon;
pub mod demo;
pub mod cli;
