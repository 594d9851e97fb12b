/**
 * What every worker of the page runs: the lab's, and those of hosts, which that one starts. One script, since most of both is the same code,
 * and what comes later is fetched by each: with a script each, a site would have it all twice.
 */
import { HOST_THREAD } from './host-thread.ts';
import { serveHost } from './serve-host.ts';
import { serveLab } from './serve-lab.ts';

const scope = self as unknown as DedicatedWorkerGlobalScope;
if (scope.name === HOST_THREAD) serveHost(scope);
else serveLab();
