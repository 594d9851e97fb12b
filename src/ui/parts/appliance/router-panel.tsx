/** What a router did: its interfaces and who was found there, where packets went, what it dropped and why. */
import { useTranslation } from 'react-i18next';
import { Facts } from '../../kit/facts.tsx';
import { ErrorAlert } from '../error-text.tsx';
import { useFormat, useHostAnswer } from '../lab.tsx';
import { Counters, Neighbours, Rows } from './rows.tsx';

interface Props {
  readonly index: number;
  readonly name: string;
}

export function RouterPanel({ index, name }: Props) {
  const { t } = useTranslation();
  const { clock, count } = useFormat();
  const { value: state, error, at } = useHostAnswer(index, 'router', { appliance: name }, 500);
  const number = { isNumber: true } as const;
  const mono = { isMono: true } as const;
  if (state === null) return <ErrorAlert error={error} />;
  const { interfaces, routes, relay, reversePath, mtu } = state;
  // In the order of interfaces, each of them named.
  const neighbours = interfaces.flatMap(({ name: by, neighbours: there }) =>
    there.map((each) => ({ ...each, by })),
  );
  const some = (of: (each: (typeof interfaces)[number]) => unknown): boolean =>
    interfaces.some((each) => of(each) !== undefined);
  return (
    <>
      <ErrorAlert error={error} />
      <Facts
        facts={[
          [t('router.relay'), relay ?? t('router.nobody'), t('router.hint.relay')],
          [
            t('router.reversePath'),
            t(reversePath ? 'router.refused' : 'router.passed'),
            t('router.hint.reversePath'),
          ],
          ['MTU', count(mtu)],
        ]}
      />
      <Rows
        id="router-interfaces"
        title={t('router.interfaces')}
        rows={interfaces}
        none=""
        columns={[
          { title: t('router.interface'), ...mono, cell: (each) => each.name },
          { title: t('wiring.to'), cell: (each) => each.switch },
          { title: 'VLAN', ...number, cell: ({ vlan }) => vlan ?? '–' },
          { title: t('gateway.column.address'), ...mono, cell: ({ address }) => address },
          ...(some(({ address6 }) => address6)
            ? [
                {
                  title: 'IPv6',
                  ...mono,
                  cell: ({ address6 }: (typeof interfaces)[number]) => address6 ?? '–',
                },
                {
                  title: t('router.tells'),
                  ...number,
                  cell: ({ advertises }: (typeof interfaces)[number]) =>
                    advertises === undefined ? '–' : clock(at + advertises.inNs),
                },
              ]
            : []),
          { title: t('switch.mac'), ...mono, cell: ({ mac }) => mac },
        ]}
      />
      <Neighbours id="router-neighbours" neighbours={neighbours} at={at} />
      <Rows
        id="router-routes"
        title={t('router.routes')}
        rows={routes}
        none=""
        columns={[
          { title: t('router.to'), ...mono, cell: ({ to }) => to },
          { title: t('router.via'), ...mono, cell: ({ via }) => via ?? t('router.direct') },
          { title: t('router.interface'), ...mono, cell: ({ by }) => by ?? t('router.nowhere') },
          { title: t('router.packets'), ...number, cell: ({ packets }) => count(packets) },
        ]}
      />
      <Counters id="router" counted={state.counted} />
    </>
  );
}
