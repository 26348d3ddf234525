/**
 * The types of objects without an id: values, which belong to what they stand in. A normalised cache embeds them, as it
 * embeds the results of mutations, connections and errors.
 */
export const VALUE_TYPES: readonly string[] = [
  'AutomationContent',
  'AutomationDraft',
  'AutomationVersion',
  'Condition',
  'ErrorDetail',
  'ErrorPlace',
  'FieldDestinations',
  'HookAnswer',
  'HookSignature',
  'HookSignatureFormat',
  'Jwk',
  'KeyHealth',
  'KeySuccession',
  'PlannedStep',
  'Schedule',
  'SignUp',
  'Step',
  'StepError',
  'StepField',
  'StepLog',
  'StepLogLine',
  'StepProgress',
  'StepRetry',
  'Variable',
  'VariableGroup',
  'WorkspaceStorage',
  'WrittenSchedule',
]
