-- Times are seconds since 1970, UTC.

CREATE TABLE source (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    address TEXT NOT NULL UNIQUE,
    name TEXT,
    -- Named in the configuration now; a source taken out keeps its row and its articles.
    active INTEGER NOT NULL,
    schedule TEXT NOT NULL,
    etag BLOB,
    last_modified BLOB,
    body_hash BLOB,
    title TEXT,
    polled_at INTEGER,
    succeeded_at INTEGER,
    changed_at INTEGER,
    next_poll_at INTEGER,
    interval_seconds INTEGER,
    ttl_minutes INTEGER,
    skip_hours INTEGER NOT NULL DEFAULT 0,
    skip_days INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    last_error TEXT,
    moved_to TEXT,
    moved_polls INTEGER NOT NULL DEFAULT 0,
    current_address TEXT,
    gone_polls INTEGER NOT NULL DEFAULT 0,
    stopped INTEGER NOT NULL DEFAULT 0,
    lease_until INTEGER
) STRICT;
CREATE INDEX source_due ON source (next_poll_at) WHERE active = 1 AND stopped = 0;
CREATE INDEX source_leased ON source (lease_until) WHERE lease_until IS NOT NULL;

CREATE TABLE article (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES source,
    -- What makes two addresses one article; see domain/url.rs.
    url_key TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    excerpt TEXT NOT NULL,
    byline TEXT,
    original_url TEXT NOT NULL,
    web_url TEXT NOT NULL,
    amp_url TEXT,
    published_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    language TEXT,
    provider_name TEXT NOT NULL,
    provider_domain TEXT NOT NULL,
    image_url TEXT,
    image_width INTEGER,
    image_height INTEGER,
    is_video INTEGER NOT NULL DEFAULT 0,
    quality INTEGER,
    -- 1: may stand in a digest; 0: was already old when first seen.
    is_news INTEGER NOT NULL,
    -- 0: the date is the first-seen time.
    is_dated INTEGER NOT NULL,
    body_state TEXT NOT NULL,
    verdict TEXT,
    -- 1: the page is (still) wanted, 0: the feed's text serves.
    wants_page INTEGER NOT NULL,
    page_etag BLOB,
    page_last_modified BLOB,
    attempts INTEGER NOT NULL DEFAULT 0,
    -- When there is work on this article: to be extracted, or looked at again.
    work_at INTEGER,
    looks INTEGER NOT NULL DEFAULT 0,
    -- Counts what its feed changed, so that work begun on an older text is seen to be stale.
    version INTEGER NOT NULL DEFAULT 0,
    lease_until INTEGER
) STRICT;
-- In the order in which work is leased, so that taking the next piece sorts nothing.
CREATE INDEX article_work ON article (work_at, published_at) WHERE work_at IS NOT NULL;
CREATE INDEX article_leased ON article (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX article_seen ON article (seen_at);

-- Texts stand apart, so that a poll that looks up articles reads none of them.
CREATE TABLE body (
    article INTEGER PRIMARY KEY REFERENCES article,
    -- The feed's own text; kept because a wall may replace the page. No Markdown: it is the plain text.
    feed_text TEXT NOT NULL,
    feed_markdown TEXT,
    -- The page's text, once it was extracted.
    text TEXT,
    markdown TEXT
) STRICT;

CREATE TABLE entry (
    source INTEGER NOT NULL REFERENCES source,
    key TEXT NOT NULL,
    fingerprint INTEGER NOT NULL,
    article INTEGER NOT NULL REFERENCES article,
    PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_article ON entry (article);

-- What an article said before it changed.
CREATE TABLE revision (
    id INTEGER PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES article,
    replaced_at INTEGER NOT NULL,
    title TEXT NOT NULL,
    excerpt TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX revision_article ON revision (article);

CREATE VIRTUAL TABLE article_text USING fts5 (
    title, excerpt, body,
    content = '', contentless_delete = 1, detail = full,
    tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TABLE topic (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    active INTEGER NOT NULL,
    -- What the rule was when the archive was last matched against it.
    rule TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    -- Articles up to `archive_to` are older than the rule; those up to `matched_to` have been matched against it since.
    archive_to INTEGER NOT NULL,
    matched_to INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE match (
    topic INTEGER NOT NULL REFERENCES topic,
    article INTEGER NOT NULL REFERENCES article,
    score REAL NOT NULL,
    reasons TEXT NOT NULL,
    PRIMARY KEY (topic, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX match_article ON match (article);

CREATE TABLE story (
    -- AUTOINCREMENT: a story's number is never given again.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    started_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX story_updated ON story (updated_at);

CREATE TABLE member (
    article INTEGER PRIMARY KEY REFERENCES article,
    story INTEGER NOT NULL REFERENCES story,
    copy_of INTEGER REFERENCES article,
    joined_at INTEGER NOT NULL
) STRICT;
CREATE INDEX member_story ON member (story);

CREATE TABLE story_event (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    story INTEGER NOT NULL REFERENCES story,
    kind TEXT NOT NULL,
    article INTEGER REFERENCES article,
    detail TEXT
) STRICT;
CREATE INDEX story_event_story ON story_event (story);

CREATE TABLE document (
    article INTEGER PRIMARY KEY REFERENCES article,
    name TEXT NOT NULL UNIQUE,
    -- Not 0: the file may not say what the store says. Counts the changes, so that one that comes while the file is
    -- being written is not lost.
    dirty INTEGER NOT NULL
) STRICT;
CREATE INDEX document_dirty ON document (article) WHERE dirty > 0;

-- When a digest last did what its schedule owes.
CREATE TABLE digest_run (
    name TEXT PRIMARY KEY,
    ran_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE digest (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    from_at INTEGER,
    to_at INTEGER NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    html TEXT NOT NULL,
    stories INTEGER NOT NULL
) STRICT;
CREATE INDEX digest_name ON digest (name, to_at);

CREATE TABLE digest_item (
    digest INTEGER NOT NULL REFERENCES digest,
    story INTEGER NOT NULL,
    article INTEGER NOT NULL REFERENCES article,
    PRIMARY KEY (digest, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX digest_item_article ON digest_item (article);

CREATE TABLE delivery (
    id INTEGER PRIMARY KEY,
    digest INTEGER NOT NULL REFERENCES digest,
    channel TEXT NOT NULL,
    message_id TEXT NOT NULL,
    -- The exact bytes to send, frozen with the digest.
    bytes BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'retry', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    first_try_at INTEGER,
    next_try_at INTEGER,
    sent_at INTEGER,
    last_error TEXT,
    -- 1: a later digest has told about this failure.
    reported INTEGER NOT NULL DEFAULT 0,
    UNIQUE (digest, channel)
) STRICT;
CREATE INDEX delivery_due ON delivery (next_try_at) WHERE state IN ('pending', 'sending', 'retry');
