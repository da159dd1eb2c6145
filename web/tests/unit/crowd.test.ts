import { describe, expect, it } from 'vitest';
import {
  applyCrowd,
  type Crowd,
  type CrowdFact,
  crowdNow,
  hear,
  isEmpty,
  type MomentFact,
  senseStates,
} from '../../src/model/crowd';
import { driveSentence, drivers, leading, momentTitle, troubleText } from '../../src/model/crowd-words';
import { applyCrowdByAnotherHand, crowdOf, emptyCrowd, played } from './mock';

const S = 1_000_000;
const T = 1_900_000_000 * S;

const momentum = (at: number, home: number, away = 0, intensity = 10): CrowdFact => ({
  fact: 'momentum',
  at,
  home,
  away,
  intensity,
  parts: [{ sense: 'game', home, away, intensity }],
});
const moment = (number: number, more: Partial<MomentFact> = {}): CrowdFact => ({
  fact: 'moment',
  number,
  kind: 'crowd',
  side: null,
  intensity: 60,
  onset: T + number,
  found: T + number,
  confidence: 0.7,
  senses: ['sound'],
  ...more,
});
const level = (mic: string, at = T): CrowdFact => ({
  fact: 'sound',
  sound: 'level',
  mic,
  at,
  a_slow_db: 90,
  c_slow_db: 94,
  a_max_db: 95,
  short_term_lufs: null,
  above_usual_db: 4,
  calibrated: true,
});
const refused = (mic: string, code: string, phase: 'began' | 'ended'): CrowdFact => ({
  fact: 'sound',
  sound: 'refused',
  mic,
  at: T,
  code,
  phase,
});
const after = (...facts: CrowdFact[]): Crowd => applyCrowd(emptyCrowd('g'), facts);

describe('applyCrowd', () => {
  it('agrees with a second implementation at every update of a whole game', () => {
    for (const index of [0, 2]) {
      const game = played(index);
      let [ours, theirs] = [emptyCrowd(game.id), emptyCrowd(game.id)];
      for (const facts of crowdOf(game)) {
        ours = applyCrowd(ours, facts);
        theirs = applyCrowdByAnotherHand(theirs, facts);
      }
      expect(ours).toEqual(theirs);
      expect(ours.trail.length).toBeGreaterThan(300);
      expect(ours.moments.length).toBeGreaterThan(3);
    }
  });

  it('keeps a point of the trail for every ten seconds: the last numbers, the highest intensity', () => {
    const crowd = after(
      momentum(T, 10, 5, 80),
      momentum(T + 9 * S, -20.5, 7.4, 30),
      momentum(T + 10 * S, 2.5, -0.4, 31),
    );
    // Halves round away from zero, as the server's do, and nothing is minus zero.
    expect(crowd.trail).toEqual([
      { at_ms: T / 1000, home: -21, away: 7, intensity: 80 },
      { at_ms: T / 1000 + 10_000, home: 3, away: 0, intensity: 31 },
    ]);
    expect(Object.is(crowd.trail[1]!.away, 0)).toBe(true);
  });

  it('adds time that runs back to the last point', () => {
    const { trail } = after(momentum(T + 20 * S, 1), momentum(T, 2, 0, 90));
    expect(trail).toEqual([{ at_ms: T / 1000 + 20_000, home: 2, away: 0, intensity: 90 }]);
  });

  it('forgets what is older than six hours', () => {
    const all = Array.from({ length: 2165 }, (_, i) => momentum(T + i * 10 * S, i % 100));
    const { trail } = after(...all);
    expect(trail).toHaveLength(2160);
    expect(trail[0]!.at_ms).toBe(T / 1000 + 5 * 10_000);
  });

  it('leaves the trail alone where no whole number changed', () => {
    const before = after(momentum(T, 10.1));
    expect(applyCrowd(before, [momentum(T + S, 10.4)]).trail).toBe(before.trail);
  });

  it('puts a moment of which more is known in the place of the one before', () => {
    const crowd = after(
      moment(1),
      moment(3),
      moment(2),
      moment(1, { kind: 'score', side: 'home', player: 'A. Brook' }),
    );
    expect(crowd.moments.map((m) => [m.number, m.kind])).toEqual([
      [1, 'score'],
      [2, 'crowd'],
      [3, 'crowd'],
    ]);
    expect(after(...Array.from({ length: 50 }, (_, i) => moment(i + 1))).moments[0]!.number).toBe(11);
  });

  it('follows 64 microphones and no more', () => {
    const crowd = after(...Array.from({ length: 70 }, (_, i) => level(`mic ${i}`)), level('mic 3', T + S));
    expect(crowd.levels).toHaveLength(64);
    expect(crowd.levels[3]!.at).toBe(T + S);
  });

  it('tells a trouble while it lasts', () => {
    const began = after(refused('a', 'clipped', 'began'), refused('b', 'silent', 'began'));
    expect(began.troubles.map((t) => t.code)).toEqual(['clipped', 'silent']);
    expect(applyCrowd(began, [refused('a', 'clipped', 'ended')]).troubles.map((t) => t.mic)).toEqual(['b']);
  });

  it('passes over facts that it does not know, and never changes what it was given', () => {
    const before = after(momentum(T, 3), level('a'));
    const kept = structuredClone(before);
    const next = applyCrowd(before, [
      { fact: 'body', at: T } as unknown as CrowdFact,
      { fact: 'sound', sound: 'crossed' },
      momentum(T + 20 * S, 9),
    ]);
    expect(before).toEqual(kept);
    expect(next.levels).toBe(before.levels);
    expect(next.momentum?.home).toBe(9);
  });

  it('is empty until anything is known', () => {
    expect(isEmpty(emptyCrowd('g'))).toBe(true);
    expect(isEmpty(after(refused('a', 'silent', 'began')))).toBe(false);
  });
});

