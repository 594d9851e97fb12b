/** The machine: a vCPU's code step by step, breakpoints, and what harts, TLBs, exits and translator do. */
import { NativeSelect } from '@mantine/core';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { HostDescription } from '#bridge/protocol/answers';
import type { StepUnit } from '#bridge/protocol/lab-api';
import layout from '../../kit/layout.module.css';
import texts from '../../kit/texts.module.css';
import chart from '../../parts/chart.module.css';
import { ErrorAlert } from '../../parts/error-text.tsx';
import { useAnswer, useClient, useHost, useLab, useRunning, useStep, useStop } from '../../parts/lab.tsx';
import { type MachineRoute, useChoices } from '../../state/choices.ts';
import { tellError, tellFailure } from '../../state/notices.ts';
import { BreakpointsSection } from './breakpoints-section.tsx';
import { CodeSection } from './code-section.tsx';
import { FiguresSection } from './figures-section.tsx';
import css from './machine-view.module.css';
import { StepControls } from './step-controls.tsx';
import { useBreakpoints } from './use-breakpoints.ts';
import { useCourse } from './use-figures.ts';

const SpeedChart = lazy(() => import('./speed-chart.tsx'));

const CODE_EVERY_MS = 500;
const FIGURES_EVERY_MS = 1000;

/** The vCPU that is looked at: the one of the route, or that the lab stands at, or the first that runs. */
function chosenOf(
  host: HostDescription,
  route: MachineRoute,
  stoppedIn: { readonly vm: string; readonly vcpu: number } | undefined,
): { readonly vm: string; readonly vcpu: number } | undefined {
  const named = host.vms.find(({ spec }) => spec.name === (route.vm ?? stoppedIn?.vm));
  const vm = named ?? host.vms.find(({ state }) => state === 'running') ?? host.vms[0];
  if (vm === undefined) return undefined;
  const wanted = route.vm === undefined ? stoppedIn?.vcpu : route.vcpu;
  const vcpu = named === undefined ? 0 : (wanted ?? 0);
  return { vm: vm.spec.name, vcpu: Math.min(vcpu, vm.spec.vcpus - 1) };
}

function Pickers({
  route,
  host,
  chosen,
}: {
  readonly route: MachineRoute;
  readonly host: HostDescription;
  readonly chosen: { readonly vm: string; readonly vcpu: number };
}) {
  const { t } = useTranslation();
  const lab = useLab();
  const { go } = useChoices.getState();
  const hosts = lab?.hosts ?? [];
  return (
    <>
      {hosts.length < 2 ? null : (
        <NativeSelect
          size="xs"
          aria-label={t('nav.host')}
          value={String(route.host)}
          onChange={(event) => go({ view: 'machine', host: Number(event.currentTarget.value) })}
          data={hosts.map(({ name }, index) => ({ value: String(index), label: name }))}
        />
      )}
      <NativeSelect
        size="xs"
        aria-label={t('vm.vcpu')}
        value={`${chosen.vm} ${chosen.vcpu}`}
        onChange={(event) => {
          const [vm = '', vcpu = '0'] = event.currentTarget.value.split(' ');
          go({ view: 'machine', host: route.host, vm, vcpu: Number(vcpu) });
        }}
        data={host.vms.flatMap(({ spec }) =>
          Array.from({ length: spec.vcpus }, (_, vcpu) => ({
            value: `${spec.name} ${vcpu}`,
            label: `${spec.name}, vCPU ${vcpu}`,
          })),
        )}
      />
    </>
  );
}

