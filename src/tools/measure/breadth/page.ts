/**
 * The built page in Chromium, as a measurement drives it: it kills the lab's worker, loads the page again, looks how the lab goes on, and
 * takes VMs out of it and into it.
 */
import type { Page } from 'playwright';
import { BuiltSite } from '../built-site.ts';

/** A lab that is always at work. */
const LAB = 'busy-neighbour';
/** After so long a lab that does not come back is given up. */
const PATIENCE_MS = 20_000;

/**
 * What runs in the page before its own scripts: workers are remembered, so that they can be killed, and `measure.back` waits until a
 * lab is there that was gone on with, and runs.
 */
const IN_PAGE = `(() => {
  try { localStorage.setItem('virtlab.tour', 'seen'); } catch {}
  const made = [];
  const Original = globalThis.Worker;
  globalThis.Worker = class extends Original {
    constructor(...args) { super(...args); made.push(this); }
  };
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const until = async (isSo) => {
    const end = performance.now() + ${PATIENCE_MS};
    while (!isSo()) {
      if (performance.now() > end) throw new Error('the lab does not come back');
      await wait(2);
    }
  };
  const back = async (before) => {
    await until(() => {
      const client = globalThis.virtlab;
      const resumed = client?.resumed() ?? null;
      return resumed !== null && resumed !== before && client.status().virtualNs > resumed.at;
    });
    const dateMs = Date.now();
    return { dateMs, at: globalThis.virtlab.resumed().at };
  };
  const must = (answer) => {
    if (!answer.ok) throw new Error(answer.error.code);
    return answer.value;
  };
  const base64 = (bytes) => new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(',') + 1));
    reader.readAsDataURL(new Blob([bytes]));
  });
  globalThis.measure = {
    back,
    kept: () => until(() => globalThis.virtlab?.keeping().newest !== undefined),
    hash: async () => {
      const answer = await globalThis.virtlab.calls.hash();
      if (!answer.ok) throw new Error(answer.error.code);
      return { at: answer.value.at, hash: answer.value.value.lab };
    },
    kill: async (afterMs) => {
      await wait(afterMs);
      const before = globalThis.virtlab.resumed();
      const from = Date.now();
      const worker = made.at(-1);
      worker.terminate();
      worker.dispatchEvent(new ErrorEvent('error', { message: 'killed' }));
      const { dateMs, at } = await back(before);
      return { ms: dateMs - from, at };
    },
    suspend: async (vm, atNs) => {
      const { virtlab } = globalThis;
      must(await virtlab.runTo(atNs, () => undefined));
      const file = must(await virtlab.ask(0, 'vm-file', { vm }));
      return { file: await base64(file.value), hash: must(await virtlab.ask(0, 'vm-hash', { vm })).value };
    },
    resume: async (vm, text) => {
      const { virtlab } = globalThis;
      await virtlab.calls.setSpeed({ ...virtlab.status().speed, running: false });
      const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      const { file, hash } = must(await virtlab.calls.addVmFile('traveller.vm', bytes));
      const give = async (op, args) => must(await virtlab.calls.command(0, { op, args }));
      await give('vm.moveIn', { vm, file, hash });
      const found = must(await virtlab.ask(0, 'vm-hash', { vm })).value;
      await give('vm.powerOff', { vm });
      await give('vm.delete', { vm });
      return found;
    },
  };
})();`;

/** How a lab came back. */
export interface Return {
  readonly ms: number;
  /** The virtual time of the checkpoint that it went on from. */
  readonly at: number;
}

/** A VM as a file, and its hash. */
export interface Traveller {
  readonly file: Uint8Array;
  readonly hash: string;
}

/** A state that the lab had. */
export interface SeenState {
  readonly at: number;
  readonly hash: string;
}

export class LabPage {
  readonly #site: BuiltSite;
  readonly #page: Page;

  /** Builds the page, serves it, and opens its lab, which is kept from then on. */
  static async open(executablePath: string, lab: string = LAB): Promise<LabPage> {
    const site = await BuiltSite.open(executablePath);
    const page = await site.browser.newPage();
    await page.addInitScript(IN_PAGE);
    await page.goto(`${site.url}?lab=${lab}`);
    await page.evaluate('measure.kept()');
    return new LabPage(site, page);
  }

  private constructor(site: BuiltSite, page: Page) {
    this.#site = site;
    this.#page = page;
  }

  /** Kills the worker after a while. */
  kill(afterMs: number): Promise<Return> {
    return this.#page.evaluate(`measure.kill(${afterMs})`);
  }

  /** Loads the page again after a while. */
  async reload(afterMs: number): Promise<Return> {
    await this.#page.waitForTimeout(afterMs);
    const from = Date.now();
    await this.#page.reload({ waitUntil: 'commit' });
    const { dateMs, at } = (await this.#page.evaluate('measure.back(null)')) as {
      readonly dateMs: number;
      readonly at: number;
    };
    return { ms: dateMs - from, at };
  }

  /** What the lab is now; it runs on. */
  state(): Promise<SeenState> {
    return this.#page.evaluate('measure.hash()');
  }

  /** A VM of its first host as a file, at a virtual time that is yet to come; the lab stands then. */
  async suspend(vm: string, atNs: number): Promise<Traveller> {
    const found = (await this.#page.evaluate(`measure.suspend('${vm}', ${atNs})`)) as {
      readonly file: string;
      readonly hash: string;
    };
    return { file: new Uint8Array(Buffer.from(found.file, 'base64')), hash: found.hash };
  }
  /** The hash of a VM that is resumed from a file, and taken out again. */
  resume(vm: string, file: Uint8Array): Promise<string> {
    return this.#page.evaluate(`measure.resume('${vm}', '${Buffer.from(file).toString('base64')}')`);
  }

  close(): Promise<void> {
    return this.#site.close();
  }
}

/** The name of the lab that the page has open. */
export const PAGE_LAB: string = LAB;
