/** Learns how far the server's clock is from ours, from pings, after the manner of NTP. */
export class ServerClock {
  private samples: { rtt: number; offset: number }[] = [];

  /** A ping sent at `sent` and answered by now; the server read `server` in between. */
  sample(sent: number, received: number, server: number): void {
    const rtt = Math.max(0, received - sent);
    this.samples.push({ rtt, offset: server - (sent + rtt / 2) });
    if (this.samples.length > 8) this.samples.shift();
  }

  /** Milliseconds to add to our clock to have the server's, by the quickest of the last answers. */
  get offset(): number {
    let best = this.samples[0];
    for (const s of this.samples) if (s.rtt < best!.rtt) best = s;
    return best?.offset ?? 0;
  }
}
