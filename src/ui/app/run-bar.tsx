/** Wherever one is: the lab is on its way to a time, or waits with a vCPU; how far it has come, and a way to end it. */
import { Button, Progress } from '@mantine/core';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunGoal } from '#bridge/protocol/lab-api';
import { useShown } from '../kit/frame-clock.ts';
import { useClient, useFormat } from '../parts/lab.tsx';
import css from './run-bar.module.css';

/** A run that ends at once is no reason to move the page. */
const SHOWN_AFTER_MS = 300;

function Way() {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const { goal, virtualNs } = useShown(4, () => client.status());
  const [isShown, setIsShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsShown(true), SHOWN_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  if (goal === undefined || !isShown) return null;
  const { kind, fromNs, toNs } = goal;
  const text = t(`run.${kind}`, {
    time: format.clock(toNs),
    passed: format.duration(virtualNs - fromNs),
    most: format.duration(toNs - fromNs),
  });
  return (
    <div className={css['way']}>
      <span className={css['text']}>{text}</span>
      {kind === 'time' ? (
        <Progress
          className={css['progress'] ?? ''}
          value={((virtualNs - fromNs) / Math.max(1, toNs - fromNs)) * 100}
          aria-label={text}
        />
      ) : null}
      <Button size="compact-xs" variant="default" onClick={() => client.cancel()}>
        {t('run.end')}
      </Button>
    </div>
  );
}

/** The same for as long as it is one run. */
function keyOf(goal: RunGoal | undefined): string {
  return goal === undefined ? '' : `${goal.kind} ${goal.fromNs} ${goal.toNs}`;
}

export function RunBar() {
  const client = useClient();
  const key = useSyncExternalStore(
    (changed) => client.subscribe('status', changed),
    () => keyOf(client.status().goal),
  );
  return key === '' ? null : <Way key={key} />;
}