function Machine({
  route,
  host,
  chosen,
}: {
  readonly route: MachineRoute;
  readonly host: HostDescription;
  readonly chosen: { readonly vm: string; readonly vcpu: number };
}) {
  const { t } = useTranslation();
  const client = useClient();
  const running = useRunning();
  const anyStop = useStop();
  const step = useStep();
  const index = route.host;
  const { vm, vcpu } = chosen;
  const stop = anyStop?.host === index ? anyStop : undefined;
  const where = stop === undefined ? '' : `${stop.at} ${stop.vm} ${stop.vcpu} ${stop.pc}`;
  const state = host.vms.find(({ spec }) => spec.name === vm)?.state;
  const at = route.at;

  const figures = useAnswer(() => client.ask(index, 'machine', {}), FIGURES_EVERY_MS, [
    index,
    where,
    running,
  ]);
  const code = useAnswer(
    () => client.ask(index, 'code', { vm, vcpu, ...(at === undefined ? {} : { address: at }) }),
    CODE_EVERY_MS,
    [index, vm, vcpu, at, where, running, state],
  );
  const course = useCourse(figures);
  const askAgain = (): void => {
    figures.ask();
    code.ask();
  };
  const breakpoints = useBreakpoints(index, figures.value?.breakpoints, figures.ask);

  const go = (to: { readonly vm: string; readonly vcpu: number; readonly at?: string | undefined }): void => {
    const { at, ...rest } = to;
    useChoices.getState().go({ view: 'machine', host: index, ...rest, ...(at === undefined ? {} : { at }) });
  };
  const onStep = (unit: StepUnit): void => {
    // What a step has done is at pc.
    if (at !== undefined) useChoices.getState().go({ view: 'machine', host: index, vm, vcpu }, 'replace');
    void step({ host: index, unit, vm, vcpu }).then(askAgain);
  };
  const runTo = async (address: string): Promise<void> => {
    const begun = await client.calls.runToAddress({ host: index, vm }, address);
    if (!begun.ok) tellError(begun.error);
  };

  // When the lab comes to stand, the page goes there; a person may look elsewhere after that.
  const seen = useRef(where);
  useEffect(() => {
    if (seen.current === where) return;
    seen.current = where;
    if (stop === undefined) return;
    useChoices.getState().go({ view: 'machine', host: index, vm: stop.vm, vcpu: stop.vcpu }, 'replace');
  }, [where, stop, index]);

  return (
    <>
      <div className={css['work']}>
        <div className={layout['stack']}>
          <StepControls view={code.value} stop={stop} onStep={onStep} />
          <CodeSection
            vmRef={{ host: index, vm }}
            answer={code}
            at={at}
            onGo={(address) => go({ vm, vcpu, at: address })}
            onRunTo={(address) => runTo(address).catch(tellFailure)}
            breakpoints={breakpoints}
          />
        </div>
        <div className={layout['stack']}>
          <BreakpointsSection
            vm={vm}
            space={code.value?.space}
            reasons={figures.value?.exits.map(({ reason }) => reason) ?? []}
            stop={stop}
            breakpoints={breakpoints}
            onGo={(name, address) => go({ vm: name, vcpu: name === vm ? vcpu : 0, at: address })}
          />
          <Suspense fallback={<div className={chart['chart']} style={{ height: 160 }} />}>
            <SpeedChart past={course.past} />
          </Suspense>
        </div>
      </div>
      <h3>{t('machine.figures')}</h3>
      <ErrorAlert error={figures.error} />
      {figures.value === null || course.figures === null ? null : (
        <FiguresSection state={figures.value} figures={course.figures} />
      )}
    </>
  );
}

export default function MachineView({ route }: { readonly route: MachineRoute }) {
  const { t } = useTranslation();
  const host = useHost(route.host);
  const stop = useStop();
  if (host === undefined)
    return (
      <div className={layout['view']}>
        <ErrorAlert error={{ code: 'no-such-host', data: { host: route.host } }} />
      </div>
    );
  const chosen = chosenOf(host, route, stop?.host === route.host ? stop : undefined);
  return (
    <div className={layout['view']}>
      <header className={layout['row-wrap']}>
        <h2>{t('nav.machine')}</h2>
        {chosen === undefined ? null : <Pickers route={route} host={host} chosen={chosen} />}
        <span className={texts['quiet']}>{t('machine.intro')}</span>
      </header>
      {route.vm !== undefined && chosen?.vm !== route.vm ? (
        <ErrorAlert error={{ code: 'no-such-vm', data: { vm: route.vm } }} />
      ) : null}
      {chosen === undefined ? (
        <p className={texts['quiet']}>{t('topology.noVm')}</p>
      ) : (
        <Machine route={route} host={host} chosen={chosen} />
      )}
    </div>
  );
}