describe('senseStates', () => {
  const states = (crowd: Crowd, heard = hear({}, crowd)): Record<string, string> =>
    Object.fromEntries(senseStates(crowd, heard).map((s) => [s.sense, s.hearing]));

  it('tells heard from stale from missing by the crowd’s own time', () => {
    const early = after(momentum(T, 5), level('a', T));
    const late = applyCrowd(early, [momentum(T + 30 * S, 5)]);
    expect(states(early)).toMatchObject({ game: 'heard', sound: 'heard', chat: 'missing', gaze: 'missing' });
    expect(states(late)).toMatchObject({ game: 'heard', sound: 'stale' });
    expect(senseStates(late, hear({}, late)).find((s) => s.sense === 'sound')!.silent_ms).toBe(30_000);
  });

  it('calls a sense stale that took part once and does no more', () => {
    const with_gaze = after({
      ...(momentum(T, 5) as CrowdFact & { fact: 'momentum' }),
      parts: [{ sense: 'gaze', home: 1, away: 1, intensity: 1 }],
    });
    const heard = hear({}, with_gaze);
    const without = applyCrowd(with_gaze, [momentum(T + 6 * S, 5)]);
    expect(states(without, hear(heard, without)).gaze).toBe('stale');
    expect(crowdNow(without)).toBe(T + 6 * S);
  });
});

describe('words', () => {
  const names = { home: 'CPT', away: 'GLD' };
  const parts = [
    { sense: 'game' as const, home: 10, away: -4, intensity: 9 },
    { sense: 'sound' as const, home: 30, away: -2, intensity: 20 },
    { sense: 'chat' as const, home: -6, away: 8, intensity: 3 },
  ];
  const crowd = (home: number, away: number): Crowd => ({
    ...emptyCrowd('g'),
    momentum: { at: T, home, away, intensity: 32, parts },
  });

  it('says whose way it goes and what drives it', () => {
    expect(driveSentence(crowd(34, 2), names)).toBe(
      'It goes CPT’s way, driven by sound (+32), then game (+14).',
    );
    expect(driveSentence(crowd(2, 34), names)).toBe('It goes GLD’s way, driven by chat (+14).');
  });

  it('names nobody where the sides are close', () => {
    expect(driveSentence(crowd(5, 2), names)).toMatch(
      /^Neither side has it\. What stirs people: sound \(\+20\)/,
    );
    expect(driveSentence(crowd(40, 38), names)).toMatch(/^Both sides are up\./);
    expect(driveSentence(emptyCrowd('g'), names)).toBe('No momentum yet.');
    expect(leading(crowd(3, 3).momentum)).toBe(null);
    expect(drivers(crowd(0, 0).momentum!, null)).toHaveLength(2);
  });

  it('names a moment by what is known of it, and a trouble by what to do', () => {
    const known = after(moment(1, { kind: 'near_miss', side: 'away', player: 'K. Frost' })).moments[0]!;
    expect(momentTitle(known, names)).toBe('Near miss, GLD, K. Frost');
    expect(momentTitle(after(moment(1)).moments[0]!, names)).toBe('The crowd stirred');
    expect(troubleText('clipped').advice).toMatch(/gain/);
    expect(troubleText('new_code').title).toBe('New code');
  });
});
