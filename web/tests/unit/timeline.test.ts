import { describe, expect, it } from 'vitest';
import { modelOf } from '../../src/graphics/data';
import { seriesOf, winProbability } from '../../src/graphics/drive';
import {
  axisEnd,
  chartModel,
  finalProbability,
  lineOf,
  nearest,
  periodSpans,
} from '../../src/model/timeline';
import type { PlayFact } from '../../src/model/types';
import { generate, played } from './mock';

const all = generate(16).map((_, i) => played(i));

describe('chartModel', () => {
  it('ends exactly at 0, at 1, or at one half for a tie', () => {
    const ends = new Set<number>();
    for (const game of all) {
      const model = chartModel(game);
      const expected = finalProbability(game.state.score);
      expect(model.now.y).toBe(expected);
      expect(model.points.at(-1)!.after).toBe(expected);
      ends.add(expected);
    }
    expect([...ends].sort()).toEqual([0, 0.5, 1]);
  });

  it('never runs backwards, and stays on its axis', () => {
    for (const game of all) {
      const model = chartModel(game);
      let last = 0;
      for (const p of model.points) {
        expect(p.x0).toBeGreaterThanOrEqual(last);
        expect(p.x1).toBeGreaterThanOrEqual(p.x0);
        last = p.x0;
      }
      expect(model.now.x).toBeLessThanOrEqual(axisEnd(model.spans));
    }
  });

  it('marks every key play by rank and every score once', () => {
    const game = all[0]!;
    const { marks } = chartModel(game);
    const ranked = marks.filter((m) => m.rank).sort((a, b) => a.rank! - b.rank!);
    expect(ranked.map((m) => m.id)).toEqual(game.key_plays);
    const touchdowns = game.plays.filter(
      (p) => p.tags.includes('touchdown') || p.tags.includes('return_touchdown'),
    );
    expect(marks.filter((m) => m.score === 'TD')).toHaveLength(touchdowns.length);
    expect(marks.some((m) => m.score === 'XP')).toBe(false);
  });
});

describe('periodSpans', () => {
  const at = (period: number, clock_s: number): PlayFact => ({
    ...all[0]!.plays[0]!,
    clock: { period, clock_s },
  });

  it('has four quarters before anything is played', () => {
    expect(periodSpans([], 1).map((s) => s.label)).toEqual(['Q1', 'Q2', 'Q3', 'Q4']);
    expect(axisEnd(periodSpans([], 1))).toBe(3600);
  });

  it('takes the length of an overtime from its clock, and gives an untimed one a width', () => {
    expect(periodSpans([at(5, 600)], 5).at(-1)).toMatchObject({ label: 'OT', length: 600 });
    expect(periodSpans([at(5, 900)], 5).at(-1)).toMatchObject({ length: 900 });
    expect(periodSpans([at(5, 0), at(6, 0)], 6).slice(4)).toMatchObject([
      { label: 'OT', length: 300 },
      { label: 'OT2', length: 300 },
    ]);
  });

  it('spreads the plays of an untimed overtime over its width', () => {
    const base = all[0]!;
    const plays = [0, 1, 2, 3].map((i) => ({ ...at(5, 0), play_id: `o${i}`, order: 1e9 + i }));
    const state = { ...base.state, phase: 'live' as const, clock: { period: 5, clock_s: 0 } };
    const xs = chartModel({ ...base, plays, state }).points.map((p) => p.x0);
    expect(xs).toEqual([3600, 3675, 3750, 3825]);
  });
});

it('finds the nearest play to a time', () => {
  const points = [0, 10, 20].map((x1, i) => ({ ...chartModel(all[0]!).points[0]!, id: String(i), x1 }));
  expect([-5, 4, 6, 14, 16, 99].map((x) => nearest(points, x))).toEqual([0, 0, 1, 1, 2, 2]);
  expect(nearest([], 3)).toBe(-1);
});

it('draws the same line in the graphic as on the page', () => {
  const game = played(3, 0.7);
  const page = chartModel(game);
  const graphic = modelOf(winProbability(game));
  expect(graphic.now.y).toBe(page.now.y);
  expect(seriesOf(graphic)).toEqual(seriesOf(page));
  expect(graphic.spans.map((s) => s.label)).toEqual(page.spans.map((s) => s.label));
});

it('draws a goal at its minute and not as a slope to whatever was told next', () => {
  const base = all[0]!;
  const at = (id: string, clock_s: number, before: number, after: number): PlayFact => ({
    ...base.plays[0]!,
    play_id: id,
    sport: 'soccer',
    clock: { period: 1, clock_s },
    wp_home_before: before,
    wp_home_after: after,
  });
  const plays = [at('kick-off', 0, 0.5, 0.5), at('goal', 840, 0.48, 0.78), at('foul', 1200, 0.79, 0.79)];
  const state = {
    ...base.state,
    sport: 'soccer' as const,
    phase: 'live' as const,
    clock: { period: 1, clock_s: 1260 },
    wp_home: 0.8,
  };
  expect(lineOf(chartModel({ ...base, plays, state, key_plays: [] }))).toEqual([
    [0, 0.5],
    [0, 0.5],
    [840, 0.48],
    [840, 0.78],
    [1200, 0.79],
    [1200, 0.79],
    [1260, 0.8],
  ]);
});

it('stands between the halves at half-time, whatever the clock says', () => {
  const base = all[0]!;
  const plays = base.plays.filter((p) => p.clock.period <= 2);
  for (const clock_s of [900, 0]) {
    const state = { ...base.state, phase: 'halftime' as const, clock: { period: 3, clock_s } };
    expect(chartModel({ ...base, plays, state }).now.x).toBe(1800);
  }
});
