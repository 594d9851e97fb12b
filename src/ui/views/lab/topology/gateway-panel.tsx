/** What a gateway did, in its inspector: whom it gave which address, whom it translates, who is connected, which names were asked for. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AnswerOf } from '#bridge/protocol/answers';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { counterText } from '../../../parts/engine-names.ts';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useFormat } from '../../../parts/lab.tsx';
import { FactList } from './fact-list.tsx';

type GatewayState = AnswerOf<'gateway'>;

/** Rows that are drawn at most: tables of a gateway that is flooded are long. */
const MOST_ROWS = 100;

interface Column<Row> {
  readonly title: string;
  readonly isNumber?: boolean;
  readonly isMono?: boolean;
  readonly cell: (row: Row) => ReactNode;
}
interface RowsProps<Row> {
  readonly id: string;
  readonly title: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  /** What is said where there are none. */
  readonly none: string;
}

function Rows<Row>({ id, title, rows, columns, none }: RowsProps<Row>) {
  const { t } = useTranslation();
  const classOf = ({ isNumber, isMono }: Column<Row>): string | undefined =>
    isNumber === true ? table['number'] : isMono === true ? texts['mono'] : undefined;
  return (
    <section aria-label={title} data-testid={`gateway-${id}`}>
      <h3>{title}</h3>
      {rows.length === 0 ? <p className={texts['quiet']}>{none}</p> : null}
      {rows.length === 0 ? null : (
        <ScrollX label={title}>
          <table className={table['table']}>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column.title} className={column.isNumber === true ? table['number'] : undefined}>
                    {column.title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, MOST_ROWS).map((row, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: rows of several kinds, of which none has a key of its own, in the order of the answer
                <tr key={index}>
                  {columns.map((column) => (
                    <td key={column.title} className={classOf(column)}>
                      {column.cell(row)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
      )}
      {rows.length > MOST_ROWS ? (
        <p className={texts['quiet']}>{t('gateway.more', { count: rows.length - MOST_ROWS })}</p>
      ) : null}
    </section>
  );
}

function Counters({ counted }: Pick<GatewayState, 'counted'>) {
  const { t } = useTranslation();
  const format = useFormat();
  const list = (isDrop: boolean): string =>
    counted
      .filter((row) => row.isDrop === isDrop)
      .map((row) => counterText(format, row))
      .join(' · ');
  return (
    <section aria-label={t('gateway.counters')} data-testid="gateway-counters">
      <h3>{t('gateway.counters')}</h3>
      <p className={texts['quiet']}>{list(false)}</p>
      <h3>{t('gateway.drops')}</h3>
      <p className={texts['quiet']}>{list(true) || t('gateway.none.drops')}</p>
    </section>
  );
}

function Tables({ state }: { readonly state: GatewayState }) {
  const { t } = useTranslation();
  const { duration, count, bytes } = useFormat();
  const title = (id: string): string => t(`gateway.column.${id}`);
  const number = { isNumber: true } as const;
  const mono = { isMono: true } as const;
  return (
    <>
      <Rows
        id="leases"
        title={t('gateway.leases')}
        rows={state.leases}
        none={t('gateway.none.leases')}
        columns={[
          { title: title('address'), ...mono, cell: ({ address }) => address },
          { title: title('station'), cell: ({ hostName }) => hostName },
          { title: t('switch.mac'), ...mono, cell: ({ mac }) => mac },
          { title: title('left'), ...number, cell: ({ leftNs }) => duration(leftNs) },
        ]}
      />
      <Rows
        id="mappings"
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
          { title: title('left'), ...number, cell: ({ leftNs }) => duration(leftNs) },
        ]}
      />
      <Rows
        id="connections"
        title={t('gateway.connections')}
        rows={state.connections}
        none={t('gateway.none.connections')}
        columns={[
          { title: title('site'), ...mono, cell: ({ site }) => site },
          { title: title('remote'), ...mono, cell: ({ remote }) => remote },
          { title: t('table.state'), cell: ({ state: each }) => each },
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
        id="names"
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
          { title: t('switch.age'), ...number, cell: ({ ageNs }) => duration(ageNs) },
        ]}
      />
      <Rows
        id="neighbours"
        title={t('gateway.neighbours')}
        rows={state.neighbours}
        none={t('gateway.none.neighbours')}
        columns={[
          { title: title('address'), ...mono, cell: ({ address }) => address },
          { title: t('switch.mac'), ...mono, cell: ({ mac }) => mac },
          { title: t('switch.age'), ...number, cell: ({ ageNs }) => duration(ageNs) },
        ]}
      />
      <Rows
        id="sites"
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

interface Props {
  readonly index: number;
  readonly name: string;
}

export function GatewayPanel({ index, name }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useClient();
  const { value: state, error } = useAnswer(() => client.ask(index, 'gateway', { appliance: name }), 500, [
    index,
    name,
  ]);
  return (
    <>
      <ErrorAlert error={error} />
      {state === null ? null : (
        <>
          <FactList
            facts={[
              { label: t('switch.mac'), value: state.mac },
              {
                label: t('gateway.underway'),
                value: t('gateway.underwayBoth', {
                  out: format.count(state.waiting.out),
                  in: format.count(state.waiting.in),
                }),
              },
            ]}
          />
          <Tables state={state} />
          <Counters counted={state.counted} />
        </>
      )}
    </>
  );
}
