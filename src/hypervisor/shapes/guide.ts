/** The guide of a lab as documents write it: texts and names alone, of which a page makes paragraphs and buttons, never markup or commands. */
import * as v from 'valibot';
import { LIMITS } from '#base/catalogue/limits';
import type { GuideCondition, GuideStep, GuideText } from '#base/scenario';
import type { Shape } from './parse.ts';
import { CONDITION } from './policies.ts';
import { calledBy, listOf, NAME, whole } from './values.ts';

function textOf(most: number): Shape<GuideText> {
  const said = calledBy(most);
  return v.union([said, v.strictObject({ en: said, zh: said })]);
}

const HOST = whole({ least: 0, most: LIMITS.hosts - 1 });
const TITLE = textOf(LIMITS.titleLength);
const TEXT = textOf(LIMITS.guideTextLength);

/** Whether its expression can be read is said by the question that it is put to, as of policies by what puts them to work. */
const CONDITION_OF_STEP: Shape<GuideCondition> = v.strictObject({
  host: v.exactOptional(HOST),
  ...CONDITION,
});

const STEP: Shape<GuideStep> = v.strictObject({
  ...{ title: TITLE, do: TEXT, see: v.exactOptional(TEXT) },
  at: v.exactOptional(
    v.strictObject({
      host: v.exactOptional(HOST),
      vm: v.exactOptional(NAME),
      view: v.exactOptional(NAME),
    }),
  ),
  check: v.exactOptional(listOf(CONDITION_OF_STEP, LIMITS.guideConditions)),
});

/** Steps, or the name of a lab that comes along and has some. */
export const GUIDE: Shape<string | readonly GuideStep[]> = v.union([NAME, listOf(STEP, LIMITS.guideSteps)]);
