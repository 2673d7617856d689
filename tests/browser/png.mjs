// The picture a browser takes, as its pixels. Only what Chromium writes: eight bits for each of
// red, green, blue and perhaps opacity, not interlaced.

import { inflateSync } from "node:zlib";

/** `{ width, height, at(x, y) }`, where `at` gives `[red, green, blue]`. */
export function decode(png) {
  let width = 0;
  let height = 0;
  let channels = 0;
  const packed = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const data = png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
    const type = png.toString("latin1", at + 4, at + 8);
    if (type === "IDAT") packed.push(data);
    if (type !== "IHDR") continue;
    [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
    channels = { 2: 3, 6: 4 }[data[9]];
    if (data[8] !== 8 || !channels || data[12] !== 0) throw new Error("a kind of PNG that is not known here");
  }
  const lines = unfilter(inflateSync(Buffer.concat(packed)), width * channels, height, channels);
  const at = (x, y) => lines.subarray((y * width + x) * channels, (y * width + x) * channels + 3);
  return { width, height, at };
}

/** Each line is told by how it differs from what is left of it, above it, or both. */
function unfilter(raw, length, height, step) {
  const lines = Buffer.alloc(length * height);
  for (let y = 0; y < height; y += 1) {
    const [source, target] = [y * (length + 1), y * length];
    const guess = GUESSES[raw[source]];
    for (let x = 0; x < length; x += 1) {
      const left = x >= step ? lines[target + x - step] : 0;
      const above = y > 0 ? lines[target + x - length] : 0;
      const corner = x >= step && y > 0 ? lines[target + x - length - step] : 0;
      lines[target + x] = raw[source + 1 + x] + guess(left, above, corner);
    }
  }
  return lines;
}

const GUESSES = [() => 0, (left) => left, (_, above) => above, (left, above) => (left + above) >> 1, paeth];

function paeth(left, above, corner) {
  const a = Math.abs(above - corner);
  const b = Math.abs(left - corner);
  const c = Math.abs(left + above - 2 * corner);
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}

const LIGHT = Array.from({ length: 256 }, (_, value) => (value <= 10 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4));

/** How light a pixel is, from 0 to 1, as WCAG reckons it. */
export const luminance = (pixel) => 0.2126 * LIGHT[pixel[0]] + 0.7152 * LIGHT[pixel[1]] + 0.0722 * LIGHT[pixel[2]];

/** The contrast of two pixels, from 1 to 21. */
export function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}
