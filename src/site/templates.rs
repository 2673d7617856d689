//! The templates, ready to render. The only user of Tera.
//!
//! Defaults are built in under `__default/`; a site's own template of the same name stands in front
//! of it and may extend it (`{% extends "__default/base.html" %}`). There is one engine for each
//! language, since its words are the same on every page.

use std::collections::BTreeMap;

use serde::Serialize;
use tera::{Context, Kwargs, State, Tera, TeraResult};

use super::messages::{Catalogue, Messages, fill};
use crate::error::Error;

/// Where built-in templates are found by name.
const DEFAULTS: &str = "__default/";

/// Templates for every language of a site.
#[derive(Debug)]
pub struct Templates {
    engines: BTreeMap<String, Tera>,
}

impl Templates {
    /// Loads templates (name, text): the built-in ones, then the site's own.
    pub fn new<'a>(
        defaults: impl IntoIterator<Item = (&'a str, &'a str)>,
        own: impl IntoIterator<Item = (&'a str, &'a str)>,
        catalogue: &Catalogue,
        languages: &[&str],
    ) -> Result<Self, Error> {
        let mut base = Tera::new();
        base.register_filter("fill", fill_filter);
        // Has to be known when templates are read; each language has its own then.
        base.register_filter("plural", plural_filter(catalogue.of("en")));
        base.set_fallback_prefixes([DEFAULTS]).map_err(|e| failure("templates", e))?;
        let defaults = defaults.into_iter().map(|(name, text)| (format!("{DEFAULTS}{name}"), text));
        let own = own.into_iter().map(|(name, text)| (name.to_owned(), text));
        base.add_raw_templates(defaults.chain(own)).map_err(|e| failure("templates", e))?;
        let engines = languages.iter().map(|language| {
            let mut engine = base.clone();
            let messages = catalogue.of(language);
            engine.register_filter("plural", plural_filter(messages));
            engine.global_context().insert("t", messages.texts());
            engine.global_context().insert("generator", super::GENERATOR);
            engine.global_context().insert("content_policy", super::headers::CONTENT_POLICY);
            ((*language).to_owned(), engine)
        });
        Ok(Self { engines: engines.collect() })
    }

    /// Renders a template in a language for a view.
    pub fn render(&self, language: &str, template: &str, view: &impl Serialize) -> Result<String, Error> {
        let engine = self.engines.get(language).or_else(|| self.engines.values().next());
        let engine =
            engine.ok_or_else(|| Error::Usage("there is no language to render pages in".to_owned()))?;
        let context = Context::from_serialize(view).map_err(|e| failure(template, e))?;
        engine.render(template, &context).map_err(|e| failure(template, e))
    }
}

fn failure(name: &str, source: tera::Error) -> Error {
    Error::Template { name: name.to_owned(), source: Box::new(source) }
}

type Values = BTreeMap<String, serde_json::Value>;

fn values(kwargs: &Kwargs) -> TeraResult<BTreeMap<String, String>> {
    let values: Values = kwargs.deserialize()?;
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    Ok(values.into_iter().map(|(k, v)| (k, text(v))).collect())
}

/// `t.effective_on | fill(date=version.effective.text)`
fn fill_filter(text: &str, kwargs: Kwargs, _: &State) -> TeraResult<String> {
    let values = values(&kwargs)?;
    Ok(fill(text, values.iter().map(|(k, v)| (k.as_str(), v.as_str()))))
}

/// `n | plural(key="words")`: the message `words_one`, `words_few`, … that the number takes in the
/// language of these words, with `{n}` and further values filled.
fn plural_filter(words: &Messages) -> impl Fn(i64, Kwargs, &State) -> TeraResult<String> + use<> {
    let words = words.clone();
    move |n, kwargs, _| {
        let key: &str = kwargs.must_get("key")?;
        let text = words.plural(key, usize::try_from(n).unwrap_or_default());
        let text = text.ok_or_else(|| tera::Error::message(format!("there is no message `{key}_other`")))?;
        let mut values = values(&kwargs)?;
        values.insert("n".to_owned(), n.to_string());
        Ok(fill(text, values.iter().map(|(k, v)| (k.as_str(), v.as_str()))))
    }
}
