//! Requests and answers.
//!
//! What is asked for is looked up by its exact name among the pages in memory, so that no way of writing
//! a path leads anywhere else. A name in the `Host` that is none of this machine is refused: a page of
//! another site can make its own name lead here, and would then be able to read drafts.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use http_body_util::channel::Channel;
use http_body_util::{Either, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use super::Shared;
use super::panel::{self, At};
use super::site::{Fault, Now, Preview};
use crate::error::Error;
use crate::site::headers::CONTENT_POLICY;
use crate::site::urls;

/// How long a client may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often a stream of events says that it is still there, so that one that is not is found out.
const PULSE: Duration = Duration::from_secs(15);

type Body = Either<Full<Bytes>, Channel<Bytes>>;

/// The address of the site, as it can be typed.
pub(super) fn address(listening: SocketAddr, preview: Option<&Preview>) -> String {
    let ip = match listening.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => IpAddr::from([127, 0, 0, 1]),
        IpAddr::V6(_) => IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]),
    };
    let base = preview.map_or("/", Preview::base_path);
    format!("http://{}{base}", SocketAddr::new(ip, listening.port()))
}

/// Answers until the program is interrupted.
pub(super) fn run(listener: TcpListener, shared: Arc<Shared>, ready: impl FnOnce()) -> Result<(), Error> {
    let failed = |source| Error::Write { path: "the network".into(), action: "listen on", source };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    let done: std::io::Result<()> = runtime.block_on(async {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let mut ended = interrupted()?;
        tokio::spawn(accept(listener, shared));
        ready();
        ended.recv().await;
        Ok(())
    });
    // Whoever is still being answered is not waited for.
    runtime.shutdown_background();
    done.map_err(failed)
}

/// Told when somebody ends the program.
fn interrupted() -> std::io::Result<mpsc::Receiver<()>> {
    let (told, ended) = mpsc::channel(1);
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        for kind in [SignalKind::interrupt(), SignalKind::terminate()] {
            let (mut signal, told) = (signal(kind)?, told.clone());
            tokio::spawn(async move {
                signal.recv().await;
                let _ = told.send(()).await;
            });
        }
    }
    #[cfg(not(unix))]
    tokio::spawn(async move {
        let _ = tokio::signal::ctrl_c().await;
        let _ = told.send(()).await;
    });
    Ok(ended)
}

async fn accept(listener: tokio::net::TcpListener, shared: Arc<Shared>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(converse(stream, Arc::clone(&shared)))),
            // More connections than there may be files: some will be closed.
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn converse(stream: TcpStream, shared: Arc<Shared>) {
    let _ = stream.set_nodelay(true);
    let answer = |request| {
        let shared = Arc::clone(&shared);
        async move { Ok::<_, Infallible>(answer(request, shared).await) }
    };
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE).max_buf_size(16 * 1024);
    // A client that breaks off or speaks nonsense has been answered as well as can be.
    let _ = http.serve_connection(TokioIo::new(stream), service_fn(answer)).await;
}

async fn answer(request: Request<Incoming>, shared: Arc<Shared>) -> Response<Body> {
    if !is_ours(&request, &shared.host) {
        let text = "This name is none of this machine. Open the preview by the address it printed.\n";
        return plain(StatusCode::FORBIDDEN, text);
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut answer = plain(StatusCode::METHOD_NOT_ALLOWED, "Here is only to be read.\n");
        answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return answer;
    }
    let uri = request.uri();
    match uri.path() {
        panel::SCRIPT => file(StatusCode::OK, "preview.js", panel::SCRIPT_TEXT.into()),
        panel::STYLE => file(StatusCode::OK, "preview.css", panel::STYLE_TEXT.into()),
        panel::STATE => {
            let at = decoded(uri.query().unwrap_or_default()).unwrap_or_default();
            let state = move || {
                let now = shared.now();
                file(StatusCode::OK, "state.json", panel::state(&now, &At::of(&now, &at), &shared.run))
            };
            made(state).await
        }
        panel::EVENTS if *request.method() == Method::GET => events(&shared),
        panel::EVENTS => respond(StatusCode::OK, "text/event-stream", Either::Left(Full::default())),
        path => {
            let path = path.to_owned();
            made(move || page(&shared, &path)).await
        }
    }
}

