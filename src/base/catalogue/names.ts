/**
 * Names of hosts, VMs and switches. They go into command lines and host names of guests, so they are what RFC 1123 calls a
 * label. Who asks for a name asks here: the schema of scenarios, the hypervisor, the page's form.
 */

/** Characters of a name at most. */
export const NAME_LENGTH = 31;
/** Letters, digits and dashes, no dash at either end. */
export const NAME_PATTERN: RegExp = /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/;

/** True for a text that a host, a VM or a switch can be called by. */
export function isName(text: string): boolean {
  return text.length <= NAME_LENGTH && NAME_PATTERN.test(text);
}
