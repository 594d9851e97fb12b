/**
 * virtio graphics adapter in two dimensions (virtio 1.2, §5.7): a driver makes pictures here, fills them from its memory, and says
 * which is on the screen. How much of that is done at a time has a limit; the rest follows a little later in virtual time.
 */

import { type PartState, partState, stateIn } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import { type CounterRow, type Counters, namesOf, zeroCounters } from '../../counters.ts';
import type { Display } from '../../display/display.ts';
import { Pause, type PauseOptions } from '../../pause.ts';
import type { RegisterRow } from '../../register.ts';
import { DescriptorChain, type Reach } from '../descriptor-chain.ts';
import type { VirtioDevice, VirtioPort } from '../virtio-device.ts';
import { LOOK_NS, MOST_BACKING_ENTRIES, PAUSE_NS, SERVICE_BYTES } from './bounds.ts';
import { edidOf } from './edid.ts';
import { GPU_COUNTERS, type GpuCounter } from './metrics.ts';
import { Pictures } from './pictures.ts';
import * as reg from './registers.ts';
import { attachBacking, REQUESTS, transferIn } from './requests.ts';
import { GPU } from './state.ts';

export interface GpuOptions extends PauseOptions {
  /** Of its screen, in pixels: what a driver is told to use. */
  readonly width: number;
  readonly height: number;
}

const DISPLAY_ANSWER_SIZE = reg.HEADER_SIZE + reg.DISPLAY_SIZE * reg.MOST_SCANOUTS;
/** The largest answer. */
const ANSWER_SIZE = reg.HEADER_SIZE + reg.EDID_BYTES + reg.EDID_ROOM;
/** Of the request for a screen's description: which screen. */
const GET_EDID_SIZE = reg.HEADER_SIZE + 8;
const REACH: Reach = {
  readable: reg.BACKING_SIZE + reg.BACKING_ENTRY_SIZE * MOST_BACKING_ENTRIES,
  writable: ANSWER_SIZE,
};
const CURSOR_REACH: Reach = { readable: reg.REQUEST_SIZE, writable: 0 };
/** What a request costs besides the bytes that it moves, and what a row does, in bytes. */
const REQUEST_COST = 256;
const ROW_COST = 64;

export class VirtioGpu implements VirtioDevice {
  readonly kind = 'gpu';
  readonly deviceId: number = reg.DEVICE_ID;
  readonly inOrder = true;
  readonly features: number = reg.F_EDID;
  readonly queueSizes: readonly number[] = [reg.CONTROL_QUEUE_SIZE, reg.CURSOR_QUEUE_SIZE];
  readonly config: Uint8Array = new Uint8Array(reg.CONFIG_SIZE);
  readonly configRegisters: readonly RegisterRow[] = reg.CONFIG_REGISTERS;
  readonly counters: Counters<GpuCounter> = zeroCounters(namesOf(GPU_COUNTERS));
  readonly counterRows: readonly CounterRow[] = GPU_COUNTERS;
  readonly #options: GpuOptions;
  readonly #pictures = new Pictures();
  readonly #chain = new DescriptorChain(reg.CONTROL_QUEUE_SIZE);
  readonly #cursorChain = new DescriptorChain(reg.CURSOR_QUEUE_SIZE);
  readonly #configView: DataView = new DataView(this.config.buffer);
  /** The request at hand, as it was read; it has one while the queue says that `#chain` is held. */
  readonly #request = new Uint8Array(reg.REQUEST_SIZE);
  readonly #requestView: DataView = new DataView(this.#request.buffer);
  readonly #cursorRequest = new Uint8Array(reg.REQUEST_SIZE);
  readonly #cursorView: DataView = new DataView(this.#cursorRequest.buffer);
  readonly #answer = new Uint8Array(ANSWER_SIZE);
  readonly #answerView: DataView = new DataView(this.#answer.buffer);
  /** Rows of the transfer at hand that are done. */
  #row = 0;
  #width: number;
  #height: number;
  #port: VirtioPort | undefined;
  /** Work rests, until this continues it. */
  #pause: Pause | undefined;
  /** Bytes that may still be moved in this service. */
  #budget = 0;

  constructor(options: GpuOptions) {
    this.#options = options;
    this.#width = options.width;
    this.#height = options.height;
    this.#configView.setUint32(reg.CONFIG_SCANOUTS, 1, true);
  }

  get display(): Display {
    return this.#pictures;
  }

  plugged(port: VirtioPort): void {
    this.#port = port;
    this.#pause = new Pause(this.#options, () => this.#serve());
  }

  unplugged(): void {
    this.#port = undefined;
    this.#pause?.close();
    this.#pause = undefined;
  }

