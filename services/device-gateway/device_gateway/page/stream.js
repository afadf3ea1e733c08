// The live stream: server-sent events read with fetch, so that the token travels in a header.

const QUIET_MS = 40000; // the server says something every 15 s
const LONGEST_PAUSE_MS = 15000;

/** Follows one branch's board; `on` holds change, reset, state and denied. `stop()` ends it. */
export class Stream {
  constructor({ url, token, sequence, on }) {
    Object.assign(this, { url, token, sequence, on });
    this.stopped = false;
    this.run();
  }

  stop() {
    this.stopped = true;
    this.abort?.abort();
  }

  async run() {
    let pause = 1000;
    while (!this.stopped) {
      try {
        await this.follow(() => { pause = 1000; });
        continue; // ended by the server in good order: come again at once
      } catch (error) {
        if (this.stopped) return;
        if (error.status === 401 || error.status === 403 || error.status === 404) return this.on.denied(error.status);
        this.on.state("reconnecting");
      }
      await new Promise((done) => setTimeout(done, pause * (0.5 + Math.random() / 2)));
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }

  async follow(works) {
    this.abort = new AbortController();
    let quiet = setTimeout(() => this.abort.abort(), QUIET_MS);
    try {
      const answer = await fetch(this.url, {
        headers: { Authorization: `Bearer ${this.token()}`, "Last-Event-ID": String(this.sequence) },
        signal: this.abort.signal, cache: "no-store",
      });
      if (!answer.ok) throw Object.assign(new Error(answer.statusText), { status: answer.status });
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let held = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        clearTimeout(quiet);
        quiet = setTimeout(() => this.abort.abort(), QUIET_MS);
        held += value;
        const blocks = held.split("\n\n");
        held = blocks.pop();
        for (const block of blocks) this.take(block, works);
      }
    } finally {
      clearTimeout(quiet);
    }
  }

  take(block, works) {
    const lines = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s).slice(0, 2)));
    if (lines.event === "ready") {
      works();
      this.sequence = JSON.parse(lines.data).sequence;
      this.on.state("live");
    } else if (lines.event === "change") {
      const change = JSON.parse(lines.data);
      this.sequence = change.sequence;
      this.on.change(change);
    } else if (lines.event === "reset") {
      this.stop();
      this.on.reset();
    }
  }
}
