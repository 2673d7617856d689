//! The JSON Schemas (2020-12) of all that services read, made from the types that write it.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

use super::{changelog, diff_json, head, log, record, since, urls};

/// Every schema of a site at an address: its name, and what stands in its file.
pub fn all(base_url: &str) -> Vec<(&'static str, Value)> {
    let schemas = [
        (changelog::SCHEMA, schema::<changelog::Changelog>()),
        (diff_json::SCHEMA, schema::<diff_json::Document>()),
        (record::SCHEMA, schema::<record::RecordFile>()),
        (head::SCHEMA, schema::<head::Head>()),
        (head::POLICIES_SCHEMA, schema::<head::Policies>()),
        (head::LINK_SCHEMA, schema::<head::Link>()),
        (since::SCHEMA, schema::<since::SinceFile>()),
        (log::SCHEMA, schema::<log::Index>()),
        (log::PAGE_SCHEMA, schema::<log::EventPage>()),
    ];
    let placed = |(name, mut schema): (&'static str, Schema)| {
        schema.insert("$id".to_owned(), format!("{base_url}{}", urls::schema(name)).into());
        (name, schema.to_value())
    };
    schemas.into_iter().map(placed).collect()
}

/// What is written, where a field may be left out; not what could be read.
fn schema<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}
