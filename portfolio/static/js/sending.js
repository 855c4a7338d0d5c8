// Sends what is written to the server, one request at a time; says what came of it in one word.
const PATIENCE = 20_000, TURN = 10_000; // milliseconds
const KEEPALIVE_AT_MOST = 60_000; // bytes that browsers send for a page that is gone

export class Sender {
  #strokes = 0;
  #flying = "";

  constructor(address, tab, reflection) {
    Object.assign(this, { address, tab, reflection });
  }

  // The next save of this tab. The server passes over those that come late, so each has a number of its own.
  next() {
    return ++this.#strokes;
  }

  isNewest(stroke) {
    return stroke === this.#strokes;
  }

  isFlying(fields) {
    return this.#flying === JSON.stringify(fields);
  }

  // Two tabs with the same text take turns; a turn that does not come is not waited for.
  async inTurn(work) {
    if (!navigator.locks) return work();
    let begun = false;
    try {
      return await navigator.locks.request(
        `portfolio/${this.reflection}`, { signal: AbortSignal.timeout(TURN) }, () => { begun = true; return work(); },
      );
    } catch (error) {
      if (begun) throw error;
      return work();
    }
  }

  // `last` is for a page that is about to go.
  async send(fields, version, { last = false } = {}) {
    const stroke = this.next();
    const body = new URLSearchParams([...fields, ["version", version], ["tab", this.tab], ["stroke", stroke]]);
    const keepalive = last && body.toString().length < KEEPALIVE_AT_MOST;
    this.#flying = JSON.stringify(fields);
    try {
      const answer = await fetch(this.address, { method: "POST", body, keepalive, signal: AbortSignal.timeout(PATIENCE) });
      return { stroke, fields, ...await read(answer) };
    } catch {
      return { stroke, fields, came: "unreachable" };
    } finally {
      this.#flying = "";
    }
  }
}

async function read(answer) {
  const told = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : {};
  if (answer.ok && told.version) return { came: "saved", ...told };
  if (answer.status === 409 && told.conflict) return { came: "conflict", ...told };
  if (answer.status === 409 && told.refused) return { came: "refused", ...told };
  if (answer.status === 422 && told.errors) return { came: "wrong", ...told };
  if (answer.status === 401) return { came: "signed-out" };
  if ([403, 404].includes(answer.status)) return { came: "gone" };
  if (answer.status === 413) return { came: "too-large" };
  return { came: "unreachable" };
}
