/** The pictures that a step type may have. Frontends draw them as they like. */
export const stepIcons = [
  'api',
  'bell',
  'chat',
  'clock',
  'cloud',
  'code',
  'database',
  'file',
  'key',
  'list',
  'mail',
  'search',
] as const

export type StepIcon = (typeof stepIcons)[number]
