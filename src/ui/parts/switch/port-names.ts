/** Ports to choose from: those that a switch has, and those that are named and are not there now. */
export function portNames(ports: readonly string[], named: readonly string[]): readonly string[] {
  return [...new Set([...ports, ...named.filter((name) => name !== '')])];
}
