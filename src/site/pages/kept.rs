//! A version as one file that asks for nothing: to be put into a bundle, kept, or printed.

use crate::error::Error;
use crate::policy::history::History;
use crate::policy::markdown::digest;
use crate::policy::{Language, Translation};
use crate::site::html::{self, Apparatus, Labels, Links};
use crate::site::messages::direction;
use crate::site::view::KeptPage;
use crate::site::{Site, urls};

use super::Line;
use super::alone::{base64, style};
use super::scene::Scene;

/// The text of a release, or a translation of it, as HTML. What came after the day of the history is not
/// told, nor where the version stands: the page has to be true for ever.
pub(in crate::site) fn kept(
    site: &Site,
    history: &History<'_>,
    release: usize,
    translation: Option<(&Language, &Translation)>,
) -> Result<String, Error> {
    let line = Line::new(history);
    let (policy, controlling) = (&history.policy.id, &history.policy.settings.controlling_language);
    let version = history.releases[release].version;
    let (language, text) = translation.map_or((controlling, &version.text), |(l, t)| (l, &t.text));
    let address = match translation {
        Some((language, _)) => urls::translated_version(policy, &version.id, &language.0),
        None => urls::version(policy, &version.id),
    };
    let scene = Scene::new(site, &line, &address, language);
    let labels = Labels {
        permalink: scene.messages.text("permalink_clause"),
        table: scene.messages.text("table"),
        footnotes: scene.messages.text("footnotes"),
    };
    // Nothing lies beside it: pictures are told in words, and links lead to the site.
    let targets = site.targets.clone().with_pictures([]);
    let root = site.settings.base_url.as_str();
    let links = Links { targets: &targets, policy, page: "", root, base_url: root, whole: "" };
    let page = KeptPage {
        title: format!("{} ({policy}@{})", scene.title(), version.id),
        language: scene.messages.tag.clone(),
        dir: scene.messages.dir.clone(),
        style: style(),
        style_hash: base64(&digest(style())),
        organisation: site.settings.organisation.clone(),
        policy: scene.policy(),
        version: scene.version(release),
        translation: translation.map(|_| {
            scene.messages.fill("banner_translation", &[("language", scene.language_name(controlling))])
        }),
        text_language: language.0.clone(),
        text_dir: direction(&language.0),
        has_title: html::has_title(text),
        body_html: html::text(text, links, labels, &Apparatus::default()),
        address: site.absolute(&address),
        digest: text.digest.clone(),
    };
    site.templates.render(&language.0, "kept.html", &page)
}
