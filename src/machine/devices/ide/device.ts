/**
 * A disk behind registers, as those of personal computers were: one command at a time, whose data the driver moves itself by the data
 * register (PIO), or a bus master moves between the disk and memory (DMA). How long the medium takes is its drive's affair.
 */
import { refill, SnapshotFormatError } from '#base/state/bytes';
import { type PartState, partState, stateIn } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import { type CounterRow, type Counters, namesOf, zeroCounters } from '../counters.ts';
import type { MmioDevice } from '../device.ts';
import { DiskFaults, type Fate } from '../disk/disk-faults.ts';
import { contentOf, type Drive } from '../disk/drive.ts';
import { DISK_COUNTERS, type DiskCounter } from '../disk/metrics.ts';
import type { RegisterRow } from '../register.ts';
import { BusMaster } from './bus-master.ts';
import { OPS } from './commands.ts';
import { DataPort } from './data-port.ts';
import { identify } from './identity.ts';
import type { IdeOptions } from './options.ts';
import * as reg from './registers.ts';
import { Settling } from './settling.ts';
import { IDE, type IdePhase, isPossible, TASK_SIZE } from './state.ts';

/** There is one request at a time. */
const TAG = 0;

export class IdeDisk implements MmioDevice {
  readonly name: string;
  readonly kind = 'ide';
  readonly registers: readonly RegisterRow[] = reg.IDE_REGISTERS;
  readonly counters: Counters<DiskCounter> = zeroCounters(namesOf(DISK_COUNTERS));
  readonly counterRows: readonly CounterRow[] = DISK_COUNTERS;
  readonly #options: IdeOptions;
  readonly #drive: Drive;
  readonly #faults: DiskFaults;
  /** The task file as it was written, by register. */
  readonly #task = new Uint8Array(TASK_SIZE);
  readonly #port = new DataPort();
  readonly #master: BusMaster;
  readonly #settling: Settling;
  #control = 0;
  #error = 0;
  #interrupt = false;
  #phase: IdePhase = 'ready';
  #command = 0;
  #offset = 0;
  #length = 0;
  #busySince: VirtualNs = 0;

  constructor(options: IdeOptions) {
    this.#options = options;
    this.#faults = options.faults ?? new DiskFaults();
    this.#master = new BusMaster(options.memory);
    this.name = options.name;
    const { channel, events, now, disk, openDrive } = options;
    this.#drive = openDrive({ channel, events, now, ...contentOf(disk) }, this);
    this.#settling = new Settling(options, (isGood) => (isGood ? this.#finish() : this.#failMaster()));
  }

  get sizeBytes(): number {
    return this.#options.disk.sizeBytes;
  }
  get allocatedBytes(): number {
    return this.#options.disk.allocatedBytes;
  }

  read(offset: number, size: number): number {
    if (offset === reg.DATA) return this.#readData(size);
    if (offset === reg.STATUS) this.#setInterrupt(false);
    return this.peek(offset);
  }

