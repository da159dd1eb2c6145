import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { integer, percent } from '../../model/format';
import { type Cut, type Entry, type Fired, isOf, type Kind, KINDS, type Told } from '../../model/production';
import {
  actionText,
  cameraName,
  changeText,
  entryName,
  firedTiming,
  KIND_NAMES,
  modelText,
  reasonText,
  refusalText,
  shotWords,
} from '../../model/production-words';
import { type FrameRate, timecode, timecodeAt } from '../../model/timecode';
import { SHAPES } from '../link-figure';
import { shared } from '../shared';
import { deskStyles } from './styles';

/** What was decided, newest first, and why. */
export class DecisionLog extends LitElement {
  @property({ attribute: false }) told: Told[] = [];
  @property() rate: FrameRate = '50';
  @state() private kind: Kind | null = null;

  static override styles = [
    shared,
    deskStyles,
    css`
      :host {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr);
        min-height: 0;
        height: 100%;
      }
      .filters {
        display: flex;
        flex-wrap: wrap;
        gap: 4px;
        padding-block: 6px 8px;
      }
      .filters button[aria-pressed='true'] {
        background: var(--text);
        border-color: var(--text);
        color: var(--surface);
      }
      .filters b {
        font-weight: 600;
      }
      ol {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      .scroll {
        overflow-y: auto;
        min-height: 0;
        border-block-start: 1px solid var(--line);
      }
      li {
        display: grid;
        grid-template-columns: 88px 68px minmax(0, 1fr);
        gap: 0 10px;
        align-items: baseline;
        padding: 7px 0;
        border-block-end: 1px solid var(--line);
      }
      .when {
        font-size: var(--s1);
        color: var(--muted);
        white-space: nowrap;
      }
      .what {
        min-width: 0;
        overflow-wrap: anywhere;
      }
      .what b {
        font-weight: 600;
      }
      .why {
        font-size: var(--s1);
        color: var(--muted);
      }
      .off .what b,
      .off .what .from {
        text-decoration: line-through;
        color: var(--muted);
      }
      .chip {
        justify-self: start;
      }
      .mark {
        white-space: normal;
      }
      .none {
        color: var(--muted);
        padding-block: 14px;
      }
      @media (max-width: 719px) {
        .filters button {
          min-height: 40px;
        }
        li {
          grid-template-columns: 66px minmax(0, 1fr);
        }
        .when {
          grid-column: 2;
          grid-row: 1;
        }
        .chip {
          grid-row: 1;
        }
        .what {
          grid-column: 1 / -1;
          margin-block-start: 2px;
        }
      }
    `,
  ];

  override render(): TemplateResult {
    const { kind } = this;
    const shown = kind ? this.told.filter((t) => isOf(t.entry, kind)) : this.told;
    const button = (name: string, of: Kind | null, n: number): TemplateResult =>
      html`<button
        aria-pressed=${kind === of}
        data-kind=${of ?? 'all'}
        @click=${() => {
          this.kind = of;
        }}
      >
        ${name} <b>${integer(n)}</b>
      </button>`;
    return html`<div>
        <h2 class="head">Decisions, newest first</h2>
        <div class="filters" role="group" aria-label="Show">
          ${button('All', null, this.told.length)}
          ${KINDS.map((k) => button(KIND_NAMES[k], k, this.told.filter((t) => isOf(t.entry, k)).length))}
        </div>
      </div>
      <div class="scroll" tabindex="0" role="region" aria-label="Decisions">
        ${
          shown.length === 0
            ? html`<p class="none">
                ${this.told.length === 0 ? 'Nothing was decided yet.' : 'None of this kind.'}
              </p>`
            : html`<ol>
                ${repeat(
                  shown,
                  (t) => t.key,
                  (t) => this.row(t),
                )}
              </ol>`
        }
      </div>`;
  }

  private row({ entry, off }: Told): TemplateResult {
    const when =
      entry.decided === 'cut' ? timecode(entry.frame, entry.rate) : timecodeAt(entry.at, this.rate);
    return html`<li class=${off ? 'off' : ''} data-kind=${entry.decided}>
      <bdi class="when" dir="ltr" title="Timecode, UTC">${when}</bdi>
      <span class="chip ${entry.decided === 'cut' && !off ? 'on' : ''}">${entryName(entry)}</span>
      <div class="what" dir="ltr">
        ${this.what(entry, off)}
        ${
          entry.refused
            ? html`<p class="mark late">${SHAPES.late}<span>${refusalText(entry.refused)}</span></p>`
            : nothing
        }
      </div>
    </li>`;
  }

  private what(entry: Entry, off: boolean): TemplateResult {
    switch (entry.decided) {
      case 'cut':
        return this.cut(entry, off);
      case 'fired':
        return this.fired(entry);
      case 'released':
        return html`<b>${entry.rule}</b>${keyed(entry.key)} asks no more`;
      case 'camera_model':
        return html`${modelText(entry)}`;
      default:
        return html`${changeText(entry)}`;
    }
  }

  private cut(cut: Cut, off: boolean): TemplateResult {
    const stays = cut.from === cut.shot.camera;
    const how = [reasonText(cut.reason), ...shotWords(cut.shot)].join(', ');
    return html`<b>${cameraName(cut.shot.camera)}</b>
      <span class="from">${stays ? 'stays' : `from ${cameraName(cut.from)}`}</span>
      <small>· ${how}</small>
      ${off ? html`<span class="chip">taken back</span>` : nothing}
      <p class="why">${cut.why}${cut.over?.length ? html`<br />over ${cut.over.join(', ')}` : nothing}</p>`;
  }

  private fired(fired: Fired): TemplateResult {
    const timing = firedTiming(fired);
    return html`<b>${fired.rule}</b>${keyed(fired.key)}
      <p>${actionText(fired.action)}${timing ? html` <small>${timing}</small>` : nothing}</p>
      <p class="why">
        ${fired.why ? html`${fired.why} · ` : nothing}priority ${fired.priority}, confidence
        ${percent(fired.confidence, true)}
      </p>`;
  }
}

const keyed = (key: string | undefined): TemplateResult | typeof nothing =>
  key ? html` <small>${key}</small>` : nothing;

customElements.define('decision-log', DecisionLog);
