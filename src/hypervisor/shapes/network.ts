/**
 * What documents say of a host's network: stages of ports, parts of switches, trunks, appliances; what is as usual is left out.
 * Who reads it fills defaults in, so that what a host has is whole.
 */
import * as v from 'valibot';
import { LIMITS } from '#base/catalogue/limits';
import { NAME_LENGTH, NAME_PATTERN } from '#base/catalogue/names';
import { inKeyOrder, isPlainObject } from '#base/plain-data';
import { fail, ok, type Result } from '#base/result';
import type {
  ApplianceSpec,
  HostSpec,
  PortSettings,
  Settings,
  SwitchParts,
  SwitchSpec,
  TrunkSpec,
} from '#base/scenario';
import { type AnyKind, kindNamed, settingsSchema } from '#machine/kind';
import { portsOf } from '../network/appliances/plugged-appliance.ts';
import type { Registries } from '../registries.ts';
import { maybe, type Written, written } from './document.ts';
import { shortSettings } from './kinds.ts';
import type { Shape } from './parse.ts';
import { COUNT, KEYED, NAME, whole } from './values.ts';

/** Settings by kind, each as that kind takes them. */
function settingsShape(kinds: readonly AnyKind[]): Shape<PortSettings> {
  const settings = kinds.map((kind) => [kind.id, v.exactOptional(settingsSchema(kind))]);
  const shape = v.pipe(KEYED, v.strictObject(Object.fromEntries(settings)));
  return shape as Shape<unknown> as Shape<PortSettings>;
}
/** Settings by kind without those that are as the kind says by default. */
function shortByKind(kinds: readonly AnyKind[], settings: PortSettings): Written {
  return Object.fromEntries(
    Object.entries(settings).map(([id, each]) => [id, shortSettings(kindNamed(kinds, id), each)]),
  );
}

/** An object that names one of these kinds under a key, and has settings as that kind takes them: what is wrong with them is told of that kind's. */
export function stageShape(
  kinds: readonly AnyKind[],
  key: string,
  shapeOf: (id: v.GenericSchema<string, string>, settings: Shape<Settings>) => Shape<object>,
): Shape<object> {
  const settings = settingsSchema as (kind: AnyKind) => Shape<unknown> as (kind: AnyKind) => Shape<Settings>;
  const known = new Map(kinds.map((kind) => [kind.id, shapeOf(v.literal(kind.id), settings(kind))]));
  const unknown = shapeOf(v.picklist([...known.keys()]), v.record(v.string(), v.unknown()) as never);
  return v.lazy((input) => {
    const id = isPlainObject(input) ? input[key] : undefined;
    return (typeof id === 'string' ? known.get(id) : undefined) ?? unknown;
  });
}

/** Settings of a port by stage. */
export function portShape({ stages }: Pick<Registries, 'stages'>): Shape<PortSettings> {
  return settingsShape(stages);
}
export function shortPort({ stages }: Pick<Registries, 'stages'>, port: PortSettings): Written {
  return shortByKind(stages, port);
}

/** Settings of what a switch has beside its ports, by part. */
export function partsShape({ switchParts }: Pick<Registries, 'switchParts'>): Shape<SwitchParts> {
  return settingsShape(switchParts);
}

export function switchShape(registries: Registries): Shape<SwitchSpec> {
  return v.strictObject({ name: NAME, parts: v.exactOptional(partsShape(registries)) });
}
/** As documents write it, with its keys in order; a switch without parts says nothing of them. */
export function fillSwitch({ name, parts }: SwitchSpec): SwitchSpec {
  return { name, ...maybe('parts', unlessNone(parts)) };
}
export function shortSwitch({ name, parts }: SwitchSpec, { switchParts }: Registries): Written {
  return written({ name, parts: parts && shortByKind(switchParts, parts) });
}

