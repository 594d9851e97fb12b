/** Memory by virtual addresses, in the address space that is chosen: bytes, what is printable of them, and what lies there by name. */
import { ActionIcon, Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LabError } from '#base/result';
import type { Hex64, NamedAddress } from '#bridge/protocol/answers';
import { groupedHex } from '../../../kit/format.ts';
import { Icon } from '../../../kit/icons.tsx';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert, errorSentence } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useFormat } from '../../../parts/lab.tsx';
import { usePlaceNames } from '../../../parts/place-names.ts';
import { useBefore } from '../../../parts/registers/use-before.ts';
import { SpacePicker } from '../../../parts/space-picker.tsx';
import { SymbolInput } from '../../../parts/symbol-input.tsx';
import { tellFailure } from '../../../state/notices.ts';
import { addressBeside, type MemoryRow, memoryRows, rowStart } from './memory-rows.ts';
import { NameLink, type PlaceActions } from './pointer-link.tsx';
import css from './state-cards.module.css';
import { placeOf } from './typed-place.ts';

const EVERY_MS = 500;
/** Bytes that are shown at a time. */
const BYTES = 256;

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly vcpu: number;
  /** Undefined: nowhere yet. */
  readonly at: Hex64 | undefined;
  /** The address space, as questions name it. */
  readonly space: string;
  /** Changes when the lab comes to stand elsewhere. */
  readonly moment: string;
  readonly onSpace: (space: string) => void;
  /** Goes back to before the last write of so many bytes. */
  readonly onLastWrite: (address: Hex64, length: number) => void;
  readonly actions: PlaceActions;
}

/** Where to look: by address or name, in which space, a stretch further or back. */
function Where({ host, vm, vcpu, at, space, onSpace, actions }: Omit<Props, 'moment' | 'onLastWrite'>) {
  const { t } = useTranslation();
  const client = useClient();
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState<LabError | null>(null);
  const go = async (): Promise<void> => {
    const place = await placeOf(client, { host, vm }, text);
    setWrong(place.ok ? null : place.error);
    if (place.ok) actions.toMemory(place.value);
  };
  const beside = (by: number): void =>
    at !== undefined ? actions.toMemory(addressBeside(rowStart(at), by)) : undefined;
  return (
    <div className={layout['row-wrap']}>
      <form
        className={layout['row-tight']}
        onSubmit={(event) => {
          event.preventDefault();
          go().catch(tellFailure);
        }}
      >
        <SymbolInput
          host={host}
          vm={vm}
          label={t('machine.memoryWhere')}
          className={css['where']}
          value={text}
          error={wrong === null ? undefined : errorSentence(wrong)}
          onChange={(typed) => {
            setText(typed);
            setWrong(null);
          }}
        />
        <Button size="compact-sm" variant="default" type="submit">
          {t('machine.look')}
        </Button>
      </form>
      <SpacePicker
        host={host}
        vm={vm}
        vcpu={vcpu}
        value={space}
        onChange={onSpace}
        isSmall
        className={css['space']}
      />
      <span className={layout['grow']} />
      <ActionIcon
        variant="default"
        aria-label={t('machine.memoryBefore')}
        disabled={at === undefined}
        onClick={() => beside(-BYTES)}
      >
        <Icon name="left" size={14} />
      </ActionIcon>
      <ActionIcon
        variant="default"
        aria-label={t('machine.memoryAfter')}
        disabled={at === undefined}
        onClick={() => beside(BYTES)}
      >
        <Icon name="right" size={14} />
      </ActionIcon>
    </div>
  );
}

/** The digits of an address that differ from row to row; the whole is there for who hears it, and on hover. */
function RowAddress({ address }: { readonly address: Hex64 }) {
  const whole = groupedHex(address);
  const short = address.length > 10 ? `…${address.slice(-8, -4)} ${address.slice(-4)}` : whole;
  return (
    <>
      <span aria-hidden="true">{short}</span>
      <span className={texts['sr-only']}>{whole}</span>
    </>
  );
}

/** What an address lies in, without how far: `main` of `main+0x10`. */
function ownerIn(place: NamedAddress | undefined): string | undefined {
  return place?.name.replace(/\+0x[0-9a-f]+$/, '');
}

/** How far: `+0x10` of `main+0x10`. */
function offsetIn(name: string): string {
  return /\+0x[0-9a-f]+$/.exec(name)?.[0] ?? '';
}

