/** Runs kernels in a worker of a browser, by the same code as in Node. It decides nothing: the bench tells it each step. */
import { messageOf } from '#base/error-message';
import { EngineModule } from '#machine/engine-module';
import { WasmKernel } from '../direct-wasm.ts';
import { GuestKernel } from '../guest-kernel.ts';
import { bootLinux } from '../linux-boot.ts';
import type { Message } from '../message.ts';
import type { WorkerCommand } from './commands.ts';

/** What of a worker's surroundings is used here; DOM types exist only in the page's project. */
interface Scope {
  readonly crossOriginIsolated: boolean;
  onmessage: ((event: { readonly data: WorkerCommand }) => void) | null;
  postMessage(message: unknown): void;
}

const scope = globalThis as unknown as Scope;
const subjects = new Map<string, () => Message>();
let engine: EngineModule | undefined;

async function file(address: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

async function execute(command: WorkerCommand): Promise<Message | undefined> {
  const shared = scope.crossOriginIsolated;
  switch (command.op) {
    case 'start':
      if (!shared) throw new Error('the page of the bench is not cross-origin isolated');
      engine = new EngineModule(await file(command.engine));
      return undefined;
    case 'guest': {
      const kernel = new GuestKernel(engine!, command.mode, await file(command.file), shared);
      subjects.set(command.id, () => kernel.round());
      return undefined;
    }
    case 'wasm': {
      const kernel = new WasmKernel(await file(command.file));
      subjects.set(command.id, () => kernel.round());
      return undefined;
    }
    case 'linux': {
      const files = { image: await file(command.image), initrd: await file(command.initrd) };
      subjects.set(command.id, () => bootLinux(engine!, command.mode, command.boot, files, shared));
      return undefined;
    }
    case 'round':
      return subjects.get(command.id)!();
  }
}

scope.onmessage = ({ data }) => {
  execute(data).then(
    (value) => scope.postMessage({ value }),
    (error: unknown) => scope.postMessage({ error: messageOf(error) }),
  );
};
