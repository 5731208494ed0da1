//! The journal's own protocol: one datagram per line of the log, with its fields and the id of its kind.
//!
//! A field `source` becomes `TIDINGS_SOURCE`. The kind of a line is the name of its event, and `message_ids` gives
//! each its MESSAGE_ID. See systemd.journal-fields(7) and the journal's native protocol.

use std::fmt::{self, Debug, Write as _};
use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::Path;

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::message_ids;

/// Where the journal listens.
pub const SOCKET: &str = "/run/systemd/journal/socket";
/// Before the names of fields.
const PREFIX: &str = "TIDINGS_";
/// A value is cut at this length, in bytes: a datagram that is too long would be lost whole.
const VALUE_BYTES_MAX: usize = 32 * 1024;
/// No field's name is longer, in bytes; the journal takes no longer one.
const NAME_BYTES_MAX: usize = 64;

/// Writes to the journal.
pub struct Journal {
    socket: UnixDatagram,
}

impl Journal {
    /// Connects to the journal's socket.
    ///
    /// # Errors
    /// It is not there.
    pub fn open(path: &Path) -> io::Result<Self> {
        let socket = UnixDatagram::unbound()?;
        socket.connect(path)?;
        Ok(Self { socket })
    }
}

impl<S: Subscriber> Layer<S> for Journal {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut record = Record::of(event.metadata());
        event.record(&mut record);
        // There is nobody left to tell: a log that cannot be written stops nothing.
        let _ = self.socket.send(&record.bytes);
    }
}

/// A datagram that is being put together.
struct Record {
    bytes: Vec<u8>,
}

impl Record {
    fn of(metadata: &Metadata<'_>) -> Self {
        let mut record = Self { bytes: Vec::new() };
        record.put("PRIORITY", priority(*metadata.level()));
        record.put("SYSLOG_IDENTIFIER", "tidings");
        record.put(&format!("{PREFIX}TARGET"), metadata.target());
        if let Some(kind) = message_ids::of(metadata.name()) {
            record.put("MESSAGE_ID", kind.id);
            record.put(&format!("{PREFIX}KIND"), kind.name);
        }
        if let (Some(file), Some(line)) = (metadata.file(), metadata.line()) {
            record.put("CODE_FILE", file);
            record.put("CODE_LINE", &line.to_string());
        }
        record
    }

    fn put(&mut self, name: &str, value: &str) {
        let value = crate::text::head(value, VALUE_BYTES_MAX);
        self.bytes.extend(name.as_bytes());
        if value.contains('\n') {
            // A value of several lines has its length before it.
            self.bytes.push(b'\n');
            self.bytes.extend((value.len() as u64).to_le_bytes());
        } else {
            self.bytes.push(b'=');
        }
        self.bytes.extend(value.as_bytes());
        self.bytes.push(b'\n');
    }

    fn put_field(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => self.put("MESSAGE", value),
            name => self.put(&journal_name(name), value),
        }
    }
}

impl Visit for Record {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put_field(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let mut text = String::new();
        if write!(text, "{value:?}").is_err() {
            text.push('?');
        }
        self.put_field(field, &text);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.put_field(field, &value.to_string());
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.bytes))
    }
}

fn journal_name(name: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_uppercase()
        } else {
            '_'
        }
    };
    let mut name: String = PREFIX.chars().chain(name.chars().map(plain)).collect();
    name.truncate(NAME_BYTES_MAX);
    name
}

/// Levels as syslog counts them.
fn priority(level: Level) -> &'static str {
    match level {
        Level::ERROR => "3",
        Level::WARN => "4",
        Level::INFO => "6",
        _ => "7",
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    /// Returns the datagrams that `work` sends to a journal.
    fn heard(work: impl FnOnce()) -> Vec<Vec<u8>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let listener = UnixDatagram::bind(&path).unwrap();
        listener.set_nonblocking(true).unwrap();
        let subscriber = tracing_subscriber::registry().with(Journal::open(&path).unwrap());
        tracing::subscriber::with_default(subscriber, work);
        let mut found = Vec::new();
        let mut bytes = vec![0; 256 * 1024];
        while let Ok(length) = listener.recv(&mut bytes) {
            found.push(bytes[..length].to_vec());
        }
        found
    }

    #[test]
    fn a_line_has_its_fields_and_the_id_of_its_kind() {
        let found = heard(|| {
            tracing::warn!(name: "source-failing", source = 12, health = "failing", http.status = 500_u16, "could not poll {}", "x");
        });
        let line = format!("CODE_LINE={}\n", line!() - 2);
        let text = String::from_utf8(found[0].clone()).unwrap();
        let expected = format!(
            "PRIORITY=4\nSYSLOG_IDENTIFIER=tidings\nTIDINGS_TARGET=tidings::service::journal::tests\nMESSAGE_ID={}\nTIDINGS_KIND=source-failing\nCODE_FILE=src/service/journal.rs\n{line}MESSAGE=could not poll x\nTIDINGS_SOURCE=12\nTIDINGS_HEALTH=failing\nTIDINGS_HTTP_STATUS=500\n",
            message_ids::of("source-failing").unwrap().id
        );
        assert_eq!(text, expected);
    }

    #[test]
    fn several_lines_are_one_value_and_forge_no_field() {
        let found = heard(|| tracing::error!("wrong:\nMESSAGE_ID=forged"));
        let value = b"wrong:\nMESSAGE_ID=forged";
        let mut expected = b"MESSAGE\n".to_vec();
        expected.extend((value.len() as u64).to_le_bytes());
        expected.extend(value);
        expected.push(b'\n');
        assert!(
            found[0].ends_with(&expected),
            "{:?}",
            String::from_utf8_lossy(&found[0])
        );
        assert!(
            !String::from_utf8_lossy(&found[0]).contains("TIDINGS_KIND"),
            "a line without a kind has no id"
        );
    }

    #[test]
    fn a_long_text_is_cut_and_arrives() {
        let found = heard(|| tracing::info!(part = "é".repeat(50_000).as_str(), "{}", "x".repeat(100_000)));
        assert!(found[0].len() < 2 * VALUE_BYTES_MAX + 1000);
    }
}
