// Writes the content of a site with one long policy, the same every time: five versions, each of which
// changes one clause in nine of the last, and takes one out and puts one in.
//
//     node long-policy.mjs MODEL_DIR TARGET_DIR [WORDS]
//
// Its words are those of the policies in the content MODEL_DIR, each as often as there, but in no order: it
// compresses no better than a policy that says something.

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [model, target, wanted = "5000"] = process.argv.slice(2);
if (!model || !target) {
  console.error("usage: node long-policy.mjs MODEL_DIR TARGET_DIR [WORDS]");
  process.exit(2);
}

let state = 20_170_201;
const roll = (below) => {
  state = (state * 48_271) % 2_147_483_647;
  return state % below;
};

const said = readdirSync(model, { recursive: true })
  .filter((name) => /\d{4}-\d\d-\d\d\.md$/.test(name))
  .sort()
  .flatMap((name) => readFileSync(join(model, name), "utf8").replace(/^---[\s\S]*?\n---\n/, "").match(/[a-z]+/gi));

const sentence = (length) => {
  const words = Array.from({ length }, () => said[roll(said.length)].toLowerCase()).join(" ");
  return `${words[0].toUpperCase()}${words.slice(1)}.`;
};
const clause = () => [14, 22, 17].slice(0, 1 + roll(3)).map((length) => sentence(length + roll(6))).join(" ");
const count = (clauses) => clauses.join(" ").split(/\s+/).length;

let clauses = [];
while (count(clauses) < Number(wanted)) clauses.push(clause());

const text = (list) => list.map((words, at) => (at % 12 === 0 ? `## Part ${at / 12 + 1}: ${sentence(4).slice(0, -1)}\n\n${words}` : at % 3 === 0 ? `- ${words}` : words)).join("\n\n");

const folder = join(target, "long");
mkdirSync(folder, { recursive: true });
writeFileSync(join(target, "site.yaml"), "title: Long policies\nbase_url: https://long.example/\ntime_zone: UTC\ndefault_language: en\n");
writeFileSync(join(folder, "policy.yaml"), "title: Long Policy\n");
for (let year = 2021; year <= 2025; year += 1) {
  writeFileSync(join(folder, `${year}-03-01.md`), `---\neffective: ${year}-03-01\naction: notice\nsummary: What we say of ${year}.\n---\n\n# Long Policy\n\n${text(clauses)}\n`);
  const gone = roll(clauses.length);
  clauses = clauses.filter((_, at) => at !== gone).map((words) => (roll(9) === 0 ? `${words} ${sentence(9)}` : words));
  clauses.splice(roll(clauses.length), 0, clause());
}
