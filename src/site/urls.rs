//! Every address of the site, and how to get from one to another.
//!
//! An address is a path from the root of the site without a leading slash; it ends in `/` where it
//! is a page. Pages link to each other relatively, so that a site works in any folder.

/// The front page.
pub const HOME: &str = "";

/// What is shown in place of a page that does not exist.
pub const NOT_FOUND: &str = "404.html";

/// What crawlers read first.
pub const ROBOTS: &str = "robots.txt";

/// The search over all versions.
pub const SEARCH: &str = "search/";

/// What the search knows of all policies.
pub const SEARCH_INDEX: &str = "search/index.json";

/// One of the files of words that the search looks into.
pub fn search_words(shard: impl std::fmt::Display) -> String {
    format!("search/words/{shard}.json")
}

/// What the search knows of the passages of a policy in a language.
pub fn search_passages(policy: &str, language: &str) -> String {
    format!("search/passages/{policy}/{language}.json")
}

/// The addresses that crawlers are told of; where there are too many for one file, one of several.
pub fn sitemap(part: Option<usize>) -> String {
    part.map_or("sitemap.xml".to_owned(), |n| format!("sitemap-{n}.xml"))
}

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

/// The canonical text of a version.
pub fn canonical(policy: &str, version: &str) -> String {
    format!("{policy}/v/{version}/policy.md")
}

/// The record of a version.
pub fn record(policy: &str, version: &str) -> String {
    format!("{policy}/v/{version}/record.json")
}

/// The redline between two versions.
pub fn compare(policy: &str, old: &str, new: &str) -> String {
    format!("{policy}/compare/{old}/{new}/")
}

/// The diff document of two versions.
pub fn diff(policy: &str, old: &str, new: &str) -> String {
    format!("{policy}/compare/{old}/{new}/diff.json")
}

/// Where one chooses two versions to compare.
pub fn chooser(policy: &str) -> String {
    format!("{policy}/compare/")
}

/// Where one chooses the version one accepted.
pub fn accepted(policy: &str) -> String {
    format!("{policy}/since/")
}

/// What changed since a version that somebody accepted.
pub fn since(policy: &str, version: &str) -> String {
    format!("{policy}/since/{version}/")
}

/// All sections and clauses that ever had an address.
pub fn clauses(policy: &str) -> String {
    format!("{policy}/clauses/")
}

/// The life of a section, or of a clause that has an id.
pub fn clause(policy: &str, id: &str) -> String {
    format!("{policy}/clauses/{}/", folder(id))
}

/// The longest name of a folder, in bytes; file systems take 255.
const LONGEST: usize = 200;

/// An id as the name of a folder, such that no two ids share one on any disk: `Sharing` and `sharing`
/// are two ids, and one folder to many a disk. A capital is written `~` and the small letter; other
/// letters that have a small form go by their number, and what is too long ends in a digest of all.
fn folder(id: &str) -> String {
    if id == "index.html" {
        // A file of this name stands beside these folders.
        return "index~2e~html".to_owned();
    }
    let mut name = String::with_capacity(id.len());
    for c in id.chars() {
        let (mut small, mut capital) = (c.to_lowercase(), c.to_uppercase());
        match (small.next(), small.next()) {
            (Some(s), None) if s == c => name.push(c),
            // The one capital of its small letter.
            (Some(s), None) if s.to_uppercase().eq(std::iter::once(c)) && capital.next() == Some(c) => {
                name.extend(['~', s]);
            }
            _ => name += &format!("~{:x}~", u32::from(c)),
        }
    }
    if name.len() > LONGEST {
        let digest = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let mut end = LONGEST - 18;
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        name.truncate(end);
        name += &format!("~~{digest:016x}");
    }
    name
}

/// The changelog of a policy, or of the whole site.
pub fn changelog(policy: Option<&str>) -> String {
    policy.map_or("changelog.json".to_owned(), |p| format!("{p}/changelog.json"))
}

/// Where a policy stands, in few bytes.
pub fn head(policy: &str) -> String {
    format!("{policy}/head.json")
}

