//! Every address of the site, and how to get from one to another.
//!
//! An address is a path from the root of the site without a leading slash; it ends in `/` where it
//! is a page. Pages link to each other relatively, so that a site works in any folder.

/// The front page.
pub const HOME: &str = "";

/// A policy's text in force.
pub fn policy(policy: &str) -> String {
    format!("{policy}/")
}

/// A policy's history.
pub fn history(policy: &str) -> String {
    format!("{policy}/history/")
}

/// The permanent page of a version.
pub fn version(policy: &str, version: &str) -> String {
    format!("{policy}/v/{version}/")
}

/// The latest translation of a policy.
pub fn translated_policy(policy: &str, language: &str) -> String {
    format!("{policy}/{language}/")
}

/// A version in another language.
pub fn translated_version(policy: &str, version: &str, language: &str) -> String {
    format!("{policy}/v/{version}/{language}/")
}

/// The life of a section, or of a clause that has an id of its own.
pub fn clause(policy: &str, id: &str) -> String {
    format!("{policy}/clauses/{id}/")
}

/// The canonical text of a version.
pub fn canonical(policy: &str, version: &str) -> String {
    format!("{policy}/v/{version}/policy.md")
}

/// The redline between two versions.
pub fn compare(policy: &str, old: &str, new: &str) -> String {
    format!("{policy}/compare/{old}/{new}/")
}

/// The diff document of two versions.
pub fn diff(policy: &str, old: &str, new: &str) -> String {
    format!("{policy}/compare/{old}/{new}/diff.json")
}

/// The changelog of a policy, or of the whole site.
pub fn changelog(policy: Option<&str>) -> String {
    policy.map_or("changelog.json".to_owned(), |p| format!("{p}/changelog.json"))
}

/// A JSON Schema.
pub fn schema(name: &str) -> String {
    format!("schema/{name}.json")
}

/// Something of `static/`.
pub fn asset(name: &str) -> String {
    format!("assets/{name}")
}

/// The file in which a page is stored.
pub fn file(address: &str) -> String {
    if address.is_empty() || address.ends_with('/') {
        format!("{address}index.html")
    } else {
        address.to_owned()
    }
}

/// A link from one page to another address.
pub fn relative(from: &str, to: &str) -> String {
    let folder = from.rfind('/').map_or("", |n| &from[..=n]);
    let shared = folder
        .match_indices('/')
        .map(|(n, _)| n + 1)
        .take_while(|n| to.get(..*n) == Some(&folder[..*n]))
        .last()
        .unwrap_or(0);
    let up = folder[shared..].matches('/').count();
    let down = &to[shared..];
    match (up, down) {
        (0, "") => "./".to_owned(),
        _ => "../".repeat(up) + down,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_between_pages() {
        assert_eq!(relative("", "privacy/"), "privacy/");
        assert_eq!(relative("privacy/", ""), "../");
        assert_eq!(relative("privacy/", "privacy/"), "./");
        assert_eq!(relative("privacy/v/2018/", "privacy/v/2014/es/"), "../2014/es/");
        assert_eq!(relative("privacy/v/2018/", "privacy/"), "../../");
        assert_eq!(relative("privacy/history/", "privacy-two/"), "../../privacy-two/");
        assert_eq!(relative("privacy/v/2018/", "assets/style.css"), "../../../assets/style.css");
    }
}
