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
    const filter = raw[y * (length + 1)];
    for (let x = 0; x < length; x += 1) {
      const here = y * length + x;
      const left = x >= step ? lines[here - step] : 0;
      const above = y > 0 ? lines[here - length] : 0;
      const corner = x >= step && y > 0 ? lines[here - length - step] : 0;
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter];
      lines[here] = raw[y * (length + 1) + 1 + x] + guess;
    }
  }
  return lines;
}

function paeth(left, above, corner) {
  const [a, b, c] = [left, above, corner].map((value) => Math.abs(left + above - corner - value));
  return a <= b && a <= c ? left : b <= c ? above : corner;
}

/** How light a pixel is, from 0 to 1, as WCAG reckons it. */
export function luminance(pixel) {
  const [red, green, blue] = [...pixel].map((value) => (value <= 10 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The contrast of two pixels, from 1 to 21. */
export function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}
