/** The machine: a vCPU's code step by step, breakpoints, and what harts, TLBs, exits and translator do. */
import { NativeSelect } from '@mantine/core';
import { memo, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Breakpoint, Hex64, HostDescription, StopReport } from '#bridge/protocol/answers';
import type { StepUnit } from '#bridge/protocol/lab-api';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { useSame } from '../../../kit/use-same.ts';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useRunning, useStep, useStop } from '../../../parts/lab.tsx';
import { useChoices } from '../../../state/choices.ts';
import { tellError, tellFailure } from '../../../state/notices.ts';
import { hostRoute, type Parameters, type Route } from '../../../state/routes.ts';
import type { HostViewProps } from '../../view.ts';
import { BreakpointsSection } from './breakpoints-section.tsx';
import { CodeSection } from './code-section.tsx';
import { FiguresSection } from './figures-section.tsx';
import css from './machine-view.module.css';
import { SpeedChart } from './speed-chart.tsx';
import { StepControls } from './step-controls.tsx';
import { useBreakpoints } from './use-breakpoints.ts';
import { PastSpeeds, useCourse } from './use-figures.ts';

const CODE_EVERY_MS = 500;
const FIGURES_EVERY_MS = 1000;

/** A vCPU of the host. */
interface Chosen {
  readonly vm: string;
  readonly vcpu: number;
}

/** The vCPU that is looked at: the one of the address, or that the lab stands at, or the first that runs. */
function chosenOf(
  host: HostDescription,
  asked: Parameters,
  stoppedIn: StopReport | undefined,
): Chosen | undefined {
  const name = asked['vm'];
  const named = host.vms.find(({ spec }) => spec.name === (name ?? stoppedIn?.vm));
  const vm = named ?? host.vms.find(({ state }) => state === 'running') ?? host.vms[0];
  if (vm === undefined) return undefined;
  const wanted = name === undefined ? stoppedIn?.vcpu : Number(asked['vcpu'] ?? 0);
  const vcpu = named === undefined ? 0 : (wanted ?? 0);
  return { vm: vm.spec.name, vcpu: Math.min(vcpu, vm.spec.vcpus - 1) };
}

/** The route to a vCPU's code: at an address, or wherever its pc is. */
function codeRoute(host: number, { vm, vcpu }: Chosen, at?: Hex64): Route {
  return hostRoute(host, 'machine', { vm, vcpu: String(vcpu), ...(at === undefined ? {} : { at }) });
}

function VcpuOfHost({
  index,
  host,
  chosen,
}: {
  readonly index: number;
  readonly host: HostDescription;
  readonly chosen: Chosen;
}) {
  const { t } = useTranslation();
  return (
    <NativeSelect
      size="xs"
      aria-label={t('vm.vcpu')}
      value={`${chosen.vm} ${chosen.vcpu}`}
      onChange={(event) => {
        const [vm = '', vcpu = '0'] = event.currentTarget.value.split(' ');
        useChoices.getState().go(codeRoute(index, { vm, vcpu: Number(vcpu) }));
      }}
      data={host.vms.flatMap(({ spec }) =>
        Array.from({ length: spec.vcpus }, (_, vcpu) => ({
          value: `${spec.name} ${vcpu}`,
          label: `${spec.name}, vCPU ${vcpu}`,
        })),
      )}
    />
  );
}

interface WorkProps {
  readonly index: number;
  readonly vm: string;
  readonly vcpu: number;
  readonly state: string | undefined;
  readonly at: Hex64 | undefined;
  readonly stop: StopReport | undefined;
  readonly breakpoints: readonly Breakpoint[] | undefined;
  /** Every cause of exits that there is. */
  readonly reasons: readonly string[];
  readonly askFigures: () => void;
}

/** Where a stop is, as one word. */
function placeOf(stop: StopReport | undefined): string {
  return stop === undefined ? '' : `${stop.at} ${stop.vm} ${stop.vcpu} ${stop.pc}`;
}

