import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { operator } from '../net/operator';
import { settings, type Theme } from '../settings';
import { icons } from './icons';
import { shared } from './shared';

/** The views, each loaded when it is first gone to. */
const views = {
  wall: () => import('./wall'),
  game: () => import('./game'),
  crowd: () => import('./crowd'),
  desk: () => import('./production'),
  production: () => import('./production-wall'),
  rules: () => import('./rules'),
  report: () => import('./report'),
  overlay: () => import('../graphics/overlay'),
};
type View = keyof typeof views;

interface Place {
  view: View | 'nowhere';
  game?: string;
}

export function placeOf(path: string): Place {
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  if (parts.length === 0) return { view: 'wall' };
  if (parts[0] === 'game' && parts.length === 2) return { view: 'game', game: parts[1] };
  if (parts[0] === 'game' && parts[2] === 'crowd' && parts.length === 3) {
    return { view: 'crowd', game: parts[1] };
  }
  if (parts[0] === 'game' && parts[2] === 'production' && parts.length === 3) {
    return { view: 'desk', game: parts[1] };
  }
  if (parts[0] === 'production' && parts.length === 1) return { view: 'production' };
  if (parts[0] === 'rules' && parts.length === 1) return { view: 'rules' };
  if (parts[0] === 'report' && parts.length === 1) return { view: 'report' };
  if (parts[0] === 'graphics' && parts[1] === 'overlay') return { view: 'overlay' };
  return { view: 'nowhere' };
}

const THEMES: Theme[] = ['auto', 'dark', 'light'];

/** The frame of every page: which view, and the two switches that hold everywhere. */
export class App extends LitElement {
  @state() private place: Place = placeOf(location.pathname);
  @state() private ready: View | null = null;
  @state() private broken = false;
  private stop: (() => void) | null = null;

  static override styles = [
    shared,
    css`
      header {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 10px max(16px, env(safe-area-inset-left));
        max-width: 1920px;
        margin-inline: auto;
      }
      .brand {
        font-size: var(--s3);
        font-weight: 700;
        letter-spacing: -0.02em;
        text-decoration: none;
        margin-inline-end: 8px;
      }
      nav {
        display: flex;
        gap: 4px;
        margin-inline-end: auto;
      }
      nav a {
        font-size: var(--s1);
        padding: 8px 10px;
        border-radius: 6px;
        text-decoration: none;
        color: var(--muted);
      }
      nav a[aria-current] {
        color: var(--text);
        background: var(--surface);
      }
      .icon {
        width: 16px;
        height: 16px;
      }
      main {
        padding: 0 max(16px, env(safe-area-inset-left)) 24px;
        max-width: 1920px;
        margin-inline: auto;
      }
      button[aria-pressed='true'] {
        background: var(--text);
        border-color: var(--text);
        color: var(--ground);
      }
      .note {
        text-align: center;
        padding: 20vh 16px;
        color: var(--muted);
      }
      .note strong {
        display: block;
        color: var(--text);
        font-size: var(--s3);
        margin-block-end: 8px;
      }
      @media print {
        header {
          display: none;
        }
      }
      @media (max-width: 359px) {
        header {
          gap: 4px;
        }
        nav {
          min-width: 0;
          overflow-x: auto;
        }
        .brand {
          font-size: 1rem;
          margin-inline-end: 0;
        }
      }
      @media (max-width: 600px) {
        header {
          padding-inline: 12px;
        }
        main {
          padding-inline: 12px;
        }
        .wide {
          display: none;
        }
        header button {
          min-height: 40px;
          min-width: 40px;
          justify-content: center;
        }
        nav a:not(.wide) {
          padding: 11px 8px;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('popstate', this.moved);
    document.addEventListener('click', this.clicked);
    const stops = [settings, operator].map((of) => of.watch(() => this.requestUpdate()));
    this.stop = () => stops.forEach((stop) => stop());
    this.moved();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('popstate', this.moved);
    document.removeEventListener('click', this.clicked);
    this.stop?.();
  }

  private readonly moved = (): void => {
    operator.arrive();
    this.place = placeOf(location.pathname);
    const { view } = this.place;
    document.documentElement.dataset.page = view;
    if (view === 'nowhere') return;
    this.broken = false;
    views[view]().then(
      () => {
        this.ready = view;
      },
      () => {
        // The server was replaced by another build, or is away: the code of the view is not there.
        this.broken = true;
      },
    );
  };

  /** Links within the pages change the view without a reload. */
  private readonly clicked = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
      return;
    const link = event.composedPath().find((n): n is HTMLAnchorElement => n instanceof HTMLAnchorElement);
    if (!link || link.origin !== location.origin || link.target || link.hasAttribute('download')) return;
    if (placeOf(link.pathname).view === 'nowhere') return;
    event.preventDefault();
    history.pushState(null, '', link.href);
    this.moved();
    scrollTo(0, 0);
  };

  override render(): TemplateResult {
    if (this.place.view === 'overlay') {
      return this.ready === 'overlay' ? html`<md-overlay></md-overlay>` : html``;
    }
    return html`${this.header()}
      <main>${this.body()}</main>`;
  }

  private header(): TemplateResult {
    const hidden = settings.spoilersHidden;
    const { theme } = settings;
    const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!;
    const { view } = this.place;
    return html`<header>
      <a class="brand" href="/">matchday</a>
      <nav aria-label="Views">
        <a href="/" aria-current=${view === 'wall' ? 'page' : nothing}>Games</a>
        ${
          operator.token === null
            ? nothing
            : html`<a
                  href="/production"
                  aria-current=${view === 'production' || view === 'desk' ? 'page' : nothing}
                  >Production</a
                ><a class="wide" href="/rules" aria-current=${view === 'rules' ? 'page' : nothing}>Rules</a>`
        }
        <a
          class=${operator.token === null ? '' : 'wide'}
          href="/report"
          aria-current=${view === 'report' ? 'page' : nothing}
          >Report</a
        >
      </nav>
      <button
        id="spoilers"
        aria-pressed=${hidden}
        aria-label="Hide spoilers"
        @click=${() => settings.setSpoilersHidden(!hidden)}
      >
        ${hidden ? icons.shut : icons.eye}
        <span class="wide">Hide spoilers</span>
      </button>
      <button
        id="theme"
        aria-label="Theme: ${theme}; change to ${next}"
        @click=${() => settings.setTheme(next)}
      >
        ${icons.theme}<span class="wide">${{ auto: 'Auto', dark: 'Dark', light: 'Light' }[theme]}</span>
      </button>
    </header>`;
  }

  private body(): TemplateResult {
    const { view, game } = this.place;
    if (view === 'nowhere') {
      return html`<div class="note">
        <strong>There is nothing at this address</strong>
        <p><a href="/">See all games</a></p>
      </div>`;
    }
    if (this.broken) {
      return html`<div class="note" role="alert">
        <strong>This page did not load</strong>
        <p>The server may be restarting. <button @click=${() => location.reload()}>Try again</button></p>
      </div>`;
    }
    if (this.ready !== view) return html`<p class="note">Loading…</p>`;
    if (view === 'game') return html`<md-game .game=${game!}></md-game>`;
    if (view === 'crowd') return html`<md-crowd .game=${game!}></md-crowd>`;
    if (view === 'desk') return html`<md-desk .game=${game!}></md-desk>`;
    if (view === 'production') return html`<md-production></md-production>`;
    if (view === 'rules') return html`<md-rules></md-rules>`;
    return view === 'report' ? html`<md-report></md-report>` : html`<md-wall></md-wall>`;
  }
}

customElements.define('md-app', App);
