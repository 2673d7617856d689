// The checker is shown a good site, in which it may find nothing, and a bad one, in which it has
// to find each thing it looks for: a check that cannot fail checks nothing.

import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { check } from "./check.mjs";

const fixture = (name) => join(dirname(fileURLToPath(import.meta.url)), "fixture", name);

const good = await check(fixture("good"));
assert.deepEqual(good.findings, []);

const bad = await check(fixture("bad"));
const EXPECTED = [
  ["axe", "html-has-lang"],
  ["axe", "image-alt"],
  ["axe", "(1280 px, dark)"],
  ["console", "inline"],
  ["fragment", "other.html#gone"],
  ["inline", "<script>"],
  ["inline", "style= on <p>"],
  ["inline", "onload= on <body>"],
  ["inline", "a <style> that the policy does not know"],
  ["link", "gone/"],
  ["link", "active"],
  ["policy", "no Content-Security-Policy"],
  ["policy", "not strict"],
  ["print", "removed words are not struck"],
  ["print", "px too wide on paper"],
  ["request", "elsewhere.example"],
  ["scripts", "Only with scripts."],
  ["sideways", "at 360 px"],
];
if (!bad.skipped.length) EXPECTED.push(["html", "center"]);
for (const [code, words] of EXPECTED) {
  const found = bad.findings.some((finding) => finding.code === code && finding.message.includes(words));
  assert.ok(found, `not found: ${code} ${words}\n${JSON.stringify(bad.findings, null, 1)}`);
}
const contrast = bad.findings.filter(({ message }) => message.startsWith("color-contrast"));
assert.ok(contrast.length && contrast.every(({ message }) => message.includes("dark")), "contrast fails in the dark only");

console.log(`browser: self-test passed, ${EXPECTED.length} planted faults found${bad.skipped.length ? `; ${bad.skipped}` : ""}`);
