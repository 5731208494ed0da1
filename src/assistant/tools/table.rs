//! The table of the tools: what each is called, when to use it, what it takes, and what answers.

use std::sync::Arc;

use rmcp::model::JsonObject;
use rmcp::schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::{article, digests, search, sources, stories, story, topics};
use crate::assistant::asked::{self, Asked};
use crate::assistant::context::ToolContext;
use crate::assistant::error::ToolError;

/// A tool.
pub struct ToolKind {
    pub name: &'static str,
    pub title: &'static str,
    /// When to use it, and what it gives.
    pub description: &'static str,
    /// The JSON schema of its arguments.
    pub schema: fn() -> Arc<JsonObject>,
    /// Answers a question.
    pub answer: fn(&ToolContext<'_>, JsonObject) -> Result<String, ToolError>,
}

/// All tools, in the order in which they are best met.
pub const TOOLS: [ToolKind; 7] = [
    ToolKind {
        name: "topics",
        title: "Followed topics",
        description: "Lists the topics that the owner follows, each with its rule as a `query` for `search` and how many \
            articles and stories match it. Begin here to learn the names that `stories` and `search` take as `topic`, and the owner's own \
            words for a subject.",
        schema: asked::schema::<topics::TopicsArguments>,
        answer: |context, given| topics::answer(context, &read("topics", given)?),
    },
    ToolKind {
        name: "stories",
        title: "What happened",
        description: "Lists stories, the one that changed last first. A story is one event: all articles about it, from however many \
            publishers. Use it for \"what is new\", \"what happened this week\" (`since`: \"7d\"), or for one `topic`; use `search` \
            for particular words. Each item is told by its leading article, whose number is `article`: address, publisher, \
            published, fetched (first read), verdict (what its page was: complete, teaser, paywall, consent, blocked, \
            not-an-article; null where no page was read), revision (how often headline or text changed). `story` gives all \
            articles of one.",
        schema: asked::schema::<stories::StoriesArguments>,
        answer: |context, given| stories::answer(context, &read("stories", given)?),
    },
    ToolKind {
        name: "story",
        title: "One story",
        description: "Tells one story by `id`: the articles in it, oldest first, so who reported when; `copyOf` names the article that \
            one repeats word for word, so it is no second witness; `headlinesBefore` are headlines that were replaced. `story` \
            says what it `continues` and its `storyline`, or `mergedInto` where its articles stand under another number now. \
            `article` gives the text of each.",
        schema: asked::schema::<story::StoryArguments>,
        answer: |context, given| story::answer(context, &read("story", given)?),
    },
    ToolKind {
        name: "search",
        title: "Search articles",
        description: "Finds stored articles by what they say, best match first, or lists the newest where `query` is left out. The query \
            is the owner's topic language: words side by side must all stand in the article; OR, NOT, AND in capitals, ( ) for \
            grouping; \"exact phrase\"; word* for words that begin so, *word for words that end so; =US for capitals as \
            written; a NEAR/5 b for words that stand close; title:word, lead:word, body:word for where; source:name, \
            domain:example.org, lang:de, type:video, after:2026-03-01 to narrow. Example: \"facial recognition\" (ban OR bill) \
            NOT phone lang:en. Case and accents do not matter; words are not stemmed, so write regulat* for all forms. A \
            mistake is answered with its place and what to write. Nothing but what is stored is searched, never the web. Items \
            have a `snippet`, the `story` they belong to and the fields that `stories` explains; `article` gives the text.",
        schema: asked::schema::<search::SearchArguments>,
        answer: |context, given| search::answer(context, &read("search", given)?),
    },
    ToolKind {
        name: "article",
        title: "One article",
        description: "Gives the plain text of one article by `id` or `address`, with byline and language; or, with `changes`: true, what \
            changed in it since it was first read, sentence by sentence, the words before and after as [before → after]. A long \
            text comes in parts: go on with `cursor` until `truncated` is false. `textFrom` says where the text is from: \
            extracted (its page), from-feed (what the feed gave, perhaps a teaser), failed (the page could not be read), pending. \
            With a verdict other than complete the text may not be all of it: say so, and give the address.",
        schema: asked::schema::<article::ArticleArguments>,
        answer: |context, given| article::answer(context, &read("article", given)?),
    },
    ToolKind {
        name: "sources",
        title: "Followed sources",
        description: "Lists the feeds and pages that are followed, the worst first: `health` is ok, moved, late, silent, changed-markup, \
            failing, blocked or gone, with `since` and `why`; `published` is its newest entry, `fetched` when it was last read. Use \
            it to learn what silence means, and for the names that `search` takes as `source` (`publisher` here).",
        schema: asked::schema::<sources::SourcesArguments>,
        answer: |context, given| sources::answer(context, &read("sources", given)?),
    },
    ToolKind {
        name: "digests",
        title: "Digests that were sent",
        description: "Lists the digests that were made for the owner, newest first, and how their deliveries fared; with `id` the text of \
            one as it was sent, in parts where it is long. Use it for what the owner was told already.",
        schema: asked::schema::<digests::DigestsArguments>,
        answer: |context, given| digests::answer(context, &read("digests", given)?),
    },
];

fn read<A: DeserializeOwned + JsonSchema>(tool: &str, given: JsonObject) -> Result<Asked<A>, ToolError> {
    Asked::read(tool, given)
}
