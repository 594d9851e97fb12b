/** What a gateway did, in its inspector: whom it gave which address, whom it translates, who is connected, which names were asked for. */
import { useTranslation } from 'react-i18next';
import type { Settings } from '#base/scenario';
import type { AnswerOf, ApplianceDescription } from '#bridge/protocol/answers';
import { Facts } from '../../kit/facts.tsx';
import { ErrorAlert } from '../error-text.tsx';
import { useFormat, useHostAnswer } from '../lab.tsx';
import { Counters, Neighbours, Rows } from './rows.tsx';

type GatewayState = AnswerOf<'gateway'>;

/** Instants, not how long until then or since: these would be others each time. */
function Tables({ state, at }: { readonly state: GatewayState; readonly at: number }) {
  const { t } = useTranslation();
  const { clock, duration, count, bytes } = useFormat();
  const title = (id: string): string => t(`gateway.column.${id}`);
  const number = { isNumber: true } as const;
  const mono = { isMono: true } as const;
  return (
    <>
      <Rows
        id="gateway-leases"
        title={t('gateway.leases')}
        rows={state.leases}
        none={t('gateway.none.leases')}
        columns={[
          { title: title('address'), ...mono, cell: ({ address }) => address },
          { title: title('station'), cell: ({ hostName }) => hostName },
          { title: t('switch.mac'), ...mono, cell: ({ mac }) => mac },
          { title: title('until'), ...number, cell: ({ leftNs }) => clock(at + leftNs) },
        ]}
      />
      <Rows
        id="gateway-mappings"
        title={t('gateway.mappings')}
        rows={state.mappings}
        none={t('gateway.none.mappings')}
        columns={[
          { title: title('inside'), ...mono, cell: ({ inside }) => inside },
          { title: title('outside'), ...mono, cell: ({ outside }) => outside },
          { title: title('remote'), ...mono, cell: ({ remote }) => remote },
          { title: title('protocol'), cell: ({ protocol }) => protocol.toUpperCase() },
          { title: title('packetsOut'), ...number, cell: ({ packetsOut }) => count(packetsOut) },
          { title: title('packetsIn'), ...number, cell: ({ packetsIn }) => count(packetsIn) },
          { title: title('until'), ...number, cell: ({ leftNs }) => clock(at + leftNs) },
        ]}
      />
      <Rows
        id="gateway-connections"
        title={t('gateway.connections')}
        rows={state.connections}
        none={t('gateway.none.connections')}
        columns={[
          { title: title('site'), ...mono, cell: ({ site }) => site },
          { title: title('remote'), ...mono, cell: ({ remote }) => remote },
          { title: t('table.state'), ...mono, cell: ({ state: each }) => each },
          { title: title('sent'), ...number, cell: ({ sentBytes }) => bytes(sentBytes) },
          { title: title('window'), ...number, cell: ({ windowBytes }) => bytes(windowBytes) },
          {
            title: title('congestion'),
            ...number,
            cell: ({ congestionWindowBytes }) => bytes(congestionWindowBytes),
          },
          { title: title('roundTrip'), ...number, cell: ({ roundTripNs }) => duration(roundTripNs) },
        ]}
      />
      <Rows
        id="gateway-names"
        title={t('gateway.names')}
        rows={state.names}
        none={t('gateway.none.names')}
        columns={[
          { title: title('name'), ...mono, cell: ({ name }) => name },
          { title: title('record'), cell: ({ type }) => type },
          { title: title('by'), ...mono, cell: ({ from }) => from },
          {
            title: title('answer'),
            ...mono,
            cell: ({ outcome, addresses }) =>
              outcome === 'answered' && addresses.length > 0
                ? addresses.join(', ')
                : t(`gateway.outcome.${outcome}`),
          },
          { title: title('askedAt'), ...number, cell: ({ ageNs }) => clock(at - ageNs) },
        ]}
      />
      <Neighbours id="gateway-neighbours" neighbours={state.neighbours} at={at} />
      {state.routes.length === 0 ? null : (
        <Rows
          id="gateway-routes"
          title={t('router.routes')}
          rows={state.routes}
          none=""
          columns={[
            { title: t('router.to'), ...mono, cell: ({ to }) => to },
            { title: t('router.via'), ...mono, cell: ({ via }) => via },
          ]}
        />
      )}
      <Rows
        id="gateway-sites"
        title={t('gateway.sites')}
        rows={state.sites}
        none=""
        columns={[
          { title: title('name'), ...mono, cell: ({ name }) => name },
          { title: title('address'), ...mono, cell: ({ addresses }) => addresses.join(', ') },
          { title: title('distance'), ...number, cell: ({ delayNs }) => duration(delayNs) },
        ]}
      />
    </>
  );
}

/** What it gives to who asks, as it was set. */
function useSettings({
  leases = 0,
  firstLease,
  leaseSeconds = 0,
  domain = '',
  network6 = '',
  mtu,
}: Settings) {
  const { t } = useTranslation();
  const format = useFormat();
  const given = {
    count: format.integer(Number(leases)),
    time: format.duration(Number(leaseSeconds) * 1e9),
    first: String(firstLease),
  };
  const addresses = firstLease === undefined ? 'leasesOf' : 'leasesFrom';
  return [
    [t('gateway.setting.network6'), network6 === '' ? t('gateway.setting.none') : String(network6)],
    [t('gateway.setting.domain'), String(domain)],
    [t('gateway.setting.leases'), t(`gateway.setting.${leases === 0 ? 'noLeases' : addresses}`, given)],
    ['MTU', format.integer(Number(mtu))],
  ] as const;
}

interface Props {
  readonly index: number;
  readonly spec: ApplianceDescription['spec'];
}

export function GatewayPanel({ index, spec }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { name } = spec;
  const settings = useSettings(spec);
  const { value: state, error, at } = useHostAnswer(index, 'gateway', { appliance: name }, 500);
  return (
    <>
      <ErrorAlert error={error} />
      {state === null ? null : (
        <>
          <Facts
            facts={[
              [t('switch.mac'), state.mac],
              [t('gateway.column.address'), state.address],
              [t('gateway.column.outside'), state.outside],
              [
                t('gateway.underway'),
                t('gateway.underwayBoth', {
                  out: format.count(state.waiting.out),
                  in: format.count(state.waiting.in),
                }),
              ],
              ...settings,
            ]}
          />
          <Tables state={state} at={at} />
          <Counters id="gateway" counted={state.counted} />
        </>
      )}
    </>
  );
}
