//! Webhooks: one frozen request to the address its owner configured, in the shape the service there understands.
//!
//! This is a gate of its own: only configured addresses are asked (private ones are the owner's own word), no redirect is
//! followed, no proxy and no cookie used. An address may hold a secret, so errors name its host alone.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Method, redirect};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::error::{DeliverError, one_line};
use super::webhook_answer::judge;
use crate::domain::secret::Secret;
use crate::fetch::{Peer, connection_errors};

/// Longest time for a whole request, in seconds.
const REQUEST_SECONDS: u64 = 30;
/// Bytes of a digest in plain JSON.
const JSON_BYTES_MAX: usize = 500_000;
/// Characters of a Slack message's text; more is possible, but is folded.
const SLACK_BYTES_MAX: usize = 4_000;
/// Bytes of an ntfy message; a longer one becomes an attachment.
const NTFY_BYTES_MAX: usize = 4_096;
/// Bytes of each form of a Matrix message; the whole event may have 65,536 with its escapes.
const MATRIX_BYTES_MAX: usize = 16_000;
/// Characters of a Discord embed's description and title; bytes are never fewer.
const DISCORD_BYTES_MAX: usize = 4_096;
const DISCORD_TITLE_CHARS_MAX: usize = 256;

/// What a webhook speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// The digest as plain JSON.
    Json,
    Ntfy,
    Slack,
    Matrix,
    Discord,
}

impl Service {
    /// All of them, by their names in the configuration.
    pub const ALL: [(&str, Self); 5] = [
        ("json", Self::Json),
        ("ntfy", Self::Ntfy),
        ("slack", Self::Slack),
        ("matrix", Self::Matrix),
        ("discord", Self::Discord),
    ];

    /// Returns the service an address belongs to, as far as its host tells.
    pub fn of(url: &Url) -> Self {
        match url.host_str().unwrap_or_default() {
            "hooks.slack.com" => Self::Slack,
            "discord.com" | "discordapp.com" => Self::Discord,
            host if host == "ntfy.sh" || host.starts_with("ntfy.") => Self::Ntfy,
            _ => Self::Json,
        }
    }

    /// Returns how many bytes of text a message there may have.
    pub fn bytes_max(self) -> usize {
        match self {
            Self::Json => JSON_BYTES_MAX,
            Self::Ntfy => NTFY_BYTES_MAX,
            Self::Slack => SLACK_BYTES_MAX,
            Self::Matrix => MATRIX_BYTES_MAX,
            Self::Discord => DISCORD_BYTES_MAX,
        }
    }
}

/// A webhook as the configuration names it. What is wrong with a secret is told when it is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub name: String,
    pub url: Result<Secret, String>,
    pub service: Service,
    /// The Matrix room.
    pub room: Option<String>,
    pub token: Option<Result<Secret, String>>,
}

impl Target {
    /// Returns the webhook that an address written in `deliver` is.
    pub fn direct(url: &str) -> Self {
        Self {
            name: url.to_owned(),
            url: Ok(Secret::from(url)),
            service: Url::parse(url).map_or(Service::Json, |url| Service::of(&url)),
            room: None,
            token: None,
        }
    }
}

/// What is frozen for a webhook.
#[derive(Debug, Serialize, Deserialize)]
struct Frozen {
    service: Service,
    body: Value,
}

/// The texts a service's message is made of.
pub struct WebhookTexts<'a> {
    pub subject: &'a str,
    /// In the service's own markup, within its size.
    pub text: &'a str,
    /// The same without markup.
    pub plain: &'a str,
    /// The whole digest.
    pub json: &'a Value,
}

/// Returns the frozen request of a service.
pub fn freeze(service: Service, texts: &WebhookTexts<'_>) -> Vec<u8> {
    let WebhookTexts {
        subject,
        text,
        plain,
        json,
    } = texts;
    let body = match service {
        Service::Json => (*json).clone(),
        Service::Ntfy => serde_json::json!({ "title": subject, "message": text, "markdown": true }),
        Service::Slack => serde_json::json!({
            "text": text, "unfurl_links": false, "unfurl_media": false,
        }),
        Service::Matrix => serde_json::json!({
            "msgtype": "m.notice", "body": plain, "format": "org.matrix.custom.html", "formatted_body": text,
        }),
        Service::Discord => {
            let title: String = subject.chars().take(DISCORD_TITLE_CHARS_MAX).collect();
            // Nobody is called by what a headline says.
            serde_json::json!({
                "embeds": [{ "title": title, "description": text }], "allowed_mentions": { "parse": [] },
            })
        }
    };
    serde_json::json!(Frozen { service, body }).to_string().into_bytes()
}

/// Sends to the webhooks of a configuration.
#[derive(Clone)]
pub struct Hooks {
    client: Option<Client>,
    targets: Vec<Target>,
}

impl Hooks {
    /// Returns the webhooks of a configuration; nothing is connected yet.
    ///
    /// # Errors
    /// The system has no certificates.
    pub fn new(targets: Vec<Target>) -> Result<Self, DeliverError> {
        Self::with_limit(targets, Duration::from_secs(REQUEST_SECONDS))
    }

