//! The preview: what it answers and refuses, what it shows after a save, and that after any edits it shows
//! what a build would write.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use chrono::NaiveDate;
use chrono_tz::Tz;
use clauseline::error::Error;
use clauseline::load;
use clauseline::policy::history::history;
use clauseline::policy::lines::continued;
use clauseline::serve::desk::Told;
use clauseline::serve::site::{Maker, Now};
use clauseline::serve::{Folders, World};
use clauseline::site::{self, Overrides, Site};
use tempfile::TempDir;

use crate::program::{Run, build, clauseline, folder, path, write};

const SITE: &str = "title: T\nbase_url: https://a.example/\ntime_zone: UTC\n";

fn version(day: &str, more: &str, text: &str) -> String {
    format!("---\neffective: {day}\naction: notice\n{more}---\n\n## Keeping {{#keeping}}\n\n{text}\n")
}

fn content() -> TempDir {
    folder(&[
        ("content/site.yaml", SITE),
        ("content/privacy/policy.yaml", "title: Privacy\n"),
        ("content/privacy/2024-01-01.md", &version("2024-01-01", "", "We keep logs for ninety days.")),
        (
            "content/privacy/2026-01-01.md",
            &version("2026-01-01", "draft: true\n", "We keep logs for a week."),
        ),
        ("content/cookies/policy.yaml", "title: Cookies\n"),
        ("content/cookies/2024-01-01.md", &version("2024-01-01", "", "We set one cookie.")),
    ])
}

/// A preview that runs; it ends with the value.
struct Preview {
    child: Child,
    address: String,
}

impl Preview {
    fn of(place: &Path, arguments: &[&str]) -> Self {
        let mut child = clauseline(&["serve", "--port", "0", "--as-of", "2025-06-01"])
            .args(arguments)
            .current_dir(place)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = lines.by_ref().find_map(|line| {
            let line = line.unwrap();
            let rest = line.strip_prefix("the preview is at http://")?;
            Some(rest.split('/').next().unwrap().to_owned())
        });
        // Else it would wait for somebody to read what it says.
        thread::spawn(move || lines.for_each(drop));
        Self { child, address: address.expect("it says where it is") }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    /// What is answered to these bytes, until the connection ends.
    fn said(&self, request: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn ask(&self, method: &str, path: &str) -> Answer {
        let request =
            format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address);
        Answer::of(&self.said(&request))
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path)
    }

