/** A VM as a row: its choice, its facts, its menu. */
import { ActionIcon, Anchor, Checkbox } from '@mantine/core';
import type { MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../../kit/icons.tsx';
import { Swatch } from '../../../kit/swatch.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { useFormat } from '../../../parts/lab.tsx';
import { type MenuPlace, menuPlaceOf } from '../../../parts/object-menu.tsx';
import { vmColor } from '../../../parts/palette.ts';
import { StateBadge } from '../../../parts/state-badge.tsx';
import { useChoices } from '../../../state/choices.ts';
import { vmRoute } from '../../../state/routes.ts';
import css from './machines.module.css';
import { COLUMNS, type VmRow } from './rows.ts';

/** What stands in a cell: the name leads to the VM, the state is a badge, the rest is text. */
function Content({ id, row, text }: { readonly id: string; readonly row: VmRow; readonly text: string }) {
  if (id === 'state') return <StateBadge state={row.vm.state} />;
  if (id !== 'name') return text;
  return (
    <span className={css['vm']}>
      <Swatch color={vmColor(row.vm.slot)} />
      <Anchor
        component="button"
        type="button"
        size="sm"
        className={`${texts['name']} ${css['name']}`}
        title={text}
        onClick={() => useChoices.getState().go(vmRoute(row.host, text))}
      >
        {text}
      </Anchor>
    </span>
  );
}

interface Props {
  readonly row: VmRow;
  readonly isChosen: boolean;
  readonly onChoose: (isChosen: boolean) => void;
  readonly onMenu: (place: MenuPlace) => void;
}

export function VmTableRow({ row, isChosen, onChoose, onMenu }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { name } = row.vm.spec;
  const openMenu = (event: MouseEvent): void => {
    event.preventDefault();
    onMenu(menuPlaceOf(event, { kind: 'vm', host: row.host, vm: name }));
  };
  return (
    <tr data-chosen={isChosen || undefined} onContextMenu={openMenu}>
      <td>
        <Checkbox
          size="xs"
          aria-label={t('machines.choose', { vm: name, host: row.hostName })}
          checked={isChosen}
          onChange={(event) => onChoose(event.currentTarget.checked)}
        />
      </td>
      {COLUMNS.map((column) => (
        <td key={column.id} className={column.isNumber ? table['number'] : undefined}>
          <Content id={column.id} row={row} text={column.text(row, format)} />
        </td>
      ))}
      <td>
        <ActionIcon
          size="sm"
          variant="subtle"
          color="gray"
          aria-label={t('action.toolbar', { vm: name })}
          aria-haspopup="menu"
          onClick={openMenu}
        >
          <Icon name="menu" size={14} />
        </ActionIcon>
      </td>
    </tr>
  );
}
