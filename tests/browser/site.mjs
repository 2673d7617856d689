// A built site as a browser gets it: which file answers which address, a server on loopback for
// it, and what a page says of itself without being run. Knows of no browser.

import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { extname, join, relative, resolve, sep } from "node:path";
import { gzipSync } from "node:zlib";

const TYPES = {
  ".css": "text/css", ".html": "text/html; charset=utf-8", ".ico": "image/x-icon", ".ics": "text/calendar",
  ".js": "text/javascript", ".json": "application/json", ".md": "text/markdown; charset=utf-8",
  ".png": "image/png", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8", ".xml": "application/xml",
};

/** The file that answers a path of an address, or null. A folder answers with its index.html. */
export function fileOf(folder, pathname) {
  let name;
  try {
    name = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  if (name.includes("\0")) return null;
  const file = join(resolve(folder), name.endsWith("/") ? `${name}index.html` : name);
  if (!file.startsWith(resolve(folder) + sep)) return null;
  return existsSync(file) && statSync(file).isFile() ? file : null;
}

const PACKED = new Set([".css", ".html", ".js", ".json", ".md", ".svg", ".txt", ".xml"]);

/** Serves a folder on a free port of loopback, compressed as hosts do; `close` it. */
export async function serve(folder) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://loopback");
    const file = fileOf(folder, pathname);
    // As static hosts do: a folder without its slash is sent on.
    if (!file && fileOf(folder, `${pathname}/`)) {
      response.writeHead(301, { location: `${pathname}/` }).end();
      return;
    }
    const found = file ?? fileOf(folder, "/404.html");
    const type = found ? TYPES[extname(found)] ?? "application/octet-stream" : "text/plain";
    const body = found ? readFileSync(found) : "not found";
    const packed = found && PACKED.has(extname(found)) && /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
    const headers = { "content-type": type, "cache-control": "max-age=600", ...(packed && { "content-encoding": "gzip", vary: "accept-encoding" }) };
    response.writeHead(file ? 200 : 404, headers).end(packed ? gzipSync(body) : body);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** The addresses of all pages of a folder, sorted. */
export function pagesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".html"))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).map(encodeURIComponent).join("/"))
    .map((path) => `/${path.replace(/(^|\/)index\.html$/, "$1")}`)
    .sort();
}

const TAG = /<([a-z][a-z0-9-]*)((?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))?)*)\s*\/?>/gi;
const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?/g;
const NAMED = { amp: "&", apos: "'", gt: ">", lt: "<", nbsp: "\u00a0", quot: '"' };

const decode = (text) =>
  text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi, (whole, hex, decimal, name) =>
    hex ? String.fromCodePoint(parseInt(hex, 16))
    : decimal ? String.fromCodePoint(Number(decimal))
    : NAMED[name] ?? whole);

/** The tags of a page in order: `{ name, attributes }`. What scripts and comments hold is no tag. */
export function tagsOf(html) {
  const bare = html
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/(<(script|style)\b[^>]*>)[\s\S]*?(<\/\2>)/gi, "$1$3");
  return [...bare.matchAll(TAG)].map(([, name, rest]) => ({
    name: name.toLowerCase(),
    attributes: Object.fromEntries(
      [...rest.matchAll(ATTRIBUTE)].map(([, key, a, b, c]) => [key.toLowerCase(), decode(a ?? b ?? c ?? "")]),
    ),
  }));
}

/** The attributes that name ids of their own page, one or several. */
const REFERRING = [
  "aria-activedescendant", "aria-controls", "aria-describedby", "aria-details", "aria-errormessage", "aria-flowto", "aria-labelledby",
  "aria-owns", "commandfor", "for", "form", "headers", "itemref", "list", "popovertarget",
];
/** The kinds of `<link>` whose files a browser fetches. */
const FETCHED = /\b(stylesheet|icon|apple-touch-icon|manifest|preload|modulepreload|prefetch)\b/i;

/**
 * Reads a page: where it points, what can be pointed at, what it loads, what kind it is, what it
 * may not have. The kind is the `data-page` of its body, and pages that run from the right, or
 * whose text does, are of a kind of their own.
 */
export function readPage(folder, address) {
  const html = readFileSync(fileOf(folder, address), "utf8");
  const tags = tagsOf(html);
  const page = {
    address, size: html.length, words: wordsOf(html), kind: "", direction: "ltr", text: false, canonical: null, policy: null,
    links: [], ids: new Set(), twice: [], references: [], loads: [], scripts: [], inline: [],
  };
  // A page on its own may bring its style sheet, if its policy knows that very one.
  const styles = [...html.matchAll(/<style>([\s\S]*?)<\/style>/gi)].map(([, style]) => createHash("sha256").update(style).digest("base64"));
  for (const { name, attributes: has } of tags) {
    if (has.id !== undefined && page.ids.has(has.id)) page.twice.push(has.id);
    if (has.id !== undefined) page.ids.add(has.id);
    for (const attribute of REFERRING) {
      for (const id of (has[attribute] ?? "").split(/\s+/).filter(Boolean)) page.references.push({ attribute, id });
    }
    const classes = (has.class ?? "").split(/\s+/);
    if (classes.includes("instrument") && !classes.includes("redline")) page.text = true;
    if ((name === "html" || classes.includes("instrument")) && has.dir === "rtl") page.direction = "rtl";
    if (name === "script" && has.src !== undefined) page.scripts.push(has.src);
    if (name === "link" && FETCHED.test(has.rel ?? "")) page.loads.push(has.href);
    if (["audio", "embed", "iframe", "img", "script", "source", "video"].includes(name) && has.src !== undefined) page.loads.push(has.src);
    for (const candidate of (has.srcset ?? "").split(",").filter((part) => part.trim())) {
      page.loads.push(candidate.trim().split(/\s+/)[0]);
      page.links.push(candidate.trim().split(/\s+/)[0]);
    }
    if (name === "a" && has.name !== undefined) page.ids.add(has.name);
    if (name === "body") page.kind = has["data-page"] ?? "";
    if (name === "link" && has.rel === "canonical") page.canonical = has.href;
    else if (has.href !== undefined && name !== "base") page.links.push(has.href);
    if (has.src !== undefined) page.links.push(has.src);
    if (name === "meta" && /^content-security-policy$/i.test(has["http-equiv"] ?? "")) page.policy = has.content ?? "";
    if (name === "style") {
      const hash = styles.shift();
      if (!hash || !page.policy?.includes(`style-src 'sha256-${hash}'`)) page.inline.push("a <style> that the policy does not know");
    }
    // Data in a script element is not run, and no policy speaks of it.
    if (name === "script" && has.src === undefined && !/json$/.test(has.type ?? "")) page.inline.push("a <script> without src");
    for (const key of Object.keys(has)) {
      if (key === "style" || /^on[a-z]+$/.test(key)) page.inline.push(`${key}= on <${name}>`);
    }
  }
  if (page.direction === "rtl") page.kind += " from the right";
  return page;
}

/** How many words a reader sees in the main part. */
function wordsOf(html) {
  const main = /<main\b[\s\S]*<\/main>/i.exec(html)?.[0] ?? html;
  return decode(main.replace(/<(script|style)\b[\s\S]*?<\/\1>|<[^>]*>/gi, " ")).split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}
