/**
 * Who may give orders. The token is kept for this tab alone, and goes nowhere but into the header of requests: not
 * into an address, not into a message, not onto the console.
 */
const KEY = 'matchday.operator';

/** The token in what stands behind an address's `#`, as it is: a plus sign is one here. */
export function tokenIn(hash: string): string | null {
  const written = /^#(?:.*&)?token=([^&]*)/.exec(hash)?.[1];
  if (written === undefined) return null;
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}

class Operator extends EventTarget {
  private own: string | null = null;

  constructor() {
    super();
    try {
      this.own = sessionStorage.getItem(KEY);
    } catch {
      // Storage may be closed to us: the token holds until the page is left.
    }
  }

  get token(): string | null {
    return this.own;
  }

  /** Takes the token that an address brings as `#token=…`, and takes it out of the address. */
  arrive(): void {
    const given = tokenIn(location.hash);
    if (given === null) return;
    history.replaceState(history.state, '', location.pathname + location.search);
    if (given) this.use(given);
  }

  /** `null` forgets it. */
  use(token: string | null): void {
    this.own = token;
    try {
      if (token === null) sessionStorage.removeItem(KEY);
      else sessionStorage.setItem(KEY, token);
    } catch {
      // As above.
    }
    this.dispatchEvent(new Event('change'));
  }

  /** Calls back when the token changes; returns what ends it. */
  watch(run: () => void): () => void {
    this.addEventListener('change', run);
    return () => this.removeEventListener('change', run);
  }
}

export const operator = new Operator();
