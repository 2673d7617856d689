//! The JSON Schemas (2020-12) of all that services read, made from the types that write it.
//!
//! Beside what the standard has, each type and field says under `x-changes` when its value may become another
//! one; a field that says nothing changes as its type says. These are the words, and [`CHANGES`] tells what
//! they mean.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value};

use super::{changelog, diff_json, feed, head, log, record, since, urls};

/// When a value may become another one, in the words of `x-changes`.
pub const CHANGES: &[(&str, &str)] = &[
    ("never", "the same for ever, once the release is sealed"),
    (
        "decision",
        "when something is decided and sealed: a release, a reschedule, a withdrawal, a correction, a translation",
    ),
    ("build", "as days pass: it is as of the day of the build"),
    ("edit", "when the site's settings, address, words or templates are edited"),
    ("finding", "when a newer program compares the texts better, or sees more in them"),
];

/// Every schema of a site at an address: its name, and what stands in its file.
pub fn all(base_url: &str) -> Vec<(&'static str, Value)> {
    let schemas = [
        (changelog::SCHEMA, schema::<changelog::Changelog>()),
        (diff_json::SCHEMA, schema::<diff_json::Document>()),
        (record::SCHEMA, schema::<record::RecordFile>()),
        (feed::SCHEMA, schema::<feed::Feed>()),
        (head::SCHEMA, schema::<head::Head>()),
        (head::POLICIES_SCHEMA, schema::<head::Policies>()),
        (head::LINK_SCHEMA, schema::<head::Link>()),
        (since::SCHEMA, schema::<since::SinceFile>()),
        (log::SCHEMA, schema::<log::Index>()),
        (log::PAGE_SCHEMA, schema::<log::EventPage>()),
    ];
    let placed = |(name, mut schema): (&'static str, Schema)| {
        schema.insert("$id".to_owned(), format!("{base_url}{}", urls::schema(name)).into());
        let mut value = schema.to_value();
        tidy(&mut value);
        (name, value)
    };
    schemas.into_iter().map(placed).collect()
}

/// What is written, where a field may be left out; not what could be read.
fn schema<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}

/// Says no more than is true and no less: what is absent is left out and never `null`, numbers have no formats
/// that only Rust knows, and the lines of a description are those of our source files.
fn tidy(value: &mut Value) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(tidy),
        Value::Object(schema) => {
            without_null(schema);
            if schema.get("type").is_some_and(|of| of == "integer") {
                schema.remove("format");
            }
            if let Some(Value::String(text)) = schema.get_mut("description") {
                *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            }
            schema.values_mut().for_each(tidy);
        }
        _ => {}
    }
}

fn without_null(schema: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|of| of != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(any)) = schema.get_mut("anyOf") {
        any.retain(|of| of.get("type").is_none_or(|of| of != "null"));
        if let [Value::Object(only)] = any.as_slice() {
            let only = only.clone();
            schema.remove("anyOf");
            schema.extend(only);
        }
    }
}
