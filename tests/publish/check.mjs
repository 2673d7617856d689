// The recipes for publishing, tried with the real servers: what they answer and with which headers, what they
// keep to themselves, that nobody sees a half of two sites while one takes the place of the other, and the way
// back.
//
//     node tests/publish/check.mjs PROGRAM CONTENT WORK [nginx|caddy]
//
// WORK is an empty folder. Servers that are not installed are named and left out; without nginx the check fails.
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";

const [program, content, work] = process.argv.slice(2, 5).map((p) => path.resolve(p));
const only = process.argv[5];
const recipes = import.meta.dirname;
const site = path.join(work, "www", "policies");
const [BEFORE, AFTER] = ["2026-11-22", "2027-02-01"];
const FOR_HOSTS = ["_headers", ".htaccess", "vercel.json", "staticwebapp.config.json", ".clauseline", ".nojekyll"];
const failures = [];
let asked = 0;

function holds(condition, what) {
  asked += 1;
  if (!condition) failures.push(what);
}

function clauseline(...args) {
  return execFileSync(program, args, { stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
}

function build(day, out = site) {
  clauseline("build", "--content", content, "--out", out, "--as-of", day);
}

function files(folder) {
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((e) => e.isFile())
    .map((e) => path.relative(folder, path.join(e.parentPath ?? e.path, e.name)));
}

const installed = (name) => ["/usr/sbin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].concat((process.env.PATH ?? "").split(":"))
  .map((folder) => path.join(folder, name)).find((file) => fs.existsSync(file));

const freePort = () => new Promise((resolve) => {
  const server = net.createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });

// The path goes out as it stands here: no client of ours tidies it.
const get = (port, target, headers = {}) => new Promise((resolve, reject) => {
  http.get({ host: "127.0.0.1", port, path: target, headers, agent }, (answer) => {
    const parts = [];
    answer.on("data", (part) => parts.push(part));
    answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }));
    answer.on("error", reject);
  }).on("error", reject);
});

// A recipe with a port and a folder of ours in the place of those it names. What is replaced has to be there.
function adapted(name, ...replacements) {
  let text = fs.readFileSync(path.join(recipes, name), "utf8");
  for (const [from, to] of replacements) {
    if (!text.includes(from)) throw new Error(`${name} has no \`${from}\``);
    text = text.replaceAll(from, to);
  }
  return text;
}

function nginx(port, root) {
  const folder = fs.mkdtempSync(path.join(work, "nginx-"));
  const recipe = adapted("nginx.conf", ["listen 80;", `listen 127.0.0.1:${port};`], ["/srv/www/policies", root]);
  fs.writeFileSync(path.join(folder, "policies.conf"), recipe);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((of) => `${of}_temp_path ${folder}/${of};`).join(" ");
  const types = ["/etc/nginx/mime.types", "/opt/homebrew/etc/nginx/mime.types"].find((file) => fs.existsSync(file));
  fs.writeFileSync(path.join(folder, "main.conf"), `${process.getuid() === 0 ? "user root;" : ""} daemon off;
    pid ${folder}/pid; error_log ${folder}/error.log; events {}
    http { include ${types}; default_type application/octet-stream; access_log off; ${temporary} include ${folder}/policies.conf; }`);
  return [installed("nginx"), ["-p", folder, "-e", `${folder}/error.log`, "-c", `${folder}/main.conf`]];
}

function caddy(port, root) {
  const folder = fs.mkdtempSync(path.join(work, "caddy-"));
  const recipe = adapted("Caddyfile", ["policies.example.org {", `http://127.0.0.1:${port} {`], ["/srv/www/policies", root]);
  const options = "{\n\tadmin off\n\tauto_https off\n}\n";
  fs.writeFileSync(path.join(folder, "Caddyfile"), options + recipe);
  return [installed("caddy"), ["run", "--config", path.join(folder, "Caddyfile"), "--adapter", "caddyfile"]];
}

