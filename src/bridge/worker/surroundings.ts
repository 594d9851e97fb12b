/** What the worker's lab is given from outside: the page's worker gives a browser's, tests their own. */
import type { HostNeeds, PlaceHosts } from '#lab/placing';
import type { DiskPlaces } from './disks/disk-service.ts';
import type { EngineWanted } from './engine.ts';
import type { Fetcher } from './images.ts';
import type { KeepingPlaces } from './keeping/keeper.ts';
import type { Defer } from './run-loop.ts';

/** Where the worker gets its bytes from. */
export interface Surroundings {
  readonly fetcher: Fetcher;
  /** Address of the teaching kernel's image. */
  readonly teachingUrl: string;
  readonly wallMs?: () => number;
  readonly defer?: Defer;
  /** The engine that is fetched before a lab is opened; absent: when the first one is. */
  readonly engineAhead?: EngineWanted;
  /** Where labs are kept; absent: nowhere. */
  readonly places?: KeepingPlaces;
  /** Where disk images are kept; absent: in memory. */
  readonly disks?: DiskPlaces;
  /** Where hosts of this thread have their translator from; see there. */
  readonly translator?: HostNeeds['translator'];
  /** Where hosts run; in this thread unless given. */
  readonly placeHosts?: PlaceHosts;
}
