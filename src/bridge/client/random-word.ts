/** A word that no other tab has. */
export function randomWord(): string {
  return [...crypto.getRandomValues(new Uint32Array(2))].map((each) => each.toString(36)).join('');
}