async function served(server, root, visit) {
  const port = await freePort();
  const [command, args] = server(port, root);
  const running = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, HOME: work } });
  let said = "";
  running.stderr.on("data", (part) => (said = (said + part).slice(-4000)));
  try {
    for (let tries = 0; ; tries += 1) {
      if (running.exitCode !== null || tries > 100) throw new Error(`${command} does not start: ${said}`);
      if (await get(port, "/").then(() => true, () => false)) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await visit(port);
  } finally {
    running.kill();
    if (running.exitCode === null) await new Promise((resolve) => running.on("exit", resolve));
  }
}

// The one table there is of headers, as the site brings it for hosts that read it.
function table() {
  const rules = [];
  for (const line of fs.readFileSync(path.join(site, "_headers"), "utf8").split("\n")) {
    if (line.startsWith("/")) rules.push({ ending: line.slice(2), headers: [] });
    else if (line.trim()) rules.at(-1).headers.push(line.trim().split(/: (.*)/s).slice(0, 2));
  }
  return rules;
}

async function answers(name, port) {
  const rules = table();
  for (const file of files(site).filter((file) => !FOR_HOSTS.includes(file))) {
    const url = `/${file.replace(/index\.html$/, "").split("/").map(encodeURIComponent).join("/")}`;
    const { status, headers, body } = await get(port, url);
    const of = `${name}: ${url}`;
    holds(status === 200, `${of}: ${status}`);
    holds(body.equals(fs.readFileSync(path.join(site, file))), `${of}: other bytes`);
    for (const { headers: wanted } of rules.filter((rule) => file.endsWith(rule.ending))) {
      for (const [key, value] of wanted) holds(headers[key.toLowerCase()] === value, `${of}: ${key} is ${headers[key.toLowerCase()]}`);
    }
    if (!/(\.(json|md|ics)|(^|\/)feed\.xml)$/.test(file)) holds(!("access-control-allow-origin" in headers), `${of}: open to others`);
    const type = { html: /^text\/html; charset=utf-8$/i, css: /^text\/css(; charset=utf-8)?$/, js: /javascript/, svg: /^image\/svg\+xml/, xml: /xml/ };
    const ending = path.extname(file).slice(1);
    if (type[ending]) holds(type[ending].test(headers["content-type"]), `${of}: ${headers["content-type"]}`);
    // Asked again, an unchanged file is not sent again.
    holds(headers.etag, `${of}: no ETag`);
    const again = await get(port, url, { "If-None-Match": headers.etag });
    holds(again.status === 304 && again.body.length === 0, `${of}: ${again.status} to its own ETag`);
  }
  const policies = rules[0].headers.map(([key]) => key.toLowerCase());
  for (const url of ["/nowhere/", "/privacy/v/", "/assets/", "/privacy/v/2000-01-01/", ...FOR_HOSTS.map((file) => `/${file}`)]) {
    const { status, headers, body } = await get(port, url);
    holds(status === 404, `${name}: ${url}: ${status}`);
    holds(body.includes('data-page="not-found"'), `${name}: ${url} does not show the site's own page`);
    for (const key of policies) holds(headers[key], `${name}: ${url} has no ${key}`);
  }
  for (const url of ["/privacy", "/privacy/history"]) {
    const { status, headers } = await get(port, url);
    holds([301, 302, 307, 308].includes(status), `${name}: ${url}: ${status}`);
    holds(new URL(headers.location ?? "", `http://127.0.0.1:${port}${url}`).pathname === `${url}/`, `${name}: ${url} leads to ${headers.location}`);
  }
  fs.writeFileSync(path.join(path.dirname(site), "secret.txt"), "secret");
  for (const url of ["/../secret.txt", "/%2e%2e/secret.txt", "/privacy/..%2f..%2fsecret.txt", "/privacy/../../secret.txt", "//../secret.txt", "/..%5csecret.txt", "/privacy/%00"]) {
    const { status, body } = await get(port, url);
    // A zero byte is a name that no disk takes: Caddy takes that for a fault of its own.
    holds([400, 404].includes(status) || (url.endsWith("%00") && status === 500), `${name}: ${url}: ${status}`);
    holds(!body.equals(Buffer.from("secret")), `${name}: ${url} leads out of the site`);
  }
}

