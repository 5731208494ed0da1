//! Addresses: what makes two of them one.
