//! The list of digests of all files of a folder, in the form that `sha256sum -c` reads.
//!
//! Our own files have no names that this form would have to escape; of a list from elsewhere, a line that
//! has one cannot be read.

use std::collections::BTreeMap;

use super::{Page, urls};
use crate::policy::digest;

/// Digests by paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums(BTreeMap<String, String>);

/// The digest of a file, as it stands in the list.
pub fn sum(contents: &[u8]) -> String {
    digest::hex(contents)
}

/// A line of the list.
pub fn line(path: &str, sum: &str) -> String {
    format!("{sum}  {path}\n")
}

impl Sums {
    /// Takes the digest of a file.
    pub fn add(&mut self, path: &str, sum: String) {
        self.0.insert(path.to_owned(), sum);
    }

    /// The list, sorted by path.
    pub fn page(&self) -> Page {
        let lines: String = self.0.iter().map(|(path, sum)| line(path, sum)).collect();
        Page { path: urls::SUMS.to_owned(), contents: lines.into_bytes() }
    }
}

/// A line of such a list: the digest and the path.
pub fn read(line: &str) -> Option<(&str, &str)> {
    let (sum, rest) = line.split_at_checked(64)?;
    // A star says that the file was read as it is, which is how all are read where there is no other way.
    let path = rest.strip_prefix("  ").or_else(|| rest.strip_prefix(" *"))?;
    (sum.bytes().all(|b| b.is_ascii_hexdigit()) && !path.is_empty()).then_some((sum, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        let mut sums = Sums::default();
        sums.add("b c/ü.html", sum(b"b"));
        sums.add("a", sum(b"a"));
        let page = String::from_utf8(sums.page().contents).unwrap();
        let lines: Vec<_> = page.lines().map(|line| read(line).unwrap()).collect();
        assert_eq!(lines, [(sum(b"a").as_str(), "a"), (sum(b"b").as_str(), "b c/ü.html")]);
    }

    #[test]
    fn other_lines_cannot_be_read() {
        let sum = "0".repeat(64);
        for line in ["", "a", &sum, &format!("{sum}  "), &format!("{sum} a"), &format!("\\{sum}  a")] {
            assert_eq!(read(line), None, "{line}");
        }
        assert_eq!(read(&format!("{sum} *a")), Some((sum.as_str(), "a")));
    }
}
