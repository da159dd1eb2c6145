import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, describe, expect, it } from 'vitest';
import { changeOf, commandsOf, decision, situation, winProbability } from '../../src/graphics/drive';
import { completeSnapshot } from '../../src/model/sport';
import type { Decision, GraphicsCommand, Snapshot } from '../../src/model/types';
import { played } from './mock';

const WEB = new URL('../../', import.meta.url).pathname;
const NAMES = ['win-probability', 'key-play', 'situation', 'decision'] as const;
const manifest = (name: string) =>
  JSON.parse(readFileSync(join(WEB, `graphics/${name}/${name}.ograf.json`), 'utf8'));

/**
 * The EBU publishes its manifest schema to npm as the types generated from it: required fields, no others
 * but `v_` ones, fixed values. The compiler checks a manifest against them as a literal.
 */
const folder = mkdtempSync(join(WEB, 'node_modules', '.ograf-'));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;
function official(value: object): string {
  const file = join(folder, `manifest-${count++}.ts`);
  writeFileSync(
    file,
    `import type { GraphicsManifest } from 'ograf';\nexport const manifest: GraphicsManifest = ${JSON.stringify(value)};\n`,
  );
  try {
    const flags = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--ignoreConfig',
      '--module',
      'esnext',
      '--moduleResolution',
      'bundler',
    ];
    execFileSync(process.execPath, [join(WEB, 'node_modules/typescript/bin/tsc'), ...flags, file], {
      stdio: 'pipe',
    });
    return '';
  } catch (error) {
    return String((error as { stdout?: Buffer }).stdout);
  }
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);

describe('manifests', () => {
  it.each(NAMES)('%s is an OGraf v1 manifest', (name) => {
    expect(official(manifest(name))).toBe('');
  });

  it('would notice a manifest that is not one', () => {
    const good = manifest('key-play');
    const { main: _, ...withoutMain } = good;
    expect(official(withoutMain)).toContain("'main' is missing");
    expect(official({ ...good, colour: 'red' })).toContain('colour');
    expect(official({ ...good, $schema: 'https://elsewhere' })).toContain('https://elsewhere');
  });

  it.each(NAMES)('%s describes its data in valid JSON Schema 2020-12', (name) => {
    expect(ajv.validateSchema(manifest(name).schema), ajv.errorsText()).toBe(true);
  });

  it.each(NAMES)('%s names the module that the build lays beside it', (name) => {
    expect(manifest(name).main).toBe(`${name}.js`);
  });
});

/** The game before a try that nobody can call. */
function deciding(game: Snapshot): Snapshot {
  const option = { wp: 0.5, wp_low: 0.48, wp_high: 0.52, wp_success: 0.51, wp_failure: 0.46, usual: 0.5 };
  const open: Decision = {
    kind: 'try',
    side: 'home',
    options: [
      { choice: 'kick_one', success: 0.94, ...option },
      { choice: 'two_point', success: 0.48, ...option },
    ],
    toss_up: true,
    edge: 0.001,
    edge_low: -0.01,
    edge_high: 0.012,
    break_even: 0.47,
    reason: '',
    called: null,
  };
  return { ...game, state: { ...game.state, decision: open } };
}

