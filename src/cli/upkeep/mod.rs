//! Commands for whoever keeps an installation.

pub mod init;
pub mod check;
pub mod doctor;
pub mod archive;
pub mod backup;
pub mod carry_over;
