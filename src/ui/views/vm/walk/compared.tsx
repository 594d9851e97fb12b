/** How many entries are read for the address: by the one stage of a machine without a hypervisor, and by both. */
import { useTranslation } from 'react-i18next';
import type { WalkResult, WalkStep } from '#bridge/protocol/answers';
import css from './compared.module.css';

interface Reference {
  readonly key: string;
  readonly stage: 'VS' | 'G';
  readonly level: number;
}

/** Without the G-stage; where the guest does not translate, a kernel that did would read as many. */
function nativeOf({ steps, references }: WalkResult): readonly Reference[] {
  const own = steps.filter(({ stage }) => stage === 'VS');
  const levels = own.length > 0 ? own.map(({ level }) => level) : [2, 1, 0].slice(0, references.native);
  return levels.map((level) => ({ key: `${level}`, stage: 'VS', level }));
}

function nestedOf(steps: readonly WalkStep[]): readonly Reference[] {
  return steps.map(({ stage, level, forVsLevel }) => ({
    key: `${stage} ${level} ${forVsLevel}`,
    stage,
    level,
  }));
}

function References({ name, list }: { readonly name: string; readonly list: readonly Reference[] }) {
  return (
    <div className={css['row']}>
      <span className={css['name']}>{name}</span>
      <span className={css['list']} aria-hidden="true">
        {list.map(({ key, stage, level }) => (
          <span key={key} className={css['reference']} data-stage={stage}>
            {stage}&#8239;{level}
          </span>
        ))}
      </span>
    </div>
  );
}

export function Compared({ walk }: { readonly walk: WalkResult }) {
  const { t } = useTranslation();
  const { references, steps } = walk;
  return (
    <section className={css['compared']} aria-label={t('walk.compared')} data-testid="walk-compared">
      <References name={t('walk.native', { count: references.native })} list={nativeOf(walk)} />
      <References name={t('walk.nested', { count: references.nested })} list={nestedOf(steps)} />
    </section>
  );
}
