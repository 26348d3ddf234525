import { expect, test } from 'vitest'
import { assertDestinations } from '../../src/executor/destinations.ts'
import { policiesOf } from '../../src/secret/allowed.ts'
import { anywhere } from '../../src/secret/policy.ts'
import type { StepType } from '../../src/steps/index.ts'

const known = new Map([['KNOWN', [anywhere]]])
const type = { type: 'mail', fields: {}, destinations: () => ['mail.test:587'] } as unknown as StepType

test('the policies of a secret are those that are known of it', () => {
  expect(policiesOf('KNOWN', known)).toEqual([anywhere])
  expect(policiesOf('NONE', new Map([['NONE', []]]))).toEqual([])
})

test('a secret of which none are known goes nowhere, and the error names it', () => {
  expect(() => policiesOf('OTHER', known)).toThrow(/OTHER/)
  expect(() => policiesOf('OTHER', known)).toThrow(
    expect.objectContaining({ code: 'DESTINATION_NOT_ALLOWED' }),
  )
})

test('a step of another protocol is refused with such a secret', () => {
  expect(() => assertDestinations(type, {} as never, ['KNOWN'], known)).not.toThrow()
  expect(() => assertDestinations(type, {} as never, ['KNOWN', 'OTHER'], known)).toThrow(/OTHER/)
})
