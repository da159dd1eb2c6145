import { driveSoFar } from '../model/drive';
import { sportOf } from '../model/sport';
import { type ChartModel, chartModel, lineOf } from '../model/timeline';
import { choiceName, verdict } from '../model/decision';
import type {
  DecisionOrder,
  GraphicsCommand,
  OnAir,
  SituationOrder,
  Snapshot,
  StateFact,
} from '../model/types';
import { abbrs, downDistance, spotName } from '../model/words';
import {
  type DecisionData,
  type KeyPlayData,
  type SituationData,
  teamData,
  type WinProbabilityData,
} from './data';

/** From the game and the guard's commands to the data of the graphics. */

export function seriesOf(model: ChartModel): [number, number][] {
  const round = (v: number): number => Math.round(v * 1e4) / 1e4;
  if (model.points.length === 0) return [];
  return lineOf(model)
    .map(([x, y]): [number, number] => [Math.round(x), round(y)])
    .filter(([x, y], i, all) => i === 0 || x !== all[i - 1]![0] || y !== all[i - 1]![1]);
}

export function winProbability(game: Snapshot): WinProbabilityData {
  const model = chartModel(game);
  return {
    home: teamData(game.info?.home) ?? { abbr: 'HOME' },
    away: teamData(game.info?.away) ?? { abbr: 'AWAY' },
    wpHome: model.now.y,
    deltaHome: game.plays.at(-1)?.wpa_home ?? 0,
    final: model.final,
    sport: sportOf(game.state),
    periods: model.spans.map((s) => s.length),
    series: seriesOf(model),
  };
}

export function situation(game: Snapshot): SituationData {
  const { state, info } = game;
  return {
    sport: sportOf(state),
    home: teamData(info?.home) ?? { abbr: 'HOME' },
    away: teamData(info?.away) ?? { abbr: 'AWAY' },
    score: state.score,
    period: state.clock.period,
    clockS: state.clock.clock_s,
    phase: state.phase,
    ...spotData(state.spot),
    drive: driveSoFar(game),
    ...ownData(state),
  };
}

/** What only one sport has. */
function ownData({ sport, reds, shootout, outcome, sets, set }: StateFact): Partial<SituationData> {
  if (sport === 'soccer') return { reds, outcome, ...(shootout ? { shootout } : {}) };
  if (sport === 'tennis') return { sets: sets ?? [], games: set?.games, points: set?.points };
  return {};
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

/** The decision that is open in the game itself; `null` while none is. */
export function decision(game: Snapshot): DecisionData | null {
  const open = game.state.decision;
  if (!open) return null;
  return {
    team: teamData(game.info?.[open.side]) ?? { abbr: open.side },
    kind: open.kind,
    situation: where(game, open.kind, game.state.spot),
    verdict: verdict(open),
    tossUp: open.toss_up,
    edge: open.edge,
    options: open.options.map((o) => ({
      name: choiceName(o.choice),
      wp: o.wp,
      wpLow: o.wp_low,
      wpHigh: o.wp_high,
      ...(o.success == null ? {} : { success: o.success }),
      usual: o.usual,
    })),
    ...(open.break_even == null ? {} : { breakEven: open.break_even }),
  };
}

/** The same from a command, which speaks in percent. */
function ordered(order: DecisionOrder, game: Snapshot | null, spot: SituationOrder | null): DecisionData {
  const best = order.options[0];
  const tossUp = order.verdict === 'toss-up' || !best;
  return {
    team: teamData(game?.info?.[order.side]) ?? { abbr: order.side },
    kind: order.kind,
    situation: game ? where(game, order.kind, spot ?? game.state.spot) : '',
    verdict: tossUp ? 'Toss-up' : choiceName(best.choice),
    tossUp,
    edge: order.edge / 100,
    options: order.options.map((o) => ({
      name: choiceName(o.choice),
      wp: o.wp / 100,
      wpLow: o.wp_low / 100,
      wpHigh: o.wp_high / 100,
      ...(o.success == null ? {} : { success: o.success / 100 }),
      usual: o.usual / 100,
    })),
    ...(order.break_even == null ? {} : { breakEven: order.break_even / 100 }),
  };
}

function where(
  { info }: Snapshot,
  kind: DecisionData['kind'],
  spot: Pick<SituationOrder, 'possession' | 'down' | 'distance' | 'yards_to_goal'> | undefined,
): string {
  if (kind !== 'fourth_down' || spot?.down !== 4) return '';
  return `${downDistance(spot)} at ${spotName(spot, abbrs(info))}`;
}

/** What a command changes, by graphic; the game supplies teams and the line so far. */
export type Change =
  | { graphic: 'win-probability'; data: Partial<WinProbabilityData> }
  | { graphic: 'situation'; data: Partial<SituationData> }
  | { graphic: 'key-play'; data: KeyPlayData }
  /** `null` once the side has chosen. */
  | { graphic: 'decision'; data: DecisionData | null };

/** `spot` is what the last command about the situation said: the game itself may not have come so far yet. */
export function changeOf(
  order: GraphicsCommand,
  game: Snapshot | null,
  spot: SituationOrder | null = null,
): Change | null {
  // A command of a later server, or half of one, must not take the graphics down.
  if (order?.command === 'UPDATE_DECISION' && order.data === null) return { graphic: 'decision', data: null };
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
    case 'UPDATE_DECISION':
      return Array.isArray(order.data.options)
        ? { graphic: 'decision', data: ordered(order.data, game, spot) }
        : null;
    default:
      return null;
  }
}

/** What is on air, as the commands that would bring it there. A key play that has had its time is left out. */
export function commandsOf(air: OnAir, serverNow: number): GraphicsCommand[] {
  const orders: GraphicsCommand[] = [];
  if (air.win_probability) orders.push({ command: 'UPDATE_WIN_PROBABILITY', data: air.win_probability });
  if (air.situation) orders.push({ command: 'UPDATE_SITUATION', data: air.situation });
  if (air.decision) orders.push({ command: 'UPDATE_DECISION', data: air.decision });
  if (air.key_play) {
    const left = air.key_play.at_ms + air.key_play.duration - serverNow;
    if (left > 0) orders.push({ command: 'SHOW_KEY_PLAY', data: { ...air.key_play, duration: left } });
  }
  return orders;
}
