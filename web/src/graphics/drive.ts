import { type ChartModel, chartModel } from '../model/timeline';
import type { GraphicsCommand, Snapshot } from '../model/types';
import { type KeyPlayData, type SituationData, teamData, type WinProbabilityData } from './data';

/** From the game and the guard's commands to the data of the graphics. */

export function seriesOf(model: ChartModel): [number, number][] {
  const round = (v: number): number => Math.round(v * 1e4) / 1e4;
  const line: [number, number][] = model.points.map((p) => [Math.round(p.x1), round(p.after)]);
  const first = model.points[0];
  return first ? [[0, round(first.before)], ...line] : [];
}

export function winProbability(game: Snapshot): WinProbabilityData {
  const model = chartModel(game);
  return {
    home: teamData(game.info?.home) ?? { abbr: 'HOME' },
    away: teamData(game.info?.away) ?? { abbr: 'AWAY' },
    wpHome: model.now.y,
    deltaHome: game.plays.at(-1)?.wpa_home ?? 0,
    final: model.final,
    periods: model.spans.map((s) => s.length),
    series: seriesOf(model),
  };
}

export function situation(game: Snapshot): SituationData {
  const { state, info } = game;
  return {
    home: teamData(info?.home) ?? { abbr: 'HOME' },
    away: teamData(info?.away) ?? { abbr: 'AWAY' },
    score: state.score,
    period: state.clock.period,
    clockS: state.clock.clock_s,
    phase: state.phase,
    ...spotData(state.spot),
  };
}

function spotData(
  spot: Snapshot['state']['spot'],
): Pick<SituationData, 'possession' | 'down' | 'distance' | 'yardsToGoal'> {
  return {
    possession: spot.possession ?? 'none',
    down: spot.down ?? 0,
    distance: spot.distance ?? 0,
    yardsToGoal: spot.yards_to_goal ?? 0,
  };
}

/** What one command changes, by graphic; the game supplies teams and the line so far. */
export type Change =
  | { graphic: 'win-probability'; data: Partial<WinProbabilityData> }
  | { graphic: 'situation'; data: Partial<SituationData> }
  | { graphic: 'key-play'; data: KeyPlayData };

export function changeOf(command: GraphicsCommand, game: Snapshot | null): Change | null {
  switch (command.command) {
    case 'UPDATE_WIN_PROBABILITY':
      return {
        graphic: 'win-probability',
        data: {
          ...(game ? winProbability(game) : {}),
          wpHome: command.home,
          deltaHome: command.delta_home,
        },
      };
    case 'UPDATE_SITUATION':
      return {
        graphic: 'situation',
        data: {
          ...(game ? situation(game) : {}),
          score: command.score,
          period: command.period,
          clockS: command.clock_s,
          ...spotData(command.spot),
        },
      };
    case 'SHOW_KEY_PLAY':
      return {
        graphic: 'key-play',
        data: {
          team: teamData(game?.info?.[command.side]) ?? { abbr: command.side },
          text: command.text,
          wpa: command.wpa,
          durationMs: command.duration_ms,
        },
      };
    default:
      return null;
  }
}

/** Finds a command in whatever it comes wrapped in: bare, in a gateway message, or in a CloudEvent. */
export function commandIn(text: string): GraphicsCommand | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  for (let depth = 0; depth < 4 && typeof value === 'object' && value !== null; depth++) {
    if (typeof (value as { command?: unknown }).command === 'string') return value as GraphicsCommand;
    const wrapped = value as { data?: unknown; what?: unknown };
    value = wrapped.data ?? wrapped.what;
  }
  return null;
}