/// Pages are made, and policies judged, when they are asked for; meanwhile others are answered.
async fn made(make: impl FnOnce() -> Response<Body> + Send + 'static) -> Response<Body> {
    let made = tokio::task::spawn_blocking(make).await;
    made.unwrap_or_else(|_| plain(StatusCode::INTERNAL_SERVER_ERROR, "This failed.\n"))
}

/// A page of the site, or what is to be told in its place.
fn page(shared: &Shared, path: &str) -> Response<Body> {
    let now = shared.now();
    let Some(preview) = &now.preview else {
        let at = At::nowhere(&now);
        return file(StatusCode::SERVICE_UNAVAILABLE, ".html", panel::without_site(&now, &at, &shared.run));
    };
    let base = preview.base_path();
    if path == "/" && base != "/" {
        return moved(base);
    }
    let Some(wanted) = decoded(path).and_then(|path| Some(path.strip_prefix(base)?.to_owned())) else {
        return missing(shared, &now, preview, path);
    };
    let stored = urls::file(&wanted);
    match preview.file(&stored) {
        Err(fault) => failed(shared, &now, path, &fault),
        Ok(Some(bytes)) if stored.ends_with(".html") => {
            let at = At::of(&now, path);
            file(StatusCode::OK, &stored, panel::with_panel(&bytes, &at, &shared.run))
        }
        Ok(Some(bytes)) => file(StatusCode::OK, &stored, bytes.to_vec()),
        Ok(None) => match preview.file(&urls::file(&format!("{wanted}/"))) {
            // As static hosts do. Only what is a page is sent on, so nobody is sent elsewhere.
            Ok(Some(_)) if !wanted.is_empty() && !wanted.ends_with('/') => moved(&format!("{path}/")),
            _ => missing(shared, &now, preview, path),
        },
    }
}

fn missing(shared: &Shared, now: &Now, preview: &Preview, path: &str) -> Response<Body> {
    let at = At::of(now, path);
    match preview.file(urls::NOT_FOUND) {
        Ok(Some(page)) => file(StatusCode::NOT_FOUND, ".html", panel::with_panel(&page, &at, &shared.run)),
        _ => plain(StatusCode::NOT_FOUND, "There is no such page.\n"),
    }
}

fn failed(shared: &Shared, now: &Now, path: &str, fault: &Fault) -> Response<Body> {
    let at = At::of(now, path);
    file(StatusCode::INTERNAL_SERVER_ERROR, ".html", panel::failed(fault, &at, &shared.run))
}

/// A stream that tells that there is something else to be seen, at once and whenever it is so again.
fn events(shared: &Shared) -> Response<Body> {
    let (mut sender, body) = Channel::new(2);
    let mut changes = shared.changes();
    changes.mark_changed();
    tokio::spawn(async move {
        let mut open = sender.send_data(Bytes::from_static(b"retry: 300\n\n")).await.is_ok();
        while open {
            let text = match timeout(PULSE, changes.changed()).await {
                Ok(Ok(())) => format!("data: {}\n\n", *changes.borrow_and_update()),
                Ok(Err(_)) => return,
                Err(_) => ":\n\n".to_owned(),
            };
            open = sender.send_data(Bytes::from(text)).await.is_ok();
        }
    });
    respond(StatusCode::OK, "text/event-stream", Either::Right(body))
}

