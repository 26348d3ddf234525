import { expect } from 'vitest'
import { AppError, defineStep, type Fields, field, type StepType } from '../../src/steps/index.ts'

/** A step type with the given fields, for tests. */
export function stepWith(fields: Fields, type = 'sample'): StepType {
  return defineStep({ type, title: 'Sample', description: 'A sample.', fields, output: {}, run: () => null })
}

/** A field of every kind, secret-capable where that is possible. */
export const sample = stepWith({
  line: field.text({ label: 'Line', secrets: true }),
  header: field.text({ label: 'Header', place: 'header', secrets: true }),
  lines: field.multiline({ label: 'Lines' }),
  url: field.url({ label: 'URL', secrets: true }),
  plainUrl: field.url({ label: 'URL' }),
  json: field.json({ label: 'JSON', secrets: true }),
  plainJson: field.json({ label: 'JSON' }),
  pairs: field.pairs({ label: 'Pairs', secrets: true }),
  headers: field.pairs({ label: 'Headers', secrets: true, place: 'header' }),
  plainPairs: field.pairs({ label: 'Pairs' }),
  mode: field.choice({ label: 'Mode', options: ['plain', 'extra'], default: 'plain' }),
  count: field.number({ label: 'Count', min: 1, max: 10, integer: true, default: 3 }),
  ratio: field.number({ label: 'Ratio' }),
  flag: field.boolean({ label: 'Flag' }),
  code: field.code({ label: 'Code', language: 'sql' }),
  extra: field.text({ label: 'Extra', required: true, when: { field: 'mode', is: 'extra' } }),
  deeper: field.text({ label: 'Deeper', when: { field: 'flag', is: true } }),
})

/** The AppError that an action throws; fails when it throws none. */
export function errorOf(action: () => unknown): AppError {
  try {
    action()
  } catch (error) {
    expect(error).toBeInstanceOf(AppError)
    if (error instanceof AppError) return error
  }
  throw new Error('nothing was thrown')
}
