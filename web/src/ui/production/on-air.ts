import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { since } from '../../model/format';
import { type Camera, CAMERAS, type DeskView, type Order, type Programme } from '../../model/production';
import { cameraName, cameraText, lasting, reasonText, shotWords } from '../../model/production-words';
import { timecode } from '../../model/timecode';
import { icons } from '../icons';
import { SHAPES } from '../link-figure';
import { moves } from '../moves';
import { shared } from '../shared';
import { deskStyles } from './styles';

/** Longer than this nothing stays on air: a match that was taken from a record is of another day. */
const TODAY_US = 12 * 3600 * 1e6;

/** Tells the page what the operator orders. */
export type OrderEvent = CustomEvent<Order>;

/** What is on air, why, and the buttons that put something else there. */
export class OnAir extends LitElement {
  @property({ attribute: false }) view!: DeskView;
  @property({ attribute: false }) programme!: Programme;
  /** The server's time, in microseconds. */
  @property({ type: Number }) now = 0;
  /** What was ordered and is not yet seen to be done. */
  @property({ attribute: false }) pending: Order | null = null;
  @property({ type: Boolean }) keys = true;

  static override styles = [
    shared,
    deskStyles,
    css`
      :host {
        display: grid;
        gap: 12px;
      }
      .air {
        display: grid;
        grid-template-columns: minmax(0, auto) minmax(0, 1fr);
        gap: 2px 24px;
        align-items: start;
        min-height: 132px;
      }
      .line {
        grid-column: 1 / -1;
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 12px;
        min-height: 28px;
      }
      .held {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        padding: 2px 10px;
        border: 1px solid var(--stale);
        border-radius: 6px;
        color: var(--stale);
        font-weight: 600;
        font-size: var(--s1);
      }
      .held svg {
        width: 14px;
        height: 14px;
      }
      .camera {
        font-size: clamp(var(--s4), 5vw, 3.5rem);
        font-weight: 700;
        line-height: 1.05;
        letter-spacing: -0.02em;
      }
      .camera + small {
        display: block;
        margin-block-start: 2px;
      }
      .why {
        min-width: 0;
        overflow-wrap: anywhere;
        display: grid;
        gap: 2px;
        padding-block-start: 6px;
      }
      .tc {
        font-weight: 600;
        white-space: nowrap;
      }
      .next {
        font-size: var(--s1);
        padding: 2px 10px;
        border: 1px dashed var(--text);
        border-radius: 6px;
      }
      .cameras {
        display: grid;
        grid-template-columns: repeat(7, minmax(0, 1fr));
        gap: 6px;
      }
      .orders {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) auto;
        gap: 6px;
      }
      .cameras button,
      .orders button {
        min-height: 56px;
        justify-content: center;
        font-size: var(--s2);
        font-weight: 600;
        padding: 4px;
        background: var(--raised);
        position: relative;
      }
      .cameras button {
        flex-direction: column;
        gap: 0;
      }
      .orders button {
        min-height: 44px;
        padding-inline: 12px;
      }
      kbd {
        font: inherit;
        font-size: var(--s1);
        font-weight: 400;
        color: var(--muted);
      }
      button.on {
        background: var(--text);
        border-color: var(--text);
        color: var(--surface);
      }
      button.on kbd {
        color: inherit;
      }
      button.next-up {
        border: 1px dashed var(--text);
      }
      button.ordered {
        outline: 2px dashed var(--stale);
        outline-offset: -4px;
      }
      .holding .hold {
        border-color: var(--stale);
        color: var(--stale);
      }
      .orders .keys {
        font-weight: 400;
        color: var(--muted);
        background: transparent;
      }
      @media (max-width: 719px) {
        .air {
          grid-template-columns: minmax(0, 1fr);
        }
        .cameras {
          grid-template-columns: repeat(4, minmax(0, 1fr));
        }
        .cameras button:first-child {
          grid-column: span 2;
        }
        .orders {
          grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        }
        .orders .keys {
          display: none;
        }
        .cameras button,
        .orders button {
          min-height: 56px;
        }
      }
      @media (hover: none) {
        kbd {
          display: none;
        }
      }
    `,
  ];

  private order(order: Order): void {
    this.dispatchEvent(new CustomEvent<Order>('order', { detail: order, bubbles: true, composed: true }));
  }

