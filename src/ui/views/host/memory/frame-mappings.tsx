/** Who maps a frame, and where: for the frame that is chosen, and for the one on which the pointer rests. */
import { useTranslation } from 'react-i18next';
import { PAGE_SIZE } from '#base/addresses';
import type { AnswerOf, HostDescription } from '#bridge/protocol/answers';
import chip from '../../../kit/chip.module.css';
import texts from '../../../kit/texts.module.css';
import { useAnswer, useClient } from '../../../parts/lab.tsx';
import { useChoices } from '../../../state/choices.ts';
import { vmRoute } from '../../../state/routes.ts';
import { SeenInVm } from './seen-in-vm.tsx';

type Mapping = AnswerOf<'frames'>['rows'][number]['mappings'][number];

/** More are counted. */
const NAMED = 8;

function useWords(): (mapping: Mapping) => string {
  const { t } = useTranslation();
  return ({ vm, gfn, permissions }) => t('frames.mapping', { vm, permissions, gfn: `0x${gfn.toString(16)}` });
}

/** Each leads to the page of its VM. */
export function MappingLinks({
  index,
  mappings,
}: {
  readonly index: number;
  readonly mappings: readonly Mapping[];
}) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <>
      {mappings.slice(0, NAMED).map((mapping) => (
        <button
          key={`${mapping.vm} ${mapping.gfn}`}
          type="button"
          className={`${chip['field']} ${texts['link']}`}
          data-set=""
          onClick={() => {
            const page = `0x${(mapping.gfn * PAGE_SIZE).toString(16)}`;
            useChoices.getState().go(vmRoute(index, mapping.vm, 'memory', { page }));
          }}
        >
          {words(mapping)}
        </button>
      ))}
      {mappings.length > NAMED ? t('frames.more', { count: mappings.length - NAMED }) : null}
    </>
  );
}

/** Asked while the pointer rests on a frame. */
export function Mappings({
  index,
  host,
  spfn,
}: {
  readonly index: number;
  readonly host: HostDescription;
  readonly spfn: number;
}) {
  const { t } = useTranslation();
  const client = useClient();
  const words = useWords();
  const { value } = useAnswer(() => client.ask(index, 'frames', { from: spfn, count: 1 }), 1000, [
    index,
    spfn,
  ]);
  const row = value?.rows.find((each) => each.spfn === spfn);
  if (row === undefined) return null;
  return (
    <>
      {row.mappings.slice(0, NAMED).map((mapping) => (
        <div key={`${mapping.vm} ${mapping.gfn}`}>{words(mapping)}</div>
      ))}
      {row.mappings.length > NAMED ? (
        <div>{t('frames.more', { count: row.mappings.length - NAMED })}</div>
      ) : null}
      {row.mappings[0] === undefined ? null : (
        <SeenInVm index={index} host={host} mapping={row.mappings[0]} isSmall />
      )}
    </>
  );
}