function trunkEntries(registries: Registries) {
  return {
    a: NAME,
    b: NAME,
    delayNs: v.exactOptional(whole(LIMITS.trunkDelayNs)),
    bitsPerSecond: v.exactOptional(whole(LIMITS.linkBitsPerSecond)),
    portA: v.exactOptional(portShape(registries)),
    portB: v.exactOptional(portShape(registries)),
  };
}
export function trunkShape(registries: Registries): Shape<TrunkSpec> {
  return v.strictObject(trunkEntries(registries));
}
export function fillTrunk({ a, b, delayNs, bitsPerSecond, portA, portB }: TrunkSpec): TrunkSpec {
  return {
    ...{ a, b, ...maybe('delayNs', delayNs), ...maybe('bitsPerSecond', bitsPerSecond) },
    ...{ ...maybe('portA', unlessNone(portA)), ...maybe('portB', unlessNone(portB)) },
  };
}
/** A trunk of which a command says the number too. */
export function numberedTrunkShape(registries: Registries): Shape<TrunkSpec> {
  return v.strictObject({ ...trunkEntries(registries), number: v.exactOptional(COUNT) });
}
export function fillNumberedTrunk(trunk: TrunkSpec): TrunkSpec {
  return { ...fillTrunk(trunk), ...maybe('number', trunk.number) };
}
export function shortTrunk({ portA, portB, ...trunk }: TrunkSpec, registries: Registries): Written {
  return written({
    ...trunk,
    portA: portA && shortPort(registries, portA),
    portB: portB && shortPort(registries, portB),
  });
}

const PORT_NAME = v.pipe(v.string(), v.maxLength(NAME_LENGTH), v.regex(NAME_PATTERN, 'scenario.badName'));
const portsShape = (registries: Registries): Shape<Record<string, PortSettings>> =>
  v.pipe(KEYED, v.record(PORT_NAME, portShape(registries)));

/** Keys that every appliance has beside what its kind takes. */
type Common = 'name' | 'kind' | 'ports';

export function applianceShape(registries: Registries): Shape<ApplianceSpec> {
  const { appliances } = registries;
  const common = { name: NAME, ports: v.exactOptional(portsShape(registries)) };
  const unknown = v.strictObject({ ...common, kind: v.picklist(appliances.map(({ id }) => id)) });
  const known = new Map(
    appliances.map(({ id, settings }) => [
      id,
      v.strictObject({ ...common, kind: v.literal(id), ...settings }),
    ]),
  );
  // A map of generic entries has no one type that valibot could name; what they all make is a specification.
  return v.lazy((input) => {
    const id = isPlainObject(input) ? input['kind'] : undefined;
    const shape = (typeof id === 'string' ? known.get(id) : undefined) ?? unknown;
    return shape as Shape<unknown> as Shape<ApplianceSpec>;
  });
}
export function fillAppliance(spec: ApplianceSpec): ApplianceSpec {
  const { name, kind, ports, ...settings } = spec;
  return { name, kind, ...maybe('ports', unlessNone(ports)), ...inKeyOrder(settings) } as ApplianceSpec;
}
export function shortAppliance(spec: ApplianceSpec, registries: Registries): Written {
  const { name, kind, ports, ...settings } = spec as Pick<ApplianceSpec, Common> & PortSettings;
  const short = Object.entries(ports ?? {}).map(([port, each]) => [port, shortPort(registries, each)]);
  return written({
    ...{ name, kind, ports: ports && Object.fromEntries(short) },
    ...shortSettings(kindNamed(registries.appliances, kind), settings),
  });
}

function unlessNone<T extends object>(settings: T | undefined): T | undefined {
  return settings === undefined || Object.keys(settings).length === 0 ? undefined : settings;
}

/** Trunks join two switches of their host; appliances hang at switches that there are. */
export function checkNetwork(host: HostSpec, { appliances }: Registries, where: string): Result<null> {
  const has = (name: string): boolean => host.switches.some((each) => each.name === name);
  for (const [index, { a, b }] of (host.trunks ?? []).entries()) {
    const place = `${where}.trunks[${index}]`;
    if (!has(a)) return fail('scenario.noSuchEnd', { found: a }, `${place}.a`);
    if (!has(b)) return fail('scenario.noSuchEnd', { found: b }, `${place}.b`);
    if (a === b) return fail('scenario.trunkToItself', { found: b }, `${place}.b`);
  }
  for (const [index, spec] of (host.appliances ?? []).entries()) {
    const lost = portsOf(spec, appliances).find((port) => !has(port.switch));
    if (lost !== undefined)
      return fail(
        'scenario.noSuchSwitch',
        { vm: spec.name, host: host.name, switch: lost.switch },
        `${where}.appliances[${index}]`,
      );
  }
  return ok(null);
}
