/**
 * All VMs, sorted and filtered as the address says. Numbers are those of the last second; while the pointer or the focus is in the
 * table its rows keep their places, so that nothing moves away from under a click.
 */
import { Button, Checkbox } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LabDescription } from '#bridge/protocol/answers';
import { useShown } from '../../../kit/frame-clock.ts';
import { Icon } from '../../../kit/icons.tsx';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import { SearchField } from '../../../kit/search-field.tsx';
import { SortHead } from '../../../kit/sort-head.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { imageName } from '../../../parts/engine-names.ts';
import { useClient } from '../../../parts/lab.tsx';
import { type MenuPlace, ObjectMenu } from '../../../parts/object-menu.tsx';
import { useChoices } from '../../../state/choices.ts';
import { labRoute, type Parameters } from '../../../state/routes.ts';
import { BulkActions } from './bulk-actions.tsx';
import css from './machines.module.css';
import {
  asBefore,
  COLUMNS,
  filtered,
  nextOrder,
  type Order,
  orderOf,
  rowsOf,
  sorted,
  type VmRow,
} from './rows.ts';
import { VmTableRow } from './vm-table-row.tsx';

/** Shows the table by another order or filter; the address names both. */
function show(parameters: Parameters, change: Readonly<Record<string, string | undefined>>): void {
  const next = Object.entries({ ...parameters, ...change }).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, value] as const],
  );
  useChoices.getState().go(labRoute('machines', Object.fromEntries(next)), 'replace');
}

function Head({
  order,
  onOrder,
}: {
  readonly order: Order | undefined;
  readonly onOrder: (order: string | undefined) => void;
}) {
  const { t } = useTranslation();
  return COLUMNS.map((column) => {
    const isChosen = order?.column.id === column.id;
    const isRising = column.isNumber === order?.isTurned;
    return (
      <SortHead
        key={column.id}
        title={t(column.title)}
        isNumber={column.isNumber}
        sorted={isChosen ? (isRising ? 'ascending' : 'descending') : 'none'}
        onSort={() => onOrder(nextOrder(order, column))}
      />
    );
  });
}

/** The rows to show: sorted, or as they stood while somebody points at them. */
function useSteadyRows(rows: readonly VmRow[], order: Order | undefined) {
  const [isHeld, setHeld] = useState(false);
  const stood = useRef<readonly string[]>([]);
  const orderKey = `${order?.column.id} ${order?.isTurned}`;
  const heldOrder = useRef(orderKey);
  const isSteady = isHeld && heldOrder.current === orderKey;
  const shown = isSteady ? asBefore(rows, stood.current) : sorted(rows, order);
  stood.current = shown.map(({ key }) => key);
  heldOrder.current = orderKey;
  return { shown, hold: () => setHeld(true), release: () => setHeld(false) };
}

interface Props {
  readonly lab: LabDescription;
  readonly parameters: Parameters;
}

export function VmTable({ lab, parameters }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const filter = parameters['find'] ?? '';
  const order = orderOf(parameters['sort']);
  const all = useShown(1, () =>
    rowsOf(
      lab,
      (host) => client.view(host),
      (name) => imageName(t, name),
    ),
  );
  const found = filtered(all, filter, ({ vm }) => t(`state.${vm.state}`));
  const { shown, hold, release } = useSteadyRows(found, order);
  const chosenRows = shown.filter(({ key }) => chosen.has(key));
  const choose = (keys: readonly string[], isChosen: boolean): void => {
    const next = new Set(chosen);
    for (const key of keys)
      if (isChosen) next.add(key);
      else next.delete(key);
    setChosen(next);
  };
  return (
    <section className={layout['card']}>
      <header className={layout['row-wrap']}>
        <h3>{t('machines.vms')}</h3>
        <span className={texts['quiet']} role="status">
          {t('machines.shown', { shown: shown.length, count: all.length })}
        </span>
        <span className={layout['grow']} />
        <SearchField
          label={t('machines.filter')}
          value={filter}
          onChange={(find) => show(parameters, { find })}
        />
        <Button
          size="xs"
          variant="default"
          leftSection={<Icon name="plus" size={13} />}
          onClick={() => useChoices.getState().openDialog('create-vm')}
        >
          {t('action.newVm')}
        </Button>
      </header>
      <BulkActions rows={chosenRows} commands={lab.vmCommands} />
      <ScrollX label={t('machines.vms')}>
        <table className={`${table['table']} ${css['rows']}`} onPointerLeave={release} data-testid="vm-table">
          <thead>
            <tr>
              <th>
                <Checkbox
                  size="xs"
                  aria-label={t('machines.chooseAll')}
                  checked={shown.length > 0 && chosenRows.length === shown.length}
                  indeterminate={chosenRows.length > 0 && chosenRows.length < shown.length}
                  onChange={(event) =>
                    choose(
                      shown.map(({ key }) => key),
                      event.currentTarget.checked,
                    )
                  }
                />
              </th>
              <Head order={order} onOrder={(sort) => show(parameters, { sort })} />
              <th>
                <span className={texts['sr-only']}>{t('topology.menu')}</span>
              </th>
            </tr>
          </thead>
          <tbody onPointerEnter={hold} onFocus={hold} onBlur={release}>
            {shown.map((row) => (
              <VmTableRow
                key={row.key}
                row={row}
                isChosen={chosen.has(row.key)}
                onChoose={(isChosen) => choose([row.key], isChosen)}
                onMenu={setMenu}
              />
            ))}
          </tbody>
        </table>
      </ScrollX>
      {shown.length === 0 ? (
        <p className={texts['quiet']}>{t(all.length === 0 ? 'topology.noVm' : 'machines.nothing')}</p>
      ) : null}
      <ObjectMenu place={menu} onClose={() => setMenu(null)} />
    </section>
  );
}
