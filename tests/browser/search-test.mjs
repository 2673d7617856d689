// The search's script: its functions against the cases that the program is held against too, and the page
// itself in a browser, on the site of this repository's own policies.
//
//     node search-test.mjs [SITE_DIR]

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "./browser.mjs";
import { axe } from "./look.mjs";
import { serve } from "./site.mjs";

/** What the demo's policies answer, as of 2026-12-01. */
const EXPECTED = [
  {
    query: "recording",
    status: "1 policy says this, or once did.",
    answer: "First said in the version of August 1, 2023, in What we collect. It is still there.",
    links: ["../privacy/v/2023-08-01/#collect-live", "../privacy/compare/2022-09-12/2023-08-01/#change-1", "../privacy/#collect-live"],
    mark: "recording",
  },
  {
    query: "employer payer",
    status: "1 policy says this, or once did.",
    answer: "Said already in the version of March 1, 2016, the oldest known here, in When we disclose it. Gone since the version of September 1, 2019.",
    links: ["../privacy/v/2016-03-01/#share-sponsors"],
    mark: "Employers",
  },
  {
    query: "90 days",
    status: "1 policy says this, or once did.",
    answer:
      "Said already in the version of March 1, 2016, the oldest known here, in How long we keep it. Gone since the version of August 1, 2023. " +
      "It will be there again with the version of January 15, 2027.",
    links: ["../privacy/v/2016-03-01/#retention.1"],
    mark: "days",
  },
  {
    query: "videos ves",
    status: "1 policy says this, or once did.",
    answer: "Said already in the version of September 1, 2019, the oldest known here, in Qu\u00e9 recogemos. It is still there.",
    links: ["../privacy/v/2019-09-01/es/#collection.2.b.a", "../privacy/es/#collection.2.b.a"],
    mark: "v\u00eddeos",
  },
  { query: "zeppelin", status: "No passage of any version has all these words." },
];

const HERE = dirname(fileURLToPath(import.meta.url));
const script = readFileSync(join(HERE, "../../static/search.js"));
// As text: a file called .js is no module to Node, and here needs no package to say so.
const { byLine, filled, found, glance, marked, numbers, shard, terms, told, words } = await import(`data:text/javascript;base64,${script.toString("base64")}`);

const cases = JSON.parse(readFileSync(join(HERE, "search-cases.json"), "utf8"));
for (const { text, words: want } of cases.words) assert.deepEqual(words(text), want, text);
for (const { word, of, is } of cases.shards) assert.equal(shard(word, of), is, word);
for (const { steps, written } of cases.steps) {
  let sum = 0;
  assert.deepEqual(numbers(written), steps.map((step) => (sum += step)));
}

// Words are beginnings of words from three letters on; what is written close together is found as it stands.
assert.deepEqual(terms("Biometric to biometric"), [{ word: "biometric", begins: true }, { word: "to", begins: false }]);
assert.deepEqual(terms("个人信息"), ["个人", "人信", "信息"].map((word) => ({ word, begins: false })));
assert.deepEqual(terms("个"), [{ word: "个", begins: true }]);
assert.deepEqual(terms(" “–” "), []);
const file = { biometric: "1", biometrics: "7", data: "12", toString: "3" };
assert.deepEqual(found(terms("biometric"), [file]), [1, 7]);
assert.deepEqual(found(terms("biometric data"), [file, file]), [1]);
assert.deepEqual(found(terms("of"), [file]), []);
assert.deepEqual(found(terms("constructor"), [{}]), []);
assert.deepEqual(found([], []), []);

// A line of four versions, one of them withdrawn: what is told of passages.
const versions = [["a", "2001-01-01", ""], ["2002-01-01", "", ""], ["w", "2003-01-01", "w"], ["2004-01-01", "", "f"], ["2005-01-01", "", "u"]];
const line = { from: 10, versions, new: [2, 1, 1, 1, 0] };
const rows = { sections: ["One", "Two"], passages: [[0, "one", "", 1, 0, 0], [1, "two", "", 4, 0, 0], [0, "one.2", "one", 3, 5, 2], [0, "one.3", "", 2, 1, 0], [0, "one.9", "", 3, 2, 0]] };
assert.deepEqual(byLine([line], [9, 12, 14, 15]).map(({ hits, day }) => [hits, day]), [[[2, 4], "2002-01-01"]]);
assert.deepEqual(byLine([line], [3, 15]), []);
const all = told(line, rows, [0, 2]);
assert.equal(all.places.length, 1, "a reworded clause is one place");
assert.deepEqual([all.first.first, all.first.last, all.first.id, all.first.there], [0, 3, "one.2", "one"]);
assert.deepEqual([all.now === all.first, all.gaps], [true, [{ from: 4 }]], "gone with the upcoming version");
assert.deepEqual(told(line, rows, [0]).gaps, [{ from: 3 }], "gone from the next version of the line, not a withdrawn one");
assert.deepEqual(told(line, rows, [0, 4]).gaps, [{ from: 4 }]);
assert.equal(told(line, rows, [3]).first.first, 2);
assert.equal(told(line, rows, [3]).now, undefined);
assert.equal(told(line, rows, [0, 1]).now.id, "two", "still said, and elsewhere");
assert.equal(told(line, rows, [3, 4]).first.first, 3, "what was withdrawn was not first");
const again = { versions: [["1", "", ""], ["2", "", ""], ["3", "", "f"]], from: 0, new: [1, 0, 1] };
assert.deepEqual(told(again, { sections: ["A"], passages: [[0, "a", "", 0, 0, 0], [0, "b", "", 2, 0, 0]] }, [0, 1]).gaps, [{ from: 1, until: 2 }]);

