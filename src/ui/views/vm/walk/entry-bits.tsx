/** The bits of an entry, each of which can be changed to see what the next access does; what is refused says why. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LabError } from '#base/result';
import type { EntryFlags, WalkResult, WalkStep } from '#bridge/protocol/answers';
import { groupedHex } from '../../../kit/format.ts';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useClient } from '../../../parts/lab.tsx';
import { tellFailure } from '../../../state/notices.ts';
import css from './entry-detail.module.css';

/** In the order of their numbers, from 0 on. */
const FLAGS = ['v', 'r', 'w', 'x', 'u', 'g', 'a', 'd'] as const satisfies readonly (keyof EntryFlags)[];
/** The least bit of the page number: with another one the entry leads to the page beside. */
const PPN_BIT = 10;

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly walk: WalkResult;
  readonly step: WalkStep;
  readonly onEdited: () => void;
}

/** What names the entry in a command; none of a pointer of the G-stage, which is nobody's to change. */
function placeOf({ stage, entryGpa, forGpa, kind }: WalkStep): string | undefined {
  if (stage === 'VS') return entryGpa;
  return kind === 'pointer' ? undefined : forGpa;
}

export function EntryBits({ host, vm, walk, step, onEdited }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const [refused, setRefused] = useState<LabError | null>(null);
  const gpa = placeOf(step);
  const edit = async (bit: number, set: boolean): Promise<void> => {
    if (gpa === undefined) return;
    const args = { vm, stage: step.stage, gpa, bit, set };
    const done = await client.calls.command(host, { op: 'vm.editEntry', args });
    setRefused(done.ok ? null : done.error);
    if (done.ok) onEdited();
  };
  const isOdd = ((BigInt(step.value) >> BigInt(PPN_BIT)) & 1n) === 1n;
  const bits = [
    ...FLAGS.map((flag, bit) => ({
      ...{ bit, name: flag.toUpperCase(), means: t(`walk.flag.${flag}`), isSet: step.flags[flag] },
    })),
    { bit: PPN_BIT, name: 'PPN[0]', means: t('walk.ppnBit'), isSet: isOdd },
  ];
  return (
    <>
      <ul className={css['flags']} aria-label={t('walk.bits')}>
        {bits.map(({ bit, name, means, isSet }) => (
          <li key={bit}>
            <button
              type="button"
              aria-pressed={isSet}
              disabled={gpa === undefined}
              title={t(isSet ? 'walk.clearBit' : 'walk.setBit', { bit: name })}
              onClick={() => edit(bit, !isSet).catch(tellFailure)}
            >
              <b>{name}</b> {means}: {isSet ? 1 : 0}
            </button>
          </li>
        ))}
      </ul>
      <ErrorAlert error={refused} />
      <p className={texts['quiet']}>
        {t(gpa === undefined ? 'walk.hostPointer' : `walk.editHint.${step.stage}`)}
      </p>
      <p data-testid="next-access">{nextAccess(t, walk)}</p>
    </>
  );
}

/** What comes of the access, if it is made now. */
function nextAccess(t: ReturnType<typeof useTranslation>['t'], { access, fault, spa }: WalkResult): string {
  const what = { access: t(`access.${access}`) };
  if (fault === undefined) return t('walk.next.made', { ...what, spa: groupedHex(spa ?? '0x0') });
  return t(`walk.next.${fault.stage}`, { ...what, cause: fault.cause });
}