function Row({
  row,
  before,
  isChosen,
  goesOn,
  names,
  actions,
  onLastWrite,
}: {
  readonly row: MemoryRow;
  /** Its bytes as they were. */
  readonly before: readonly string[] | undefined;
  readonly isChosen: boolean;
  /** The row above lies in the same thing. */
  readonly goesOn: boolean;
  readonly names: ReadonlyMap<string, NamedAddress>;
  readonly actions: PlaceActions;
  readonly onLastWrite: Props['onLastWrite'];
}) {
  const { t } = useTranslation();
  const lastWrite = t('machine.back.lastWrite', { address: groupedHex(row.address), count: row.hex.length });
  const here = names.get(row.address);
  const target = row.word === undefined ? undefined : names.get(row.word);
  return (
    <tr aria-current={isChosen ? 'true' : undefined}>
      <th scope="row" className={texts['mono']} title={groupedHex(row.address)}>
        <RowAddress address={row.address} />
      </th>
      <td className={texts['mono']}>
        {row.hex.map((digits, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a byte is its place in the row
          <span key={index} data-changed={(before !== undefined && before[index] !== digits) || undefined}>
            {digits}{' '}
          </span>
        ))}
      </td>
      <td className={`${texts['mono']} ${css['ascii']}`}>{row.text}</td>
      <td className={css['names']}>
        {here === undefined ? null : goesOn ? (
          <span className={texts['quiet']}>{offsetIn(here.name)}</span>
        ) : (
          <b>{here.name}</b>
        )}
        {target === undefined ? null : (
          <>
            {' → '}
            <NameLink place={target} actions={actions} />
          </>
        )}
      </td>
      <td>
        <ActionIcon
          variant="subtle"
          size="xs"
          color="gray"
          aria-label={lastWrite}
          title={lastWrite}
          onClick={() => onLastWrite(row.address, row.hex.length)}
        >
          <Icon name="undo" size={12} />
        </ActionIcon>
      </td>
    </tr>
  );
}

export function MemoryCard({ moment, onLastWrite, ...place }: Props) {
  const { host, vm, vcpu, at, space, actions } = place;
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const from = at === undefined ? undefined : rowStart(at);
  const answer = useAnswer(
    from === undefined
      ? null
      : () => client.ask(host, 'memory', { vm, vcpu, space: 'gva', address: from, bytes: BYTES, in: space }),
    EVERY_MS,
    [host, vm, vcpu, from, space, moment],
    { changedBy: 'guests' },
  );
  const before = useBefore(answer, `${host} ${vm} ${vcpu} ${from} ${space}`);
  const bytes = from === undefined ? null : answer.value;
  const rows = from === undefined || bytes === null ? [] : memoryRows(from, bytes);
  const earlier = from === undefined || before === null ? [] : memoryRows(from, before);
  const names = usePlaceNames(
    host,
    vm,
    rows.flatMap(({ address, word }) => (word === undefined ? [address] : [address, word])),
  );
  return (
    <section className={layout['card']} data-testid="memory-card">
      <div className={layout['row-wrap']}>
        <h3>{t('machine.memory')}</h3>
        {bytes === null ? null : (
          <span className={texts['quiet']}>{t('common.trueAt', { time: format.clock(answer.at) })}</span>
        )}
      </div>
      <Where {...place} />
      <ErrorAlert error={answer.error} />
      {from === undefined ? <p className={texts['quiet']}>{t('machine.memoryHint')}</p> : null}
      {rows.length === 0 ? null : (
        <div className={css['rows']}>
          <ScrollX label={t('machine.memory')}>
            <table className={`${table['table']} ${css['memory']}`}>
              <thead>
                <tr>
                  <th>{t('machine.column.address')}</th>
                  <th>{t('machine.column.bytes')}</th>
                  <th>{t('machine.printable')}</th>
                  <th>{t('machine.column.name')}</th>
                  <th>{t('machine.back.title')}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row, index) => (
                  <Row
                    key={row.address}
                    row={row}
                    before={earlier[index]?.hex}
                    isChosen={row.address === from}
                    goesOn={
                      ownerIn(names.get(row.address)) !== undefined &&
                      ownerIn(names.get(row.address)) === ownerIn(names.get(rows[index - 1]?.address ?? ''))
                    }
                    names={names}
                    actions={actions}
                    onLastWrite={onLastWrite}
                  />
                ))}
              </tbody>
            </table>
          </ScrollX>
        </div>
      )}
      {bytes !== null && bytes.length < BYTES && from !== undefined && answer.error === null ? (
        <p className={texts['quiet']}>
          {t('machine.memoryEnds', { address: groupedHex(addressBeside(from, bytes.length)) })}
        </p>
      ) : null}
    </section>
  );
}