  /** All registers but the data, whose reading takes it. */
  peek(offset: number): number {
    switch (offset) {
      case reg.DATA:
        return this.#phase === 'sending' ? this.#port.peek() : 0;
      case reg.ERROR:
        return this.#error;
      case reg.STATUS:
      case reg.CONTROL:
        return this.#status;
      case reg.BM_COMMAND:
        return this.#master.command;
      case reg.BM_STATUS:
        return this.#busMasterStatus;
      case reg.BM_TABLE:
        return this.#master.table;
      default:
        return offset > reg.ERROR && offset < reg.STATUS ? (this.#task[offset >> 2] ?? 0) : 0;
    }
  }

  write(offset: number, size: number, value: number): void {
    switch (offset) {
      case reg.DATA:
        this.#writeData(size, value);
        return;
      case reg.COMMAND:
        if (this.#phase === 'ready') this.#begin(value & 0xff);
        return;
      case reg.CONTROL:
        this.#setControl(value);
        return;
      case reg.BM_COMMAND:
        this.#setBusMaster(value);
        return;
      case reg.BM_STATUS:
      case reg.BM_TABLE:
        this.#master.write(offset, value);
        return;
      default:
        // The task file stands still while a command is under way.
        if (offset < reg.STATUS && offset % 4 === 0 && this.#phase === 'ready')
          this.#task[offset >> 2] = offset === reg.DEVICE ? value & reg.DEVICE_MASK : value;
    }
  }

  get #status(): number {
    const error = this.#error === 0 ? 0 : reg.STATUS_ERROR;
    switch (this.#phase) {
      case 'ready':
        return reg.STATUS_READY | error;
      case 'sending':
      case 'receiving':
        return reg.STATUS_READY | reg.STATUS_DATA_REQUEST;
      default:
        return reg.STATUS_BUSY;
    }
  }
  get #busMasterStatus(): number {
    const capable = this.#master.isThere ? reg.BM_CAPABLE : 0;
    return this.#master.status | capable | (this.#isUnderMaster ? reg.BM_ACTIVE : 0);
  }

  /** The bus master is at a request. */
  get #isUnderMaster(): boolean {
    return this.#phase === 'waiting' || this.#master.isMoving || this.#settling.isOn;
  }

