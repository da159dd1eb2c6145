import {
  applyCrowd,
  type Crowd,
  crowdNow,
  type CrowdUpdate,
  emptyCrowd,
  hear,
  type LastHeard,
} from '../model/crowd';
import { Connection } from './connection';
import { Feed } from './feed';

/** What the senses make of one game's crowd, ten times a second. */
export class CrowdFeed extends Feed {
  /** `null` until the first snapshot. */
  crowd: Crowd | null = null;
  /** When each sense was last heard of, since this page follows the crowd. */
  heard: LastHeard = {};
  protected readonly connection: Connection<Crowd, CrowdUpdate>;

  constructor(readonly id: string) {
    super();
    this.connection = new Connection<Crowd, CrowdUpdate>(`/crowd/${encodeURIComponent(id)}`, {
      snapshot: ({ data }) => this.take({ ...emptyCrowd(id), ...data }),
      update: ({ data }) => {
        if (this.crowd) this.take(applyCrowd(this.crowd, data.facts));
      },
      link: (link) => {
        this.link = link;
        this.changed();
      },
    });
  }

  private take(crowd: Crowd): void {
    // A replay that begins anew goes back in time: what was heard in the one before says nothing of this one.
    if (this.crowd && crowdNow(crowd) < crowdNow(this.crowd)) this.heard = {};
    this.crowd = crowd;
    this.heard = hear(this.heard, crowd);
    this.changed();
  }
}
