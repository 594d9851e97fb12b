/** The rules' row of the table of parts: what a scenario may say of them. Their code comes with the first ones. */
import * as v from 'valibot';
import { Later } from '#base/later';
import { MATCH } from '../../frame-match.ts';
import { MAC } from '../../stages/bindings.ts';
import { defineSwitchPart, type SwitchPartKind } from '../switch-part.ts';
import { MOST_RULES, RULE_ACTIONS, RULE_COUNTERS } from './rule.ts';

const PortName = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const Time = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)));

const RULE = v.strictObject({
  /** Higher ones first; of equal ones the first. */
  priority: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)), 100),
  /** The port, by name, that the frame has come by. */
  inPort: v.optional(PortName),
  ...MATCH,
  action: v.picklist(RULE_ACTIONS),
  /** Of `output`: where it leaves, by name. */
  ports: v.optional(v.pipe(v.array(PortName), v.maxLength(16))),
  /** Where a copy goes besides. */
  mirror: v.optional(PortName),
  setVlan: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(4094))),
  setSourceMac: v.optional(MAC),
  setDestinationMac: v.optional(MAC),
  /** Forgotten so long after it was given. */
  hardNs: Time,
  /** Forgotten when nothing has hit it for so long. */
  idleNs: Time,
});

const CODE = new Later(() => import('./rules.ts'));

export const RULES: SwitchPartKind = defineSwitchPart({
  id: 'rules',
  settings: {
    rules: v.pipe(v.array(RULE), v.maxLength(MOST_RULES)),
    /** What becomes of frames that no rule fits. */
    miss: v.optional(v.picklist(['normal', 'drop']), 'normal'),
  },
  counters: RULE_COUNTERS,
  later: { code: CODE, words: ['rules'] },
  // Known with its code, which comes before any state is read.
  get state() {
    return CODE.isHere ? CODE.here.RULES_STATE : undefined;
  },
  create: ({ rules, miss }, self, counters) => new CODE.here.Rules(rules, miss, self, counters),
});
