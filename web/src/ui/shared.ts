import { css } from 'lit';

/** Styles that every element of the pages shares. */
export const shared = css`
  * {
    box-sizing: border-box;
  }
  :host {
    display: block;
    font-variant-numeric: tabular-nums;
  }
  :host([hidden]) {
    display: none;
  }
  h1,
  h2,
  h3,
  p {
    margin: 0;
    font: inherit;
  }
  a {
    color: inherit;
  }
  .vh {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .unit {
    font-size: 0.6em;
    font-weight: 400;
    margin-inline-start: 0.12em;
    color: var(--muted);
  }
  @media print {
    .card {
      break-inside: avoid;
    }
  }
  .card {
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--radius);
  }
  .head {
    font-size: var(--s1);
    font-weight: 600;
    color: var(--muted);
    letter-spacing: 0.02em;
  }
  button,
  .button {
    font: inherit;
    font-size: var(--s1);
    color: var(--text);
    background: transparent;
    border: 1px solid var(--line);
    border-radius: 6px;
    min-height: 32px;
    padding: 4px 10px;
    cursor: pointer;
    text-decoration: none;
    display: inline-flex;
    align-items: center;
    gap: 6px;
  }
  button:hover,
  .button:hover {
    background: var(--raised);
    border-color: var(--mark);
  }
  :focus-visible {
    outline: 2px solid var(--text);
    outline-offset: 2px;
  }
`;
