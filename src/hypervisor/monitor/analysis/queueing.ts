/**
 * What queueing theory expects of a server that is so busy: how long requests wait, or how many do. Arrivals are taken to be independent
 * (Poisson); who arrives only when served (a guest that waits for its disk) waits less than that.
 */
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';

/**
 * The mean time before service at one server (Pollaczek and Khinchine, M/G/1).
 * @param utilisation the part of time in which it is busy
 * @param service the mean time of service
 * @param variation standard deviation of the time of service by its mean: 0 where all take the same (M/D/1), 1 for M/M/1
 */
export function expectedWait(utilisation: number, service: number, variation: number): number {
  if (utilisation >= 1) return Number.POSITIVE_INFINITY;
  return (utilisation * service * (1 + variation ** 2)) / (2 * (1 - utilisation));
}

/**
 * How many wait on average for one of several equal servers (Erlang's C, M/M/c).
 * @param load servers that are busy on average
 */
export function expectedWaiting(load: number, servers: number): number {
  if (load >= servers) return Number.POSITIVE_INFINITY;
  // Erlang's B, server by server, and C from it.
  let blocked = 1;
  for (let n = 1; n <= servers; n++) blocked = (load * blocked) / (n + load * blocked);
  const utilisation = load / servers;
  const waits = blocked / (1 - utilisation * (1 - blocked));
  return (waits * utilisation) / (1 - utilisation);
}

/** The mean wait of those who wait, by Little's law. */
export function measuredWait(waiting: number, perSecond: number): number {
  return perSecond > 0 ? waiting / perSecond : 0;
}

/** Times at one server. */
interface ServerTimes {
  /** Of one service. */
  readonly service: VirtualNs;
  /** Of the wait of those who wait. */
  readonly waited: VirtualNs;
  /** What theory expects of the wait, from M/D/1 to M/M/1. */
  readonly least: VirtualNs;
  readonly most: VirtualNs;
}

/**
 * The times at one server.
 * @param utilisation the part of time in which it is busy
 * @param perSecond how many are served in a second, some at least
 * @param waiting how many wait on average
 */
export function timesAtServer(utilisation: number, perSecond: number, waiting: number): ServerTimes {
  const service = (utilisation * NS_PER_S) / perSecond;
  return {
    service,
    waited: measuredWait(waiting, perSecond) * NS_PER_S,
    least: expectedWait(utilisation, service, 0),
    most: expectedWait(utilisation, service, 1),
  };
}