/// What those are owed who accepted a version.
pub fn owed(policy: &str, version: &str) -> String {
    format!("{policy}/since/{version}.json")
}

/// What a link to a policy on another site should say.
pub fn link(policy: &str) -> String {
    format!("{policy}/link.json")
}

/// Which policies there are, in the form of Matrix.
pub const POLICIES: &str = "policies.json";

/// The log of decisions: how many there are, and where.
pub const EVENTS: &str = "events.json";

/// A page of the log, from 1.
pub fn events_page(page: usize) -> String {
    format!("events/{page}.json")
}

/// The Atom feed of a policy, or of the whole site.
pub fn atom(policy: Option<&str>) -> String {
    policy.map_or("feed.xml".to_owned(), |p| format!("{p}/feed.xml"))
}

/// The JSON Feed of a policy, or of the whole site.
pub fn json_feed(policy: Option<&str>) -> String {
    policy.map_or("feed.json".to_owned(), |p| format!("{p}/feed.json"))
}

/// The calendar of the site.
pub const CALENDAR: &str = "calendar.ics";

/// The heads of the chains of records, and of the log.
pub const CHAIN: &str = "chain.json";

/// A digest of every file.
pub const SUMS: &str = "SHA256SUMS";

/// The file that says that a folder is ours and for which day it was built.
pub const MARKER: &str = ".clauseline";

/// The key that signs [`CHAIN`] and [`SUMS`].
pub const KEY: &str = "minisign.pub";

/// The signature of a file.
pub fn signature(file: &str) -> String {
    format!("{file}.minisig")
}

/// The reference for those who read the site's files by program.
pub const DEVELOPERS: &str = "developers/";

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

/// The address that a relative link from a page leads to.
pub fn resolve(page: &str, link: &str) -> String {
    let mut segments: Vec<&str> = page.split('/').collect();
    segments.pop();
    for segment in link.split_inclusive('/') {
        match segment {
            "./" => {}
            "../" => drop(segments.pop()),
            name => segments.push(name.trim_end_matches('/')),
        }
    }
    let trailing = if link.ends_with('/') && !segments.is_empty() { "/" } else { "" };
    segments.join("/") + trailing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_share_no_folder_on_any_disk() {
        assert_eq!(clause("p", "sharing.2"), "p/clauses/sharing.2/");
        assert_eq!(clause("p", "Sharing"), "p/clauses/~sharing/");
        assert_eq!(clause("p", "índice_1"), "p/clauses/índice_1/");
        let long = "a".repeat(300);
        let ids = [
            "sharing",
            "Sharing",
            "SHARING",
            "index.html",
            "Index.html",
            "k",
            "K",
            "\u{212a}",
            "İ",
            "I\u{307}",
            "i\u{307}",
            "ǆ",
            "ǅ",
            "Ǆ",
            "ß",
            "ẞ",
            &long,
            &(long.clone() + "b"),
        ];
        let folders: std::collections::BTreeSet<String> =
            ids.iter().map(|id| clause("p", id).to_lowercase()).collect();
        assert_eq!(folders.len(), ids.len(), "{folders:?}");
        assert!(folders.iter().all(|f| f.len() < 255 && f != "p/clauses/index.html/"), "{folders:?}");
    }

    #[test]
    fn links_between_pages() {
        assert_eq!(relative("", "privacy/"), "privacy/");
        assert_eq!(relative("privacy/", ""), "../");
        assert_eq!(relative("privacy/", "privacy/"), "./");
        assert_eq!(relative("privacy/v/2018/", "privacy/v/2014/es/"), "../2014/es/");
        assert_eq!(relative("privacy/v/2018/", "privacy/"), "../../");
        assert_eq!(relative("privacy/history/", "privacy-two/"), "../../privacy-two/");
        assert_eq!(relative("privacy/v/2018/", "assets/style.css"), "../../../assets/style.css");
        for (from, to) in
            [("", ""), ("", "privacy/"), ("privacy/", ""), ("privacy/v/2018/", "privacy/v/2014/es/")]
        {
            assert_eq!(resolve(from, &relative(from, to)), to);
        }
    }
}
