import { defineStep, field, type StepType } from '../../src/steps/index.ts'

/**
 * Waits, and ends at once when the run is cancelled. A long wait takes no place from other runs, and goes on where it was
 * after a restart.
 *
 * Example: `{ "seconds": "{{ trigger.body.delay }}" }`
 *
 * It takes no secrets and returns only the number that it was given.
 */
export const wait: StepType = defineStep({
  type: 'wait',
  title: 'Wait',
  icon: 'clock',
  description: 'Waits before the next step runs.',
  fields: {
    seconds: field.number({
      label: 'Seconds',
      help: 'At most five minutes.',
      required: true,
      min: 0,
      max: 300,
    }),
  },
  output: {
    type: 'object',
    properties: { waitedSeconds: { type: 'number', description: 'How long the step has waited.' } },
  },
  repeatable: true,
  destinations: () => [],
  delaySeconds: ({ seconds }) => seconds,
  run: ({ seconds }) => ({ waitedSeconds: seconds }),
})
