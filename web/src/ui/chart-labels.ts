/** A marked point that would like its name beside it. */
export interface Label {
  id: string;
  rank: number;
  text: string;
  x: number;
  y: number;
  /** Whether the free side of the line is above the point. */
  above: boolean;
}

export interface Placed extends Label {
  /** Where the name goes, and where its leader ends; absent where there is no room. */
  at?: { x: number; y: number; anchor: 'start' | 'end'; leadX: number; leadY: number };
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const HEIGHT = 15;
/** A bold character of a 12-pixel sans is about this wide. */
const CHARACTER = 6.9;
const MARK = 10;

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** The line itself as boxes, so that no name is written across it. */
function along(curve: readonly { x: number; y: number }[]): Box[] {
  const boxes: Box[] = [];
  for (let i = 1; i < curve.length; i++) {
    const [a, b] = [curve[i - 1]!, curve[i]!];
    const pieces = Math.max(1, Math.ceil(Math.hypot(b.x - a.x, b.y - a.y) / 12));
    for (let n = 0; n < pieces; n++) {
      const [p, q] = [n / pieces, (n + 1) / pieces];
      const xs = [a.x + (b.x - a.x) * p, a.x + (b.x - a.x) * q];
      const ys = [a.y + (b.y - a.y) * p, a.y + (b.y - a.y) * q];
      boxes.push({
        left: Math.min(...xs),
        right: Math.max(...xs) + 1,
        top: Math.min(...ys) - 1,
        bottom: Math.max(...ys) + 1,
      });
    }
  }
  return boxes;
}

/**
 * Gives names to points, the most important first: each takes the nearest free place, on the side of the
 * line that is not filled if it can, and goes without a name where everything near is taken.
 */
export function placeLabels(
  labels: readonly Label[],
  curve: readonly { x: number; y: number }[],
  within: Box,
  named: boolean,
): Placed[] {
  const taken: Box[] = labels.map((l) => ({
    left: l.x - MARK,
    right: l.x + MARK,
    top: l.y - MARK,
    bottom: l.y + MARK,
  }));
  if (!named) return labels.slice();
  taken.push(...along(curve));
  return labels.map((label) => {
    const width = label.text.length * CHARACTER;
    for (const up of label.above ? [true, false] : [false, true]) {
      for (const lift of [16, 32, 50, 70, 92]) {
        for (const side of [1, -1]) {
          const left = side > 0 ? label.x + 6 : label.x - 6 - width;
          const centre = label.y + (up ? -lift : lift);
          const box = { left, right: left + width, top: centre - HEIGHT / 2, bottom: centre + HEIGHT / 2 };
          const inside =
            box.left >= within.left &&
            box.right <= within.right &&
            box.top >= within.top &&
            box.bottom <= within.bottom;
          if (!inside || taken.some((t) => overlap(t, box))) continue;
          taken.push(box);
          const x = side > 0 ? left : left + width;
          const anchor = side > 0 ? 'start' : 'end';
          return { ...label, at: { x, y: centre + 4, anchor, leadX: x, leadY: centre + (up ? 6 : -6) } };
        }
      }
    }
    return label;
  });
}