/// Whether the request was made to this machine by a name that nobody else can give to it: an address,
/// the machine's name for itself, or the name that the preview was started with.
fn is_ours(request: &Request<Incoming>, started_with: &str) -> bool {
    let named = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let Some(host) = named.or(request.uri().authority().map(|authority| authority.as_str())) else {
        return false;
    };
    is_own_name(host, started_with)
}

fn is_own_name(host: &str, started_with: &str) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, port),
        _ => (host, ""),
    };
    if !port.bytes().all(|digit| digit.is_ascii_digit()) {
        return false;
    }
    if let Some(inner) = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        return inner.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    name.parse::<std::net::Ipv4Addr>().is_ok()
        || name == "localhost"
        || name.ends_with(".localhost")
        || !name.is_empty() && name == started_with.to_ascii_lowercase()
}

/// A part of an address with its `%` written out; `None` where that gives no text, or one with a character
/// that no path of ours has.
pub(super) fn decoded(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
        let (high, low) = (digit()?, digit()?);
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains(['\0', '\\']))
}

fn moved(to: &str) -> Response<Body> {
    let mut answer = plain(StatusCode::TEMPORARY_REDIRECT, "It is there.\n");
    match HeaderValue::from_str(to) {
        Ok(to) => {
            answer.headers_mut().insert(header::LOCATION, to);
            answer
        }
        Err(_) => plain(StatusCode::NOT_FOUND, "There is no such page.\n"),
    }
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    respond(status, "text/plain; charset=utf-8", Either::Left(Full::from(text)))
}

fn file(status: StatusCode, name: &str, bytes: Vec<u8>) -> Response<Body> {
    respond(status, media_type(name), Either::Left(Full::from(bytes)))
}

fn respond(status: StatusCode, media_type: &'static str, body: Body) -> Response<Body> {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    let mut say = |name, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    say(header::CONTENT_TYPE, media_type);
    // What was true a moment ago is of no use here.
    say(header::CACHE_CONTROL, "no-store");
    say(header::CONTENT_SECURITY_POLICY, CONTENT_POLICY);
    say(header::X_FRAME_OPTIONS, "DENY");
    say(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    say(header::REFERRER_POLICY, "no-referrer");
    say(header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    say(header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    answer
}

fn media_type(name: &str) -> &'static str {
    if name.rsplit('/').next() == Some("feed.xml") {
        return "application/atom+xml; charset=utf-8";
    }
    match name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase().as_str() {
        "html" | "htm" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json; charset=utf-8",
        "md" => "text/markdown; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "xml" => "application/xml; charset=utf-8",
        "ics" => "text/calendar; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "pdf" => "application/pdf",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_nobody_else_can_give_to_this_machine_are_ours() {
        for host in [
            "localhost",
            "LOCALHOST:8080",
            "a.localhost:1",
            "127.0.0.1",
            "127.0.0.1:8080",
            "[::1]:8080",
            "[::1]",
            "192.168.1.7:80",
            "localhost.:80",
        ] {
            assert!(is_own_name(host, "127.0.0.1"), "{host}");
        }
        for host in [
            "",
            ":80",
            "evil.example",
            "evil.example:8080",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "notlocalhost",
            "127.1@evil.example",
            "[evil.example]",
            "localhost:80:90",
            "localhost:x",
            "[::1",
        ] {
            assert!(!is_own_name(host, "127.0.0.1"), "{host}");
        }
        assert!(is_own_name("desk.example:8080", "Desk.example"));
    }

    #[test]
    fn addresses_are_written_out_once_and_strictly() {
        assert_eq!(decoded("/a/%C3%ADndice/").as_deref(), Some("/a/índice/"));
        assert_eq!(decoded("/%252e%252e/").as_deref(), Some("/%2e%2e/"));
        assert_eq!(decoded("/%2e%2E/x").as_deref(), Some("/../x"));
        for wrong in ["/%", "/%2", "/%zz", "/%ff", "/%00", "/a%5Cb", "/a\\b"] {
            assert_eq!(decoded(wrong), None, "{wrong}");
        }
    }
}
