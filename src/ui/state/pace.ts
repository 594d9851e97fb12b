/**
 * Tells the clock of the page's frames when something happens: the lab works, its time is moved, a person does something. Of a lab
 * in which nothing happens the page wants to hear seldom, and draws when it does.
 */
import type { LabClient } from '#bridge/client/client';
import type { LabStatus } from '#bridge/protocol/lab-api';
import { drawNews, happens, onCalm } from '../kit/frame-clock.ts';

/** Instructions in a second at rate 1 that guests at rest stay below: those of their clocks. */
const AT_WORK = 1e6;

/** True when a lab does something between two messages that is worth being seen as it happens. */
export function isAtWork(before: LabStatus, now: LabStatus): boolean {
  const { running, rate } = now.speed;
  if (now.speed !== before.speed && (running !== before.speed.running || rate !== before.speed.rate))
    return true;
  // A lab that stands has been stepped; one at full speed passes idle time faster than a person can follow.
  if (!running || rate === 'max') return now.virtualNs !== before.virtualNs;
  return now.instructionsPerSecond > AT_WORK * rate;
}

/** Keeps the pace for the life of the page. */
export function keepPace(client: LabClient): void {
  let before = client.status();
  client.subscribe('status', () => {
    const now = client.status();
    if (isAtWork(before, now)) happens();
    else drawNews();
    before = now;
  });
  for (const topic of ['lab', 'events', 'console', 'views', 'failure'] as const)
    client.subscribe(topic, happens);
  onCalm((isCalm) => {
    // What moves by the styles stands still as well.
    document.documentElement.toggleAttribute('data-calm', isCalm);
    client.calls.setPace(isCalm ? 'calm' : 'lively').catch(() => undefined);
  });
  // To scroll shows another part of what is drawn, to resize the window all of it anew.
  for (const act of ['pointerdown', 'keydown', 'wheel', 'scroll', 'resize'] as const)
    addEventListener(act, happens, { capture: true, passive: true });
}