  override render(): TemplateResult {
    const { held } = this.view;
    const { shot } = this.programme;
    return html`<div class="air">${this.head()} ${this.camera()} ${this.why()}</div>
      <p class="vh" role="status">On air: ${cameraName(shot.camera)}${held ? ', held by hand' : ''}</p>
      <div class="cameras" role="group" aria-label="Take a camera by hand">
        ${CAMERAS.map((camera, i) => this.take(camera, i))}
      </div>
      <div class="orders ${held ? 'holding' : ''}" role="group" aria-label="The director agent">
        <button
          class="hold ${this.pending?.order === 'hold' ? 'ordered' : ''}"
          aria-pressed=${held}
          @click=${() => this.order({ order: 'hold' })}
        >
          ${held ? 'Held' : 'Hold'} <kbd aria-hidden="true">H</kbd>
        </button>
        <button
          class=${this.pending?.order === 'release' ? 'ordered' : ''}
          @click=${() => this.order({ order: 'release' })}
        >
          Release <kbd aria-hidden="true">R</kbd>
        </button>
        <button
          class="keys"
          aria-pressed=${this.keys}
          title="Single keys give orders: 1 to 7 take a camera, H holds, R releases"
          @click=${() => this.dispatchEvent(new Event('keys-toggle', { bubbles: true, composed: true }))}
        >
          Keys ${this.keys ? 'on' : 'off'}
        </button>
      </div>`;
  }

  private head(): TemplateResult {
    const { next } = this.programme;
    return html`<div class="line">
      <span class="mark live">${SHAPES.live}<span>On air</span></span>
      ${this.view.held ? html`<span class="held">${icons.lock} Held by hand: the director waits</span>` : nothing}
      ${
        next
          ? html`<span class="next" dir="ltr"
              >Next <b>${cameraName(next.shot.camera)}</b>
              <bdi dir="ltr">${timecode(next.frame, next.rate)}</bdi></span
            >`
          : nothing
      }
    </div>`;
  }

  private camera(): TemplateResult {
    const { shot } = this.programme;
    return html`<div>
      <p class="camera" ${moves(this.programme.cut?.frame ?? 0)}>${cameraName(shot.camera)}</p>
      <small
        >${[cameraText(shot.camera), ...shotWords({ ...shot, fade_ms: 0 })].filter(Boolean).join(', ')}</small
      >
    </div>`;
  }

  private why(): TemplateResult {
    const { cut } = this.programme;
    if (!cut) {
      return html`<div class="why muted">
        <p>The camera that a match begins with. Nothing was cut yet.</p>
      </div>`;
    }
    const gone = this.now - cut.at;
    return html`<div class="why" dir="ltr">
      <p>
        <small>since</small>
        <bdi class="tc" dir="ltr" title="Timecode, UTC, ${cut.rate} frames/s"
          >${timecode(cut.frame, cut.rate)}</bdi
        >
        ${gone >= 0 && gone < TODAY_US ? html`<small>for</small> <b>${gone < 9e7 ? since(gone / 1000) : lasting(gone)}</b>` : nothing}
      </p>
      <p>${cut.why}</p>
      <p class="muted">
        ${reasonText(cut.reason)}${cut.rule ? html` <b>${cut.rule}</b>` : nothing}${
          cut.over?.length ? html`, over ${cut.over.join(', ')}` : nothing
        }
      </p>
    </div>`;
  }

  private take(camera: Camera, i: number): TemplateResult {
    const { shot, next } = this.programme;
    const on = shot.camera === camera;
    const ordered = this.pending?.order === 'take' && this.pending.camera === camera;
    const up = next?.shot.camera === camera;
    return html`<button
      class="${on ? 'on' : ''} ${up ? 'next-up' : ''} ${ordered ? 'ordered' : ''}"
      data-camera=${camera}
      aria-current=${on ? 'true' : nothing}
      @click=${() => this.order({ order: 'take', camera })}
    >
      <kbd aria-hidden="true">${i + 1}</kbd>
      ${cameraName(camera)}${up ? html`<span class="vh">, next</span>` : nothing}${
        ordered ? html`<span class="vh">, ordered</span>` : nothing
      }
    </button>`;
  }
}

customElements.define('on-air', OnAir);
