// A built site as a browser gets it: which file answers which address, a server on loopback for
// it, and what a page says of itself without being run. Knows of no browser.

import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { extname, join, relative, resolve, sep } from "node:path";

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

/** Serves a folder on a free port of loopback; `close` it. */
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
    response.writeHead(file ? 200 : 404, { "content-type": type }).end(found ? readFileSync(found) : "not found");
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

/** Reads a page: where it points, what can be pointed at, what kind it is, what it may not have. */
export function readPage(folder, address) {
  const html = readFileSync(fileOf(folder, address), "utf8");
  const tags = tagsOf(html);
  const page = { address, size: html.length, kind: "", links: [], ids: new Set(), canonical: null, policy: null, inline: [] };
  // A page on its own may bring its style sheet, if its policy knows that very one.
  const styles = [...html.matchAll(/<style>([\s\S]*?)<\/style>/gi)].map(([, style]) => createHash("sha256").update(style).digest("base64"));
  for (const { name, attributes: has } of tags) {
    if (has.id !== undefined) page.ids.add(has.id);
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
  return page;
}