// Marks: whole words, and of what is written close together only what was asked for.
const pieces = (text, query) => marked(text, terms(query)).map((piece) => (piece.mark === undefined ? piece : `[${piece.mark}]`)).join("");
assert.equal(pieces("Our Biometrics, and bio.", "biometric"), "Our [Biometrics], and bio.");
assert.equal(pieces("Tu informacio\u0301n y la información.", "informacion"), "Tu [informacio\u0301n] y la [información].");
assert.equal(pieces("我们收集您的个人信息。", "个人"), "我们收集您的[个人]信息。");
assert.equal(pieces("<b>data</b>", "data"), "<b>[data]</b>");
const long = marked(`${"before ".repeat(60)}biometric ${"after ".repeat(90)}`, terms("biometric"));
const seen = glance(long).map((piece) => piece.mark ?? piece).join("");
assert.ok(seen.startsWith("… before") && seen.includes(" biometric ") && seen.endsWith("after …") && seen.length < 560, seen);
assert.deepEqual(glance(["short"]), ["short"]);
assert.deepEqual(filled("First {a}, then {b}{c}.", { a: 1, b: 2 }), ["First ", 1, ", then ", 2, "{c}", "."]);
console.log("search: its functions are right");

const folder = process.argv[2];
if (folder) await inBrowser(resolve(folder));

/** What a reader is told who types words of the demo's policies. */
async function inBrowser(folder) {
  const server = await serve(folder);
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const faults = [];
    const asked = [];
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && faults.push(message.text()));
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(`${server.origin}/search/`);
    const ask = async (words) => {
      await page.getByRole("searchbox").fill(words);
      await page.keyboard.press("Enter");
      await page.waitForFunction((q) => new URLSearchParams(location.search).get("q") === q && document.querySelector("[role=status]").textContent && !document.querySelector("[role=status]").textContent.endsWith("…"), words);
      return page.locator("[role=status]").innerText();
    };
    const told = async (n = 0) => (await page.locator(".answer .told").nth(n).innerText()).replace(/\s+/g, " ");
    const home = page.url();

    for (const { query, status, answer, links, mark } of EXPECTED) {
      assert.equal(await ask(query), status, query);
      if (!answer) continue;
      assert.equal(await told(), answer, query);
      const found = await page.locator(".answer").first().locator("> .links a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
      assert.deepEqual(found, links, query);
      assert.equal(await page.locator(".answer").first().locator("> blockquote mark").first().innerText(), mark, query);
      // What the page adds to a clause is none of its words.
      for (const words of await page.locator(".answer > blockquote").allInnerTexts()) assert.ok(!/(New|Changed|Moved) \p{L}+ \d+, \d{4}|§/u.test(words), words);
      // Each link leads to a place that is there.
      for (const link of await page.locator(".answer a").evaluateAll((all) => all.map((a) => a.href))) {
        const there = await page.evaluate(async (url) => {
          const answer = await fetch(url);
          const id = decodeURIComponent(new URL(url).hash.slice(1));
          return answer.ok && (!id || !!new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(id));
        }, link);
        assert.ok(there, `${query}: ${link} leads nowhere`);
      }
    }
    // With an answer the page is as it should be, in either scheme and on a phone.
    await ask("days");
    for (const colorScheme of ["light", "dark"]) {
      for (const width of [1280, 320]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        for (const summary of await page.locator(".answer summary").all()) await summary.click();
        assert.deepEqual(await axe(page), [], `${width} px, ${colorScheme}`);
        assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= document.documentElement.clientWidth), `${width} px: too wide`);
      }
    }
    await page.goBack();
    // An answer can be linked, and Back leads to the one before.
    await page.goBack();
    assert.equal(await page.getByRole("searchbox").inputValue(), EXPECTED.at(-2).query);
    await page.goto(`${home}?q=${encodeURIComponent(EXPECTED[0].query)}`);
    await page.locator(".answer").first().waitFor();
    assert.equal(await told(), EXPECTED[0].answer);
    // What is typed stays text.
    assert.equal(await ask("<img src=x onerror=alert(1)>"), "No passage of any version has all these words.");
    assert.equal(await page.locator("main img").count(), 0);
    assert.ok(asked.every((url) => url.startsWith(server.origin)), "asks elsewhere");
    assert.deepEqual(faults, []);
    console.log(`search: ${EXPECTED.length} queries answered in the browser`);
  } finally {
    await browser.close();
    server.close();
  }
}