    /// Returns them with another limit for a whole request.
    ///
    /// # Errors
    /// The system has no certificates.
    pub fn with_limit(targets: Vec<Target>, limit: Duration) -> Result<Self, DeliverError> {
        if targets.is_empty() {
            return Ok(Self { client: None, targets });
        }
        // Fails only where a provider is installed already, which then serves as well.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .timeout(limit)
            .user_agent(concat!("Tidings/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| {
                DeliverError::Settings(format!("no web client: {error}; are the CA certificates installed?"))
            })?;
        Ok(Self {
            client: Some(client),
            targets,
        })
    }

    /// Returns a webhook by its name or address.
    pub fn target(&self, name: &str) -> Option<&Target> {
        self.targets.iter().find(|target| target.name == name)
    }

    /// Sends one frozen request; `key` is the same for every try.
    ///
    /// # Errors
    /// See [`DeliverError::is_transient`] for which of them are worth another try.
    pub async fn send(&self, name: &str, key: &str, bytes: &[u8]) -> Result<(), DeliverError> {
        let (Some(target), Some(client)) = (self.target(name), &self.client) else {
            return Err(DeliverError::Channel(
                "there is no such [[webhook]] in the configuration any more; put it back".to_owned(),
            ));
        };
        let mut frozen: Frozen = serde_json::from_slice(bytes)
            .map_err(|error| DeliverError::Message(format!("what was stored of it cannot be read: {error}")))?;
        let settings = |message: &str| DeliverError::Settings(message.to_owned());
        let url = target.url.as_ref().map_err(|message| settings(message))?;
        let url = parse_url(url.expose(), frozen.service)
            .map_err(|message| DeliverError::Settings(format!("the webhook's url {message}")))?;
        let host = url.host_str().unwrap_or_default().to_owned();
        let (method, url) = address(&mut frozen, target, url, key)?;
        let mut request = client
            .request(method, url)
            .header(CONTENT_TYPE, "application/json")
            .body(frozen.body.to_string());
        if let Some(token) = &target.token {
            let token = token.as_ref().map_err(|message| settings(message))?;
            request = request.bearer_auth(token.expose());
        }
        match request.send().await {
            Ok(answer) => judge(&host, frozen.service == Service::Matrix, answer).await,
            Err(error) => Err(DeliverError::Webhook {
                may_have_arrived: !error.is_connect(),
                reason: if error.is_timeout() {
                    "gave no answer in time".to_owned()
                } else {
                    // An address can hold a token.
                    let error = error.without_url();
                    format!(
                        "cannot be reached: {}",
                        one_line(&connection_errors::plain(&error, Peer::Webhook))
                    )
                },
                host,
                is_final: false,
                retry_seconds: None,
            }),
        }
    }
}

/// Returns the address of a webhook that speaks as this service does.
///
/// # Errors
/// It is none; the message does not hold it.
pub fn parse_url(text: &str, service: Service) -> Result<Url, String> {
    match Url::parse(text.trim()) {
        Ok(url) if !matches!(url.scheme(), "https" | "http") => {
            Err("is no web address; it begins with https://".to_owned())
        }
        Ok(url) if url.port() == Some(0) => Err("names port 0, at which nobody answers; correct it".to_owned()),
        Ok(url) if service == Service::Ntfy && ntfy_topic(&url).is_empty() => {
            Err("names no topic; an ntfy address ends in its topic, write \"https://HOST/TOPIC\"".to_owned())
        }
        Ok(url) => Ok(url),
        Err(error) => Err(format!("is no address: {error}; write it whole, as \"https://…\"")),
    }
}

fn ntfy_topic(url: &Url) -> &str {
    url.path_segments().and_then(Iterator::last).unwrap_or_default()
}

/// Whether a token can stand in a header.
pub fn is_token(token: &str) -> bool {
    !token.chars().any(char::is_control)
}

/// Returns how and where a request goes.
fn address(frozen: &mut Frozen, target: &Target, mut url: Url, key: &str) -> Result<(Method, Url), DeliverError> {
    match frozen.service {
        Service::Json | Service::Slack | Service::Discord => Ok((Method::POST, url)),
        Service::Ntfy => {
            // ntfy takes JSON at its root, the topic inside it.
            let topic = ntfy_topic(&url).to_owned();
            if let Ok(mut path) = url.path_segments_mut() {
                path.pop().push("");
            }
            frozen.body["topic"] = Value::String(topic);
            Ok((Method::POST, url))
        }
        Service::Matrix => {
            let Some(room) = &target.room else {
                return Err(DeliverError::Settings(
                    "a Matrix webhook needs its room; write room = \"!…:example.org\"".to_owned(),
                ));
            };
            if let Ok(mut path) = url.path_segments_mut() {
                // The same transaction twice is one message.
                let parts = [
                    "_matrix",
                    "client",
                    "v3",
                    "rooms",
                    room.as_str(),
                    "send",
                    "m.room.message",
                    key,
                ];
                path.pop_if_empty().extend(parts);
            }
            Ok((Method::PUT, url))
        }
    }
}