/** What a person works with. Figures that come in meanwhile are none of its affair. */
const Work = memo(function Work(props: WorkProps) {
  const { index, vm, vcpu, state, at, stop, reasons, askFigures } = props;
  const client = useClient();
  const running = useRunning();
  const step = useStep();
  const where = placeOf(stop);
  const code = useAnswer(
    () => client.ask(index, 'code', { vm, vcpu, ...(at === undefined ? {} : { address: at }) }),
    CODE_EVERY_MS,
    [index, vm, vcpu, at, where, running, state],
  );
  // What it waits for is said of a lab that stands: of one that runs it is another thing at once.
  const wait = useAnswer(running ? null : () => client.ask(index, 'wait', { vm, vcpu }), CODE_EVERY_MS, [
    index,
    vm,
    vcpu,
    where,
    running,
    state,
  ]);
  const askAgain = (): void => {
    askFigures();
    code.ask();
    wait.ask();
  };
  const breakpoints = useBreakpoints(index, props.breakpoints, askFigures);

  const { go } = useChoices.getState();
  const onStep = (unit: StepUnit): void => {
    // What a step has done is at pc.
    if (at !== undefined) go(codeRoute(index, { vm, vcpu }), 'replace');
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
    go(codeRoute(index, stop), 'replace');
  }, [where, stop, index, go]);

  return (
    <div className={css['work']}>
      <div className={layout['stack']}>
        <StepControls
          view={code.value}
          stop={stop}
          waitsFor={running ? undefined : wait.value?.waitsFor}
          onStep={onStep}
        />
        <CodeSection
          vmRef={{ host: index, vm }}
          answer={code}
          at={at}
          onGo={(address) => go(codeRoute(index, { vm, vcpu }, address))}
          onRunTo={(address) => runTo(address).catch(tellFailure)}
          breakpoints={breakpoints}
        />
      </div>
      <div className={layout['stack']}>
        <BreakpointsSection
          vm={vm}
          space={code.value?.space}
          reasons={reasons}
          stop={stop}
          breakpoints={breakpoints}
          onGo={(name, address) => go(codeRoute(index, { vm: name, vcpu: name === vm ? vcpu : 0 }, address))}
        />
        <SpeedChart />
      </div>
    </div>
  );
});

interface MachineProps {
  readonly index: number;
  readonly host: HostDescription;
  readonly chosen: Chosen;
  readonly at: Hex64 | undefined;
}

function Machine({ index, host, chosen: { vm, vcpu }, at }: MachineProps) {
  const { t } = useTranslation();
  const client = useClient();
  const running = useRunning();
  const anyStop = useStop();
  const stop = useSame(anyStop?.host === index ? anyStop : undefined);
  const answer = useAnswer(() => client.ask(index, 'machine', {}), FIGURES_EVERY_MS, [
    index,
    placeOf(stop),
    running,
  ]);
  const { value, error, ask } = answer;
  const { state, figures, past } = useCourse(answer);
  return (
    <>
      <PastSpeeds value={past}>
        <Work
          {...{ index, vm, vcpu, at, stop }}
          state={host.vms.find(({ spec }) => spec.name === vm)?.state}
          breakpoints={useSame(value?.breakpoints)}
          reasons={useSame(value?.exits.map(({ reason }) => reason) ?? [])}
          askFigures={ask}
        />
      </PastSpeeds>
      <h3>{t('machine.figures')}</h3>
      <ErrorAlert error={error} />
      {state === null || figures === null ? null : <FiguresSection state={state} figures={figures} />}
    </>
  );
}

export default function MachineView({ index, host, parameters }: HostViewProps) {
  const { t } = useTranslation();
  const stop = useStop();
  const chosen = chosenOf(host, parameters, stop?.host === index ? stop : undefined);
  const wanted = parameters['vm'];
  return (
    <div className={layout['sections']}>
      <div className={layout['row-wrap']}>
        {chosen === undefined ? null : <VcpuOfHost index={index} host={host} chosen={chosen} />}
        <span className={texts['quiet']}>{t('machine.intro')}</span>
      </div>
      {wanted !== undefined && chosen?.vm !== wanted ? (
        <ErrorAlert error={{ code: 'no-such-vm', data: { vm: wanted } }} />
      ) : null}
      {chosen === undefined ? (
        <p className={texts['quiet']}>{t('topology.noVm')}</p>
      ) : (
        <Machine index={index} host={host} chosen={chosen} at={parameters['at']} />
      )}
    </div>
  );
}
