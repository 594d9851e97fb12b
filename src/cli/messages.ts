/** What the command line says. Errors are looked up by code; `{name}` is filled from the error's data. */
import type { LabError } from '#base/result';

export const USAGE = `usage: virtlab bare FILE [--bios F] [--dtb F] [--initrd F] [--append TEXT] [--memory 128M] [--harts N]
                     [--signature F] [--max-instructions N] [--stats] [--trace]
`;

const MESSAGES: Readonly<Record<string, string>> = {
  usage: 'wrong arguments for {command}; virtlab --help shows them',
  'option.size': '--{option} takes a size such as 64M, not "{text}"',
  'option.duration': '--{option} takes a time such as 10s or 500ms, not "{text}"',
  'option.count': '--{option} takes a whole number in range, not "{text}"',
  'file.unreadable': '{path} cannot be read: {reason}',
  'image.outsideRam': '{path}: {size} bytes at {address} lie outside RAM; give it more with --memory',
};

/** One sentence for an error; a code without a sentence shows itself with its data. */
export function describe(error: LabError): string {
  const template = MESSAGES[error.code] ?? `${error.code} ${JSON.stringify(error.data)}`;
  const text = template.replace(/\{(\w+)\}/g, (_, name: string) => String(error.data[name] ?? ''));
  return error.where === undefined ? text : `${error.where}: ${text}`;
}
