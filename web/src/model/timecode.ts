/** Frames and timecodes of a programme, as `FrameRate` of `crates/event` counts them. Times are microseconds. */

export type FrameRate = '25' | '29.97' | '50' | '59.94';

interface Rate {
  frames: bigint;
  seconds: bigint;
  /** Frames that the seconds of a timecode count. */
  nominal: number;
  /** Numbers left out at the beginning of each minute but every tenth. */
  dropped: number;
}

const RATES: Record<FrameRate, Rate> = {
  '25': { frames: 25n, seconds: 1n, nominal: 25, dropped: 0 },
  '29.97': { frames: 30_000n, seconds: 1_001n, nominal: 30, dropped: 2 },
  '50': { frames: 50n, seconds: 1n, nominal: 50, dropped: 0 },
  '59.94': { frames: 60_000n, seconds: 1_001n, nominal: 60, dropped: 4 },
};

const MICROS = 1_000_000n;
const DAY_US = 86_400n * MICROS;

const floored = (n: bigint, by: bigint): bigint => (n < 0n ? (n - by + 1n) / by : n / by);
const frameBefore = (us: bigint, { frames, seconds }: Rate): bigint => floored(us * frames, seconds * MICROS);
/** The first frame that begins at a time or after it. */
const frameFrom = (us: bigint, rate: Rate): bigint => frameBefore(us - 1n, rate) + 1n;
const timeOf = (frame: bigint, { frames, seconds }: Rate): bigint =>
  floored(frame * seconds * MICROS + frames - 1n, frames);

/** The frame that is on air at a time. */
export const frameAt = (us: number, rate: FrameRate): number =>
  Number(frameBefore(BigInt(Math.round(us)), RATES[rate]));

const two = (n: number): string => String(n).padStart(2, '0');

/** `19:04:59:24`, or with drop-frame numbers `19:04:59;28`: the place of a frame within its day, UTC. */
export function timecode(frame: number, name: FrameRate): string {
  const rate = RATES[name];
  if (!rate || !Number.isSafeInteger(frame)) return '--:--:--:--';
  const { nominal: fps, dropped: drop } = rate;
  const own = BigInt(frame);
  const midnight = floored(timeOf(own, rate), DAY_US) * DAY_US;
  let n = Number(own - frameFrom(midnight, rate));
  const tenMinutes = fps * 600 - drop * 9;
  const minute = fps * 60 - drop;
  const rest = n % tenMinutes;
  // The first minute of ten drops nothing and is longer by that.
  const minutes = rest < fps * 60 ? 0 : 1 + Math.floor((rest - fps * 60) / minute);
  n += drop * (Math.floor(n / tenMinutes) * 9 + minutes);
  const clock = [n / (fps * 3600), (n / (fps * 60)) % 60, (n / fps) % 60].map((v) => two(Math.floor(v)));
  return `${clock.join(':')}${drop > 0 ? ';' : ':'}${two(n % fps)}`;
}

/** The timecode of the frame that is on air at a time. */
export const timecodeAt = (us: number, rate: FrameRate): string => timecode(frameAt(us, rate), rate);