  /** The driver has seen an event (§5.7.4): the bits that it writes are cleared. */
  writeConfig(offset: number, size: number, value: number): void {
    if (offset !== reg.CONFIG_EVENTS_CLEAR || size !== 4) return;
    const events = this.#configView.getUint32(reg.CONFIG_EVENTS_READ, true);
    this.#configView.setUint32(reg.CONFIG_EVENTS_READ, events & ~value, true);
  }

  notify(queue: number): void {
    if (queue === reg.CURSOR_QUEUE) this.#serveCursor();
    else if (this.#pause?.isOn !== true) this.#serve();
  }

  reset(): void {
    this.#pictures.reset();
    this.#row = 0;
    this.#pause?.end();
    this.#configView.setUint32(reg.CONFIG_EVENTS_READ, 0, true);
  }

  /** Serves requests in their order, until there is none, one must wait, or enough was done for now. */
  #serve(): void {
    const port = this.#port;
    if (port === undefined || !port.live) return;
    const queue = port.queue(reg.CONTROL_QUEUE);
    queue.beginService();
    this.#budget = SERVICE_BYTES;
    let completed = false;
    for (let served = 0; served <= queue.size; served++) {
      if (!queue.holds(this.#chain)) {
        if (served === queue.size || !queue.next(this.#chain, REACH)) break;
        if (!this.#takeRequest(port)) return;
      }
      const answer = this.#carryOut(port);
      if (answer === undefined) break;
      if (!this.#complete(port, answer)) return;
      completed = true;
      this.#budget -= REQUEST_COST;
      if (this.#budget > 0) continue;
      this.#rest(PAUSE_NS);
      break;
    }
    if (completed) port.used(reg.CONTROL_QUEUE);
  }

  /** Reads the request once; what is missing of a short one is zeros. */
  #takeRequest(port: VirtioPort): boolean {
    this.#row = 0;
    this.#request.fill(0);
    const length = Math.min(this.#chain.readable, reg.REQUEST_SIZE);
    if (this.#chain.read(port.memory, 0, this.#request.subarray(0, length))) return true;
    port.fail();
    return false;
  }

  /** What the request at hand is answered with; nothing while it goes on. */
  #carryOut(port: VirtioPort): number | undefined {
    const type = this.#requestView.getUint32(0, true);
    const { readable } = this.#chain;
    if (readable < reg.HEADER_SIZE) return reg.ERR_UNSPEC;
    if (type === reg.GET_DISPLAY_INFO) return reg.OK_DISPLAY_INFO;
    if (type === reg.GET_EDID && port.accepted(reg.F_EDID)) {
      if (readable < GET_EDID_SIZE) return reg.ERR_INVALID_PARAMETER;
      const screen = this.#requestView.getUint32(reg.HEADER_SIZE, true);
      return screen === 0 ? reg.OK_EDID : reg.ERR_INVALID_SCANOUT_ID;
    }
    if (type === reg.TRANSFER_TO_HOST_2D)
      return readable < reg.REQUEST_SIZE ? reg.ERR_INVALID_PARAMETER : this.#transfer(port);
    if (type === reg.RESOURCE_ATTACH_BACKING) {
      this.#budget -= Math.min(readable, REACH.readable);
      if (readable < reg.BACKING_SIZE) return reg.ERR_INVALID_PARAMETER;
      return attachBacking(this.#requestView, this.#chain, port.memory, this.#pictures);
    }
    const request = REQUESTS.get(type);
    if (request === undefined) return reg.ERR_UNSPEC;
    if (readable < request.size) return reg.ERR_INVALID_PARAMETER;
    const answer = request.run(this.#requestView, this.#pictures);
    if (answer !== reg.OK_NODATA) return answer;
    if (type === reg.RESOURCE_FLUSH) this.counters.flushes += 1;
    if (type === reg.RESOURCE_CREATE_2D)
      this.#budget -= this.#pictures.find(this.#requestView.getUint32(reg.HEADER_SIZE, true))!.pixels.length;
    return answer;
  }

  #transfer(port: VirtioPort): number | undefined {
    const transfer = transferIn(this.#requestView, this.#pictures);
    if (typeof transfer === 'number') return transfer;
    const { resource, rectangle, offset } = transfer;
    const bytes = 4 * rectangle.width;
    for (; this.#row < rectangle.height; this.#row++) {
      if (this.#budget <= 0) {
        this.#rest(PAUSE_NS);
        return undefined;
      }
      if (!resource.fillRow(port.memory, rectangle, this.#row, offset)) {
        if (port.memory.awaited < 0) return reg.ERR_INVALID_PARAMETER;
        // A page of it is on its way.
        this.#rest(LOOK_NS);
        return undefined;
      }
      this.#budget -= bytes + ROW_COST;
      this.counters.bytesTransferred += bytes;
    }
    return reg.OK_NODATA;
  }

  /** Answers the request at hand; a driver that left too little room gets what there is room for. */
  #complete(port: VirtioPort, answer: number): boolean {
    this.counters.commands += 1;
    if (answer >= reg.ERR_UNSPEC) this.counters.errors += 1;
    const bytes = this.#answerTo(answer);
    const length = Math.min(bytes.length, this.#chain.writable);
    if (!this.#chain.write(port.memory, 0, bytes.subarray(0, length))) {
      port.fail();
      return false;
    }
    port.queue(reg.CONTROL_QUEUE).complete(this.#chain, length);
    return true;
  }

  /** The header repeats the request's fence (§5.7.6.7); the display's answer has a row for each that there could be. */
  #answerTo(type: number): Uint8Array {
    const view = this.#answerView;
    this.#answer.fill(0);
    view.setUint32(0, type, true);
    if ((this.#requestView.getUint32(4, true) & reg.FLAG_FENCE) !== 0) {
      view.setUint32(4, reg.FLAG_FENCE, true);
      this.#answer.set(this.#request.subarray(8, 20), 8);
    }
    if (type === reg.OK_EDID) {
      const edid = edidOf(this.#width, this.#height);
      view.setUint32(reg.HEADER_SIZE, edid.length, true);
      this.#answer.set(edid, reg.HEADER_SIZE + reg.EDID_BYTES);
      return this.#answer;
    }
    if (type !== reg.OK_DISPLAY_INFO) return this.#answer.subarray(0, reg.HEADER_SIZE);
    view.setUint32(reg.HEADER_SIZE + 8, this.#width, true);
    view.setUint32(reg.HEADER_SIZE + 12, this.#height, true);
    view.setUint32(reg.HEADER_SIZE + 16, 1, true);
    return this.#answer.subarray(0, DISPLAY_ANSWER_SIZE);
  }

  /** Moves and changes the pointer; these requests are not answered. */
  #serveCursor(): void {
    const port = this.#port;
    if (port === undefined || !port.live) return;
    const queue = port.queue(reg.CURSOR_QUEUE);
    queue.beginService();
    let completed = 0;
    while (completed < queue.size && queue.next(this.#cursorChain, CURSOR_REACH)) {
      const length = Math.min(this.#cursorChain.readable, reg.REQUEST_SIZE);
      this.#cursorRequest.fill(0);
      if (!this.#cursorChain.read(port.memory, 0, this.#cursorRequest.subarray(0, length))) {
        port.fail();
        return;
      }
      this.#moveCursor();
      queue.complete(this.#cursorChain, 0);
      completed += 1;
    }
    if (completed > 0) port.used(reg.CURSOR_QUEUE);
  }

  #moveCursor(): void {
    const view = this.#cursorView;
    const word = (at: number): number => view.getUint32(at, true);
    const type = word(0);
    const isKnown = type === reg.MOVE_CURSOR || type === reg.UPDATE_CURSOR;
    this.counters.commands += 1;
    if (!isKnown || word(24) !== 0) {
      this.counters.errors += 1;
      return;
    }
    this.counters.cursorMoves += 1;
    if (type === reg.MOVE_CURSOR) this.#pictures.moveCursor(word(28), word(32));
    else this.#pictures.updateCursor(word(40), word(28), word(32), word(44), word(48));
  }

  #rest(ns: VirtualNs): void {
    this.counters.pauses += 1;
    this.#pause?.begin(ns);
  }

  capture(): PartState {
    const isBusy = this.#port?.queue(reg.CONTROL_QUEUE).holds(this.#chain) === true;
    return partState(GPU, {
      width: this.#width,
      height: this.#height,
      events: this.#configView.getUint32(reg.CONFIG_EVENTS_READ, true),
      ...this.#pictures.capture(),
      request: isBusy ? { chain: this.#chain.capture(), request: this.#request, row: this.#row } : undefined,
      resumesIn: this.#pause?.capture(),
      counters: this.counters,
    });
  }

  restore(saved: PartState): void {
    const state = stateIn(GPU, saved);
    this.#width = state.width;
    this.#height = state.height;
    this.#configView.setUint32(reg.CONFIG_EVENTS_READ, state.events, true);
    this.#pictures.restore(state);
    if (state.request !== undefined) {
      this.#chain.restore(state.request.chain);
      this.#port?.queue(reg.CONTROL_QUEUE).adopt(this.#chain, REACH);
      this.#request.set(state.request.request);
      this.#row = state.request.row;
    }
    this.#pause?.restore(state.resumesIn);
    Object.assign(this.counters, state.counters);
  }
}
