import { css } from 'lit';

/** The layout of the crowd page: one column on a phone; on a desk now and the moments beside chart, level and rooms. */
export const crowdStyles = css`
  .page,
  .views {
    display: grid;
    gap: var(--gap);
    grid-template-columns: minmax(0, 1fr);
  }
  /* What changes in one card ten times a second moves nothing in another. */
  .views > .card {
    padding: 12px 14px;
    min-width: 0;
    contain: layout paint;
  }
  .chart {
    --chart-height: clamp(220px, 30vh, 440px);
  }
  .readout {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    align-items: baseline;
    gap: 2px 18px;
    min-height: 44px;
    margin-block-end: 4px;
  }
  .readout .wp {
    font-size: var(--s3);
    font-weight: 700;
    white-space: nowrap;
  }
  .readout .wp small {
    font-size: var(--s1);
    font-weight: 400;
    color: var(--muted);
  }
  .readout .said {
    flex: 1;
    min-width: 12em;
    text-align: end;
    font-size: var(--s1);
    color: var(--muted);
  }
  .strip {
    margin-block-start: 10px;
  }
  .strip .readout {
    align-items: baseline;
    min-height: 2.9em;
    margin: 0;
  }
  .strip .figures {
    display: inline-flex;
    flex-wrap: wrap;
    gap: 0 12px;
    font-weight: 600;
  }
  .strip .figures span {
    white-space: nowrap;
  }
  .axis-note {
    font-size: var(--s1);
    color: var(--muted);
    margin-block-start: 4px;
  }
  .empty {
    display: grid;
    justify-items: center;
    gap: 8px;
    padding: 10vh 20px;
    text-align: center;
    color: var(--muted);
  }
  .empty p {
    max-width: 60ch;
  }
  .empty .big {
    color: var(--text);
  }
  .empty code,
  .empty pre {
    color: var(--text);
  }
  .empty pre {
    margin: 4px 0;
    padding: 12px 14px;
    max-width: 100%;
    overflow-x: auto;
    text-align: start;
    font-size: var(--s1);
    background: var(--raised);
    border: 1px solid var(--line);
    border-radius: 6px;
  }
  @media (min-width: 720px) {
    .views {
      grid-template-columns: repeat(2, minmax(0, 1fr));
      grid-template-areas: 'chart chart' 'now moments' 'level rooms';
    }
    .with-fans {
      grid-template-areas: 'chart chart' 'now moments' 'level rooms' 'fans fans';
    }
    .now {
      grid-area: now;
    }
    .chart {
      grid-area: chart;
    }
    .level {
      grid-area: level;
    }
    .rooms {
      grid-area: rooms;
    }
    .fans {
      grid-area: fans;
    }
    /* As tall as what stands beside it: it scrolls within. */
    .views > .moments {
      grid-area: moments;
      contain: size layout paint;
      overflow: auto;
    }
  }
  @media (min-width: 1100px) {
    .views {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) minmax(360px, 27%);
      grid-template-rows: auto 1fr auto;
      grid-template-areas: 'chart chart now' 'chart chart moments' 'level rooms moments';
    }
    .with-fans {
      grid-template-areas: 'chart chart now' 'chart chart moments' 'level rooms moments' 'fans fans moments';
    }
  }
  @media (max-width: 719px) {
    .views > .card {
      padding: 10px;
    }
    .chart {
      --chart-height: 230px;
    }
    .readout .said {
      text-align: start;
    }
  }
`;
