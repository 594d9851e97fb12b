/**
 * What an address says: which lab, which of its views, what is selected. One function reads it and one writes it, so that they say
 * the same; what else stands in an address (`embed`, what a course adds) is left as it is.
 */
import { BUILTIN_LABS, type BuiltinLab } from '#base/catalogue/builtin-labs';
import { type Addressed, HOME, type Route, routeNames, routeOf, routeOfLab, wordsOf } from './routes.ts';

/** A lab as an address names it. */
export type LabAddress =
  | { readonly kind: 'builtin'; readonly name: BuiltinLab }
  /** A link as it arrived, without `#`. */
  | { readonly kind: 'link'; readonly text: string }
  /** What the browser keeps under a word. */
  | { readonly kind: 'kept'; readonly key: string }
  /** A file that was opened in this visit and is not kept: the page knows it by a word until it is left. */
  | { readonly kind: 'file'; readonly word: string };

/** What is on the screen, or shall be. */
export interface Asked {
  readonly lab: LabAddress;
  readonly route: Route;
  /** Node of the topology that is selected. */
  readonly selected: string | null;
}

/** The part of `location` that says it. */
export interface Written {
  readonly search: string;
  readonly hash: string;
}

const FIRST_LAB: BuiltinLab = 'first-visit';
const KEY = /^[a-z0-9-]{1,80}$/;
const LAB_NAMES: readonly string[] = ['lab', 'kept', 'file', 'selected'];
const LONGEST_SELECTED = 200;

/**
 * The link in an address, as it arrived: who opens it finds out what carriers have made of it. Some encode the `#` itself, and then
 * all of it stands in the query.
 */
function linkIn({ search, hash }: Written): string {
  return hash === '' && search.includes('%23') ? search : hash.replace(/^#/, '');
}

function labOf(written: Written, query: URLSearchParams): LabAddress {
  const text = linkIn(written);
  if (text !== '') return { kind: 'link', text };
  const key = query.get('kept');
  if (key !== null && KEY.test(key)) return { kind: 'kept', key };
  const word = query.get('file');
  if (word !== null && KEY.test(word)) return { kind: 'file', word };
  const wanted = query.get('lab');
  return { kind: 'builtin', name: BUILTIN_LABS.find(({ id }) => id === wanted)?.id ?? FIRST_LAB };
}

/** Where a lab shows what it is about: who asks for the lab alone comes there. */
function ownRoute(lab: LabAddress): Route {
  return lab.kind === 'builtin' ? routeOfLab(lab.name) : HOME;
}

export function readAddress(views: readonly Addressed[], written: Written): Asked {
  const query = new URLSearchParams(written.search);
  const lab = labOf(written, query);
  const selected = query.get('selected');
  const isAlone = !query.has('view') && selected === null;
  return {
    lab,
    route: isAlone ? ownRoute(lab) : routeOf(views, query),
    selected: selected !== null && selected.length <= LONGEST_SELECTED ? selected : null,
  };
}

/** What stands in an address and is not the page's. */
export function restOf(views: readonly Addressed[], { search, hash }: Written): URLSearchParams {
  // A link whose `#` was encoded is all of the query.
  const rest = new URLSearchParams(hash === '' && search.includes('%23') ? '' : search);
  for (const name of [...LAB_NAMES, ...routeNames(views)]) rest.delete(name);
  return rest;
}

/** The address of what is on the screen, behind the path. */
export function writeAddress({ lab, route, selected }: Asked, rest: URLSearchParams): string {
  const query = new URLSearchParams(rest);
  if (lab.kind === 'builtin' && lab.name !== FIRST_LAB) query.set('lab', lab.name);
  if (lab.kind === 'kept') query.set('kept', lab.key);
  if (lab.kind === 'file') query.set('file', lab.word);
  for (const [name, value] of wordsOf(route)) query.set(name, value);
  // Without a view it would be the lab's own place.
  if (!query.has('view') && ownRoute(lab) !== HOME) query.set('view', HOME.place);
  if (route.place === 'lab' && selected !== null) query.set('selected', selected);
  const search = query.toString();
  return `${search === '' ? '' : `?${search}`}${lab.kind === 'link' ? `#${lab.text}` : ''}`;
}

export function isSameLab(one: LabAddress, other: LabAddress): boolean {
  return (
    writeAddress({ ...NOWHERE, lab: one }, NOTHING) === writeAddress({ ...NOWHERE, lab: other }, NOTHING)
  );
}

const NOTHING: URLSearchParams = new URLSearchParams();
/** Where a page is that was asked for nothing. */
export const NOWHERE: Asked = { lab: { kind: 'builtin', name: FIRST_LAB }, route: HOME, selected: null };
