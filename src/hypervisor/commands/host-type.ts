/** Bytes typed at the serial port of a host that software of its own owns, as text of code points 0–255. */
import { fail, ok } from '#base/result';
import { shapeOf } from '../shapes/parse.ts';
import { TYPED } from '../shapes/values.ts';
import { type CommandDefinition, defineCommand } from './command.ts';

interface Args {
  readonly text: string;
}

export const hostType: CommandDefinition<'host.type', Args> = defineCommand({
  op: 'host.type',
  shape: () => shapeOf<Args>({ text: TYPED }),
  fill: ({ text }: Args): Args => ({ text }),
  short: ({ text }) => ({ text }),
  run({ text }, { bare, spec }) {
    if (bare === undefined || bare.isOff) return fail('host.noSoftware', { host: spec.name });
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
    const accepted = bare.type(bytes);
    return accepted === bytes.length ? ok(null) : fail('console.full', { accepted, bytes: bytes.length });
  },
});
