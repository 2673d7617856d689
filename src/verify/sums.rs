//! Whether every file has the bytes that the list of digests says, and no file is there that is not listed.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use rayon::prelude::*;

use super::{LARGEST, Published, shown};
use crate::error::Error;
use crate::load::{Kind, PublishedFolder};
use crate::policy::digest::Hasher;
use crate::site::sums::read;
use crate::site::urls;

/// Files for hosts, which some hosts keep for themselves. A copy that was fetched from the web lacks them.
const FOR_HOSTS: [&str; 5] =
    ["_headers", ".htaccess", "vercel.json", "staticwebapp.config.json", ".nojekyll"];

pub(super) fn check(site: &mut Published<'_>) -> Result<(), Error> {
    let files: Vec<&String> =
        site.files.entries.iter().filter(|(_, entry)| **entry == Kind::File).map(|(path, _)| path).collect();
    let from = site.files;
    let digests: Vec<Result<_, Error>> =
        files.into_par_iter().map(|path| Ok((path.clone(), digest(from, path)?))).collect();
    site.digests = digests.into_iter().collect::<Result<_, _>>()?;
    if !site.has(urls::SUMS) {
        let means = "nothing says which files belong to the site: it was published by a version of clauseline that \
                     wrote no such list, or somebody took it away";
        site.touched(urls::SUMS, "missing", "it is not there", means);
        return Ok(());
    }
    let Some(bytes) = site.bytes(urls::SUMS, LARGEST)? else { return Ok(()) };
    let listed = listed(site, &String::from_utf8_lossy(&bytes));
    let mut kept = Vec::new();
    site.compared = listed.keys().filter(|path| site.digests.contains_key(*path)).count();
    for (path, sum) in &listed {
        let entry = site.files.entries.get(path);
        match (entry, site.digests.get(path)) {
            (_, Some(found)) if found.eq_ignore_ascii_case(sum) => {}
            (_, Some(_)) => {
                let what = format!("its bytes are not those that `{}` lists", urls::SUMS);
                site.touched(path, "altered", what, altered(path));
            }
            (Some(Kind::Link), None) => site.touched(path, "not-a-file", "it is a link", ELSEWHERE),
            (Some(_), None) => site.touched(path, "not-a-file", "it is no file", ELSEWHERE),
            (None, None) if FOR_HOSTS.contains(&path.as_str()) => kept.push(format!("`{path}`")),
            (None, None) => {
                let what = format!("it is not there, and `{}` lists it", urls::SUMS);
                site.touched(path, "missing", what, missing(path));
            }
        }
    }
    if !kept.is_empty() {
        let verb = if kept.len() == 1 { "is" } else { "are" };
        site.note(format!("{} {verb} not there: hosts keep such files for themselves", kept.join(", ")));
    }
    let strangers = site.files.entries.iter().filter(|(path, _)| !listed.contains_key(*path));
    let strangers: Vec<(String, Kind)> =
        strangers.filter(|(path, _)| !may_be_there(site, path)).map(|(p, e)| (p.clone(), *e)).collect();
    for (path, entry) in strangers {
        let what = match entry {
            Kind::File => format!("`{}` does not list it", urls::SUMS),
            Kind::Link => format!("it is a link, and `{}` does not list it", urls::SUMS),
            Kind::Other => {
                format!("it is no file with a name that is text, and `{}` does not list it", urls::SUMS)
            }
        };
        site.touched(&path, "unlisted", what, "it was not published with this site: somebody added it");
        site.strangers.insert(path);
    }
    Ok(())
}

const ELSEWHERE: &str = "what is read at this address stands elsewhere, and may change without the site";

/// The list, path by path; what cannot be read of it is a fault.
fn listed(site: &mut Published<'_>, text: &str) -> BTreeMap<String, String> {
    let mut listed = BTreeMap::new();
    for (n, line) in text.lines().enumerate() {
        let means = "the list is damaged: it cannot be said of all files whether they are as they were";
        let mut wrong =
            |what: String| site.touched(urls::SUMS, "bad-line", format!("line {}: {what}", n + 1), means);
        match read(line) {
            None => wrong("it is no digest and a path".to_owned()),
            Some((_, path)) if leaves(path) => wrong(format!("`{}` leads out of the folder", shown(path))),
            Some((sum, path)) => {
                if listed.insert(path.to_owned(), sum.to_owned()).is_some() {
                    wrong(format!("`{}` is listed twice", shown(path)));
                }
            }
        }
    }
    if !text.ends_with('\n') {
        let means = "the list is cut off: what else it listed nobody knows";
        site.touched(urls::SUMS, "bad-line", "its last line has no end", means);
    }
    listed
}

/// Whether a path is not one within the folder.
fn leaves(path: &str) -> bool {
    path.contains('\\') || path.split('/').any(|part| matches!(part, "" | "." | ".."))
}

/// What no build of ours lists: the list itself, our marker, signatures of what is there, and what hosts and
/// version control put at the root.
fn may_be_there(site: &Published<'_>, path: &str) -> bool {
    let root = path.split('/').next().unwrap_or_default();
    let signs = path.strip_suffix(&urls::signature("")).is_some_and(|file| site.has(file));
    path == urls::SUMS
        || path == urls::MARKER
        || signs && site.has(path)
        || path == "CNAME"
        || root == ".well-known"
        || root == ".git"
        || [".gitignore", ".gitattributes"].contains(&path)
}

fn digest(files: &PublishedFolder, path: &str) -> Result<String, Error> {
    let mut hasher = Hasher::default();
    files.pieces(path, &mut |piece| {
        hasher.update(piece);
        ControlFlow::Continue(())
    })?;
    Ok(hasher.finish())
}

/// What it means that a file has other bytes.
fn altered(path: &str) -> &'static str {
    match path.rsplit('/').next().unwrap_or_default() {
        "policy.md" => "this text is not the one that was published",
        "record.json" => "what stands on record of this version is not what was published",
        urls::KEY => "signatures that this key fits may be somebody else's",
        name if FOR_HOSTS.contains(&name) => "the host is told something else than was published",
        name if name.ends_with(".html") => "readers see another page than was published",
        _ if path.starts_with(&urls::asset("")) => {
            "pages may look otherwise, or do something else, than was published"
        }
        name if [".json", ".xml", ".ics"].iter().any(|end| name.ends_with(end)) => {
            "other programs are told something else than was published"
        }
        _ => "this is not what was published",
    }
}

/// What it means that a file is gone.
fn missing(path: &str) -> &'static str {
    match path.rsplit('/').next().unwrap_or_default() {
        "policy.md" | "record.json" => "a part of the history can no longer be read here",
        _ => "the site is no longer whole",
    }
}
