/** The address of a window with one console. The first script of the page reads it, so that it knows nothing else. */

/** A console of the lab. */
interface OneConsole {
  readonly host: number;
  readonly vm: string;
}

const PARAMETER = 'console';

/** Tells consoles of a lab apart. */
export function nameOfConsole({ host, vm }: OneConsole): string {
  return `${host}/${vm}`;
}

export function addressOfConsole(which: OneConsole): URL {
  const address = new URL(location.pathname, location.href);
  address.searchParams.set(PARAMETER, nameOfConsole(which));
  return address;
}

/** The console that this window is for; undefined in a page with everything. */
export function consoleOfWindow(): OneConsole | undefined {
  const asked = new URLSearchParams(location.search).get(PARAMETER) ?? '';
  const [, host = '', vm = ''] = /^(\d{1,3})\/(.+)$/.exec(asked) ?? [];
  return vm === '' ? undefined : { host: Number(host), vm };
}
