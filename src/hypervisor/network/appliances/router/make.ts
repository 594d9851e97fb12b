/** Makes a router of what a scenario says of it: all of its code, which comes when there is to be one. */
import { type PartState, partState, stateIn } from '#base/state/part';
import type { Counters } from '#machine/devices/counters';
import { macOf } from '../../seed.ts';
import type { Appliance, ApplianceContext } from '../appliance.ts';
import { addressOf, parted } from '../gateway/wire/address.ts';
import type { RouterCounter } from './counters.ts';
import type { GivenInterface } from './kind.ts';
import { type InterfaceSettings, Router, type RouterSettings } from './router.ts';
import { ROUTER_STATE } from './state.ts';
import { type RouterView, routerView } from './view.ts';

export { ROUTER_STATE } from './state.ts';

/** What a scenario says of it, with what it leaves out filled in; `kind.ts` says what each is. */
export interface GivenRouter {
  readonly interfaces: readonly GivenInterface[];
  readonly routes: readonly { readonly to: string; readonly via: string }[];
  readonly reversePath: boolean;
  readonly mtu: number;
  readonly relay?: string;
}

function interfaceOf(given: GivenInterface, ports: readonly string[], seed: number): InterfaceSettings {
  const { port, vlan = 0, network6, address6 } = given;
  const world = network6 ?? address6;
  const [address, prefix] = parted(given.address);
  return {
    ...{ name: vlan === 0 ? port : `${port}.${vlan}`, port: ports.indexOf(port), vlan },
    // Those of one port are one card.
    ...{ mac: macOf(seed, `port/${port}`), address, prefix },
    network6: world === undefined ? undefined : parted(world)[0],
    own6: address6 === undefined ? undefined : parted(address6)[0],
    isSilent: network6 === undefined,
  };
}

function resolved(given: GivenRouter, ports: readonly string[], seed: number): RouterSettings {
  const { reversePath, mtu, relay } = given;
  return {
    interfaces: given.interfaces.map((each) => interfaceOf(each, ports, seed)),
    routes: given.routes.map(({ to, via }) => {
      const [network, prefix] = parted(to);
      return { to: network, prefix, via: addressOf(via) };
    }),
    ...{ reversePath, mtu, relay: relay === undefined ? undefined : addressOf(relay) },
  };
}

class PlacedRouter implements Appliance {
  readonly #router: Router;
  readonly #given: GivenRouter;
  readonly #context: ApplianceContext;

  constructor(
    given: GivenRouter,
    ports: readonly string[],
    context: ApplianceContext,
    counters: Counters<RouterCounter>,
  ) {
    this.#given = given;
    this.#context = context;
    this.#router = new Router(resolved(given, ports, context.seed), {
      ...{ counters, now: () => context.now() },
      send: (port, frame) => context.send(port, frame),
      schedule: (at, data) => context.schedule(at, data),
      cancel: (data) => context.cancel(data),
    });
  }

  receive(port: number, frame: Uint8Array): void {
    this.#router.receive(port, frame);
  }
  timer(data: number): void {
    this.#router.timer(data);
  }
  follow(former: Appliance): void {
    if (former instanceof PlacedRouter) this.#router.follow(former.#router);
  }
  view(): RouterView {
    return routerView(this.#router, this.#given, this.#context);
  }
  capture(): PartState {
    return partState(ROUTER_STATE, this.#router.capture());
  }
  restore(state: PartState): void {
    this.#router.restore(stateIn(ROUTER_STATE, state));
  }
}

export function makeRouter(
  given: GivenRouter,
  ports: readonly string[],
  context: ApplianceContext,
  counters: Counters<RouterCounter>,
): Appliance {
  return new PlacedRouter(given, ports, context, counters);
}
