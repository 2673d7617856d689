// Lighthouse on a page of each kind that readers come to: 100 of 100 for performance, accessibility,
// best practices and search engines, on a phone and on a desk.
//
//     node lighthouse.mjs SITE_DIR
//
// How fast a page is depends on how busy the machine is: the best of five runs counts, what is short of 99 is
// told, and only what is short of 90, which takes a script that works for half a second, is a finding. What no
// machine changes is asked for exactly: how many requests, what may hold up the first picture, that nothing
// moves while it loads.

import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import lighthouse, { desktopConfig } from "lighthouse";
import { launch } from "./browser.mjs";
import { pagesOf, readPage, serve } from "./site.mjs";

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
export const DEVICES = { phone: undefined, desk: desktopConfig };
const KINDS = ["index", "policy", "compare", "history"];
const RUNS = 5;
const FAST = 99;
const SLOW = 90;
/** The page, its style, its script, its icon. */
const REQUESTS = 4;

/** Everything that is short of full marks: `[{ address, message, told }]`; what is `told` is no finding. */
export async function measure(folder, addresses, devices = DEVICES) {
  const findings = [];
  const server = await serve(folder);
  const port = await freePort();
  const browser = await launch([`--remote-debugging-port=${port}`]);
  try {
    for (const address of addresses) {
      for (const [device, config] of Object.entries(devices)) {
        const find = (message, told = false) => findings.push({ address, message: `${message} (${device})`, told });
        judge(await best(server.origin + address, port, config), find);
      }
    }
  } finally {
    await browser.close();
    server.close();
  }
  return findings;
}

/** The run with the best performance: the first that is fast, of so many at most. */
async function best(url, port, config) {
  let found = null;
  for (let run = 0; run < RUNS; run += 1) {
    // What ours are measured for is over in a moment: it need not wait for seconds of silence.
    const waiting = { pauseAfterFcpMs: 250, pauseAfterLoadMs: 250, networkQuietThresholdMs: 250, cpuQuietThresholdMs: 250 };
    const flags = { port, ...waiting, logLevel: "error", output: "json", onlyCategories: CATEGORIES, enableErrorReporting: false };
    const { lhr } = await lighthouse(url, flags, config);
    if (!found || score(lhr, "performance") > score(found, "performance")) found = lhr;
    if (score(found, "performance") >= FAST) break;
  }
  return found;
}

const score = (lhr, category) => Math.round((lhr.categories[category].score ?? 0) * 100);

function judge(lhr, find) {
  if (lhr.runtimeError) find(`did not run: ${lhr.runtimeError.message}`);
  for (const category of CATEGORIES) {
    if (score(lhr, category) >= (category === "performance" ? FAST : 100)) continue;
    const lost = lhr.categories[category].auditRefs.filter(({ id, weight }) => weight > 0 && (lhr.audits[id].score ?? 1) < 1);
    find(`${category} ${score(lhr, category)}: ${lost.map(({ id }) => `${lhr.audits[id].title} ${lhr.audits[id].displayValue ?? ""}`.trim()).join("; ")}`, category === "performance" && score(lhr, category) >= SLOW);
  }
  const requests = lhr.audits["network-requests"]?.details?.items?.length ?? 0;
  if (requests < 1 || requests > REQUESTS) find(`${requests} requests, of ${REQUESTS}`);
  const blocking = lhr.audits["render-blocking-insight"]?.details?.items ?? [];
  if (blocking.length > 1) find(`held up by ${blocking.map(({ url }) => new URL(url).pathname).join(", ")}`);
  if (lhr.audits["cumulative-layout-shift"]?.numericValue !== 0) find("things move while it loads");
}

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

async function main([folder]) {
  if (!folder || !existsSync(folder)) {
    console.error("usage: node lighthouse.mjs SITE_DIR");
    return 2;
  }
  const pages = pagesOf(resolve(folder)).map((address) => readPage(resolve(folder), address));
  // Of each kind the largest.
  pages.sort((a, b) => b.size - a.size || (a.address < b.address ? -1 : 1));
  const chosen = KINDS.map((kind) => pages.find((page) => page.kind === kind)).filter(Boolean);
  if (chosen.length < KINDS.length) {
    console.error(`error: there is no page of each of ${KINDS.join(", ")}`);
    return 2;
  }
  const found = await measure(resolve(folder), chosen.map(({ address }) => address));
  for (const { address, message, told } of found) console.log(`lighthouse ${address}: ${told ? "note: " : ""}${message}`);
  const findings = found.filter(({ told }) => !told);
  console.log(`lighthouse: ${chosen.map(({ address }) => address).join(" ")}, on a phone and on a desk: ${findings.length} findings`);
  return findings.length ? 1 : 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await main(process.argv.slice(2));
}
