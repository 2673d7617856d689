//! The recipes for publishing, as far as no server is needed: they are those of the README, agree with the
//! site's own table of headers, and type commands that there are. What servers make of them is asked by
//! `tests/publish/check.mjs`.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use clauseline::cli::command;
use serde_yaml::Value;

use crate::program::{build, folder, path};

const RECIPES: [&str; 7] =
    ["nginx.conf", "Caddyfile", "pages.yml", "release.sh", "policies.service", "policies.timer", "crontab"];

fn recipe(name: &str) -> String {
    fs::read_to_string(path("tests/publish").join(name)).unwrap()
}

#[test]
fn the_readme_shows_the_recipes_that_are_tried() {
    let readme = fs::read_to_string(path("README.md")).unwrap();
    for name in RECIPES {
        assert!(readme.contains(&format!("\n{}```\n", recipe(name))), "README.md shows another {name}");
    }
}

#[test]
fn servers_are_told_the_headers_that_hosts_are_told() {
    let site = build(&path("tests/golden/small/content"), &["--as-of", "2018-05-01"]);
    let headers = std::str::from_utf8(&site["_headers"]).unwrap();
    let (nginx, caddy) = (recipe("nginx.conf"), recipe("Caddyfile"));
    let mut everywhere = true;
    for line in headers.lines() {
        let Some((name, value)) = line.trim().split_once(": ") else {
            everywhere = line == "/*";
            continue;
        };
        if everywhere {
            assert!(nginx.contains(&format!("    add_header {name} \"{value}\" always;\n")), "nginx: {name}");
            assert!(caddy.contains(&format!("\t\t{name} \"{value}\"\n")), "Caddy: {name}");
        } else {
            let kind = value.split(';').next().unwrap();
            assert!(nginx.contains(kind), "nginx: {value}");
            assert!(caddy.contains(&format!("{name} \"{value}\"\n")), "Caddy: {name} {value}");
        }
    }
    // And of no others.
    let told = |text: &str, key: &str| text.lines().filter(|line| line.trim_start().starts_with(key)).count();
    let wanted = headers.split("/*.").next().unwrap().lines().count() - 1;
    assert_eq!(told(&nginx, "add_header "), wanted + 1);
}

/// The commands of ours in a text that a shell reads, wherever they stand.
fn commands(text: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        for (at, _) in line.match_indices("clauseline ") {
            let before = line[..at].chars().next_back();
            if before.is_some_and(|c| !c.is_whitespace() && c != '/') {
                continue;
            }
            let end = |rest: &str| rest.find([';', '|', '}', '&', '>']).unwrap_or(rest.len());
            let rest = &line[at..at + end(&line[at..])];
            found.push(rest.split_whitespace().map(|word| word.replace(['"', '\''], "")).collect());
        }
    }
    found
}

#[test]
fn recipes_type_commands_that_there_are() {
    let mut seen = Vec::new();
    for name in RECIPES {
        for line in commands(&recipe(name)) {
            let Some(word) = line.get(1).filter(|word| command().find_subcommand(word.as_str()).is_some())
            else {
                assert!(line.get(1).is_some_and(|w| w == "builds"), "{name}: `{}`", line.join(" "));
                continue;
            };
            seen.push(word.clone());
            let parsed = command().try_get_matches_from(&line);
            assert!(parsed.is_ok(), "{name}: `{}`: {}", line.join(" "), parsed.unwrap_err());
        }
    }
    for wanted in ["build", "check", "due"] {
        assert!(seen.iter().any(|word| word == wanted), "no recipe calls `{wanted}`");
    }
    assert_eq!(commands("x; /usr/bin/clauseline due --out 'a' | y"), [["clauseline", "due", "--out", "a"]]);
}