describe('data for the graphics', () => {
  const commands: GraphicsCommand[] = [
    { command: 'UPDATE_WIN_PROBABILITY', data: { home: 61.2, away: 38.8, delta: 12 } },
    {
      command: 'SHOW_KEY_PLAY',
      data: { play_id: '9', text: 'A long pass', side: 'away', wpa: 20.4, duration: 5000 },
    },
    {
      command: 'UPDATE_SITUATION',
      data: {
        score: { home: 7, away: 10 },
        period: 3,
        clock_s: 412,
        possession: 'home',
        down: 3,
        distance: 4,
        yards_to_goal: 35,
        leverage: 1.8,
      },
    },
    {
      command: 'UPDATE_DECISION',
      data: {
        kind: 'fourth_down',
        side: 'away',
        verdict: 'go for it',
        edge: 2.4,
        options: [
          { choice: 'go', wp: 54.1, wp_low: 52, wp_high: 56.2, success: 61.3, usual: 34 },
          { choice: 'punt', wp: 51.7, wp_low: 49.9, wp_high: 53.5, success: null, usual: 66 },
        ],
        break_even: 44.2,
      },
    },
  ];

  it('is what the manifests say, at every tenth of a game', () => {
    for (let share = 0; share <= 1; share += 0.1) {
      const game = played(4, share);
      const cases = [
        ['win-probability', winProbability(game)],
        ['situation', situation(game)],
        ...commands.map((c) => {
          const change = changeOf(c, game)!;
          return [change.graphic, change.data] as const;
        }),
        ['decision', decision(deciding(game))],
      ] as const;
      for (const [name, data] of cases) {
        expect(ajv.validate(manifest(name).schema, data), `${name} ${ajv.errorsText()}`).toBe(true);
      }
    }
    // Every game at every tenth: on a busy machine that takes longer than a test commonly may.
  }, 60_000);

  it('follows a decision of the game itself while one is open', () => {
    const game = played(4, 0.5);
    expect(decision(game)).toBeNull();
    expect(decision(deciding(game))).toMatchObject({
      kind: 'try',
      verdict: 'Toss-up',
      tossUp: true,
      options: [{ name: 'Kick for one', success: 0.94 }, { name: 'Go for two' }],
    });
  });

  it('takes a decision off once the side has chosen', () => {
    expect(changeOf({ command: 'UPDATE_DECISION', data: null }, null)).toEqual({
      graphic: 'decision',
      data: null,
    });
    expect(changeOf({ command: 'UPDATE_DECISION', data: {} } as never, null)).toBeNull();
    const fourth = { ...commands[2]!.data, possession: 'away', down: 4, distance: 2, yards_to_goal: 61 };
    expect(changeOf(commands[3]!, played(4, 0.5), fourth as never)!.data).toMatchObject({
      situation: expect.stringMatching(/^4th & 2 at [A-Z]+ 39$/),
    });
    const punt = (changeOf(commands[3]!, null)!.data as { options: object[] }).options[1];
    expect(punt).toEqual({ name: 'Punt', wp: 0.517, wpLow: 0.499, wpHigh: 0.535, usual: 0.66 });
  });

  it('takes its figures from the command, not from the game', () => {
    const game = played(4, 0.5);
    expect(changeOf(commands[0]!, game)!.data).toMatchObject({ wpHome: 0.612, deltaHome: 0.12 });
    expect(changeOf(commands[2]!, game)!.data).toMatchObject({
      score: { home: 7, away: 10 },
      clockS: 412,
      down: 3,
    });
    expect(changeOf(commands[1]!, null)!.data).toMatchObject({ team: { abbr: 'away' }, durationMs: 5000 });
  });

  it('is what the manifests say in every sport', () => {
    const base = played(4, 0.5);
    const of = (state: object): Snapshot =>
      completeSnapshot({ ...base, plays: [], drives: [], state: { ...base.state, ...state } } as Snapshot);
    const score = { home: 1, away: 0 };
    const games = [
      of({ sport: 'basketball', possession: 'away', clock: { period: 2, clock_s: 431 } }),
      of({
        sport: 'soccer',
        clock: { period: 2, clock_s: 2820 },
        reds: score,
        shootout: null,
        outcome: { home: 0.7, draw: 0.2, away: 0.1 },
      }),
      of({ sport: 'soccer', clock: { period: 5, clock_s: 0 }, shootout: { home: 3, away: 4 } }),
      of({
        sport: 'tennis',
        server: 'home',
        clock: { period: 3, clock_s: 0 },
        sets: [
          { home: 6, away: 4 },
          { home: 6, away: 7 },
        ],
        set: { games: { home: 2, away: 2 }, points: ['40', 'AD'], tie_break: false },
      }),
    ];
    for (const game of games) {
      for (const [name, data] of [
        ['win-probability', winProbability(game)],
        ['situation', situation(game)],
      ] as const) {
        expect(ajv.validate(manifest(name).schema, data), `${name} ${ajv.errorsText()}`).toBe(true);
      }
    }
    expect(situation(games[0]!)).toMatchObject({ sport: 'basketball', possession: 'away', yardsToGoal: 0 });
    expect(situation(games[3]!)).toMatchObject({ possession: 'home', points: ['40', 'AD'] });
  });

  it('passes over a command it does not know', () => {
    for (const odd of [{}, { command: 'SHOW_KEY_PLAY' }, { command: 'DANCE', data: {} }]) {
      expect(changeOf(odd as never, null)).toBeNull();
    }
  });

  it('brings back what is on air, without a key play that has had its time', () => {
    const [win_probability, key_play, spot, fourth] = commands.map((c) => c.data) as object[];
    const air = {
      home: null,
      away: null,
      win_probability,
      situation: spot,
      key_play: { ...key_play, at_ms: 1000 },
    };
    const names = (now: number): string[] => commandsOf(air as never, now).map((c) => c.command);
    expect(names(4000)).toEqual(['UPDATE_WIN_PROBABILITY', 'UPDATE_SITUATION', 'SHOW_KEY_PLAY']);
    expect(commandsOf(air as never, 4000)[2]!.data).toMatchObject({ duration: 2000 });
    expect(names(6000)).toEqual(['UPDATE_WIN_PROBABILITY', 'UPDATE_SITUATION']);
    expect(commandsOf({ ...air, decision: fourth } as never, 6000).map((c) => c.command)).toContain(
      'UPDATE_DECISION',
    );
    const nothing = { home: null, away: null, win_probability: null, situation: null, key_play: null };
    expect(commandsOf(nothing, 0)).toEqual([]);
  });
});
