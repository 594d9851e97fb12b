/** A paste that is longer than one command may be. */
import type { Command } from '#hypervisor/commands';

type Typing = Extract<Command, { readonly op: 'console.input' }>;

/** Its beginning and the rest; nothing for one that is short enough. */
export function textBeyond({ op, args }: Typing, length: number): { begin: Typing; end: Typing } | undefined {
  if (typeof args?.text !== 'string' || args.text.length <= length) return undefined;
  const { text } = args;
  return {
    begin: { op, args: { ...args, text: text.slice(0, length) } },
    end: { op, args: { ...args, text: text.slice(length) } },
  };
}