#[test]
fn the_workflow_pins_what_it_uses_and_may_do_little() {
    let text = recipe("pages.yml");
    for line in text.lines().filter(|line| line.contains("uses:")) {
        let (action, version) = line.split_once(" # v").unwrap_or_else(|| panic!("{line}: which version?"));
        let (_, pin) = action.split_once('@').unwrap();
        assert!(
            pin.len() == 40 && pin.chars().all(|c| c.is_ascii_hexdigit()) && !version.is_empty(),
            "{line}"
        );
    }
    let workflow: Value = serde_yaml::from_str(&text).unwrap();
    let only_read: Value = serde_yaml::from_str("contents: read").unwrap();
    assert_eq!(workflow["permissions"], only_read);
    let jobs = workflow["jobs"].as_mapping().unwrap();
    for (name, job) in jobs {
        let may = job.get("permissions").map(|may| serde_yaml::to_string(may).unwrap()).unwrap_or_default();
        let wanted = match name.as_str().unwrap() {
            "check" => "contents: read\npull-requests: write\n",
            "deploy" => "pages: write\nid-token: write\n",
            _ => "",
        };
        assert_eq!(may, wanted, "{name:?}");
        for step in job["steps"].as_sequence().unwrap() {
            if step.get("uses").and_then(Value::as_str).is_some_and(|u| u.starts_with("actions/checkout@")) {
                assert_eq!(step["with"]["persist-credentials"].as_bool(), Some(false));
            }
            // What others can write (titles, branches) gets into no script.
            assert!(
                !step.get("run").and_then(Value::as_str).is_some_and(|run| run.contains("${{")),
                "{step:?}"
            );
        }
    }
}

/// The step of the workflow that asks whether a build is owed, run as it stands.
#[cfg(unix)]
fn owed(event: &str, as_of: &str, published: Option<&str>) -> (Option<i32>, String) {
    let workflow: Value = serde_yaml::from_str(&recipe("pages.yml")).unwrap();
    let steps = workflow["jobs"]["build"]["steps"].as_sequence().unwrap().clone();
    let step = steps.iter().find(|step| step.get("id").and_then(Value::as_str) == Some("due")).unwrap();
    let script = step["run"].as_str().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let answer = match published {
        Some(day) => {
            let body = format!("clauseline 1\nWords.\nas of {day}\n");
            format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
        }
        None => "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nConnection: close\r\n\r\ngone".to_owned(),
    };
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = [0; 1024];
        let n = stream.read(&mut asked).unwrap();
        stream.write_all(answer.as_bytes()).unwrap();
        String::from_utf8_lossy(&asked[..n]).into_owned()
    });
    let site = format!("title: T\nbase_url: \"http://{address}/policies\"\ntime_zone: UTC\n");
    let place = folder(&[
        ("content/site.yaml", &site),
        ("content/p/policy.yaml", "title: P\n"),
        ("content/p/2018-01-01.md", "---\neffective: 2018-01-01\n---\n## A\n\nOld.\n"),
        (
            "content/p/2020-01-01.md",
            "---\neffective: 2020-01-01\nannounced: 2019-12-01\nsummary: S.\naction: none\n---\n## A\n\nOld.\n",
        ),
    ]);
    let program = Path::new(env!("CARGO_BIN_EXE_clauseline")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let noon = chrono::NaiveDate::parse_from_str(as_of, "%Y-%m-%d").unwrap().and_hms_opt(12, 0, 0).unwrap();
    let run = Command::new("bash")
        .args(["-e", "-o", "pipefail", "-c", script])
        .current_dir(place.path())
        .env("PATH", path)
        .env("EVENT", event)
        .env("GITHUB_OUTPUT", place.path().join("output"))
        .env("SOURCE_DATE_EPOCH", noon.and_utc().timestamp().to_string())
        .output()
        .unwrap();
    assert!(server.join().unwrap().starts_with("GET /policies/.clauseline "));
    (run.status.code(), fs::read_to_string(place.path().join("output")).unwrap_or_default())
}

#[cfg(unix)]
#[test]
fn the_workflow_builds_what_is_pushed_and_on_the_day() {
    let (yes, no) = ((Some(0), "owed=true\n".to_owned()), (Some(0), "owed=false\n".to_owned()));
    assert_eq!(owed("schedule", "2019-12-20", Some("2019-12-05")), no);
    assert_eq!(owed("schedule", "2020-01-01", Some("2019-12-05")), yes);
    assert_eq!(owed("push", "2019-12-20", Some("2019-12-05")), yes);
    assert_eq!(owed("schedule", "2019-12-20", None), yes);
}
