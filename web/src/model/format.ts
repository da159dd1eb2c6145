/** Numbers and dates as the viewer's locale writes them. */

const requested = typeof location === 'undefined' ? null : new URLSearchParams(location.search).get('lang');

function pickLocale(): string {
  for (const tag of [requested, typeof navigator === 'undefined' ? null : navigator.language, 'en']) {
    if (!tag) continue;
    try {
      return Intl.getCanonicalLocales(tag)[0] ?? 'en';
    } catch {
      // A locale nobody knows is passed over: the next one counts.
    }
  }
  return 'en';
}

export const locale = pickLocale();

const RTL = new Set(['ar', 'he', 'fa', 'ur', 'ps', 'sd', 'ug', 'yi', 'dv', 'ku']);
/** Direction of the locale that was asked for. Text is English, so the browser's own locale does not turn it. */
export function direction(): 'ltr' | 'rtl' {
  const asked = typeof location === 'undefined' ? null : new URLSearchParams(location.search).get('dir');
  if (asked === 'rtl' || asked === 'ltr') return asked;
  return requested && RTL.has(requested.split('-')[0]!.toLowerCase()) ? 'rtl' : 'ltr';
}

const cache = new Map<string, Intl.NumberFormat>();
function numbers(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options);
  let format = cache.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, options);
    cache.set(key, format);
  }
  return format;
}

/** A minus sign, as wide as the plus, in place of the hyphen that most locales write. */
const minus = (text: string): string => text.replace('-', '−');

export const integer = (value: number): string => minus(numbers({ maximumFractionDigits: 0 }).format(value));
export const decimal = (value: number, digits = 1): string =>
  minus(numbers({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value));

/**
 * A probability in whole per cent, without the sign. Nothing is certain until the game is over: short of
 * that, 99 and 1 are the ends.
 */
export function percentNumber(p: number, over = false): number {
  const whole = Math.round(p * 100);
  return over ? whole : Math.min(99, Math.max(1, whole));
}

export const percent = (p: number, over = false): string =>
  numbers({ style: 'percent', maximumFractionDigits: 0 }).format(percentNumber(p, over) / 100);

/** `+12`, `−3`, in points of per cent. */
export function signedPoints(delta: number): string {
  return minus(
    numbers({ signDisplay: 'exceptZero', maximumFractionDigits: 0 }).format(Math.round(delta * 100)),
  );
}

export const signed = (value: number, digits = 1): string =>
  minus(
    numbers({
      signDisplay: 'exceptZero',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(value),
  );

/** An age or a delay, in the unit that fits: `0.2 s`, `12 s`, `3 min`. */
export function age(ms: number): string {
  const s = Math.max(0, ms) / 1000;
  const unit = (value: number, name: 'second' | 'minute' | 'hour', digits: number): string =>
    numbers({
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(value);
  if (s < 0.1) return `<${unit(0.1, 'second', 1).replace('sec', 's')}`;
  if (s < 10) return unit(s, 'second', 1).replace('sec', 's');
  if (s < 90) return unit(s, 'second', 0).replace('sec', 's');
  if (s < 5400) return unit(s / 60, 'minute', 0);
  return unit(s / 3600, 'hour', 1);
}

/** A duration measured in microseconds: `840 µs`, `3.2 ms`, `1.4 s`. */
export function micros(us: number): { value: string; unit: string } {
  if (us < 1000) return { value: integer(us), unit: 'µs' };
  if (us < 1_000_000) return { value: decimal(us / 1000, us < 100_000 ? 1 : 0), unit: 'ms' };
  return { value: decimal(us / 1_000_000, 1), unit: 's' };
}

/** A scheduled start, from microseconds. */
export function kickoffText(us: number): string {
  return new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: 'numeric',
    minute: '2-digit',
  }).format(us / 1000);
}

/** A time of day, from milliseconds: `20:41`, with seconds `20:41:07`. */
export function timeOfDay(ms: number, seconds = false): string {
  const key = seconds ? 1 : 0;
  times[key] ??= new Intl.DateTimeFormat(locale, {
    hour: 'numeric',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' } : {}),
  });
  return times[key]!.format(ms);
}
const times: (Intl.DateTimeFormat | undefined)[] = [];

/** How long ago, in whole units, so that it changes no more than once a second: `12 s`, `4 min`. */
export const since = (ms: number): string => (ms < 90_000 ? secondsText(ms) : age(ms));

const secondsText = (ms: number): string =>
  numbers({ style: 'unit', unit: 'second', unitDisplay: 'short', maximumFractionDigits: 0 })
    .format(Math.floor(Math.max(0, ms) / 1000))
    .replace('sec', 's');