  #setInterrupt(level: boolean): void {
    this.#interrupt = level;
    if (level) this.#master.status |= reg.BM_INTERRUPT;
    this.#options.line.set(level && (this.#control & reg.CONTROL_NO_INTERRUPT) === 0);
  }
  #setControl(value: number): void {
    const wasReset = (this.#control & reg.CONTROL_RESET) !== 0;
    this.#control = value & (reg.CONTROL_NO_INTERRUPT | reg.CONTROL_RESET);
    if ((value & reg.CONTROL_RESET) !== 0 && !wasReset) this.#giveUp();
    this.#setInterrupt(this.#interrupt);
  }
  #setBusMaster(value: number): void {
    const master = this.#master;
    const wasStarted = master.isStarted;
    master.write(reg.BM_COMMAND, value);
    if (!wasStarted && master.isStarted && this.#phase === 'armed') this.#startMaster();
    if (!master.isStarted && this.#isUnderMaster) {
      // Whoever stops it while it moves gives the request up.
      this.#giveUp();
      this.#end(reg.ERROR_ABORTED);
    }
  }

  // Commands.

  #begin(command: number): void {
    this.#setInterrupt(false);
    this.#command = command;
    this.#task[reg.COMMAND >> 2] = command;
    this.#error = 0;
    if (command === reg.IDENTIFY) {
      this.#offset = 0;
      this.#length = reg.SECTOR_SIZE;
      identify(this.#port.bytes, this.#options.disk.sizeBytes, {
        serial: this.#options.serial,
        dma: this.#master.isThere,
      });
      this.#toDriver();
      return;
    }
    const op = OPS[command];
    const needsMaster = command === reg.READ_DMA || command === reg.WRITE_DMA;
    if (op === undefined || (needsMaster && !this.#master.isThere)) {
      this.#end(reg.ERROR_ABORTED);
      return;
    }
    this.#offset = op === 'flush' ? 0 : this.#firstSector * reg.SECTOR_SIZE;
    this.#length = op === 'flush' ? 0 : this.#sectors * reg.SECTOR_SIZE;
    if (this.#offset + this.#length > this.sizeBytes) {
      this.#end(reg.ERROR_NO_SECTOR);
      return;
    }
    if (needsMaster) {
      this.#phase = 'armed';
      if (this.#master.isStarted) this.#startMaster();
    } else if (op === 'write') {
      this.#phase = 'receiving';
      this.#port.begin(this.#length, this.#block);
    } else this.#submit();
  }
  get #firstSector(): number {
    const [, , , low, mid, high, device] = this.#task;
    return low! + (mid! << 8) + (high! << 16) + (device! & 15) * 0x100_0000;
  }
  get #sectors(): number {
    return this.#task[reg.COUNT >> 2] || reg.MOST_SECTORS;
  }

  #submit(): void {
    this.#phase = 'busy';
    this.#busySince = this.#options.now();
    this.#drive.submit(TAG, OPS[this.#command]!, this.#offset, this.#length);
  }

  /** The bus master takes the command: it learns where in memory the data lies, which may have to come first. */
  #startMaster(): void {
    const answer = this.#master.take(this.#length, this.#command === reg.READ_DMA);
    this.#settling.note();
    if (answer === 'wait') this.#phase = 'waiting';
    else if (answer === 'refused') this.#failMaster();
    else this.#submit();
  }
  #failMaster(): void {
    this.#master.status |= reg.BM_ERROR;
    this.#end(reg.ERROR_ABORTED);
  }
  /** A page of the guest's has come. */
  pageArrived(): void {
    if (this.#phase === 'waiting') this.#startMaster();
  }

  /** The medium has done it. */
  done(): void {
    if (this.#phase !== 'busy') return;
    const { disk } = this.#options;
    this.counters.busyNs += this.#options.now() - this.#busySince;
    const op = OPS[this.#command]!;
    if (this.#isRefused(this.#faults.fateOf(op, this.#offset, this.#length))) return;
    if (this.#master.isMoving) {
      const toMemory = this.#command === reg.READ_DMA;
      const moved = this.#master.move(disk, this.#offset, toMemory, this.#port.bytes);
      this.#master.release();
      this.#busySince = this.#options.now();
      this.#settling.begin(moved);
      return;
    }
    switch (op) {
      case 'read':
        disk.read(this.#offset, this.#port.bytes.subarray(0, this.#length));
        this.#toDriver();
        return;
      case 'write':
        disk.write(this.#offset, this.#port.content);
        break;
      default:
        if (this.#isRefused(this.#faults.fateOfFlush(disk.flush()))) return;
    }
    this.#finish();
  }
  /** The disk could not serve it: the driver is told, or it is tried again when the VM goes on that stops for it. */
  #isRefused(fate: Fate): boolean {
    if (fate === 'held') this.#phase = 'held';
    if (fate !== 'failed') return fate === 'held';
    this.#master.release();
    this.#end(OPS[this.#command] === 'read' ? reg.ERROR_UNREADABLE : reg.ERROR_ABORTED);
    return true;
  }
  retry(): void {
    if (this.#phase === 'held') this.#submit();
  }

  /** A request has been served. */
  #finish(): void {
    const op = OPS[this.#command];
    if (op === 'flush') this.counters.flushes += 1;
    else if (op === 'read' || op === 'write') this.#countMoved(op);
    this.#end(0);
  }
  #countMoved(op: 'read' | 'write'): void {
    this.counters[op === 'read' ? 'reads' : 'writes'] += 1;
    this.counters[op === 'read' ? 'bytesRead' : 'bytesWritten'] += this.#length;
  }
  #end(error: number): void {
    this.#error = error;
    if (error !== 0) this.counters.errors += 1;
    this.#phase = 'ready';
    this.#setInterrupt(true);
  }

  // Data by the data register.

  #toDriver(): void {
    this.#phase = 'sending';
    this.#port.begin(this.#length, this.#block);
    this.#setInterrupt(true);
  }
  /** Bytes between two interrupts. */
  get #block(): number {
    const isMultiple = this.#command === reg.READ_MULTIPLE || this.#command === reg.WRITE_MULTIPLE;
    return reg.SECTOR_SIZE * (isMultiple ? reg.MULTIPLE_SECTORS : 1);
  }

  #readData(size: number): number {
    if (this.#phase !== 'sending' || size === 1) return 0;
    const value = this.#port.read(size);
    if (this.#port.step === 'block') this.#setInterrupt(true);
    else if (this.#port.step === 'end') {
      this.#phase = 'ready';
      if (this.#command !== reg.IDENTIFY) this.#countMoved('read');
    }
    return value;
  }
  #writeData(size: number, value: number): void {
    if (this.#phase !== 'receiving' || size === 1) return;
    this.#port.write(size, value);
    if (this.#port.step === 'block') this.#setInterrupt(true);
    else if (this.#port.step === 'end') this.#submit();
  }

  // Being reset, and being saved.

  /** Forgets the command under way. */
  #giveUp(): void {
    if (this.#phase === 'busy') {
      this.#drive.withdraw(TAG);
      this.counters.busyNs += this.#options.now() - this.#busySince;
    }
    this.#settling.end();
    this.#master.release();
    this.#phase = 'ready';
    this.#error = 0;
    this.#interrupt = false;
  }

  reset(): void {
    this.#giveUp();
    this.#task.fill(0);
    this.#control = 0;
    this.#master.reset();
    this.#command = 0;
    this.#setInterrupt(false);
  }
  /** It is taken out: no event of it stays behind. */
  close(): void {
    this.#giveUp();
    this.#settling.close();
    this.#drive.close();
  }

  capture(): PartState {
    const isHere = this.#phase === 'busy' || this.#phase === 'held';
    const isWriting =
      isHere && !this.#master.isMoving && !this.#settling.isOn && OPS[this.#command] === 'write';
    const isByPort = isWriting || this.#phase === 'sending' || this.#phase === 'receiving';
    const { command, status, table, regions } = this.#master;
    return partState(IDE, {
      task: this.#task,
      ...{ control: this.#control, error: this.#error, interrupt: this.#interrupt },
      ...{ bmCommand: command, bmStatus: status, bmTable: table, regions },
      ...{ phase: this.#phase, command: this.#command, offset: this.#offset, length: this.#length },
      position: isByPort ? this.#port.position : 0,
      buffer: isByPort ? this.#port.content.slice() : new Uint8Array(0),
      busyForNs: this.#phase === 'busy' ? this.#options.now() - this.#busySince : 0,
      ...{ drive: this.#drive.capture(), faults: this.#faults.capture() },
      ...{ settling: this.#settling.capture(), counters: this.counters },
      disk: this.#options.disk.capture(),
    });
  }

  restore(saved: PartState): void {
    const state = stateIn(IDE, saved);
    const { phase, command, offset, length, position, buffer, regions } = state;
    this.#giveUp();
    this.#faults.restore(state.faults);
    refill(this.#task, state.task, 'a task file');
    const isHere = phase === 'busy' || phase === 'held';
    if (!isPossible(state, this.sizeBytes) || (isHere && OPS[command] === undefined))
      throw new SnapshotFormatError('a command that a disk cannot have');
    this.#control = state.control;
    this.#error = state.error;
    this.#interrupt = state.interrupt;
    this.#phase = phase;
    this.#command = command;
    this.#offset = offset;
    this.#length = length;
    Object.assign(this.#master, { command: state.bmCommand, status: state.bmStatus, table: state.bmTable });
    Object.assign(this.counters, state.counters);
    this.#options.disk.restore(state.disk);
    this.#port.begin(buffer.length, this.#block);
    this.#port.position = position;
    this.#port.bytes.set(buffer);
    const held = regions.reduce((sum, region) => sum + region.length, 0);
    const isHeld = held === 0 || (isHere && held === length);
    if (!isHeld || !this.#master.adopt(regions, command === reg.READ_DMA))
      throw new SnapshotFormatError('memory that a disk cannot hold');
    this.#busySince = this.#options.now() - state.busyForNs;
    if (state.settling !== undefined) this.#settling.restore(state.settling);
    if (state.drive !== undefined) this.#drive.restore(state.drive);
    else if (phase === 'busy' && !this.#settling.isOn) this.#drive.submit(TAG, OPS[command]!, offset, length);
  }
}
