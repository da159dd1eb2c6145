import { driveSoFar } from '../model/drive';
import { type ChartModel, chartModel } from '../model/timeline';
import type { GraphicsCommand, OnAir, SituationOrder, Snapshot } from '../model/types';
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
    drive: driveSoFar(game),
  };
}

function spotData(
  spot: Pick<SituationOrder, 'possession' | 'down' | 'distance' | 'yards_to_goal'>,
): Pick<SituationData, 'possession' | 'down' | 'distance' | 'yardsToGoal'> {
  return {
    possession: spot.possession ?? 'none',
    down: spot.down ?? 0,
    distance: spot.distance ?? 0,
    yardsToGoal: spot.yards_to_goal ?? 0,
  };
}

/** What a command changes, by graphic; the game supplies teams and the line so far. */
export type Change =
  | { graphic: 'win-probability'; data: Partial<WinProbabilityData> }
  | { graphic: 'situation'; data: Partial<SituationData> }
  | { graphic: 'key-play'; data: KeyPlayData };

export function changeOf(order: GraphicsCommand, game: Snapshot | null): Change | null {
  // A command of a later server, or half of one, must not take the graphics down.
  if (!order?.data) return null;
  switch (order.command) {
    case 'UPDATE_WIN_PROBABILITY':
      return {
        graphic: 'win-probability',
        data: {
          ...(game ? winProbability(game) : {}),
          wpHome: order.data.home / 100,
          deltaHome: order.data.delta / 100,
        },
      };
    case 'UPDATE_SITUATION': {
      const { score, period, clock_s } = order.data;
      const data = {
        ...(game ? situation(game) : {}),
        score,
        period,
        clockS: clock_s,
        ...spotData(order.data),
      };
      return { graphic: 'situation', data };
    }
    case 'SHOW_KEY_PLAY': {
      const { side, text, wpa, duration } = order.data;
      const team = teamData(game?.info?.[side]) ?? { abbr: side };
      return { graphic: 'key-play', data: { team, text, wpa: wpa / 100, durationMs: duration } };
    }
    default:
      return null;
  }
}

/** What is on air, as the commands that would bring it there. A key play that has had its time is left out. */
export function commandsOf(air: OnAir, serverNow: number): GraphicsCommand[] {
  const orders: GraphicsCommand[] = [];
  if (air.win_probability) orders.push({ command: 'UPDATE_WIN_PROBABILITY', data: air.win_probability });
  if (air.situation) orders.push({ command: 'UPDATE_SITUATION', data: air.situation });
  if (air.key_play) {
    const left = air.key_play.at_ms + air.key_play.duration - serverNow;
    if (left > 0) orders.push({ command: 'SHOW_KEY_PLAY', data: { ...air.key_play, duration: left } });
  }
  return orders;
}
