//! The address of a file in a commit, on the hosts that have one.

/// Where others can see a file as it was in a commit. `None` where the remote is no host that shows files.
pub fn permalink(remote: &str, commit: &str, path: &str) -> Option<String> {
    let (host, repository) = place(remote)?;
    let folder = if host.contains("gitlab") {
        "-/blob"
    } else if host.contains("bitbucket") || host.ends_with(".sr.ht") {
        "src"
    } else if host.contains("codeberg") || host.contains("gitea") || host.contains("forgejo") {
        "src/commit"
    } else if host.contains("github") {
        "blob"
    } else {
        return None;
    };
    Some(format!("https://{host}/{repository}/{folder}/{commit}/{}", encoded(path)))
}

/// The host and the repository in the forms that git knows. Names and passwords are left out.
fn place(remote: &str) -> Option<(String, String)> {
    let rest =
        ["https://", "http://", "ssh://", "git://"].iter().find_map(|scheme| remote.strip_prefix(scheme));
    let (host, path) = match rest {
        Some(rest) => rest.split_once('/')?,
        // `git@github.com:owner/name.git`
        None => remote.split_once(':').filter(|(host, _)| host.contains('.') && !host.contains('/'))?,
    };
    let host = host.rsplit('@').next().unwrap_or(host).split(':').next().unwrap_or(host);
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "-._~/".contains(c));
    (plain(host) && plain(path) && path.contains('/')).then(|| (host.to_lowercase(), path.to_owned()))
}

fn encoded(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte))
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_hosts() {
        for (remote, want) in [
            ("https://github.com/o/r.git", Some("https://github.com/o/r/blob/c0/a%20b.md")),
            ("https://user:secret@github.com/o/r", Some("https://github.com/o/r/blob/c0/a%20b.md")),
            ("git@github.com:o/r.git", Some("https://github.com/o/r/blob/c0/a%20b.md")),
            ("ssh://git@gitlab.com:22/g/s/r.git", Some("https://gitlab.com/g/s/r/-/blob/c0/a%20b.md")),
            ("https://codeberg.org/o/r", Some("https://codeberg.org/o/r/src/commit/c0/a%20b.md")),
            ("/srv/git/r.git", None),
            ("file:///srv/github.com/r", None),
            ("https://git.example.org/o/r", None),
            ("https://github.com/<o>/r", None),
        ] {
            assert_eq!(permalink(remote, "c0", "a b.md").as_deref(), want, "{remote}");
        }
    }
}
