import { expect, test } from 'vitest'
import { secretReferences } from '../../src/steps/index.ts'
import { errorOf, sample } from './sample-step.ts'

test('every secret is listed with its field, once each', () => {
  const raw = {
    line: '{{ secrets.A }} {{ secrets.A }} {{ secrets.B }}',
    json: { a: ['{{ secrets.A }}', { b: '{{ trigger.x | default: secrets.C }}' }] },
    pairs: [
      { name: 'x', value: '{{ secrets.D }}' },
      { name: 'y', value: '{{ secrets.D }}' },
    ],
  }
  expect(secretReferences(sample, raw)).toEqual([
    { field: 'line', name: 'A' },
    { field: 'line', name: 'B' },
    { field: 'json', name: 'A' },
    { field: 'json', name: 'C' },
    { field: 'pairs', name: 'D' },
  ])
})

test.each([
  ['hidden', { mode: 'plain' }, 0],
  ['shown', { mode: 'extra' }, 1],
  ['hidden or shown, which only the run can tell', { mode: '{{ trigger.m }}' }, 1],
])('a field that is %s', (_state, mode, count) => {
  expect(secretReferences(sample, { ...mode, extra: '{{ secrets.A }}' })).toHaveLength(count)
})

test.each([null, undefined, 'text', [], {}, { unknown: '{{ secrets.A }}' }])('%j refers to none', (raw) => {
  expect(secretReferences(sample, raw)).toEqual([])
})

test('a malformed template is an error that names the field', () => {
  const error = errorOf(() => secretReferences(sample, { line: '{{' }))
  expect(error.code).toBe('INVALID_TEMPLATE')
  expect(error.message).toMatch(/^field "line": /)
})
