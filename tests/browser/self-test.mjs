// The checker is shown a good site, in which it may find nothing, and a bad one, in which it has
// to find each thing it looks for: a check that cannot fail checks nothing.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { check } from "./check.mjs";
import { DEVICES, measure } from "./lighthouse.mjs";
import { pagesOf, readPage } from "./site.mjs";
import { weigh } from "./weight.mjs";

const fixture = (name) => join(dirname(fileURLToPath(import.meta.url)), "fixture", name);

const good = await check(fixture("good"));
assert.deepEqual(good.findings, []);

const bad = await check(fixture("bad"));
const EXPECTED = [
  ["axe", "html-has-lang"],
  ["axe", "image-alt"],
  ["axe", "(1280 px, dark)"],
  ["axe", "(320 px, from the right)"],
  ["console", "inline"],
  ["console", "log: chatter"],
  ["fragment", "other.html#gone"],
  ["from-right", "cut off: “Out of the way, to the left” (320 px)"],
  ["id", "`double` is there twice"],
  ["inline", "<script>"],
  ["inline", "style= on <p>"],
  ["inline", "onload= on <body>"],
  ["inline", "a <style> that the policy does not know"],
  ["keyboard", "no visible link that skips to the main part"],
  ["keyboard", "and not to <a> “before it”"],
  ["keyboard", "nothing shows that the focus is on <a class=unmarked>"],
  ["keyboard", "<a class=unseen> “without being seen”, and it cannot be seen"],
  ["keyboard", "<a class=below> “or under the lid”, and it cannot be seen"],
  ["keyboard", "Tab does not leave the end"],
  ["keyboard", "Enter does not open <details> 1"],
  ["keyboard", "Space does not tick checkbox 1"],
  ["keyboard", "do not choose among the radio buttons “choice”"],
  ["keyboard", "n and p cannot be switched off"],
  ["keyboard", "p goes to change"],
  ["large-text", "cut off: “As tall as small letters need”"],
  ["large-text", "“These two are as far apart” and “as small letters need” lie over each other"],
  ["link", "gone/"],
  ["link", "active"],
  ["policy", "no Content-Security-Policy"],
  ["policy", "not strict"],
  ["print", "there is nothing on the paper"],
  ["print", "the heading is not on the paper"],
  ["print", "of 191 letters are on the paper"],
  ["print", "removed words are not struck"],
  ["print", "px too wide on paper"],
  ["print", "no change bar on paper beside modified `sharing`"],
  ["print", "buttons or navigation on paper"],
  ["reference", "for=`gone`"],
  ["reference", "aria-describedby=`gone`"],
  ["request", "elsewhere.example"],
  ["scripts", "Only with scripts."],
  ["scripts", "buttons that do nothing without scripts: Does nothing by itself"],
  ["sideways", "at 320 px"],
  ["sideways", "at 1280 px, from the right"],
  ["weight", "/other.html is loaded and was not weighed"],
  ["zoom", "140 of 256 px"],
];
if (!bad.skipped.length) EXPECTED.push(["html", "center"]);
const missed = EXPECTED.filter(([code, words]) => !bad.findings.some((finding) => finding.code === code && finding.message.includes(words)));
const all = bad.findings.map(({ code, address, message }) => `${code} ${address}: ${message}`).join("\n");
assert.deepEqual(missed, [], `not found, among these:\n${all}`);
const contrast = bad.findings.filter(({ message }) => message.startsWith("color-contrast"));
assert.ok(contrast.length && contrast.every(({ message }) => message.includes("dark")), "contrast fails in the dark only");

// Too heavy: what does not compress, as script and as style of a text.
const heavy = mkdtempSync(join(tmpdir(), "heavy-"));
let noise = 1;
const letters = (count) => Array.from({ length: count }, () => String.fromCharCode(33 + ((noise = (noise * 48271) % 2147483647) % 90))).join("");
mkdirSync(join(heavy, "light"));
writeFileSync(join(heavy, "noise.js"), `/* ${"x".repeat(10_000)} */`);
writeFileSync(join(heavy, "noise.css"), `/* ${letters(80_000)} */`);
const textPage = (links) => `<html><head>${links}</head><body data-page="policy"><main class="instrument">We share nothing.</main></body></html>`;
writeFileSync(join(heavy, "index.html"), textPage('<script src="noise.js"></script><link rel="stylesheet" href="noise.css">'));
writeFileSync(join(heavy, "light/index.html"), textPage(""));
const weights = [];
weigh(heavy, pagesOf(heavy).map((address) => readPage(heavy, address)), (code, address, message) => weights.push(`${address}: ${message}`));
rmSync(heavy, { recursive: true });
assert.equal(weights.length, 2, JSON.stringify(weights));
assert.match(weights[0], /^\/: 100\d\d bytes of script, of 10000$/);
assert.match(weights[1], /^\/: \d+ bytes for 3 words, compressed, of 60000$/);

const short = await measure(fixture("bad"), ["/"], { desk: DEVICES.desk });
const MARKS = ["accessibility", "best-practices", "seo", "5 requests, of 4"];
for (const mark of MARKS) assert.ok(short.some(({ message }) => message.startsWith(mark)), `not found: ${mark}\n${JSON.stringify(short, null, 1)}`);

// A page that keeps its reader waiting is slow on every machine.
const busy = mkdtempSync(join(tmpdir(), "busy-"));
writeFileSync(join(busy, "index.html"), '<!doctype html><html lang="en"><title>Busy</title><h1>Busy</h1><script>setTimeout(() => { const end = Date.now() + 2000; while (Date.now() < end); }, 50)</script>');
const slow = await measure(busy, ["/"], { desk: DEVICES.desk });
rmSync(busy, { recursive: true });
assert.ok(slow.some(({ message, told }) => message.startsWith("performance") && !told), JSON.stringify(slow));

console.log(`browser: self-test passed, ${EXPECTED.length + weights.length + MARKS.length + 1} planted faults found${bad.skipped.length ? `; ${bad.skipped}` : ""}`);
