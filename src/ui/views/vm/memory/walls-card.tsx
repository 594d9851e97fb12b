/** What a VM may not do with its memory, and what stopped it when it reached for what is not its own. */
import { Button, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PAGE_SIZE } from '#base/addresses';
import type { AnswerOf } from '#bridge/protocol/answers';
import type { Command } from '#bridge/protocol/lab-api';
import { languageNow } from '../../../i18n/language.ts';
import { groupedHex, parseAddress } from '../../../kit/format.ts';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useCommand, useFormat } from '../../../parts/lab.tsx';

type Walls = AnswerOf<'walls'>;
type Range = Extract<Command, { readonly op: 'vm.protect' }>['args'];

const KIB = 1024;
const RIGHTS = ['none', 'r', 'rw', 'x', 'rx', 'rwx'] as const satisfies readonly Range['rights'][];

interface Props {
  readonly host: number;
  readonly vm: string;
  /** Its life cycle: what is off has no ranges. */
  readonly isOn: boolean;
  /** GPA of the page that is chosen above. */
  readonly chosen: string | undefined;
}

export function WallsCard({ host, vm, isOn, chosen }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const command = useCommand();
  const card = useRef<HTMLElement>(null);
  const { value, error, ask } = useAnswer(() => client.ask(host, 'walls', { vm }), 1000, [host, vm, isOn], {
    card,
  });
  const protect = (range: Omit<Range, 'vm'>): void => {
    void command(host, { op: 'vm.protect', args: { vm, ...range } }).then(ask);
  };
  return (
    <section ref={card} className={layout['card']} data-testid="walls">
      <h3>{t('walls.title')}</h3>
      <p className={texts['quiet']}>{t('walls.about')}</p>
      <ErrorAlert error={error} />
      {isOn ? <ProtectForm key={chosen} chosen={chosen} onProtect={protect} /> : null}
      {value === null ? null : (
        <>
          <Ranges ranges={value.protected} onOpen={protect} />
          <Stopped walls={value.walls} />
        </>
      )}
    </section>
  );
}

interface FormProps {
  readonly chosen: string | undefined;
  readonly onProtect: (range: Omit<Range, 'vm'>) => void;
}

/** A range of whole pages, and what may be done there. */
function ProtectForm({ chosen, onProtect }: FormProps) {
  const { t } = useTranslation();
  const [from, setFrom] = useState(chosen === undefined ? '' : groupedHex(chosen));
  const [size, setSize] = useState<number | string>(PAGE_SIZE / KIB);
  const [rights, setRights] = useState<Range['rights']>('none');
  const [wrong, setWrong] = useState(false);
  return (
    <form
      className={layout['row-form']}
      onSubmit={(event) => {
        event.preventDefault();
        const gpa = parseAddress(from);
        setWrong(gpa === undefined);
        if (gpa !== undefined) onProtect({ gpa, bytes: Math.round(Number(size) * KIB), rights });
      }}
    >
      <TextInput
        label={t('walls.from')}
        value={from}
        placeholder="0x8040 0000"
        error={wrong ? t('error.bad-address', { value: from }) : null}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <NumberInput
        label={t('walls.size')}
        value={size}
        min={PAGE_SIZE / KIB}
        step={PAGE_SIZE / KIB}
        allowDecimal={false}
        onChange={setSize}
      />
      <NativeSelect
        label={t('walls.rights')}
        value={rights}
        onChange={(event) => setRights(RIGHTS.find((each) => each === event.currentTarget.value) ?? 'none')}
        data={RIGHTS.map((value) => ({ value, label: t(`walls.may.${value}`) }))}
      />
      <Button type="submit" variant="default">
        {t('walls.set')}
      </Button>
    </form>
  );
}

interface RangesProps {
  readonly ranges: Walls['protected'];
  readonly onOpen: (range: Omit<Range, 'vm'>) => void;
}

function Ranges({ ranges, onOpen }: RangesProps) {
  const { t } = useTranslation();
  const format = useFormat();
  if (ranges.length === 0) return <p className={texts['quiet']}>{t('walls.noRange')}</p>;
  return (
    <ScrollX label={t('walls.ranges')}>
      <table className={table['table']} aria-label={t('walls.ranges')} data-testid="ranges">
        <thead>
          <tr>
            <th>GPA</th>
            <th className={table['number']}>{t('frames.size')}</th>
            <th>{t('walls.rights')}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {ranges.map(({ gpa, bytes, rights }) => (
            <tr key={gpa}>
              <td className={texts['mono']}>{groupedHex(gpa)}</td>
              <td className={table['number']}>{format.bytes(bytes)}</td>
              <td className={texts['mono']} title={rights === '---' ? t('walls.may.none') : undefined}>
                {rights}
              </td>
              <td>
                <Button
                  variant="default"
                  size="compact-xs"
                  onClick={() => onOpen({ gpa, bytes, rights: 'rwx' })}
                >
                  {t('walls.open')}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}

function Stopped({ walls }: { readonly walls: Walls['walls'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ScrollX label={t('walls.stoppedBy')}>
      <table className={table['table']} aria-label={t('walls.stoppedBy')} data-testid="stopped">
        <thead>
          <tr>
            <th>{t('walls.wall')}</th>
            <th className={table['number']}>{t('walls.stopped')}</th>
          </tr>
        </thead>
        <tbody>
          {walls.map(({ id, text, stopped }) => (
            <tr key={id}>
              <td className={stopped === 0 ? texts['quiet'] : undefined}>{text[languageNow()]}</td>
              <td className={table['number']}>{format.integer(stopped)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}
