//! Names for ever: of feeds and their entries, and of the events of a calendar.
//!
//! A reader that knows the name of an entry shows it once; were it another name, everybody would be told
//! of every version again. So a name is made of what never changes: the host where the site was first published
//! (`first_url`, which stays when the site moves), and the ids of policy and version. No title, no path, no day
//! of a build and no version of this program is in it.

/// The year in every tag URI (RFC 4151). It says when the host's name belonged to whoever names things by it,
/// and is part of each name: with another year every entry of every site would be a new one. It is no date of
/// anything, and it must never change, in no year and in no version of this program.
const YEAR: &str = "2026";

/// The host of an address, by which names are given: without the port, small letters.
fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let place = authority.rsplit('@').next().unwrap_or_default();
    // Colons within brackets are those of an address in numbers.
    let name = match place.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((numbers, _)) => numbers,
        None => place.split(':').next().unwrap_or_default(),
    };
    name.to_lowercase()
}

fn tag(first_url: &str, specific: &str) -> String {
    format!("tag:{},{YEAR}:{specific}", host(first_url))
}

/// A release, as the entry of a feed.
pub fn release(first_url: &str, policy: &str, version: &str) -> String {
    tag(first_url, &format!("{policy}@{version}"))
}

/// The feed of a policy, or of the whole site.
pub fn feed(first_url: &str, policy: Option<&str>) -> String {
    tag(first_url, &policy.map_or("feed".to_owned(), |policy| format!("{policy}/feed")))
}

/// What a category of an entry says something of: `materiality`.
pub fn scheme(first_url: &str, of: &str) -> String {
    tag(first_url, of)
}

/// A day of a release in a calendar: `effective`, `notice-ends`.
pub fn event(first_url: &str, policy: &str, version: &str, what: &str) -> String {
    format!("{policy}@{version}/{what}@{}", host(first_url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_of_the_host_and_of_nothing_else_in_the_address() {
        let name = |url: &str| release(url, "privacy", "2018-05-15");
        for url in [
            "https://policies.example.org/",
            "http://policies.example.org:8080/a/b/",
            "https://Policies.Example.ORG/",
            "https://me:word@policies.example.org/",
        ] {
            assert_eq!(name(url), "tag:policies.example.org,2026:privacy@2018-05-15", "{url}");
        }
        assert_eq!(name("http://[::1]:80/"), "tag:::1,2026:privacy@2018-05-15");
        let first = "https://a.example/legal/";
        assert_eq!(feed(first, None), "tag:a.example,2026:feed");
        assert_eq!(feed(first, Some("privacy")), "tag:a.example,2026:privacy/feed");
        assert_eq!(event(first, "privacy", "1", "effective"), "privacy@1/effective@a.example");
    }
}
