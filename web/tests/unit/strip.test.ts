import { describe, expect, it } from 'vitest';
import { applyCrowd, type TrailPoint } from '../../src/model/crowd';
import { cluster, columns, gameAxis, minutes, pointAt, wallAxis } from '../../src/model/strip';
import { chartModel } from '../../src/model/timeline';
import { crowdOf, emptyCrowd, played } from './mock';

const game = played(0, 0.6);
const chart = chartModel(game);
const crowd = crowdOf(game).reduce(applyCrowd, emptyCrowd(game.id));
const point = (s: number, home = 0): TrailPoint => ({
  at_ms: 1_900_000_020_000 + s * 1000,
  home,
  away: -home,
  intensity: Math.abs(home),
});

describe('gameAxis', () => {
  const axis = gameAxis(game, chart, crowd.trail)!;

  it('puts each play where the chart has it, and time between them in between', () => {
    game.plays.forEach((play, i) => {
      expect(axis.x(play.wall! / 1000)).toBeCloseTo(chart.points[i]!.x0, 6);
    });
    const [a, b] = [game.plays[10]!, game.plays[11]!];
    const middle = axis.x((a.wall! + b.wall!) / 2000)!;
    expect(middle).toBeGreaterThan(chart.points[10]!.x0);
    expect(middle).toBeLessThan(chart.points[11]!.x0);
    expect(axis.at(middle)).toBeCloseTo((a.wall! + b.wall!) / 2000, 0);
  });

  it('has nothing before the kick-off, and ends where the chart does', () => {
    expect(axis.x(game.plays[0]!.wall! / 1000 - 1)).toBe(null);
    expect(axis.x(crowd.trail.at(-1)!.at_ms + 10_000)).toBeCloseTo(chart.now.x, 6);
    expect(axis.x(crowd.trail.at(-1)!.at_ms + 11_000)).toBe(null);
    expect(axis.at(-50)).toBe(game.plays[0]!.wall! / 1000);
  });

  it('passes over stamps that run back', () => {
    const plays = game.plays.map((p, i) => (i === 5 ? { ...p, wall: p.wall! - 3600e6 } : p));
    const healed = gameAxis({ ...game, plays }, chart, crowd.trail)!;
    expect(healed.x(game.plays[6]!.wall! / 1000)).toBeCloseTo(chart.points[6]!.x0, 6);
  });

  it('is not to be had where plays say nothing, or speak of another day', () => {
    const silent = game.plays.map(({ wall: _, ...p }) => p);
    expect(gameAxis({ ...game, plays: silent }, chart, crowd.trail)).toBe(null);
    const today = crowd.trail.map((p) => ({ ...p, at_ms: p.at_ms - 86_400_000 }));
    expect(gameAxis(game, chart, today)).toBe(null);
  });

  it('names a time by the clock of its play', () => {
    const { clock } = chart.points[12]!;
    expect(axis.name(game.plays[13]!.wall! / 1000).startsWith(clock)).toBe(true);
  });
});

describe('wallAxis', () => {
  it('covers the trail with a few lines on round minutes', () => {
    const trail = Array.from({ length: 360 }, (_, i) => point(i * 10));
    const axis = wallAxis(trail);
    expect([axis.start, axis.end]).toEqual([trail[0]!.at_ms, trail.at(-1)!.at_ms + 10_000]);
    expect(axis.rules.length).toBeGreaterThan(3);
    expect(axis.rules.length).toBeLessThanOrEqual(8);
    expect(axis.rules.every((r) => r.x % 60_000 === 0)).toBe(true);
  });

  it('is ten minutes long at least, and stands with nothing on it', () => {
    expect(wallAxis([point(0)]).end - wallAxis([point(0)]).start).toBe(600_000);
    expect(wallAxis([]).rules.length).toBeLessThan(12);
  });
});

describe('columns', () => {
  it('keeps the largest of what falls together, and breaks at a gap', () => {
    const trail = [point(0, 5), point(10, -40), point(20, 10), point(300, 7)];
    const axis = wallAxis(trail);
    const pieces = columns(trail, axis, 10);
    expect(pieces.map((p) => p.map((c) => c.home))).toEqual([[-40], [7]]);
    expect(pieces[0]![0]!.intensity).toBe(40);
    expect(
      columns(trail, axis, 1000)
        .flat()
        .map((c) => c.home),
    ).toEqual([5, -40, 10, 7]);
  });

  it('has no more columns than there is room for', () => {
    const drawn = columns(crowd.trail, gameAxis(game, chart, crowd.trail)!, 300).flat();
    expect(drawn.length).toBeLessThanOrEqual(300);
    for (let i = 1; i < drawn.length; i++) expect(drawn[i]!.x).toBeGreaterThanOrEqual(drawn[i - 1]!.x);
  });
});

it('finds the point that holds a time', () => {
  const trail = [point(0), point(10), point(40)];
  const at = (s: number): number => pointAt(trail, 1_900_000_020_000 + s * 1000);
  expect([-5, 0, 9, 10, 39, 40, 99].map(at)).toEqual([0, 0, 0, 1, 1, 2, 2]);
  expect(pointAt([], 1)).toBe(-1);
});

it('sums the trail up by the minute', () => {
  const rows = minutes([point(0, 1), point(10, -30), point(20, 2), point(60, 4)]);
  expect(rows.map((r) => [r.home, r.intensity])).toEqual([
    [2, 30],
    [4, 4],
  ]);
});

it('gathers marks that would lie on each other behind the most important, which stands where it belongs', () => {
  const marks = [
    { x: 5, rank: 1 },
    { x: 80, rank: 9 },
    { x: 20, rank: 7 },
    { x: 40, rank: 3 },
    { x: 100, rank: 2 },
  ];
  const groups = cluster(
    marks,
    (m) => m.x,
    (m) => m.rank,
    26,
  );
  expect(groups.map((g) => [g.x, g.top.rank, g.all.length])).toEqual([
    [20, 7, 3],
    [80, 9, 2],
  ]);
});
