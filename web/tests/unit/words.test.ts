import { expect, it } from 'vitest';
import { age, micros, percent, percentNumber, signedPoints } from '../../src/model/format';
import type { PlayFact } from '../../src/model/types';
import {
  clockName,
  downDistance,
  faultName,
  phaseName,
  playTitle,
  scoreKind,
  scorer,
  situationText,
  spotName,
} from '../../src/model/words';
import { placeLabels } from '../../src/ui/chart-labels';
import { judge } from '../../src/ui/link-figure';
import { played } from './mock';

const names = { home: 'CPT', away: 'GLD' };
const spot = { possession: 'away' as const, down: 3, distance: 4, yards_to_goal: 35 };

it('names places after the half they are in', () => {
  expect(spotName(spot, names)).toBe('CPT 35');
  expect(spotName({ ...spot, yards_to_goal: 75 }, names)).toBe('GLD 25');
  expect(spotName({ ...spot, yards_to_goal: 50 }, names)).toBe('midfield');
  expect(spotName({ ...spot, possession: null }, names)).toBe('');
});

it('says what comes next', () => {
  expect(situationText(spot, 'scrimmage', names)).toBe('3rd & 4 at CPT 35');
  expect(downDistance({ ...spot, yards_to_goal: 4 })).toBe('3rd & goal');
  expect(situationText(spot, 'kickoff', names)).toBe('GLD to receive');
  expect(situationText(spot, 'try', names)).toBe('GLD try');
  expect(situationText(spot, 'over', names)).toBe('');
});

it('names clocks, overtimes and phases', () => {
  expect(clockName({ period: 4, clock_s: 67 })).toBe('Q4 1:07');
  expect(clockName({ period: 6, clock_s: 0 })).toBe('OT2');
  expect(phaseName('final', { period: 5, clock_s: 0 })).toBe('Final, OT');
  expect(faultName('clock_backward')).toBe('Clock ran backwards');
  expect(faultName('something_new')).toBe('something new');
});

it('names plays by what made them matter', () => {
  const play: PlayFact = { ...played(0, 0.5).plays[10]!, kind: 'pass', yards: 22, tags: ['complete'] };
  expect(playTitle(play)).toBe('22-yard pass');
  expect(playTitle({ ...play, tags: ['interception', 'return_touchdown'] })).toBe('Pick-six');
  expect(playTitle({ ...play, tags: ['complete', 'touchdown'] })).toBe('22-yard pass TD');
  expect(playTitle({ ...play, kind: 'field_goal', tags: ['no_good'] })).toBe('Field goal missed');
});

it('tells who scored, and how', () => {
  const play: PlayFact = {
    ...played(0, 0.5).plays[10]!,
    kind: 'punt',
    tags: [],
    score_before: { home: 0, away: 0 },
  };
  expect(scorer({ ...play, score_after: { home: 0, away: 0 } })).toBeNull();
  const safety = { ...play, tags: ['safety' as const], score_after: { home: 0, away: 2 } };
  expect([scorer(safety), scoreKind(safety)]).toEqual(['away', 'SAF']);
});

it('calls nothing certain before the end', () => {
  expect([percentNumber(0.999), percentNumber(0.001), percentNumber(1, true)]).toEqual([99, 1, 100]);
  expect(percent(0.614)).toMatch(/61/);
  expect(signedPoints(0.124)).toBe('+12');
  expect(signedPoints(0.001)).toBe('0');
});

it('writes ages and durations in the unit that fits', () => {
  expect(age(30)).toBe('<0.1 s');
  expect(age(1234)).toBe('1.2 s');
  expect(age(45_000)).toBe('45 s');
  expect(age(180_000)).toBe('3 min');
  expect(micros(41)).toEqual({ value: '41', unit: 'µs' });
  expect(micros(2510)).toEqual({ value: '2.5', unit: 'ms' });
  expect(micros(1_400_000)).toEqual({ value: '1.4', unit: 's' });
});

it('judges a link by what the viewer has', () => {
  const link = {
    state: 'live' as const,
    transport: 'ws' as const,
    delay_ms: 40,
    heard_at: 1000,
    retry_at: null,
  };
  expect(judge(link, 2000)).toEqual({ state: 'live', word: 'Live', age_ms: 40 });
  expect(judge({ ...link, delay_ms: 2500 }, 2000).state).toBe('late');
  expect(judge({ ...link, state: 'stale' }, 11_000)).toMatchObject({
    state: 'stale',
    age_ms: 40 + 10_000 - 2600,
  });
  expect(judge({ ...link, state: 'offline' }, 2000)).toMatchObject({ state: 'failed', word: 'Offline' });
});

it('writes no name across another, a mark or the edge', () => {
  const within = { left: 0, right: 600, top: 0, bottom: 300 };
  const labels = Array.from({ length: 5 }, (_, i) => ({
    id: String(i),
    rank: i + 1,
    text: 'Interception, CPT +21',
    x: 280 + i * 14,
    y: 90 + i * 6,
    above: true,
  }));
  const placed = placeLabels(labels, [], within, true);
  const boxes = placed.flatMap((l) => {
    if (!l.at) return [];
    const width = l.text.length * 6.5;
    const left = l.at.anchor === 'start' ? l.at.x : l.at.x - width;
    return [{ left, right: left + width, top: l.at.y - 11, bottom: l.at.y + 2 }];
  });
  expect(boxes.length).toBeGreaterThanOrEqual(3);
  boxes.forEach((a, i) => {
    expect(a.left).toBeGreaterThanOrEqual(0);
    expect(a.right).toBeLessThanOrEqual(600);
    for (const b of boxes.slice(i + 1)) {
      expect(a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).toBe(false);
    }
  });
  expect(placeLabels(labels, [], within, false).every((l) => !l.at)).toBe(true);
});
