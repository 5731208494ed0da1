//! What can be asked, described for programs (OpenAPI 3.1).

use serde_json::{Map, Value, json};

use super::endpoints::{ENDPOINTS, Endpoint, Gives};
use super::parameters::Parameter;
use super::problem;
use crate::web::answer::JSON;
use crate::web::desk::Desk;
use crate::web::routes::Route;

pub const PATH: &str = "openapi.json";
/// What the answers are made of.
const SCHEMAS: &str = include_str!("schemas.json");

/// Returns the description.
pub fn document(desk: &Desk<'_>) -> Value {
    let mut paths: Map<String, Value> = ENDPOINTS
        .iter()
        .map(|endpoint| (format!("/{}", endpoint.path), json!({ "get": operation(endpoint) })))
        .collect();
    let own = json!({
        "operationId": "openapi",
        "summary": "This description.",
        "responses": { "200": answer("This description.", JSON, &json!({ "type": "object" })) },
    });
    paths.insert(format!("/{PATH}"), json!({ "get": own }));
    let base = desk.address(&Route::Api {
        path: String::new(),
        query: Vec::new(),
    });
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tidings",
            "summary": "What is stored, read only.",
            "version": env!("CARGO_PKG_VERSION"),
        },
        "servers": [{ "url": base.trim_end_matches('/') }],
        "paths": paths,
        "components": { "schemas": serde_json::from_str::<Value>(SCHEMAS).expect("a test reads it") },
    });
    if desk.token.is_some() {
        document["components"]["securitySchemes"] = json!({
            "bearer": { "type": "http", "scheme": "bearer" },
            "basic": { "type": "http", "scheme": "basic", "description": "The token is the password, whatever the name." },
            "token": { "type": "apiKey", "in": "query", "name": "token" },
        });
        document["security"] = json!([{ "bearer": [] }, { "basic": [] }, { "token": [] }]);
        for path in document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut) {
            path["get"]["responses"]["401"] = problem("Whoever asks is no reader.");
        }
    }
    document
}

fn operation(endpoint: &Endpoint) -> Value {
    let mut parameters: Vec<Value> = endpoint.parameters.iter().map(|known| parameter(known)).collect();
    let has_number = endpoint.path.ends_with("{id}");
    if has_number {
        let schema = json!({ "type": "integer", "format": "int64", "minimum": 1, "maximum": i64::MAX });
        parameters.push(json!({ "name": "id", "in": "path", "required": true, "schema": schema }));
    }
    let found = match endpoint.gives {
        Gives::One(name) => reference(name),
        Gives::Page(name) => page(name, json!({})),
        Gives::Search(name) => page(
            name,
            json!({
                "ranked": {
                    "type": ["integer", "null"],
                    "description": "So many of the newest articles were looked at, its words being so common; null where all were.",
                },
                "unindexed": {
                    "type": "integer",
                    "description": "So many of the oldest articles at most were not looked at: they are being indexed anew.",
                },
            }),
        ),
    };
    json!({
        "operationId": endpoint.name,
        "summary": endpoint.about,
        "parameters": parameters,
        "responses": {
            "200": answer("Found.", JSON, &found),
            "400": problem("What was said cannot be meant."),
            "404": problem("What was named is not there."),
            "503": problem("The store cannot be read."),
        },
    })
}

/// Describes a page of a list, and what it says besides.
fn page(name: &str, besides: Value) -> Value {
    let mut properties = json!({
        "items": { "type": "array", "items": reference(name) },
        "next": { "type": ["string", "null"], "description": "`cursor` of the next page; null on the last." },
    });
    for (name, schema) in besides.as_object().into_iter().flatten() {
        properties[name] = schema.clone();
    }
    let required: Vec<&String> = properties.as_object().into_iter().flat_map(Map::keys).collect();
    json!({ "type": "object", "required": required, "additionalProperties": false, "properties": properties })
}

fn parameter(known: &Parameter) -> Value {
    json!({
        "name": known.name,
        "in": "query",
        "required": known.is_required(),
        "description": known.about,
        "schema": known.schema(),
    })
}

fn problem(about: &str) -> Value {
    answer(about, problem::MEDIA, &reference("Problem"))
}

fn answer(about: &str, media: &str, schema: &Value) -> Value {
    json!({ "description": about, "content": { media: { "schema": schema } } })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}
