//! The reference for those who read the site's files by program. What stands in its tables is read off the
//! schemas, so that it cannot say anything else than they do.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::error::Error;
use crate::policy::Language;
use crate::site::html::escape;
use crate::site::linked_data::{About, LinkedData};
use crate::site::view::{DevelopersPage, Field, Schema, SchemaType, When};
use crate::site::{Page, Site, schemas, urls};

use super::{html_page, page_view, site_view};

/// A whole service that does what the page says; the tests let it live through a year.
const SERVICE: &str = include_str!("../../../tests/consumer/service.py");

/// What a page elsewhere does for its link to a policy.
const LINK_SCRIPT: &str = include_str!("../../../tests/consumer/link.js");

pub(super) fn developers_page(site: &Site, policy: Option<&str>) -> Result<Page, Error> {
    let english = Language("en".to_owned());
    let messages = site.catalogue.of(&english.0);
    let title = messages.text("developers_title").to_owned();
    let description = messages.text("developers_lead").to_owned();
    let mut page = page_view(site, &english, urls::DEVELOPERS, "developers", title, description);
    let (name, home) = (site.settings.title.as_str(), site.absolute(urls::HOME));
    let about = About {
        name: &page.title,
        url: &page.canonical,
        language: &english.0,
        description: &page.description,
        organisation: &site.settings.organisation,
    };
    page.linked_data = LinkedData::page(about, (name, &home), &[(name, home.clone())]).text();
    let all = schemas::all(&site.settings.base_url);
    let mut types: Vec<SchemaType> = Vec::new();
    let mut files = BTreeMap::new();
    for (name, schema) in &all {
        let Some(root) = schema.as_object() else { continue };
        let described = Schema {
            url: urls::relative(urls::DEVELOPERS, &urls::schema(name)),
            about_html: about_html(root),
            fields: fields(root),
        };
        let defined = root.get("$defs").and_then(Value::as_object);
        for (name, of) in defined.into_iter().flatten().filter_map(|(name, of)| Some((name, of.as_object()?)))
        {
            let known = types.iter().any(|known| known.name == *name);
            if !known && of.contains_key("properties") {
                types.push(SchemaType { name: name.clone(), about_html: about_html(of), fields: fields(of) });
            }
        }
        files.insert(name.trim_end_matches("-v1"), described);
    }
    types.sort_by(|a, b| a.name.cmp(&b.name));
    let view = DevelopersPage {
        site: site_view(site, urls::DEVELOPERS),
        page,
        policy: policy.map(str::to_owned),
        files,
        types,
        changes: schemas::CHANGES.iter().map(|(word, text)| When { word, text }).collect(),
        service: SERVICE,
        link_script: LINK_SCRIPT,
    };
    html_page(site, &english, "developers.html", urls::DEVELOPERS, &view)
}

fn fields(schema: &Map<String, Value>) -> Vec<Field> {
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|all| all.iter().any(|one| one == name));
    let whole = word(schema, "x-changes").unwrap_or_default();
    let properties = schema.get("properties").and_then(Value::as_object);
    let field = |(name, value): (&String, &Value)| {
        let value = value.as_object()?;
        let (kind, of) = kind(value);
        Some(Field {
            name: name.clone(),
            kind,
            of,
            required: is_required(name),
            about_html: about_html(value),
            changes: word(value, "x-changes").unwrap_or(whole).to_owned(),
        })
    };
    let mut fields: Vec<Field> = properties.into_iter().flatten().filter_map(field).collect();
    // Whatever other keys there are, as in an object with a key for each language.
    if let (Some(_), Some(Value::Object(other))) = (properties, schema.get("additionalProperties")) {
        let (kind, of) = kind(other);
        let name = "…".to_owned();
        fields.push(Field {
            name,
            kind,
            of,
            required: false,
            about_html: String::new(),
            changes: whole.to_owned(),
        });
    }
    fields
}

/// What a value is, in words, and the name of its type where it is an object.
fn kind(schema: &Map<String, Value>) -> (String, Option<String>) {
    if let Some(name) = word(schema, "$ref").and_then(|to| to.rsplit('/').next()) {
        // A day is written as a text.
        return if name == "NaiveDay" {
            ("day".to_owned(), None)
        } else {
            (String::new(), Some(name.to_owned()))
        };
    }
    let inner = |key: &str, many: &str| match schema.get(key).and_then(Value::as_object) {
        Some(of) => {
            let (kind, of) = kind(of);
            (format!("{many} {kind}").trim_end().to_owned(), of)
        }
        None => (many.to_owned(), None),
    };
    match (word(schema, "type"), word(schema, "format")) {
        (Some("array"), _) if schema.contains_key("prefixItems") => ("a fixed row".to_owned(), None),
        (Some("array"), _) => inner("items", "list of"),
        (Some("object"), _) => inner("additionalProperties", "by key:"),
        (Some("integer"), _) => ("number".to_owned(), None),
        (Some("boolean"), _) => ("true or false".to_owned(), None),
        (Some("string"), Some("date-time")) => ("instant".to_owned(), None),
        (Some("string"), Some("date")) => ("day".to_owned(), None),
        (Some("string"), Some("uri")) => ("URL".to_owned(), None),
        _ => ("text".to_owned(), None),
    }
}

fn word<'s>(schema: &'s Map<String, Value>, key: &str) -> Option<&'s str> {
    schema.get(key).and_then(Value::as_str)
}

/// The description of a schema: words in backticks are code.
fn about_html(schema: &Map<String, Value>) -> String {
    let text = escape(word(schema, "description").unwrap_or_default());
    let mut html = String::with_capacity(text.len());
    for (i, part) in text.split('`').enumerate() {
        let code = i % 2 == 1;
        html += if code { "<code>" } else { "" };
        html += part;
        html += if code { "</code>" } else { "" };
    }
    html
}
