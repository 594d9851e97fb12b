/**
 * Wherever one is: the lab is on its way to a time, waits with a vCPU, or a VM waits for its software; how far it has come, and a way to
 * end it.
 */
import { Button, Progress } from '@mantine/core';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { LabStatus, RunGoal } from '#bridge/protocol/lab-api';
import { useShown } from '../kit/frame-clock.ts';
import { useClient, useFormat } from '../parts/lab.tsx';
import { useProgressText } from '../parts/progress-text.ts';
import css from './run-bar.module.css';

/** A run that ends at once is no reason to move the page. */
const SHOWN_AFTER_MS = 300;

function Way() {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const { goal, virtualNs } = useShown(4, () => client.status());
  if (goal === undefined) return null;
  const { kind, fromNs, toNs } = goal;
  const text = t(`run.${kind}`, {
    time: format.clock(toNs),
    passed: format.duration(virtualNs - fromNs),
    most: format.duration(toNs - fromNs),
  });
  return (
    <Bar
      text={text}
      fraction={kind === 'time' ? (virtualNs - fromNs) / Math.max(1, toNs - fromNs) : undefined}
      end={t('run.end')}
    />
  );
}

function Fetching() {
  const { t } = useTranslation();
  const client = useClient();
  const tell = useProgressText();
  const { fetching } = useShown(4, () => client.status());
  return fetching === undefined ? null : <Bar {...tell(fetching)} end={t('common.cancel')} />;
}

interface BarProps {
  readonly text: string;
  readonly fraction: number | undefined;
  /** What ends it. */
  readonly end: string;
}

function Bar({ text, fraction, end }: BarProps) {
  const client = useClient();
  const [isShown, setIsShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsShown(true), SHOWN_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!isShown) return null;
  return (
    <div className={css['way']}>
      <span className={css['text']}>{text}</span>
      {fraction === undefined ? null : (
        <Progress className={css['progress'] ?? ''} value={fraction * 100} aria-label={text} />
      )}
      <Button size="compact-xs" variant="default" onClick={() => client.cancel()}>
        {end}
      </Button>
    </div>
  );
}

/** The same for as long as it is one run. */
function keyOf(goal: RunGoal | undefined): string {
  return goal === undefined ? '' : `${goal.kind} ${goal.fromNs} ${goal.toNs}`;
}

function useStatus<T extends string | boolean>(read: (status: LabStatus) => T): T {
  const client = useClient();
  return useSyncExternalStore(
    (changed) => client.subscribe('status', changed),
    () => read(client.status()),
  );
}

export function RunBar() {
  const key = useStatus(({ goal }) => keyOf(goal));
  const isFetching = useStatus(({ fetching }) => fetching !== undefined);
  return (
    <>
      {isFetching ? <Fetching /> : null}
      {key === '' ? null : <Way key={key} />}
    </>
  );
}
