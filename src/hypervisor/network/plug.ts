/** One end of a cable, and the port of a switch that it is plugged into. */
import type { PortSettings, Settings } from '#base/scenario';
import { withSettings } from './settings-by-kind.ts';
import type { PortEndpoint } from './switch-port.ts';
import type { VirtualSwitch } from './virtual-switch.ts';

/** The number of a port that there is not: the switch does not exist, or the cable lies beside it. */
export const NOT_PLUGGED = -1;

export type Switches = ReadonlyMap<string, VirtualSwitch>;

export interface PlugOptions {
  /** Of the port: what commands call it. */
  readonly name: string;
  readonly switch: string;
  /** What somebody said of the port's stages. */
  readonly settings: PortSettings;
  /** What holds where nobody said anything: of a cable that is not as usual. */
  readonly usual?: PortSettings;
  readonly endpoint: PortEndpoint;
  /** There is a port only while somebody uses what hangs there. */
  readonly isOnDemand?: boolean;
}

export class Plug {
  readonly name: string;
  readonly endpoint: PortEndpoint;
  readonly isOnDemand: boolean;
  /** Somebody uses what hangs there: a driver the card, as far as it has been heard of. */
  isUsed = false;
  switchName: string;
  settings: PortSettings;
  /** Its number at the switch. */
  port: number = NOT_PLUGGED;
  readonly #usual: PortSettings;
  readonly #switches: Switches;
  #switch: VirtualSwitch | undefined;

  constructor(switches: Switches, options: PlugOptions) {
    this.name = options.name;
    this.endpoint = options.endpoint;
    this.isOnDemand = options.isOnDemand === true;
    this.switchName = options.switch;
    this.settings = options.settings;
    this.#usual = options.usual ?? {};
    this.#switches = switches;
  }

  /** Would one that is made so be as this one? */
  isAs({ switch: at, settings, usual = {} }: Pick<PlugOptions, 'switch' | 'settings' | 'usual'>): boolean {
    const text = (each: PortSettings): string => JSON.stringify(each);
    const isSame = text(this.settings) === text(settings) && text(this.#usual) === text(usual);
    return this.switchName === at && isSame;
  }

  /** The switch that it is plugged into. */
  get switch(): VirtualSwitch | undefined {
    return this.#switch;
  }

  /** Plugs it in, where there is such a switch. */
  insert(): void {
    this.#switch = this.#switches.get(this.switchName);
    const settings = { ...this.#usual, ...this.settings };
    this.port = this.#switch?.connect(this.name, this.endpoint, settings) ?? NOT_PLUGGED;
  }
  /** Takes it out; what was on its way to it is lost. */
  pull(): void {
    if (this.port !== NOT_PLUGGED) this.#switch?.disconnect(this.port);
    this.port = NOT_PLUGGED;
    this.#switch = undefined;
  }

  /** Takes it out, and plugs it into another switch, where there is such a one. */
  moveTo(switchName: string): void {
    const isUsed = !this.isOnDemand || this.port !== NOT_PLUGGED;
    this.pull();
    this.switchName = switchName;
    if (isUsed) this.insert();
  }

  /** Somebody begins to use what hangs there, or ends: what has a port on demand gets it, or gives it back. */
  use(isInUse: boolean): void {
    this.isUsed = isInUse;
    if (!this.isOnDemand) return;
    const hasPort = this.port !== NOT_PLUGGED;
    if (isInUse && !hasPort) this.insert();
    // That its cable is out, only a port knows.
    else if (!isInUse && hasPort && this.isLinked) this.pull();
  }

  /** Cuts or restores the link; the endpoint is not told. */
  setLink(up: boolean): void {
    if (!up && this.isOnDemand && this.port === NOT_PLUGGED) this.insert();
    this.#switch?.setLink(this.port, up);
  }
  /** True while frames pass, as far as the switch is concerned. */
  get isLinked(): boolean {
    if (this.isOnDemand && this.port === NOT_PLUGGED) return true;
    return this.#switch?.ports.find(({ index }) => index === this.port)?.up ?? false;
  }

  /** A frame goes into the switch. */
  send(frame: Uint8Array): void {
    // A card that no driver is heard of says by this that it is used.
    if (this.port === NOT_PLUGGED) this.use(true);
    this.#switch?.send(this.port, frame);
  }

  /** Gives a stage of its port other settings, now and wherever it is plugged in later. */
  setStage(stage: string, settings: Settings | undefined): void {
    this.settings = withSettings(this.settings, stage, settings);
    this.#switch?.setStage(this.port, stage, settings ?? this.#usual[stage]);
  }
}
