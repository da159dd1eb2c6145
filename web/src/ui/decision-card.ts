import { css, html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import {
  type Calls,
  callsOf,
  choiceDone,
  choiceName,
  cost,
  decisionOf,
  decisionTitle,
  span,
  verdict,
} from '../model/decision';
import { decimal, percent } from '../model/format';
import type { Decision, DecisionOption, PlayFact, Snapshot } from '../model/types';
import { abbrs, clockName, type Names } from '../model/words';
import { shared } from './shared';

const points = (p: number): string => decimal(p * 100);

/** Fourth downs and tries: the sentence first, then what each option is worth and how well that is known. */
export class DecisionCard extends LitElement {
  static override styles = [
    shared,
    css`
      .line {
        display: flex;
        align-items: baseline;
        gap: 10px;
      }
      .line .when {
        margin-inline-start: auto;
        color: var(--muted);
        font-size: var(--s1);
      }
      .big {
        font-size: var(--s3);
        font-weight: 600;
        margin-block: 2px;
      }
      .why {
        color: var(--muted);
        font-size: var(--s2);
        min-height: 1.4em;
      }
      table {
        width: 100%;
        border-collapse: collapse;
        margin-top: 8px;
        font-size: var(--s2);
      }
      th {
        font-weight: 400;
        text-align: start;
        padding: 3px 0;
      }
      thead th {
        color: var(--muted);
        font-size: var(--s1);
      }
      td,
      thead th:not(:first-child) {
        text-align: end;
        padding: 3px 0 3px 12px;
        white-space: nowrap;
      }
      tbody tr:first-child th {
        font-weight: 600;
      }
      tbody tr:first-child .wp {
        font-weight: 600;
      }
      .range {
        width: 40%;
        padding-inline: 12px;
      }
      .range svg {
        display: block;
        width: 100%;
        height: 16px;
        overflow: visible;
      }
      .called {
        color: var(--muted);
        font-size: var(--s1);
        border: 1px solid var(--line);
        border-radius: 4px;
        padding: 0 5px;
        margin-inline-start: 6px;
      }
      .calls {
        color: var(--muted);
        font-size: var(--s1);
        margin-top: 8px;
      }
      @media (max-width: 719px) {
        .range {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) game: Snapshot | null = null;
  @property({ attribute: false }) selected: string | null = null;

  override render(): TemplateResult {
    const { game } = this;
    if (!game) return html``;
    const found = decisionOf(game, this.selected);
    const names = abbrs(game.info);
    if (!found)
      return html`<h2 class="head">Fourth down</h2>
        <p class="why">None yet: before each fourth down this says what every option is worth.</p>`;
    return html`${this.shown(found.decision, found.play, names)}${this.tally(game, names)}`;
  }

  private shown(decision: Decision, play: PlayFact | null, names: Names): TemplateResult {
    const side = names[decision.side];
    return html`<div class="line">
        <h2 class="head">${decisionTitle(decision)}</h2>
        <span class="when">${side} · ${play ? clockName(play.clock) : 'now'}</span>
      </div>
      <p class="big">${verdict(decision)}</p>
      <p class="why">${this.why(decision)} ${play ? this.called(decision, side) : nothing}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">Option</th>
            <th scope="col">${side} to win</th>
            <th scope="col" class="range"><span class="vh">90 % interval</span></th>
            <th scope="col">Works</th>
            <th scope="col">Coaches</th>
          </tr>
        </thead>
        <tbody>
          ${decision.options.map((o) => this.option(o, decision))}
        </tbody>
      </table>`;
  }

  private why(decision: Decision): string {
    const [best, second] = decision.options;
    if (!best || !second) return '';
    const bold = decision.options.find((o) => o.choice === 'go' || o.choice === 'two_point');
    const edge = decision.toss_up
      ? `${choiceName(best.choice)} and ${choiceName(second.choice).toLowerCase()} are too close to tell apart.`
      : `Worth ${points(decision.edge)} points of win probability more than to ${choiceName(second.choice).toLowerCase()}.`;
    const even =
      bold?.success != null && decision.break_even != null
        ? ` ${bold.choice === 'go' ? 'Going for it' : 'Going for two'} works ${percent(bold.success)} of the time and breaks even at ${percent(decision.break_even)}.`
        : '';
    return edge + even;
  }

  private called(decision: Decision, side: string): TemplateResult | typeof nothing {
    const lost = cost(decision);
    if (decision.called == null || lost == null) return nothing;
    return html`${side}
    ${choiceDone(decision.called)}${
      decision.toss_up || lost < 0.0005 ? '.' : `: ${points(lost)} points given away.`
    }`;
  }

  private option(option: DecisionOption, decision: Decision): TemplateResult {
    const [low, high] = span(decision);
    const x = (p: number) => `${(((p - low) / (high - low)) * 100).toFixed(2)}%`;
    const range = `from ${points(option.wp_low)} to ${points(option.wp_high)} per cent`;
    return html`<tr>
      <th scope="row">
        ${choiceName(option.choice)}${
          decision.called === option.choice ? html`<span class="called">called</span>` : nothing
        }
      </th>
      <td class="wp">${points(option.wp)}<span class="unit">%</span></td>
      <td class="range">
        <span class="vh">${range}</span>
        ${svg`<svg aria-hidden="true">
          <line x1="0" x2="100%" y1="8" y2="8" stroke="var(--line)"></line>
          <line x1=${x(option.wp_low)} x2=${x(option.wp_high)} y1="8" y2="8"
            stroke="var(--muted)" stroke-width="5" stroke-linecap="round"></line>
          <circle cx=${x(option.wp)} cy="8" r="5" fill="var(--text)"></circle>
        </svg>`}
      </td>
      <td>${option.success == null ? '–' : percent(option.success)}</td>
      <td>${percent(option.usual, true)}</td>
    </tr>`;
  }

  /** How both sides have called it so far. */
  private tally(game: Snapshot, names: Names): TemplateResult | typeof nothing {
    const said = (['away', 'home'] as const)
      .map((side) => ({ name: names[side], calls: callsOf(game.plays, side) }))
      .filter(({ calls }) => calls.made > 0)
      .map(({ name, calls }) => this.count(name, calls));
    return said.length === 0 ? nothing : html`<p class="calls">${said.join(' · ')}</p>`;
  }

  private count(name: string, calls: Calls): string {
    return `${name} ${calls.agreed} of ${calls.made} calls as the models, ${points(calls.lost)} points given away`;
  }
}

customElements.define('decision-card', DecisionCard);
