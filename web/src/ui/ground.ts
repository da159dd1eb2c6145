import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { type GameColors, gameColors } from '../model/color';
import type { Team } from '../model/types';
import { settings } from '../settings';

/**
 * Tells an element the colour it is drawn on, the `--surface` it inherits, and team colours that can be seen
 * there. Renders the element again when the theme changes.
 */
export class Ground implements ReactiveController {
  private value = '';
  private key = '';
  private cached: GameColors | null = null;
  private stop: (() => void) | null = null;

  constructor(private readonly host: ReactiveControllerHost & HTMLElement) {
    host.addController(this);
  }

  hostConnected(): void {
    this.stop = settings.watch(() => {
      this.value = '';
      this.host.requestUpdate();
    });
    this.value = '';
  }

  hostDisconnected(): void {
    this.stop?.();
  }

  get color(): string {
    this.value ||= getComputedStyle(this.host).getPropertyValue('--surface').trim() || '#14171c';
    return this.value;
  }

  teams(home: Team | null, away: Team | null): GameColors {
    const key = [this.color, home?.color, home?.alt_color, away?.color, away?.alt_color].join();
    if (key !== this.key || !this.cached) {
      this.key = key;
      this.cached = gameColors(home, away, this.color);
    }
    return this.cached;
  }
}
