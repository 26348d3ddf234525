import { defineStep, field, type StepType } from '../../src/steps/index.ts'

/**
 * Returns its values, so that later steps find them under one short name. Its field takes no secrets, because
 * people read the output.
 */
export const setValues: StepType = defineStep({
  type: 'set-values',
  title: 'Set values',
  icon: 'list',
  description: 'Puts values together under names of your choice, for the steps that follow.',
  fields: {
    values: field.json({
      label: 'Values',
      required: true,
      help: 'JSON, such as { "email": "{{ trigger.body.email }}" }. Later steps read it as steps.KEY.output.email.',
    }),
  },
  output: {},
  repeatable: true,
  // It sends nothing. Where a value in its output may go is checked when a later step sends it.
  destinations: () => [],
  run: ({ values }) => values,
})
