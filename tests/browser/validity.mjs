// The HTML of every page before a real validator, Nu, which needs Java.

import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { fileOf } from "./site.mjs";

const run = promisify(execFile);
const JAR = join(dirname(fileURLToPath(import.meta.url)), "node_modules/vnu-jar/build/dist/vnu.jar");
/** How many pages it is given at a time: it starts slowly, and keeps what it reads. */
const AT_ONCE = 200;

/** Returns how many pages were validated; null where there is no Java to do it with. */
export async function validate(folder, pages, find) {
  try {
    await run("java", ["-version"]);
  } catch {
    return null;
  }
  const files = new Map(pages.map(({ address }) => [pathToFileURL(fileOf(folder, address)).href, address]));
  const paths = [...files.keys()].map((url) => fileURLToPath(url));
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const options = ["-Xss4m", "-jar", JAR, "--no-langdetect", "--format", "json", "--exit-zero-always"];
    const { stderr } = await run("java", [...options, ...paths.slice(at, at + AT_ONCE)], { maxBuffer: 1 << 28 });
    for (const { type, subType, url, lastLine, message } of JSON.parse(stderr || '{"messages":[]}').messages) {
      if (type === "info" && subType !== "warning") continue;
      // It takes a file for a site of its own, which nothing is `'self'` of; the browser knows better.
      if (message.includes("violates Content Security Policy")) continue;
      find("html", files.get(new URL(url).href) ?? url, `line ${lastLine}: ${message}`);
    }
  }
  return paths.length;
}
