/** What the viewer chose, kept in this browser. */
export type Theme = 'auto' | 'dark' | 'light';

interface Choices {
  theme: Theme;
  spoilers: 'shown' | 'hidden';
}

const KEY = 'matchday';

function load(): Choices {
  const standard: Choices = { theme: 'auto', spoilers: 'shown' };
  try {
    return { ...standard, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Choices>) };
  } catch {
    // Storage may be closed to us (private windows, embedded pages): the standard holds for this visit.
    return standard;
  }
}

class Settings extends EventTarget {
  private choices = load();
  /** Games whose spoilers were asked for, during this visit only. */
  private readonly revealed = new Set<string>();
  private printing = false;

  get theme(): Theme {
    return this.choices.theme;
  }

  get spoilersHidden(): boolean {
    return this.choices.spoilers === 'hidden';
  }

  hides(game: string): boolean {
    return this.spoilersHidden && !this.revealed.has(game);
  }

  setTheme(theme: Theme): void {
    this.keep({ theme });
    this.apply();
  }

  setSpoilersHidden(hidden: boolean): void {
    this.revealed.clear();
    this.keep({ spoilers: hidden ? 'hidden' : 'shown' });
  }

  reveal(game: string): void {
    this.revealed.add(game);
    this.dispatchEvent(new Event('change'));
  }

  /** Puts the theme on the page; without a choice of one the system's holds. */
  apply(): void {
    const root = document.documentElement;
    const theme = this.printing ? 'light' : this.theme;
    if (theme === 'auto') delete root.dataset.theme;
    else root.dataset.theme = theme;
    this.dispatchEvent(new Event('change'));
  }

  /** Paper is light: for as long as the page is printed it has that theme, whatever was chosen for the screen. */
  print(printing: boolean): void {
    this.printing = printing;
    this.apply();
  }

  /** Calls back when a choice or the system's theme changes; returns what ends it. */
  watch(run: () => void): () => void {
    const system = matchMedia('(prefers-color-scheme: dark)');
    this.addEventListener('change', run);
    system.addEventListener('change', run);
    return () => {
      this.removeEventListener('change', run);
      system.removeEventListener('change', run);
    };
  }

  private keep(change: Partial<Choices>): void {
    this.choices = { ...this.choices, ...change };
    try {
      localStorage.setItem(KEY, JSON.stringify(this.choices));
    } catch {
      // As above: it holds for this visit.
    }
    this.dispatchEvent(new Event('change'));
  }
}

export const settings = new Settings();

export const reducedMotion = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
