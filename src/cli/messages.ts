/** What the command line says. Errors are looked up by code; `{name}` is filled from the error's data. */
import type { LabError } from '#base/result';

export const USAGE = `usage: virtlab bare FILE [--bios F] [--dtb F] [--initrd F] [--append TEXT] [--memory 128M] [--harts N]
                     [--signature F] [--max-instructions N] [--stats] [--trace]
       virtlab run SCENARIO [--for 10s] [--hash] [--json]
                     SCENARIO: a file, a link, or one of first-visit, busy-neighbour
`;

const MESSAGES: Readonly<Record<string, string>> = {
  usage: 'wrong arguments for {command}; virtlab --help shows them',
  'option.size': '--{option} takes a size such as 64M, not "{text}"',
  'option.duration': '--{option} takes a time such as 10s or 500ms, not "{text}"',
  'option.count': '--{option} takes a whole number in range, not "{text}"',
  'file.unreadable': '{path} cannot be read: {reason}',
  'run.noScenario': '"{source}" is no file, no link and no scenario of the lab ({builtin})',
  'guests.notPackaged': 'the Linux file {file} is not here; npm run guests:linux makes it',
  'guests.damaged': '{file} is not what the list of guests says it is; npm run guests:linux makes it again',
  'image-missing': 'there is no image {name}',
  'no-such-vm': 'there is no VM {vm}',
  'wrong-state': '{vm} is {state}: {op} is not possible',
  'link.empty': 'the link is empty',
  'link.notALink': 'this is no link of virtlab',
  'link.badCharacters': 'the link has characters that no link has: it was changed on its way',
  'link.damaged': 'the link is damaged: a part of it is missing or was changed',
  'link.tooLong': 'the link has {found} characters; {limit} are allowed',
  'link.documentTooLong': 'the link holds more than {limit} bytes',
  'document.notJson': 'the scenario is no JSON',
  'document.tooLong': 'the scenario has {found} characters; {limit} are allowed',
  'document.tooDeep': 'the scenario is nested deeper than {limit} levels',
  'document.tooManyValues': 'the scenario has more than {limit} values',
  'document.listTooLong': 'a list of {found}; {limit} are allowed',
  'document.reservedKey': 'a key that no scenario has',
  'document.notPlain': 'something that is no data',
  'scenario.version': 'the scenario has version {found}; this virtlab knows {known}',
  'scenario.missing': 'it is missing',
  'scenario.unknownKey': 'no scenario has this key',
  'scenario.type': 'must be {expected}, not {found}',
  'scenario.choice': 'must be one of {expected}, not {found}',
  'scenario.tooSmall': '{found} is too small; {limit} is the least',
  'scenario.tooLarge': '{found} is too large; {limit} is the most',
  'scenario.tooLong': 'too long; {limit} characters are allowed',
  'scenario.tooMany': 'too many; {limit} are allowed',
  'scenario.empty': 'there must be at least one',
  'scenario.notWhole': '{found} is no whole number',
  'scenario.notMultiple': '{found} is no multiple of {of}',
  'scenario.badName': '{found} is no name: letters, digits and dashes',
  'scenario.badText': '{found} has characters that cannot be printed',
  'scenario.badFileName': '{found} is no name of a file',
  'scenario.badTyping': 'typed text is bytes: code points 0 to 255',
  'scenario.badAddress': '{found} is no address such as 10.0.0.2/24',
  'scenario.badMac': '{found} is no address such as 52:54:00:12:34:56',
  'scenario.duplicate': 'the name {name} is there twice',
  'scenario.noSuchSwitch': '{vm} has a card at the switch "{switch}", which {host} does not have',
  'scenario.noSuchHost': 'there is no host {found}',
  'scenario.noSuchVm': 'there is no VM {vm} on {host}',
  'scenario.tooManyVms': '{found} VMs; {limit} are allowed',
  'scenario.tooMuchRam': 'all hosts together have {found} bytes of RAM; {limit} are allowed',
  'scenario.vmTooLarge': '{vm} has {found} bytes of memory, its host {limit}',
  'image.outsideRam': '{path}: {size} bytes at {address} lie outside RAM; give it more with --memory',
};

/** One sentence for an error; a code without a sentence shows itself with its data. */
export function describe(error: LabError): string {
  const template = MESSAGES[error.code] ?? `${error.code} ${JSON.stringify(error.data)}`;
  const text = template.replace(/\{(\w+)\}/g, (_, name: string) => String(error.data[name] ?? ''));
  return error.where === undefined ? text : `${error.where}: ${text}`;
}
