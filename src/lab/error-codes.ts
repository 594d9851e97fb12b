/**
 * Codes of the errors that reading scenarios and links answers with, and what their data holds. Whoever shows errors has a
 * sentence for each; `found` is always short and printable.
 */
export const SCENARIO_ERROR_CODES = [
  /** Nothing behind `#`. */
  'link.empty',
  /** Does not begin as a link of ours. */
  'link.notALink',
  /** Characters that no link has. */
  'link.badCharacters',
  /** Cut or mistyped: the check sum or the packing does not hold. */
  'link.damaged',
  /** `found`, `limit`: characters. */
  'link.tooLong',
  /** `limit`: bytes of what is packed in it. */
  'link.documentTooLong',
  'document.notJson',
  /** `found`, `limit`: characters. */
  'document.tooLong',
  /** `limit`: lists and objects inside each other. */
  'document.tooDeep',
  /** `limit`. */
  'document.tooManyValues',
  /** `found`, `limit`. */
  'document.listTooLong',
  /** A key that no scenario has and that programs treat specially. */
  'document.reservedKey',
  /** Something that is no data. */
  'document.notPlain',
  /** `found`, `known`: made by a later virtlab. */
  'scenario.version',
  'scenario.missing',
  'scenario.unknownKey',
  /** `expected`, `found`. */
  'scenario.type',
  /** `expected`, `found`. */
  'scenario.choice',
  /** `found`, `limit`. */
  'scenario.tooSmall',
  'scenario.tooLarge',
  'scenario.tooLong',
  'scenario.tooMany',
  'scenario.empty',
  'scenario.notWhole',
  /** `found`, `of`. */
  'scenario.notMultiple',
  /** `found`: letters, digits and dashes only. */
  'scenario.badName',
  /** `found`: printable characters only. */
  'scenario.badText',
  'scenario.badFileName',
  /** Typed text has code points 0 to 255. */
  'scenario.badTyping',
  /** Such as 10.0.0.2/24. */
  'scenario.badAddress',
  /** Such as 52:54:00:12:34:56. */
  'scenario.badMac',
  /** `name`. */
  'scenario.duplicate',
  /** `vm`, `host`, `switch`. */
  'scenario.noSuchSwitch',
  /** `found`. */
  'scenario.noSuchHost',
  /** `vm`, `host`. */
  'scenario.noSuchVm',
  /** `found`, `limit`. */
  'scenario.tooManyVms',
  /** `found`, `limit`: bytes of all hosts. */
  'scenario.tooMuchRam',
  /** `vm`, `found`, `limit`: bytes. */
  'scenario.vmTooLarge',
] as const;