// Sites take each other's place while pages are asked for without a pause.
async function exchanges(name, port) {
  const other = path.join(work, `other-${name}`);
  build(AFTER, other);
  const urls = ["", "privacy/", "privacy/history/", "changelog.json", "assets/style.css"];
  const file = (folder, url) => fs.readFileSync(path.join(folder, url.endsWith("/") || url === "" ? `${url}index.html` : url));
  const known = new Map(urls.map((url) => [url, [file(site, url), file(other, url)]]));
  let going = true;
  const seen = { 0: 0, 1: 0 };
  const reader = async () => {
    for (let n = 0; going; n += 1) {
      const url = urls[n % urls.length];
      const { status, body } = await get(port, `/${url}`);
      const which = known.get(url).findIndex((one) => one.equals(body));
      holds(status === 200 && which >= 0, `${name}: /${url}: ${status}, ${which < 0 ? "neither site" : ""}`);
      if (url === "privacy/") seen[which] += 1;
    }
  };
  const readers = Array.from({ length: 2 }, reader);
  for (let n = 0; n < 4; n += 1) {
    await new Promise((resolve, reject) => {
      const day = n % 2 === 0 ? AFTER : BEFORE;
      spawn(program, ["build", "--content", content, "--out", site, "--as-of", day], { stdio: "ignore" })
        .on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`build ended with ${code}`))));
    });
  }
  going = false;
  await Promise.all(readers);
  holds(seen[0] > 0 && seen[1] > 0, `${name}: both sites were to be seen: ${JSON.stringify(seen)}`);
  return seen[0] + seen[1];
}

// The last sites are kept, and one step leads back.
async function releases(server, name) {
  const folder = path.join(work, `kept-${name}`);
  const desk = path.join(work, `desk-${name}`);
  fs.mkdirSync(desk);
  fs.symlinkSync(content, path.join(desk, "content"));
  const release = (day, ...args) => {
    const seconds = `${Date.parse(`${day}T12:00:00Z`) / 1000}`;
    const env = { ...process.env, PATH: `${path.dirname(program)}:${process.env.PATH}`, SITES: folder, KEEP: "2", SOURCE_DATE_EPOCH: seconds };
    return execFileSync(path.join(recipes, "release.sh"), args, { cwd: desk, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  };
  const current = path.join(folder, "current");
  release(BEFORE);
  await served(server, current, async (port) => {
    const page = async () => (await get(port, "/privacy/")).body.toString();
    const before = await page();
    release(BEFORE, "due");
    holds(fs.readdirSync(folder).filter((f) => /^\d/.test(f)).length === 1, `${name}: built although nothing was owed`);
    release(AFTER, "due");
    const after = await page();
    holds(before !== after, `${name}: release.sh published nothing`);
    release(AFTER, "back");
    holds((await page()) === before, `${name}: release.sh did not lead back`);
    release(AFTER);
    release(AFTER);
    holds(fs.readdirSync(folder).filter((f) => /^\d/.test(f)).length === 2, `${name}: kept ${fs.readdirSync(folder)}`);
    holds((await page()) === after, `${name}: the last site is not there`);
  });
}

if (!installed("nginx")) throw new Error("nginx is not installed");
for (const server of [nginx, caddy]) {
  const name = server.name;
  if (only && only !== name) continue;
  if (!installed(name)) {
    console.log(`${name} is not installed: its recipe was not tried`);
    continue;
  }
  build(BEFORE);
  let requests = 0;
  await served(server, site, async (port) => {
    await answers(name, port);
    requests = await exchanges(name, port);
    // Back by a build of what was there: the page is the old one again.
    build(AFTER);
    const after = (await get(port, "/privacy/")).body;
    build(BEFORE);
    const before = (await get(port, "/privacy/")).body;
    holds(!before.equals(after), `${name}: there is no way back`);
  });
  await releases(server, name);
  console.log(`${name}: ${asked} questions so far, ${requests} times the policy while sites were exchanged`);
}
agent.destroy();
if (failures.length > 0) {
  const shown = [...new Set(failures)].slice(0, 40);
  console.error(`${failures.length} of ${asked} fail:\n${shown.join("\n")}`);
  process.exit(1);
}
console.log(`publishing: ${asked} questions, no fault`);