    /// Asks until the answer is as wanted.
    #[track_caller]
    fn until(&self, path: &str, wanted: impl Fn(&Answer) -> bool) -> Answer {
        for _ in 0..200 {
            let answer = self.get(path);
            if wanted(&answer) {
                return answer;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("{path}: {:?}", self.get(path));
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn of(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        Self { status, head: head.to_lowercase(), body: body.to_owned() }
    }

    fn says(&self, words: &str) -> bool {
        self.body.contains(words)
    }
}

#[test]
fn drafts_are_shown_with_their_redline_against_the_text_in_force() {
    let place = content();
    let preview = Preview::of(place.path(), &[]);
    let page = preview.get("/privacy/v/2026-01-01/");
    assert!(page.status == 200 && page.says("a week"), "{page:?}");
    let redline = preview.get("/privacy/compare/2024-01-01/2026-01-01/");
    assert!(redline.says("<ins") && redline.says("<del"), "{redline:?}");
    let state = preview.get("/-/state?%2Fprivacy%2F");
    assert!(state.says(r#""redline":"/privacy/compare/2024-01-01/2026-01-01/""#), "{state:?}");
    assert!(state.says(r#""here":true"#), "{state:?}");
}

#[test]
fn pages_are_answered_by_their_names_and_by_nothing_else() {
    let place = content();
    write(&place.path().join("secret.md"), b"secret");
    write(&place.path().join("static/logo.png"), b"logo");
    let preview = Preview::of(place.path(), &[]);
    let page = preview.get("/privacy/");
    assert_eq!(page.status, 200);
    for header in [
        "content-type: text/html; charset=utf-8",
        "cache-control: no-store",
        "content-security-policy: default-src 'none'",
        "x-content-type-options: nosniff",
        "x-frame-options: deny",
    ] {
        assert!(page.head.contains(header), "{header}: {}", page.head);
    }
    assert!(page.says("<script type=\"module\" src=\"/-/preview.js\" data-token="), "{page:?}");
    for (path, media_type) in [
        ("/assets/style.css", "text/css"),
        ("/assets/site.js", "text/javascript"),
        ("/assets/favicon.svg", "image/svg+xml"),
        ("/assets/logo.png", "image/png"),
        ("/changelog.json", "application/json"),
        ("/feed.xml", "application/atom+xml"),
        ("/privacy/feed.xml", "application/atom+xml"),
        ("/calendar.ics", "text/calendar"),
        ("/privacy/v/2024-01-01/policy.md", "text/markdown"),
        ("/-/preview.js", "text/javascript"),
        ("/-/preview.css", "text/css"),
        ("/-/state?%2F", "application/json"),
    ] {
        let answer = preview.get(path);
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.head.contains(&format!("content-type: {media_type}")), "{path}: {}", answer.head);
        assert!(!answer.says(" data-token="), "{path}");
    }
    let head = preview.ask("HEAD", "/privacy/");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert!(head.head.contains(&format!("content-length: {}", page.body.len())), "{}", head.head);
    let sent_on = preview.get("/privacy");
    assert!(sent_on.status == 307 && sent_on.head.contains("location: /privacy/"), "{sent_on:?}");
    for path in [
        "/nothing",
        "/../secret.md",
        "/privacy/../../secret.md",
        "/%2e%2e/secret.md",
        "/%2E%2E%2Fsecret.md",
        "/..%5csecret.md",
        "/..\\secret.md",
        "/%00",
        "/privacy/%00",
        "/%",
        "/%f",
        "/%ff",
        "//privacy/",
        "//evil.example/",
        "/privacy//",
        "/./privacy/",
        "/privacy/./",
        "/content/privacy/2024-01-01.md",
        "/-/",
        "/-/../privacy/",
        "/assets/",
        "/assets/../index.html",
        "/privacy/index.html/",
    ] {
        let answer = preview.get(path);
        assert_eq!(answer.status, 404, "{path}: {answer:?}");
        assert!(!answer.says("secret") && !answer.head.contains("location"), "{path}: {answer:?}");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "NONSENSE"] {
        let answer = preview.ask(method, "/privacy/");
        assert!(answer.status == 405 && answer.head.contains("allow: get, head"), "{method}: {answer:?}");
    }
}

#[test]
fn only_this_machine_is_answered_and_only_by_its_own_names() {
    let place = content();
    let preview = Preview::of(place.path(), &[]);
    assert!(preview.address.starts_with("127.0.0.1:"), "{}", preview.address);
    let port = preview.address.rsplit_once(':').unwrap().1;
    let as_host = |host: &str| {
        Answer::of(
            &preview.said(&format!("GET /privacy/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")),
        )
    };
    for host in ["localhost", &format!("localhost:{port}"), "[::1]:80", "127.0.0.1"] {
        assert_eq!(as_host(host).status, 200, "{host}");
    }
    for host in [
        "evil.example",
        &format!("evil.example:{port}"),
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "",
    ] {
        let answer = as_host(host);
        assert!(answer.status == 403 && !answer.says("ninety"), "{host}: {answer:?}");
    }
    let none = preview.said("GET /privacy/ HTTP/1.1\r\nConnection: close\r\n\r\n");
    assert!(!none.contains("ninety"), "{none}");
    let absolute = preview
        .said("GET http://evil.example/privacy/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    assert!(absolute.contains("403"), "{absolute}");
}

#[test]
fn nonsense_slow_and_many_clients_keep_nobody_from_their_page() {
    let place = content();
    let preview = Preview::of(place.path(), &[]);
    let mut slow: Vec<TcpStream> = (0..50).map(|_| preview.connect()).collect();
    for stream in &mut slow {
        stream.write_all(b"GET /privacy/ HT").unwrap();
    }
    for request in [
        "\0\0\0\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        &format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(100_000)),
    ] {
        let mut stream = preview.connect();
        let _ = stream.write_all(request.as_bytes());
        let _ = stream.read_to_end(&mut Vec::new());
    }
    let all: Vec<u16> = thread::scope(|scope| {
        let asked: Vec<_> = (0..200).map(|_| scope.spawn(|| preview.get("/cookies/").status)).collect();
        asked.into_iter().map(|answer| answer.join().unwrap()).collect()
    });
    assert!(all.iter().all(|status| *status == 200), "{all:?}");
}

#[test]
fn a_save_is_told_and_shown_and_a_mistake_keeps_the_last_good_site() {
    let place = content();
    let preview = Preview::of(place.path(), &[]);
    let file = place.path().join("content/privacy/2026-01-01.md");
    let mut stream = preview.connect();
    stream
        .write_all(format!("GET /-/events HTTP/1.1\r\nHost: {}\r\n\r\n", preview.address).as_bytes())
        .unwrap();
    let mut events =
        BufReader::new(stream).lines().map(Result::unwrap).filter(|line| line.starts_with("data: "));
    let first = events.next().unwrap();
    let token = |answer: &Answer| {
        answer.body.split("\"token\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let before = token(&preview.get("/-/state?%2Fprivacy%2F"));
    let beside = token(&preview.get("/-/state?%2Fcookies%2F"));

    fs::write(&file, version("2026-01-01", "draft: true\n", "We keep logs for a fortnight.")).unwrap();
    assert_ne!(events.next().unwrap(), first);
    preview.until("/privacy/v/2026-01-01/", |page| page.says("a fortnight"));
    let state = preview.get("/-/state?%2Fprivacy%2F");
    assert!(token(&state) != before && state.says("\"stale\":false"), "{state:?}");
    // Who looks at another policy is left alone.
    assert_eq!(token(&preview.get("/-/state?%2Fcookies%2F")), beside);

    fs::write(&file, "---\neffective: soon\n---\n\n## A {#a}\n\n## B {#a}\n").unwrap();
    let state = preview.until("/-/state?%2Fprivacy%2F", |state| state.says("\"stale\":true"));
    assert!(state.says("content/privacy/2026-01-01.md:2:12"), "{state:?}");
    assert!(preview.get("/privacy/v/2026-01-01/").says("a fortnight"));

    fs::write(&file, version("2026-01-01", "draft: true\n", "We keep no logs.")).unwrap();
    preview.until("/privacy/v/2026-01-01/", |page| page.says("We keep no logs"));
    assert!(preview.get("/-/state?%2F").says("\"stale\":false"));
}

/// The parts of a state that tests ask for.
fn state(preview: &Preview, path: &str) -> serde_json::Value {
    let answer = preview.get(&format!("/-/state?{}", path.replace('/', "%2F")));
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{answer:?}"))
}

#[test]
fn what_holds_up_publication_is_told_with_what_to_paste_until_it_is_mended() {
    let place = content();
    let file = place.path().join("content/privacy/2026-01-01.md");
    let unclassified = version("2026-01-01", "summary: Shorter.\n", "We keep logs for a week.");
    fs::write(&file, &unclassified).unwrap();
    let preview = Preview::of(place.path(), &[]);
    let token = |state: &serde_json::Value| state["token"].clone();
    let before = state(&preview, "/privacy/");
    assert_eq!((&before["held"], &before["stale"]), (&1.into(), &false.into()), "{before}");
    let found = &before["found"][0];
    assert_eq!((&found["code"], &found["sort"]), (&"not-classified".into(), &"held".into()), "{before}");
    assert_eq!(found["place"], "content/privacy/2026-01-01.md:9:1");
    let stretches: Vec<_> = found["evidence"].as_array().unwrap().iter().map(|one| &one[0]).collect();
    assert!(stretches.contains(&&"-".into()) && stretches.contains(&&"+".into()), "{before}");
    let paste = &found["paste"];
    assert_eq!(paste["file"], "content/privacy/2026-01-01.md");
    // Who looks at another policy is not told, and who looks at all of them is.
    assert_eq!(state(&preview, "/cookies/")["held"], 0);
    assert_eq!(state(&preview, "/")["held"], 1);

    // In a draft it may be so for a while.
    fs::write(&file, unclassified.replacen("summary", "draft: true\nsummary", 1)).unwrap();
    let draft = preview.until("/-/state?%2Fprivacy%2F", |state| state.says("\"unfinished\":1"));
    assert!(draft.says("\"held\":0") && draft.says("\"sort\":\"unfinished\""), "{draft:?}");

    // What is said may be pasted as it is, but for what people have to say.
    let lines = paste["lines"].as_str().unwrap().replace("summary:\n", "summary: We keep less.\n");
    fs::write(&file, unclassified.replacen("---\n\n", &format!("{lines}---\n\n"), 1)).unwrap();
    preview
        .until("/-/state?%2Fprivacy%2F", |state| state.says("\"held\":0,") && state.says("\"unfinished\":0"));
    let after = state(&preview, "/privacy/");
    assert!(after["mistakes"] == 0 && after["stale"] == false, "{after}");
    assert!(!after.to_string().contains("not-classified") && token(&after) != token(&before), "{after}");

    // A comment moves what is told, and changes no page.
    fs::write(&file, &unclassified).unwrap();
    let first = preview.until("/-/state?%2Fprivacy%2F", |state| state.says("01-01.md:9:1"));
    fs::write(&file, unclassified.replacen("---\n", "---\n# to oneself\n", 1)).unwrap();
    let second = preview.until("/-/state?%2Fprivacy%2F", |state| state.says("01-01.md:10:1"));
    assert!(first.says("not-classified") && second.says("not-classified"), "{first:?} {second:?}");
}

#[test]
fn of_what_was_never_sealed_only_drafts_and_the_last_version_are_judged() {
    let place = content();
    let file = |day: &str| place.path().join(format!("content/cookies/{day}.md"));
    fs::write(file("2024-06-01"), version("2024-06-01", "summary: S.\n", "We set two cookies.")).unwrap();
    fs::write(file("2024-09-01"), version("2024-09-01", "summary: S.\n", "We set three cookies.")).unwrap();
    let preview = Preview::of(place.path(), &[]);
    let state = state(&preview, "/cookies/");
    assert_eq!(state["held"], 1, "{state}");
    assert_eq!(state["found"][0]["place"], "content/cookies/2024-09-01.md:9:1", "{state}");
}

#[test]
fn templates_may_fail_and_be_mended() {
    let place = content();
    let preview = Preview::of(place.path(), &[]);
    let own = place.path().join("templates/text.html");
    write(&own, b"{% extends \"__default/text.html\" %}{% block main %}");
    let state = preview.until("/-/state?%2F", |state| state.says("\"stale\":true"));
    assert!(state.says("text.html"), "{state:?}");
    assert!(preview.get("/privacy/").says("ninety"));
    write(&own, b"<p>{{ page.nothing_of_the_kind }}</p>");
    let failed = preview.until("/privacy/", |page| page.status == 500);
    assert!(failed.says("nothing_of_the_kind") && failed.says("data-token"), "{failed:?}");
    write(&own, b"<p>Ours: {{ policy.title }}</p>");
    preview.until("/privacy/", |page| page.says("Ours: Privacy"));
    fs::remove_dir_all(place.path().join("templates")).unwrap();
    preview.until("/privacy/", |page| page.says("ninety"));
}

#[test]
fn a_content_that_was_never_right_shows_its_mistakes_and_then_the_site() {
    let place = folder(&[("content/site.yaml", "title: T\n"), ("content/p/policy.yaml", "title: P\n")]);
    let preview = Preview::of(place.path(), &[]);
    let page = preview.get("/");
    assert!(page.status == 503 && page.says("base_url") && page.says("data-token"), "{page:?}");
    write(&place.path().join("content/site.yaml"), SITE.as_bytes());
    write(&place.path().join("content/p/2024-01-01.md"), version("2024-01-01", "", "Words.").as_bytes());
    preview.until("/p/", |page| page.status == 200 && page.says("Words."));
}

#[test]
fn however_a_file_is_saved_the_last_state_is_shown() {
    let place = content();
    let preview = Preview::of(place.path(), &[]);
    let content = place.path().join("content");
    let file = content.join("privacy/2024-01-01.md");
    let shown = |words: &str| {
        preview.until("/privacy/", |page| page.says(words));
    };
    let text = |words: &str| version("2024-01-01", "", words);
    // By a second file and a rename.
    fs::write(content.join("privacy/.2024-01-01.md.swp"), text("Renamed.")).unwrap();
    fs::rename(content.join("privacy/.2024-01-01.md.swp"), &file).unwrap();
    shown("Renamed.");
    // By deleting and making anew.
    fs::remove_file(&file).unwrap();
    fs::write(&file, text("Made anew.")).unwrap();
    shown("Made anew.");
    // Emptied first, and filled in the next moment: nobody sees a mistake.
    let mut open = fs::File::create(&file).unwrap();
    thread::sleep(Duration::from_millis(5));
    open.write_all(text("Filled.").as_bytes()).unwrap();
    drop(open);
    shown("Filled.");
    // Many times, faster than anybody looks.
    for n in 0..100 {
        fs::write(&file, text(&format!("Number {n}."))).unwrap();
    }
    shown("Number 99.");
    // As long as before and in the same moment, with its old time.
    let time = fs::metadata(&file).unwrap().modified().unwrap();
    fs::write(&file, text("Number XX.")).unwrap();
    fs::File::options().write(true).open(&file).unwrap().set_modified(time).unwrap();
    shown("Number XX.");
    // The whole folder goes, and comes back with other words.
    fs::rename(&content, place.path().join("away")).unwrap();
    preview.until("/-/state?%2F", |state| state.says("\"stale\":true"));
    shown("Number XX.");
    fs::write(place.path().join("away/privacy/2024-01-01.md"), text("Back.")).unwrap();
    fs::rename(place.path().join("away"), &content).unwrap();
    shown("Back.");
    fs::write(&file, text("And still watched.")).unwrap();
    shown("And still watched.");
    // A folder of a policy that is new, and one that goes.
    write(&content.join("terms/policy.yaml"), b"title: Terms\n");
    write(&content.join("terms/2024-01-01.md"), text("Terms.").as_bytes());
    preview.until("/terms/", |page| page.says("Terms."));
    fs::write(content.join("terms/2024-01-01.md"), text("Other terms.")).unwrap();
    preview.until("/terms/", |page| page.says("Other terms."));
    fs::remove_dir_all(content.join("terms")).unwrap();
    preview.until("/terms/", |page| page.status == 404);
}

#[cfg(unix)]
#[test]
fn a_link_to_a_text_shows_what_it_leads_to() {
    let place = content();
    let content = place.path().join("content");
    write(&content.join("terms/policy.yaml"), b"title: Terms\n");
    std::os::unix::fs::symlink("../privacy/2024-01-01.md", content.join("terms/2024-01-01.md")).unwrap();
    let preview = Preview::of(place.path(), &[]);
    assert!(preview.get("/terms/").says("ninety"));
    fs::write(content.join("privacy/2024-01-01.md"), version("2024-01-01", "", "One text for two.")).unwrap();
    preview.until("/terms/", |page| page.says("One text for two."));
}

#[test]
fn a_site_below_a_path_stands_there() {
    let place = content();
    write(&place.path().join("content/site.yaml"), SITE.replace("example/", "example/legal/").as_bytes());
    let preview = Preview::of(place.path(), &[]);
    let sent_on = preview.get("/");
    assert!(sent_on.status == 307 && sent_on.head.contains("location: /legal/"), "{sent_on:?}");
    assert_eq!(preview.get("/legal/privacy/").status, 200);
    assert_eq!(preview.get("/privacy/").status, 404);
    assert!(preview.get("/-/state?%2Flegal%2Fprivacy%2F").says("\"here\":true"));
}

#[test]
fn what_cannot_be_served_says_what_to_type_instead() {
    let place = content();
    let preview = Preview::of(place.path(), &[]);
    let port = preview.address.rsplit_once(':').unwrap().1.to_owned();
    let failed = |arguments: &[&str]| {
        let run = clauseline(&["serve"]).args(arguments).current_dir(place.path()).output().unwrap();
        let run = Run::from(run);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{arguments:?}: {}", run.err);
        run.err
    };
    let taken = failed(&["--port", &port]);
    assert!(taken.contains(&format!("port {port} is taken")) && taken.contains("--port 0"), "{taken}");
    assert!(failed(&["--port", "0", "--content", "nowhere"]).contains("there is no folder `nowhere`"));
    assert!(failed(&["--port", "0", "--as-of", "2025-02-30"]).contains("is not a day"));
    assert!(failed(&["--port", "0", "--host", "no host"]).contains("--host 0.0.0.0"));
}

#[cfg(unix)]
#[test]
fn it_ends_well_when_it_is_interrupted() {
    let place = content();
    let mut preview = Preview::of(place.path(), &[]);
    let mut stream = preview.connect();
    stream
        .write_all(format!("GET /-/events HTTP/1.1\r\nHost: {}\r\n\r\n", preview.address).as_bytes())
        .unwrap();
    let pid = preview.child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert_eq!(preview.child.wait().unwrap().code(), Some(0));
}

/// A world in which the day is what a test says.
struct Day(Mutex<NaiveDate>);

impl World for Day {
    fn today(&self, _: Tz) -> Result<NaiveDate, Error> {
        Ok(*self.0.lock().unwrap())
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn say(&self, _: &str) {}
}

type Files = BTreeMap<String, Vec<u8>>;

/// What a build would write, or `None` where it would write nothing.
fn built(place: &Path, today: NaiveDate) -> Option<Files> {
    let (content, templates, statics) =
        (place.join("content"), place.join("templates"), place.join("static"));
    let loaded = load::content(&content, &statics).ok()?;
    if loaded.report.errors() > 0 {
        return None;
    }
    let (templates, statics) = load::overrides(&templates, &statics).unwrap();
    let overrides = Overrides { templates, statics };
    let site = Site::new(loaded.site?, &loaded.policies, &loaded.events, today, true, overrides).ok()?;
    let (mut pages, mut summaries) = (Vec::new(), Vec::new());
    for policy in &loaded.policies {
        let lines: Vec<_> =
            continued(policy, &loaded.policies).into_iter().map(|p| history(p, today, false)).collect();
        let (more, summary) = site::policy(&site, &history(policy, today, true), &lines).unwrap();
        pages.extend(more);
        summaries.extend(summary);
    }
    pages.extend(site::whole(&site, summaries).unwrap());
    Some(pages.into_iter().map(|page| (page.path, page.contents)).collect())
}

fn shown(now: &Now) -> Option<Files> {
    let files = now.preview.as_ref()?.files().unwrap();
    Some(files.into_iter().map(|(path, bytes)| (path, bytes.to_vec())).collect())
}

/// The same choices each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// One of the things that people do to a content folder.
fn edit(place: &Path, dice: &mut Dice, day: &Day) -> String {
    let content = place.join("content");
    let policies = ["privacy", "cookies", "terms"];
    let policy = policies[dice.roll(3) as usize];
    let other = policies[dice.roll(3) as usize];
    let year = 2020 + dice.roll(4);
    let folder = content.join(policy);
    let file = folder.join(format!("{year}-01-01.md"));
    let effective = format!("{year}-01-01");
    let words = format!(
        "Words number {}, and see [the other](../{other}/{}-01-01.md).",
        dice.roll(1_000),
        2020 + dice.roll(4)
    );
    let settings = |more: String| write(&folder.join("policy.yaml"), more.as_bytes());
    let what = dice.roll(14);
    match what {
        0..=2 => write(&file, version(&effective, "", &words).as_bytes()),
        3 => write(&file, version(&effective, "draft: true\n", &words).as_bytes()),
        4 => drop(fs::remove_file(&file)),
        5 => write(
            &folder.join(format!("{year}-01-01.es.md")),
            format!("---\n---\n\n## Uno {{#keeping}}\n\n{words}\n").as_bytes(),
        ),
        6 => drop(fs::remove_file(folder.join(format!("{year}-01-01.es.md")))),
        7 => settings(format!("title: Title {}\n", dice.roll(5))),
        8 => settings(format!("title: T\nincorporates: [{other}]\ncompare: all\n")),
        9 => settings(format!("title: T\nsucceeds: {other}@{year}-01-01\n")),
        10 => {
            write(&content.join("site.yaml"), format!("{SITE}organisation: O{}\n", dice.roll(3)).as_bytes())
        }
        11 => write(&place.join("static/style.css"), words.as_bytes()),
        12 if dice.roll(2) == 0 => drop(fs::remove_dir_all(place.join("templates"))),
        12 => write(&place.join("templates/legend.html"), format!("<p>{words}</p>").as_bytes()),
        _ => {
            let today = NaiveDate::from_ymd_opt(2019 + dice.roll(6) as i32, 1, 1).unwrap();
            *day.0.lock().unwrap() = today;
        }
    }
    format!("{what}: {policy} {year} {other} {words}")
}

/// Nothing is wrong any more, whatever was.
fn mend(place: &Path) {
    for policy in ["privacy", "cookies", "terms"] {
        let folder = place.join("content").join(policy);
        write(&folder.join("policy.yaml"), format!("title: {policy}\n").as_bytes());
        write(&folder.join("2020-01-01.md"), version("2020-01-01", "", "Mended.").as_bytes());
        for year in 2020..2024 {
            let _ = fs::remove_file(folder.join(format!("{year}-01-01.es.md")));
        }
    }
}

#[test]
fn after_any_edits_the_preview_shows_what_a_build_writes() {
    for seed in 1..=3 {
        let mut dice = Dice(seed);
        let place = folder(&[("content/site.yaml", SITE)]);
        let day = Arc::new(Day(Mutex::new(NaiveDate::from_ymd_opt(2022, 6, 1).unwrap())));
        for policy in ["privacy", "cookies", "terms"] {
            write(
                &place.path().join(format!("content/{policy}/policy.yaml")),
                format!("title: {policy}\n").as_bytes(),
            );
            for year in 2020..2022 {
                let text = version(&format!("{year}-01-01"), "", &format!("We said {policy} in {year}."));
                write(&place.path().join(format!("content/{policy}/{year}-01-01.md")), text.as_bytes());
            }
        }
        let folders = Folders {
            content: place.path().join("content"),
            templates: place.path().join("templates"),
            statics: place.path().join("static"),
        };
        let world: Arc<dyn World> = Arc::<Day>::clone(&day);
        let mut maker = Maker::new(folders, world);
        let (mut good, mut done, mut mistakes, mut wrong) = (None, Vec::new(), 0, false);
        for step in 0..30 {
            if step > 0 && wrong && dice.roll(2) == 0 {
                mend(place.path());
                done.push("mended".to_owned());
            } else if step > 0 {
                done.push(edit(place.path(), &mut dice, &day));
            }
            let now = maker.look();
            let want = built(place.path(), *day.0.lock().unwrap());
            assert_eq!(now.is_stale(), want.is_none(), "{done:#?}");
            wrong = want.is_none();
            mistakes += usize::from(wrong);
            good = want.or(good);
            // Not each time, so that what was never asked for is kept and left too.
            if step % 3 != 1 {
                let shown = shown(&now);
                let (Some(shown), Some(good)) = (&shown, &good) else {
                    assert!(shown.is_none() && good.is_none(), "{done:#?}");
                    continue;
                };
                assert_eq!(shown.keys().collect::<Vec<_>>(), good.keys().collect::<Vec<_>>(), "{done:#?}");
                let other: Vec<_> = good.keys().filter(|path| shown[*path] != good[*path]).collect();
                assert!(other.is_empty(), "seed {seed}: {other:?} after {done:#?}");
            }
        }
        assert!(
            mistakes < 20,
            "seed {seed}: {mistakes} times there was nothing to compare: {:?}",
            good.map(|_| done)
        );
    }
}

#[test]
fn an_edit_reaches_what_it_changes_and_leaves_the_rest() {
    let place = content();
    let day = NaiveDate::from_ymd_opt(2025, 6, 1).unwrap();
    let folders = Folders {
        content: place.path().join("content"),
        templates: place.path().join("templates"),
        statics: place.path().join("static"),
    };
    let mut maker = Maker::new(folders, Arc::new(Day(Mutex::new(day))));
    let numbers = |now: &Now| {
        let preview = now.preview.as_ref().unwrap();
        ["privacy/index.html", "cookies/index.html", "index.html"].map(|path| preview.number(path))
    };
    let first = numbers(&maker.look());
    assert_eq!(numbers(&maker.look()), first, "nothing changed");
    let file = place.path().join("content/privacy/2024-01-01.md");
    fs::write(&file, version("2024-01-01", "", "We keep logs.")).unwrap();
    let second = numbers(&maker.look());
    assert!(second[0] != first[0] && second[1] == first[1] && second[2] != first[2], "{first:?} {second:?}");
    // What only says the same otherwise is the same.
    fs::write(&file, version("2024-01-01", "# a word to oneself\n", "We keep logs.")).unwrap();
    write(&place.path().join("content/cookies/policy.yaml"), b"title: Biscuits\n");
    let third = numbers(&maker.look());
    assert!(third.iter().zip(second).all(|(third, second)| *third != second), "{second:?} {third:?}");
}

#[test]
fn nothing_is_judged_twice() {
    let place = content();
    let file = place.path().join("content/privacy/2024-01-01.md");
    let beside =
        |words: &str| version("2024-01-01", &format!("# {words}\n"), "We keep logs for ninety days.");
    fs::write(&file, beside("one word")).unwrap();
    let day = Arc::new(Day(Mutex::new(NaiveDate::from_ymd_opt(2025, 6, 1).unwrap())));
    let folders = Folders {
        content: place.path().join("content"),
        templates: place.path().join("templates"),
        statics: place.path().join("static"),
    };
    let world: Arc<dyn World> = Arc::<Day>::clone(&day);
    let mut maker = Maker::new(folders, world);
    fn told(now: &Now, policy: &str) -> *const Told {
        std::ptr::from_ref(now.desks.told(Some(policy)).unwrap()[0])
    }
    let (first, second) = (maker.look(), maker.look());
    assert!(second.is_as(&first) && told(&first, "privacy") == told(&second, "privacy"));
    // Another file, though it says the same where it did: lines of it are shown.
    fs::write(&file, beside("two word")).unwrap();
    let third = maker.look();
    assert!(!third.is_as(&second) && told(&third, "privacy") != told(&second, "privacy"));
    assert_eq!(third.preview.as_ref().map(Arc::as_ptr), second.preview.as_ref().map(Arc::as_ptr));
    assert_eq!(told(&third, "cookies"), told(&second, "cookies"));
    // Another name is no defined term in any policy; another day is due elsewhere.
    write(&place.path().join("content/cookies/policy.yaml"), b"title: Biscuits\n");
    let fourth = maker.look();
    assert_ne!(told(&fourth, "privacy"), told(&third, "privacy"));
    *day.0.lock().unwrap() = NaiveDate::from_ymd_opt(2025, 6, 2).unwrap();
    assert_ne!(told(&maker.look(), "privacy"), told(&fourth, "privacy"));
}

#[test]
fn the_demo_is_shown_as_it_is_built() {
    let content = path("content");
    let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
    let folders =
        Folders { content: content.clone(), templates: "no-templates".into(), statics: "no-statics".into() };
    let now = Maker::new(folders, Arc::new(Day(Mutex::new(day)))).look();
    let mut want = build(&content, &["--drafts", "--as-of", "2026-11-22"]);
    want.remove(".clauseline");
    // Nobody verifies a preview.
    want.remove("SHA256SUMS");
    assert!(shown(&now).unwrap() == want, "the preview differs from the build");
}
