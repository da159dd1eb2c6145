import { html, svg, type TemplateResult } from 'lit';
import { decimal, locale, percentNumber } from '../model/format';
import { leverageWord } from '../model/words';

const parts = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });

/** `61` with a small `%`, in the order and signs of the viewer's locale. */
export function pct(p: number, over = false): TemplateResult {
  const pieces = parts.formatToParts(percentNumber(p, over) / 100);
  return html`${pieces.map((piece) =>
    piece.type === 'percentSign' ? html`<span class="unit">${piece.value}</span>` : piece.value.trim(),
  )}`;
}

/** The leader and its chance, `72 % CPT`, from home's. */
export function leader(wpHome: number): { side: 'home' | 'away'; wp: number } {
  return wpHome >= 0.5 ? { side: 'home', wp: wpHome } : { side: 'away', wp: 1 - wpHome };
}

/** Leverage as a figure, a word and a bar of five steps. */
export function leverage(value: number | null): TemplateResult {
  const filled = value == null ? 0 : Math.min(5, Math.max(0, Math.round(value / 0.8)));
  return html`<span
    class="leverage"
    title="Leverage: how much the next play can move the game; 1 is an average play"
  >
    <svg viewBox="0 0 34 10" aria-hidden="true">
      ${[0, 1, 2, 3, 4].map(
        (i) =>
          svg`<rect x=${i * 7} y=${7 - i * 1.6} width="5" height=${3 + i * 1.6} rx="1" fill=${i < filled ? 'var(--text)' : 'var(--line)'}></rect>`,
      )}
    </svg>
    <span><span class="vh">Leverage </span>${value == null ? '–' : decimal(value)}</span>
    <span class="word">${leverageWord(value)}</span>
  </span>`;
}
